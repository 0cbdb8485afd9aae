/* SPDX-License-Identifier: Apache-2.0
 *
 * The objects of res_pjsip as `pjsip show endpoint` and its siblings print their parameters.
 */
#ifndef RINGFENCE_COMMAND_SHOW_PJSIP_H
#define RINGFENCE_COMMAND_SHOW_PJSIP_H

struct json_object;
struct pjsip_model;

/* Adds "endpoints", "auths", "aors", "transports", "identifies" and "settings". */
void show_pjsip(const struct pjsip_model *model, struct json_object *root);

#endif
