/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show firewall`: what a file of rules does, to probes or to each service that it names.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <jansson.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/json_text.h"
#include "audit/command/commands.h"
#include "audit/firewall/firewall_evaluate.h"
#include "audit/firewall/ipset_parse.h"
#include "audit/firewall/iptables_parse.h"
#include "audit/firewall/nft_json.h"
#include "audit/firewall/nft_parse.h"
#include "audit/firewall/port_names.h"
#include "audit/firewall/probe_packet.h"
#include "audit/firewall/reach_trial.h"

/* The largest rulesets in use have a few ten megabytes. */
#define RULES_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define PROBES_MAX 1000000

struct show_options {
	bool json;
	bool ipv6;
	bool nft;
	const char *rules;
	const char *ipset;
	const char *probes;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct show_options, json),
	},
	{
		.name = "rules",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "the rules: what iptables-save writes, or an nftables ruleset",
		.offset = offsetof(struct show_options, rules),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "ipv6",
		.kind = OPTION_FLAG,
		.help = "the rules are of ip6tables, or the probes of IPv6",
		.offset = offsetof(struct show_options, ipv6),
	},
	{
		.name = "nft",
		.kind = OPTION_FLAG,
		.help = "the rules are nftables', as text or as `nft -j list ruleset` has them",
		.offset = offsetof(struct show_options, nft),
	},
	{
		.name = "ipset",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "the sets that rules of iptables name, as `ipset save` prints them",
		.offset = offsetof(struct show_options, ipset),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "probes",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "packets to judge, a JSON object a line",
		.offset = offsetof(struct show_options, probes),
		.completion = COMPLETE_FILE,
	},
};

struct show {
	struct arena *arena;
	const struct show_options *options;
	enum address_family family;
	struct rule_builder builder;
	struct buffer out;
	struct error error;
};

/* NULL, with *ERROR. */
static const struct source *unreadable(struct error *error, const char *path, int reason)
{
	(void)error_set_at(error, ERROR_INPUT, path, 0, "%s", error_errno_text(reason));
	return NULL;
}

static const struct source *no_memory(struct error *error)
{
	(void)error_memory(error);
	return NULL;
}

/* The bytes of PATH on this machine; NULL with *ERROR. */
static const struct source *read_file(struct arena *arena, const char *path, struct error *error)
{
	BUFFER_AUTO bytes = { 0 };
	ssize_t got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return unreadable(error, path, errno);
	while (bytes.size <= RULES_BYTES_MAX) {
		enum {
			CHUNK_BYTES = 1 << 18
		};
		char *room = buffer_reserve(&bytes, CHUNK_BYTES);
		got = room ? read(fd, room, CHUNK_BYTES) : -1;
		if (got <= 0)
			break;
		buffer_commit(&bytes, (size_t)got);
	}
	int reason = errno;
	close(fd);
	if (buffer_failed(&bytes))
		return no_memory(error);
	if (got < 0)
		return unreadable(error, path, reason);
	struct source *source = ARENA_NEW(arena, struct source);
	const char *copy = slice_to_string(arena, buffer_slice(&bytes));
	const char *name = slice_to_string(arena, slice_of(path));
	if (!source || !copy || !name)
		return no_memory(error);
	*source = (struct source){
		.path = name,
		.bytes = { .data = copy, .size = bytes.size },
		.is_truncated = bytes.size > RULES_BYTES_MAX,
	};
	return source_index_lines(source, arena) ? source : no_memory(error);
}

static const char *verdict_word(const struct evaluate_part *part)
{
	switch (part->verdict) {
	case EVALUATE_ACCEPT:
		return "accept";
	case EVALUATE_BLOCK:
		if (part->is_place_open)
			return "unknown";
		return part->is_before_input ? "undelivered" : "block";
	case EVALUATE_CONDITION:
	case EVALUATE_UNKNOWN:
		return "unknown";
	}
	return "unknown";
}

static void append_why(struct show *show, const struct evaluate_part *part)
{
	BUFFER_AUTO why = { 0 };
	if (part->why.source)
		buffer_format(&why, "%s:%u", origin_path(part->why), origin_line(part->why));
	else
		buffer_append_string(&why, part->path);
	json_text_append(&show->out, buffer_slice(&why));
}

/* An answer about a packet with a known source has one part. */
static bool judge_probe(struct show *show, struct evaluator *evaluator, const struct packet *packet,
			json_t *probe)
{
	static const struct evaluate_options options = { .way = WAY_INPUT, .is_fresh = true };
	struct arena *arena = arena_new(0);
	struct evaluate_answer answer;
	struct evaluate_part martian = {
		.verdict = EVALUATE_BLOCK,
		.is_before_input = true,
		.path = "no router lets such a source in",
	};
	if (!arena || !evaluator_ask(evaluator, packet, &options, arena, &answer)) {
		arena_free(arena);
		return error_memory(&show->error);
	}
	const struct evaluate_part *part =
		!probe_packet_is_routed(packet) || answer.count == 0 ? &martian : &answer.parts[0];
	/* Blocked before routing is undelivered either way; the rule is the better reason. */
	if (answer.count && answer.parts[0].verdict == EVALUATE_BLOCK &&
	    answer.parts[0].is_before_input)
		part = &answer.parts[0];
	char *text = json_dumps(probe, JSON_COMPACT | JSON_ENSURE_ASCII);
	bool is_good = text != NULL;
	if (is_good) {
		struct slice object = slice_of(text);
		buffer_append_slice(&show->out, slice_part(object, 0, object.size - 1));
		buffer_format(&show->out,
			      "%s\"verdict\":\"%s\",\"why\":", object.size > 2 ? "," : "",
			      verdict_word(part));
		append_why(show, part);
		buffer_append_string(&show->out, "}\n");
	}
	free(text);
	arena_free(arena);
	return is_good || error_memory(&show->error);
}

/* The addresses that this host has: each destination of PROBES. */
static bool probe_addresses(struct show *show, json_t *probes, struct evaluator_host *ret_host)
{
	size_t count = json_array_size(probes), used = 0;
	struct host_address *addresses = ARENA_ARRAY(show->arena, count + 1, struct host_address);
	if (!addresses)
		return error_memory(&show->error);
	for (size_t i = 0; i < count; i++) {
		struct packet packet;
		const char *wrong;
		if (!probe_packet_read(json_array_get(probes, i), show->family, &packet, &wrong))
			return error_set_at(&show->error, ERROR_INPUT, show->options->probes,
					    (uint32_t)i + 1, "this probe's %s cannot be used",
					    wrong);
		struct address address =
			rule_address_of_value(show->family, packet.value[FIELD_DESTINATION]);
		bool is_new = true;
		/* Probes have few destinations, and those next to each other. */
		for (size_t k = used; k-- > 0 && is_new;)
			is_new = !address_equal(addresses[k].prefix.address, address);
		if (is_new)
			/* On no interface that packets come by. */
			addresses[used++] = (struct host_address){
				.interface = SLICE("lo"),
				.prefix = prefix_make(address, address_bits(show->family)),
			};
	}
	*ret_host =
		(struct evaluator_host){ .addresses = addresses, .count = used, .is_known = true };
	return true;
}

static bool read_probes(struct show *show, json_t *ret_probes)
{
	const struct source *source = read_file(show->arena, show->options->probes, &show->error);
	if (!source)
		return false;
	struct slice rest = source->bytes, line;
	uint32_t number = 0;
	while (slice_next_line(&rest, &line)) {
		number++;
		if (slice_trim(line).size == 0)
			continue;
		json_error_t wrong;
		json_t *probe = json_loadb(line.data, line.size, JSON_ALLOW_NUL, &wrong);
		if (!json_is_object(probe) || number > PROBES_MAX) {
			json_decref(probe);
			return error_set_at(&show->error, ERROR_INPUT, source->path, number,
					    "not a JSON object");
		}
		if (json_array_append_new(ret_probes, probe) != 0)
			return error_memory(&show->error);
	}
	return true;
}

static bool show_probes(struct show *show)
{
	json_t *probes = json_array();
	struct evaluator_host host;
	bool is_good = probes && read_probes(show, probes) && probe_addresses(show, probes, &host);
	struct evaluator *evaluator =
		is_good ? evaluator_new(show->builder.ruleset, show->family, &host) : NULL;
	if (is_good && !evaluator)
		is_good = error_memory(&show->error);
	for (size_t i = 0; i < json_array_size(probes) && is_good; i++) {
		json_t *probe = json_array_get(probes, i);
		struct packet packet;
		const char *wrong;
		is_good = probe_packet_read(probe, show->family, &packet, &wrong) &&
			  judge_probe(show, evaluator, &packet, probe);
	}
	evaluator_free(evaluator);
	json_decref(probes);
	return is_good;
}

/* Asked for in any case: what a telephone system runs. */
static const struct {
	uint8_t protocol;
	uint16_t port;
} usual_services[] = {
	{ IPPROTO_TCP, 22 },   { IPPROTO_TCP, 80 },   { IPPROTO_TCP, 443 },   { IPPROTO_TCP, 5038 },
	{ IPPROTO_TCP, 5060 }, { IPPROTO_TCP, 5061 }, { IPPROTO_TCP, 8088 },  { IPPROTO_TCP, 8089 },
	{ IPPROTO_UDP, 4569 }, { IPPROTO_UDP, 5060 }, { IPPROTO_UDP, 10000 },
};

/* Most services that are told. */
#define SERVICES_MAX 256

struct service_list {
	struct {
		uint8_t protocol;
		uint16_t port;
	} items[SERVICES_MAX];
	size_t count;
};

static void add_service(struct service_list *list, uint8_t protocol, uint16_t port)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].protocol == protocol && list->items[i].port == port)
			return;
	if (list->count == SERVICES_MAX)
		return;
	list->items[list->count].protocol = protocol;
	list->items[list->count++].port = port;
}

/* The usual ones, and each port that a rule names alone. */
static bool find_services(struct show *show, struct service_list *list)
{
	const struct rule_class *classes;
	size_t count;
	for (size_t i = 0; i < ARRAY_SIZE(usual_services); i++)
		add_service(list, usual_services[i].protocol, usual_services[i].port);
	if (!rule_classes_of(show->builder.ruleset, show->family, FIELD_DESTINATION_PORT,
			     UINT16_MAX, show->arena, &classes, &count))
		return error_memory(&show->error);
	for (size_t i = 0; i < count; i++)
		if (classes[i].first == classes[i].last) {
			add_service(list, IPPROTO_TCP, (uint16_t)classes[i].first);
			add_service(list, IPPROTO_UDP, (uint16_t)classes[i].first);
		}
	add_service(list, show->family == ADDRESS_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, 0);
	return true;
}

static bool append_sources(struct show *show, struct address_set sources)
{
	const struct prefix *prefixes;
	size_t count;
	if (!address_set_prefixes(show->arena, sources, &prefixes, &count))
		return error_memory(&show->error);
	for (size_t i = 0; i < count; i++) {
		BUFFER_AUTO text = { 0 };
		prefix_format(prefixes[i], &text);
		buffer_append_string(&show->out, i ? "," : "");
		json_text_append(&show->out, buffer_slice(&text));
	}
	return true;
}

static bool show_service(struct show *show, struct trial *trial, uint8_t protocol, uint16_t port)
{
	static const char *const words[] = {
		[EVALUATE_ACCEPT] = "accept",
		[EVALUATE_BLOCK] = "block",
		[EVALUATE_CONDITION] = "condition",
		[EVALUATE_UNKNOWN] = "unknown",
	};
	const struct trial_question question = { .protocol = protocol, .port = port };
	const char *name = protocol_name(protocol);
	struct evaluate_answer answer;
	if (!trial_ask(trial, &question, show->arena, &answer))
		return error_memory(&show->error);
	buffer_format(&show->out, "{\"proto\":\"%s\",\"port\":%u,\"name\":\"%s\",\"reach\":[",
		      name ? name : "", port, port_service_name(protocol, port));
	for (size_t i = 0; i < answer.count; i++) {
		const struct evaluate_part *part = &answer.parts[i];
		buffer_append_string(&show->out, i ? ",{\"sources\":[" : "{\"sources\":[");
		if (!append_sources(show, part->sources))
			return false;
		buffer_format(&show->out, "],\"verdict\":\"%s\",\"why\":", words[part->verdict]);
		append_why(show, part);
		buffer_append_string(&show->out, ",\"path\":");
		json_text_append(&show->out, slice_of(part->path));
		buffer_append_string(&show->out, ",\"conditions\":");
		json_text_append(&show->out, slice_of(part->condition));
		buffer_append_byte(&show->out, '}');
	}
	buffer_append_string(&show->out, "]}");
	return true;
}

static bool show_services(struct show *show)
{
	static const struct evaluator_host no_host = { .is_known = false };
	struct service_list list = { .count = 0 };
	if (!find_services(show, &list))
		return false;
	struct trial *trial = trial_new(show->builder.ruleset, show->family, &no_host, show->arena);
	bool is_good = trial != NULL || error_memory(&show->error);
	buffer_append_string(&show->out, "{\"services\":[\n");
	for (size_t i = 0; i < list.count && is_good; i++) {
		buffer_append_string(&show->out, i ? ",\n" : "");
		is_good = show_service(show, trial, list.items[i].protocol, list.items[i].port);
	}
	buffer_append_string(&show->out, "\n]}\n");
	trial_free(trial);
	return is_good;
}

/* Rules that cannot be loaded whole are an error of the input: the first of them is told. */
static bool tell_broken(struct show *show)
{
	const struct ruleset *ruleset = show->builder.ruleset;
	if (!ruleset->is_broken)
		return true;
	return error_set_at(&show->error, ERROR_INPUT, origin_path(ruleset->broken.origin),
			    origin_line(ruleset->broken.origin), "%s", ruleset->broken.message);
}

static const struct source *include_file(void *context, const char *path)
{
	struct show *show = context;
	struct error ignored;
	return read_file(show->arena, path, &ignored);
}

/* The folder of FILE, where its includes are looked for. */
static char *folder_of(struct arena *arena, const char *file)
{
	struct slice path = slice_of(file);
	size_t slash = slice_find_last_byte(path, '/');
	return slash < path.size ? slice_to_string(arena, slice_part(path, 0, slash))
				 : slice_to_string(arena, SLICE("."));
}

static bool list_files(void *context, const char *pattern, struct path_list *ret_paths)
{
	struct show *show = context;
	glob_t found;
	int status = glob(pattern, 0, NULL, &found);
	if (status != 0 && status != GLOB_NOMATCH)
		return false;
	const char **paths = ARENA_ARRAY(show->arena, found.gl_pathc, const char *);
	bool is_good = paths != NULL;
	for (size_t i = 0; i < found.gl_pathc && is_good; i++) {
		paths[i] = slice_to_string(show->arena, slice_of(found.gl_pathv[i]));
		is_good = paths[i] != NULL;
	}
	*ret_paths = (struct path_list){ .paths = paths, .count = found.gl_pathc };
	globfree(&found);
	return is_good;
}

static bool load_rules(struct show *show)
{
	const struct source *source = read_file(show->arena, show->options->rules, &show->error);
	if (!source)
		return false;
	show->builder = (struct rule_builder){
		.arena = show->arena,
		.ruleset = ruleset_new(show->arena),
	};
	if (!show->builder.ruleset)
		return error_memory(&show->error);
	const struct nft_includes includes = {
		.context = show,
		.read = include_file,
		.glob = list_files,
		.directory = folder_of(show->arena, show->options->rules),
	};
	if (show->options->ipset) {
		const struct source *sets =
			read_file(show->arena, show->options->ipset, &show->error);
		if (!sets)
			return false;
		ipset_parse(&show->builder, sets);
	}
	if (show->options->nft && slice_starts_with(slice_trim(source->bytes), "{"))
		nft_json_parse(&show->builder, source);
	else if (show->options->nft)
		nft_parse(&show->builder, source, &includes);
	else
		iptables_parse(&show->builder, source, show->family, BACKEND_IPTABLES_NFT);
	ruleset_finish(&show->builder);
	return !show->builder.is_failed || error_memory(&show->error);
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct show_options options = { 0 };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &positionals, &status))
		return status;
	struct show show = {
		.options = &options,
		.family = options.ipv6 ? ADDRESS_IPV6 : ADDRESS_IPV4,
		.arena = arena_new(0),
	};
	bool is_good = show.arena != NULL || error_memory(&show.error);
	if (is_good && (!options.rules || positionals.count))
		is_good = error_set(&show.error, ERROR_USAGE, "which rules? --rules FILE");
	is_good = is_good && load_rules(&show) && tell_broken(&show) &&
		  (options.probes ? show_probes(&show) : show_services(&show));
	status = is_good ? command_print(&show.out) : command_report_error(&show.error);
	buffer_done(&show.out);
	arena_free(show.arena);
	return status;
}

const struct command show_firewall_command = {
	.name = "show firewall",
	.arguments = "--rules FILE [--ipv6] [--nft] [--ipset FILE] [--probes FILE]",
	.about = "What a file of firewall rules does, to services or to packets",
	.examples = "ringfence show firewall --json --rules /etc/iptables/rules.v4\twhich sources "
		    "reach which service\n"
		    "ringfence show firewall --json --nft --rules /etc/nftables.conf --probes "
		    "packets.jsonl\twhat happens to these packets\n",
	.description =
		"Without --probes: for each service that a rule names, and the usual ones of a "
		"telephone system, which sources reach it, by which rule, on what condition.\n"
		"With --probes: a line per packet, with \"verdict\" accept, block, undelivered (it "
		"does not get to the input hook) or unknown, and \"why\". A probe has \"proto\", "
		"\"dport\", \"sport\", \"src\", \"dst\", \"in\", \"flags\", \"payload\", "
		"\"itype\", "
		"\"icode\", \"ttl\"; each opens a connection and meets limits and lists fresh.",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
