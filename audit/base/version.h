/* SPDX-License-Identifier: Apache-2.0
 *
 * The one place that knows the version: the Makefile reads it from here.
 */
#ifndef RINGFENCE_BASE_VERSION_H
#define RINGFENCE_BASE_VERSION_H

#define RINGFENCE_VERSION "0.1.0"

#endif
