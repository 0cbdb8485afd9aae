/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside of pjsip_fields.c: its tables, a type each.
 */
#ifndef RINGFENCE_ASTERISK_PJSIP_FIELD_TABLES_H
#define RINGFENCE_ASTERISK_PJSIP_FIELD_TABLES_H

#include "audit/asterisk/pjsip_fields.h"

extern const struct pjsip_field pjsip_endpoint_fields[];
extern const size_t pjsip_endpoint_field_count;
extern const struct pjsip_field pjsip_auth_fields[];
extern const size_t pjsip_auth_field_count;
extern const struct pjsip_field pjsip_aor_fields[];
extern const size_t pjsip_aor_field_count;
extern const struct pjsip_field pjsip_transport_fields[];
extern const size_t pjsip_transport_field_count;
extern const struct pjsip_field pjsip_identify_fields[];
extern const size_t pjsip_identify_field_count;
extern const struct pjsip_field pjsip_acl_fields[];
extern const size_t pjsip_acl_field_count;
extern const struct pjsip_field pjsip_registration_fields[];
extern const size_t pjsip_registration_field_count;
extern const struct pjsip_field pjsip_global_fields[];
extern const size_t pjsip_global_field_count;
extern const struct pjsip_field pjsip_system_fields[];
extern const size_t pjsip_system_field_count;

#endif
