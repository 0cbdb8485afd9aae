/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_algorithms.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_match.h"

enum {
	/* A certificate: no plain key. */
	IS_CERTIFICATE = 1,
	/* Has a name, but never is in a list of all names. */
	IS_HIDDEN = 2,
	/* "gss-group14-sha256-": any name that begins so. */
	IS_BEGINNING = 4,
};

struct algorithm {
	enum sshd_algorithm_family family;
	const char *name;
	/* First release that has it, first that has it no more; 0: no such limit. */
	uint16_t since;
	uint16_t until;
	unsigned char flags;
	/* Vendors that have it; 0: all. */
	unsigned char vendors;
	/* "RSA": taken as a name in a list of keys, case ignored, but matching no algorithm. */
	const char *short_name;
};

/* In the order in which wildcards find them. */
static const struct algorithm algorithms[] = {
	{ SSHD_CIPHERS, "3des-cbc", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "blowfish-cbc", 0, 706, 0, 0, NULL },
	{ SSHD_CIPHERS, "cast128-cbc", 0, 706, 0, 0, NULL },
	{ SSHD_CIPHERS, "arcfour", 0, 706, 0, 0, NULL },
	{ SSHD_CIPHERS, "arcfour128", 0, 706, 0, 0, NULL },
	{ SSHD_CIPHERS, "arcfour256", 0, 706, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes128-cbc", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes192-cbc", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes256-cbc", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "rijndael-cbc@lysator.liu.se", 0, 805, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes128-ctr", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes192-ctr", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes256-ctr", 0, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes128-gcm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "aes256-gcm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_CIPHERS, "chacha20-poly1305@openssh.com", 605, 0, 0, 0, NULL },

	{ SSHD_MACS, "hmac-sha1", 0, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha1-96", 0, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha2-256", 509, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha2-512", 509, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-md5", 0, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-md5-96", 0, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-ripemd160", 0, 706, 0, 0, NULL },
	{ SSHD_MACS, "hmac-ripemd160@openssh.com", 0, 706, 0, 0, NULL },
	{ SSHD_MACS, "umac-64@openssh.com", 0, 0, 0, 0, NULL },
	{ SSHD_MACS, "umac-128@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha1-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha1-96-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha2-256-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-sha2-512-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-md5-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-md5-96-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "hmac-ripemd160-etm@openssh.com", 602, 706, 0, 0, NULL },
	{ SSHD_MACS, "umac-64-etm@openssh.com", 602, 0, 0, 0, NULL },
	{ SSHD_MACS, "umac-128-etm@openssh.com", 602, 0, 0, 0, NULL },

	{ SSHD_KEX, "diffie-hellman-group1-sha1", 0, 0, 0, 0, NULL },
	{ SSHD_KEX, "diffie-hellman-group14-sha1", 0, 0, 0, 0, NULL },
	{ SSHD_KEX, "diffie-hellman-group14-sha256", 703, 0, 0, 0, NULL },
	{ SSHD_KEX, "diffie-hellman-group16-sha512", 703, 0, 0, 0, NULL },
	{ SSHD_KEX, "diffie-hellman-group18-sha512", 703, 0, 0, 0, NULL },
	{ SSHD_KEX, "diffie-hellman-group-exchange-sha1", 0, 0, 0, 0, NULL },
	{ SSHD_KEX, "diffie-hellman-group-exchange-sha256", 0, 0, 0, 0, NULL },
	{ SSHD_KEX, "ecdh-sha2-nistp256", 507, 0, 0, 0, NULL },
	{ SSHD_KEX, "ecdh-sha2-nistp384", 507, 0, 0, 0, NULL },
	{ SSHD_KEX, "ecdh-sha2-nistp521", 507, 0, 0, 0, NULL },
	{ SSHD_KEX, "curve25519-sha256", 704, 0, 0, 0, NULL },
	{ SSHD_KEX, "curve25519-sha256@libssh.org", 605, 0, 0, 0, NULL },
	{ SSHD_KEX, "sntrup4591761x25519-sha512@tinyssh.org", 800, 805, 0, 0, NULL },
	{ SSHD_KEX, "sntrup761x25519-sha512", 909, 0, 0, 0, NULL },
	{ SSHD_KEX, "sntrup761x25519-sha512@openssh.com", 805, 0, 0, 0, NULL },
	{ SSHD_KEX, "mlkem768x25519-sha256", 909, 0, 0, 0, NULL },

	{ SSHD_GSS_KEX, "gss-gex-sha1-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT, NULL },
	{ SSHD_GSS_KEX, "gss-group1-sha1-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT, NULL },
	{ SSHD_GSS_KEX, "gss-group14-sha1-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT, NULL },
	{ SSHD_GSS_KEX, "gss-group14-sha256-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT,
	  NULL },
	{ SSHD_GSS_KEX, "gss-group16-sha512-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT,
	  NULL },
	{ SSHD_GSS_KEX, "gss-nistp256-sha256-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT,
	  NULL },
	{ SSHD_GSS_KEX, "gss-curve25519-sha256-", 0, 0, IS_BEGINNING, SSHD_DEBIAN | SSHD_REDHAT,
	  NULL },

	{ SSHD_KEYS, "ssh-ed25519", 605, 0, 0, 0, "ED25519" },
	{ SSHD_KEYS, "ssh-ed25519-cert-v01@openssh.com", 605, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "sk-ssh-ed25519@openssh.com", 802, 0, 0, 0, "ED25519-SK" },
	{ SSHD_KEYS, "sk-ssh-ed25519-cert-v01@openssh.com", 802, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "ecdsa-sha2-nistp256", 507, 0, 0, 0, "ECDSA" },
	{ SSHD_KEYS, "ecdsa-sha2-nistp256-cert-v01@openssh.com", 600, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "ecdsa-sha2-nistp384", 507, 0, 0, 0, "ECDSA" },
	{ SSHD_KEYS, "ecdsa-sha2-nistp384-cert-v01@openssh.com", 600, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "ecdsa-sha2-nistp521", 507, 0, 0, 0, "ECDSA" },
	{ SSHD_KEYS, "ecdsa-sha2-nistp521-cert-v01@openssh.com", 600, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "sk-ecdsa-sha2-nistp256@openssh.com", 802, 0, 0, 0, "ECDSA-SK" },
	{ SSHD_KEYS, "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 802, 0, IS_CERTIFICATE, 0,
	  NULL },
	{ SSHD_KEYS, "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", 804, 0, 0, 0, "ECDSA-SK" },
	{ SSHD_KEYS, "ssh-dss", 0, 908, 0, 0, "DSA" },
	{ SSHD_KEYS, "ssh-dss-cert-v01@openssh.com", 0, 908, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "ssh-rsa", 0, 0, 0, 0, "RSA" },
	{ SSHD_KEYS, "ssh-rsa-cert-v01@openssh.com", 0, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "rsa-sha2-256", 702, 0, 0, 0, "RSA" },
	{ SSHD_KEYS, "rsa-sha2-256-cert-v01@openssh.com", 708, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "rsa-sha2-512", 702, 0, 0, 0, "RSA" },
	{ SSHD_KEYS, "rsa-sha2-512-cert-v01@openssh.com", 708, 0, IS_CERTIFICATE, 0, NULL },
	{ SSHD_KEYS, "null", 0, 0, IS_HIDDEN, SSHD_DEBIAN | SSHD_REDHAT, "null" },
};

struct default_list {
	enum sshd_algorithm_family family;
	/* The first release with this list; the last row that is not newer holds. */
	uint16_t since;
	const char *list;
};

#define NIST_CERTIFICATES                                                                          \
	"ecdsa-sha2-nistp256-cert-v01@openssh.com,ecdsa-sha2-nistp384-cert-v01@openssh.com,"       \
	"ecdsa-sha2-nistp521-cert-v01@openssh.com,"
#define NIST_KEYS "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
#define RSA2_CERTIFICATES "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,"
#define SK_CERTIFICATES                                                                            \
	"sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,"
#define SK_KEYS "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,"
#define MODERN_KEX                                                                                 \
	"curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"    \
	"ecdh-sha2-nistp521,"
#define GROUPS_SHA2                                                                                \
	"diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"                      \
	"diffie-hellman-group18-sha512,diffie-hellman-group14-sha256"

static const struct default_list defaults[] = {
	{ SSHD_CIPHERS, 0,
	  "aes128-ctr,aes192-ctr,aes256-ctr,arcfour256,arcfour128,aes128-cbc,3des-cbc,blowfish-cbc,"
	  "cast128-cbc,aes192-cbc,aes256-cbc,arcfour,rijndael-cbc@lysator.liu.se" },
	{ SSHD_CIPHERS, 607,
	  "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,"
	  "aes256-gcm@openssh.com" },
	{ SSHD_MACS, 0,
	  "hmac-md5,hmac-sha1,umac-64@openssh.com,hmac-ripemd160,hmac-sha1-96,hmac-md5-96" },
	{ SSHD_MACS, 607,
	  "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
	  "hmac-sha2-512-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,"
	  "hmac-sha2-512,hmac-sha1" },
	{ SSHD_MACS, 704,
	  "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
	  "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"
	  "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1" },
	{ SSHD_KEX, 0,
	  "diffie-hellman-group-exchange-sha256,diffie-hellman-group-exchange-sha1,"
	  "diffie-hellman-group14-sha1,diffie-hellman-group1-sha1" },
	{ SSHD_KEX, 607,
	  "curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
	  "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha1" },
	{ SSHD_KEX, 704, MODERN_KEX GROUPS_SHA2 ",diffie-hellman-group14-sha1" },
	{ SSHD_KEX, 802, MODERN_KEX GROUPS_SHA2 },
	{ SSHD_KEX, 809, MODERN_KEX "sntrup761x25519-sha512@openssh.com," GROUPS_SHA2 },
	{ SSHD_KEX, 900, "sntrup761x25519-sha512@openssh.com," MODERN_KEX GROUPS_SHA2 },
	{ SSHD_KEX, 909,
	  "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,mlkem768x25519-"
	  "sha256," MODERN_KEX GROUPS_SHA2 },
	{ SSHD_KEYS, 0, "ssh-rsa,ssh-dss" },
	{ SSHD_KEYS, 700,
	  NIST_CERTIFICATES
	  "ssh-ed25519-cert-v01@openssh.com,ssh-rsa-cert-v01@openssh.com," NIST_KEYS
	  "ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa" },
	{ SSHD_KEYS, 708,
	  NIST_CERTIFICATES "ssh-ed25519-cert-v01@openssh.com," RSA2_CERTIFICATES
			    "ssh-rsa-cert-v01@openssh.com," NIST_KEYS
			    "ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa" },
	{ SSHD_KEYS, 802,
	  NIST_CERTIFICATES
	  "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,ssh-ed25519-cert-v01@openssh.com,"
	  "sk-ssh-ed25519-cert-v01@openssh.com," RSA2_CERTIFICATES
	  "ssh-rsa-cert-v01@openssh.com," NIST_KEYS
	  "sk-ecdsa-sha2-nistp256@openssh.com,ssh-ed25519,sk-ssh-ed25519@openssh.com,"
	  "rsa-sha2-512,rsa-sha2-256,ssh-rsa" },
	{ SSHD_KEYS, 805,
	  "ssh-ed25519-cert-v01@openssh.com," NIST_CERTIFICATES SK_CERTIFICATES RSA2_CERTIFICATES
	  "ssh-rsa-cert-v01@openssh.com,ssh-ed25519," NIST_KEYS SK_KEYS
	  "rsa-sha2-512,rsa-sha2-256,ssh-rsa" },
	{ SSHD_KEYS, 808,
	  "ssh-ed25519-cert-v01@openssh.com," NIST_CERTIFICATES SK_CERTIFICATES RSA2_CERTIFICATES
	  "ssh-ed25519," NIST_KEYS SK_KEYS "rsa-sha2-512,rsa-sha2-256" },
	{ SSHD_CA_SIGNATURES, 0, NIST_KEYS "ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa" },
	{ SSHD_CA_SIGNATURES, 802,
	  NIST_KEYS "sk-ecdsa-sha2-nistp256@openssh.com,ssh-ed25519,sk-ssh-ed25519@openssh.com,"
		    "rsa-sha2-512,rsa-sha2-256" },
	{ SSHD_CA_SIGNATURES, 805, "ssh-ed25519," NIST_KEYS SK_KEYS "rsa-sha2-512,rsa-sha2-256" },
	{ SSHD_GSS_KEX, 0,
	  "gss-group14-sha256-,gss-group16-sha512-,gss-nistp256-sha256-,gss-curve25519-sha256-,"
	  "gss-group14-sha1-,gss-gex-sha1-" },
};

/* Debian 12 offers the standard name of the 9.x key exchange since 9.2p1-2+deb12u4. */
#define DEBIAN_12_SNTRUP_UPDATE 4
#define DEBIAN_12_KEX                                                                              \
	"sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com," MODERN_KEX GROUPS_SHA2

static bool has_short_sntrup(struct sshd_version version)
{
	return version.vendor == SSHD_DEBIAN && version.release == SSHD_RELEASE(9, 2) &&
	       version.distribution == 12 && version.update >= DEBIAN_12_SNTRUP_UPDATE;
}

static bool is_known(struct sshd_version version, const struct algorithm *algorithm)
{
	if (algorithm->vendors && !(algorithm->vendors & version.vendor))
		return false;
	if (version.release < algorithm->since)
		return has_short_sntrup(version) &&
		       slice_is(SLICE("sntrup761x25519-sha512"), algorithm->name);
	return !algorithm->until || version.release < algorithm->until;
}

/* CA signatures are the plain ones of the keys. */
static bool is_of_family(const struct algorithm *algorithm, enum sshd_algorithm_family family)
{
	if (family == SSHD_CA_SIGNATURES)
		return algorithm->family == SSHD_KEYS && !(algorithm->flags & IS_CERTIFICATE);
	return algorithm->family == family;
}

struct slice sshd_default_algorithms(struct sshd_version version, enum sshd_algorithm_family family)
{
	struct slice list = SLICE("");
	if (family == SSHD_KEX && has_short_sntrup(version))
		return SLICE(DEBIAN_12_KEX);
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (defaults[i].family == family && defaults[i].since <= version.release)
			list = slice_of(defaults[i].list);
	return list;
}

static bool name_is_valid(struct sshd_version version, enum sshd_algorithm_family family,
			  struct slice name)
{
	bool keys = family == SSHD_KEYS || family == SSHD_CA_SIGNATURES;
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		const struct algorithm *algorithm = &algorithms[i];
		bool same = keys ? algorithm->family == SSHD_KEYS : algorithm->family == family;
		/* GSSAPI methods are found among the key exchanges, too (kex_alg_by_name). */
		if (family == SSHD_KEX && algorithm->family == SSHD_GSS_KEX)
			same = true;
		if (!same || !is_known(version, algorithm))
			continue;
		if (algorithm->flags & IS_BEGINNING) {
			if (slice_starts_with(name, algorithm->name))
				return true;
			continue;
		}
		/* "RSA", "ed25519": until 9.9 lists took them too. */
		bool takes_short = algorithm->short_name && version.release < SSHD_RELEASE(9, 9);
		if (slice_is(name, algorithm->name) ||
		    (takes_short && slice_is_ignore_case(name, algorithm->short_name)))
			return true;
		if (keys && sshd_match_pattern_list(slice_of(algorithm->name), name, false) !=
				    SSHD_MATCH_NO)
			return true;
	}
	return false;
}

bool sshd_algorithms_are_valid(struct sshd_version version, enum sshd_algorithm_family family,
			       struct slice list)
{
	if (list.size && list.data[0] == '-' && version.release >= SSHD_RELEASE(7, 5) &&
	    family != SSHD_GSS_KEX)
		return true;
	if (list.size && family != SSHD_GSS_KEX &&
	    (list.data[0] == '+' || (list.data[0] == '^' && version.release >= SSHD_RELEASE(8, 1))))
		list = slice_from(list, 1);
	if (!list.size)
		return false;
	struct slice name;
	/* What follows an empty name is not looked at: strsep and a test for "". */
	while (slice_next_field(&list, ',', &name) && name.size)
		if (!name_is_valid(version, family, name))
			return false;
	return true;
}

static bool list_has(struct slice list, struct slice name)
{
	struct slice entry;
	while (slice_next_field(&list, ',', &entry))
		if (slice_equal(entry, name))
			return true;
	return false;
}

static void append_name(struct buffer *list, struct slice name)
{
	if (!name.size || list_has(buffer_slice(list), name))
		return;
	if (list->size)
		buffer_append_byte(list, ',');
	buffer_append_slice(list, name);
}

/* Names of LIST up to its first empty one, each once. */
static void append_names(struct buffer *out, struct slice list)
{
	struct slice name;
	while (slice_next_field(&list, ',', &name) && name.size)
		append_name(out, name);
}

static void append_matching(struct buffer *out, struct sshd_version version,
			    enum sshd_algorithm_family family, struct slice pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		const struct algorithm *algorithm = &algorithms[i];
		if (!is_of_family(algorithm, family) || !is_known(version, algorithm) ||
		    (algorithm->flags & IS_HIDDEN))
			continue;
		if (sshd_match_pattern_list(slice_of(algorithm->name), pattern, false) ==
		    SSHD_MATCH_YES)
			append_name(out, slice_of(algorithm->name));
	}
}

static void append_not_matching(struct buffer *out, struct slice list, struct slice patterns)
{
	struct slice name;
	while (slice_next_field(&list, ',', &name))
		if (sshd_match_pattern_list(name, patterns, false) != SSHD_MATCH_YES)
			append_name(out, name);
}

/* The list before wildcards are looked at. */
static void expand_prefix(struct buffer *out, struct slice list, struct slice by_default)
{
	switch (list.data[0]) {
	case '+':
		append_names(out, by_default);
		append_names(out, slice_from(list, 1));
		break;
	case '^':
		buffer_append_slice(out, slice_from(list, 1));
		append_names(out, by_default);
		break;
	default:
		buffer_append_slice(out, list);
	}
}

static enum sshd_assembly keep(struct arena *arena, struct buffer *list, struct slice *ret_list)
{
	const char *copy = buffer_keep(list, arena);
	if (!copy)
		return SSHD_ASSEMBLY_NO_MEMORY;
	*ret_list = (struct slice){ .data = copy, .size = list->size };
	return SSHD_ASSEMBLED;
}

enum sshd_assembly sshd_assemble_algorithms(struct arena *arena, struct sshd_version version,
					    enum sshd_algorithm_family family, struct slice list,
					    struct slice *ret_list)
{
	BUFFER_AUTO names = { 0 };
	BUFFER_AUTO result = { 0 };
	struct slice by_default = sshd_default_algorithms(version, family);
	if (!list.size) {
		*ret_list = by_default;
		return SSHD_ASSEMBLED;
	}
	if (family == SSHD_GSS_KEX) {
		*ret_list = list;
		return SSHD_ASSEMBLED;
	}
	if (list.data[0] == '-') {
		append_not_matching(&result, by_default, slice_from(list, 1));
		return keep(arena, &result, ret_list);
	}
	expand_prefix(&names, list, by_default);
	/* Wildcards outside `-` came with 7.9. */
	if (version.release < SSHD_RELEASE(7, 9))
		return keep(arena, &names, ret_list);
	struct slice rest = buffer_slice(&names), name;
	while (slice_next_field(&rest, ',', &name)) {
		if (name.size && name.data[0] == '!')
			return SSHD_ASSEMBLY_REFUSED;
		append_matching(&result, version, family, name);
	}
	if (buffer_failed(&names) || buffer_failed(&result))
		return SSHD_ASSEMBLY_NO_MEMORY;
	return result.size ? keep(arena, &result, ret_list) : SSHD_ASSEMBLY_REFUSED;
}
