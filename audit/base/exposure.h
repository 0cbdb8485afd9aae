/* SPDX-License-Identifier: Apache-2.0
 *
 * Who can reach a thing through the host's own firewall and sockets, in the words of the result
 * format. Ordered: a larger value is reached by more.
 */
#ifndef RINGFENCE_BASE_EXPOSURE_H
#define RINGFENCE_BASE_EXPOSURE_H

enum exposure {
	/* Not a thing that is reached over a network (a file's mode, a sysctl). */
	EXPOSURE_NOT_APPLICABLE,
	/* Loopback only, or nothing listens, or every source is blocked. */
	EXPOSURE_HOST,
	/* Private ranges, or the networks that the site's settings trust. */
	EXPOSURE_NETWORKS,
	/* Not to be told: counted like ANYWHERE in the score, but never called "reachable". */
	EXPOSURE_UNKNOWN,
	/* At least one address of the open Internet. */
	EXPOSURE_ANYWHERE,
};

#endif
