/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates, keys and openssl.cnf as a hostile host may have them: the same bytes as each.
 * Reaches certificate_model_load, certificates_parse, private_key_compare and tls_policy_load.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/certificate/certificate_model.h"
#include "tests/literal_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct literal_loader literal;
	const struct slice bytes = { .data = (const char *)data, .size = size };
	static const struct certificate_request request = {
		.service = CERTIFICATE_OF_WEB,
		.what = "a service",
		.certificate = SLICE("cert.pem"),
		.chain = SLICE("chain.pem"),
		.folder = "/etc",
		.host_name = SLICE("pbx.example.com"),
	};
	if (size > 20000)
		return 0;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/cert.pem", "")->source.bytes = bytes;
	literal_loader_add(&literal, "/etc/chain.pem", "")->source.bytes = bytes;
	literal_loader_add(&literal, "/etc/ssl/openssl.cnf", "")->source.bytes = bytes;
	literal_loader_add(&literal, "/etc/ssl/certs/ca-certificates.crt", "")->source.bytes =
		bytes;
	const struct certificate_model *model =
		certificate_model_load(&literal.loader, &request, 1);
	for (size_t i = 0; model && i < model->uses[0].count; i++)
		(void)certificate_names_host(&model->uses[0].certificates[i], request.host_name);
	literal_loader_done(&literal);
	return 0;
}
