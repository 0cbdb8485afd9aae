/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations of Apache, nginx and PHP, and a GUI module's module.xml, as a hostile host may
 * have them: the same bytes as each, including themselves. Reaches web_model_load, gui_modules_load
 * and the checks' reading of cipher lists.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/advisory/gui_modules.h"
#include "audit/kernel/web_model.h"
#include "checks/tls_offer.h"
#include "tests/literal_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {
		"/etc/httpd/conf/httpd.conf",
		"/etc/apache2/apache2.conf",
		"/etc/apache2/ports.conf",
		"/etc/nginx/nginx.conf",
		"/etc/nginx/conf.d/a.conf",
		"/etc/php.ini",
		"/var/www/html/admin/modules/framework/module.xml",
	};
	struct literal_loader literal;
	const struct slice bytes = { .data = (const char *)data, .size = size };
	if (size > 4000)
		return 0;
	literal_loader_init(&literal);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		literal_loader_add(&literal, paths[i], "")->source.bytes = bytes;
	const struct web_model *model = web_model_load(&literal.loader);
	for (size_t i = 0; model && i < model->listener_count; i++) {
		(void)tls_weak_cipher(model->listeners[i].tls_ciphers);
		(void)tls_lowest_of_apache(model->listeners[i].tls_protocols, true);
		(void)tls_lowest_of_list(model->listeners[i].tls_protocols);
	}
	(void)gui_modules_load(&literal.loader, "/var/www/html/admin/modules");
	literal_loader_done(&literal);
	return 0;
}
