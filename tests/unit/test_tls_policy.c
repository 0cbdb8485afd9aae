/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/certificate/tls_policy.h"
#include "tests/literal_loader.h"

#define DEBIAN                                                                                     \
	"openssl_conf = default_conf\n[default_conf]\nssl_conf = ssl_sect\n[ssl_sect]\n"           \
	"system_default = system_default_sect\n[system_default_sect]\nMinProtocol = TLSv1.2\n"     \
	"CipherString = DEFAULT@SECLEVEL=2\n"

static struct tls_policy load(const char *main, const char *included)
{
	struct literal_loader literal;
	literal_loader_init(&literal);
	if (main)
		literal_loader_add(&literal, "/etc/ssl/openssl.cnf", main);
	if (included)
		literal_loader_add(&literal, "/etc/crypto-policies/back-ends/opensslcnf.config",
				   included);
	struct tls_policy policy = tls_policy_load(&literal.loader);
	literal_loader_done(&literal);
	return policy;
}

static void the_chain_of_sections_is_followed(void **state)
{
	(void)state;
	assert_int_equal(load(DEBIAN, NULL).lowest, TLS_VERSION_1_2);
	assert_int_equal(load(NULL, NULL).state, FACT_ABSENT);
	/* Comments, another section, a section that nothing leads to. */
	assert_int_equal(load("# " DEBIAN, NULL).state, FACT_ABSENT);
	assert_int_equal(load("[system_default_sect]\nMinProtocol = TLSv1.2\n", NULL).state,
			 FACT_ABSENT);
	assert_int_equal(load("openssl_conf=a\n[a]\nssl_conf=b\n[b]\nsystem_default=c\n[d]\n"
			      "MinProtocol=TLSv1.2\n[c]\nMinProtocol=TLSv1\n",
			      NULL)
				 .lowest,
			 TLS_VERSION_1_0);
}

static void red_hats_policy_is_included(void **state)
{
	(void)state;
	static const char main[] =
		"openssl_conf = o\n[o]\nssl_conf = s\n[s]\nsystem_default = crypto_policy\n"
		"[crypto_policy]\n.include = /etc/crypto-policies/back-ends/opensslcnf.config\n";
	assert_int_equal(load(main, "CipherString = x\nMinProtocol = TLSv1.2\n").lowest,
			 TLS_VERSION_1_2);
	assert_int_equal(
		load(main, "TLS.MinProtocol = TLSv1\nDTLS.MinProtocol = DTLSv1.2\n").lowest,
		TLS_VERSION_1_0);
	/* A file that includes itself ends. */
	assert_int_equal(
		load(main, ".include /etc/crypto-policies/back-ends/opensslcnf.config\n").state,
		FACT_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_of_sections_is_followed),
		cmocka_unit_test(red_hats_policy_is_included),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
