/* SPDX-License-Identifier: Apache-2.0
 *
 * The match modules of iptables-extensions(8): a row each with its options, and a function that
 * turns them into steps. What a module tells of a packet that opens a connection and that arrives
 * for this host is from its source, net/netfilter/xt_*.c of Linux.
 */
#include "audit/firewall/iptables_match.h"

#include "audit/base/buffer.h"
#include "audit/firewall/port_names.h"

/* A list of names with commas, as bits. iptables takes beginnings of the words. */
bool iptables_parse_bits(struct slice text, const struct iptables_bits *names, size_t count,
			 unsigned int *ret_bits)
{
	struct slice word;
	*ret_bits = 0;
	while (slice_next_field(&text, ',', &word)) {
		size_t i = 0;
		while (i < count && !(word.size && slice_equal_ignore_case(
							   word, slice_part(slice_of(names[i].name),
									    0, word.size))))
			i++;
		if (i == count)
			return false;
		*ret_bits |= names[i].bits;
	}
	return true;
}

static bool build_mark_of(struct iptables_rule *rule, size_t module, enum packet_field field)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "mark");
	uint32_t value, mask;
	if (!use)
		return true;
	if (!iptables_parse_mark(use->values[0], &value, &mask))
		return false;
	build_match_masked(rule->builder, field, mask, value, value, use->is_negated);
	return true;
}

static bool build_mark(struct iptables_rule *rule, size_t module)
{
	return build_mark_of(rule, module, FIELD_MARK);
}

static bool build_connmark(struct iptables_rule *rule, size_t module)
{
	iptables_build_connection(rule);
	return build_mark_of(rule, module, FIELD_CT_MARK);
}

/* A condition in the module's own words: its name and what follows. */
static void build_as_condition(struct iptables_rule *rule, size_t module, bool is_understood)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, rule->module_names[module]);
	for (size_t i = 0; i < rule->use_count; i++) {
		const struct iptables_use *use = &rule->uses[i];
		if (use->module != module)
			continue;
		buffer_format(&text, " %s--%s", use->is_negated ? "! " : "", use->option->name);
		for (unsigned int k = 0; k < use->option->argument_count; k++) {
			buffer_append_byte(&text, ' ');
			buffer_append_slice(&text, use->values[k]);
		}
	}
	if (is_understood)
		build_match_condition(rule->builder, buffer_slice(&text), SLICE(""), false);
	else
		build_match_unknown(rule->builder, buffer_slice(&text));
}

static bool build_condition(struct iptables_rule *rule, size_t module)
{
	build_as_condition(rule, module, true);
	return true;
}

static bool build_unknown(struct iptables_rule *rule, size_t module)
{
	build_as_condition(rule, module, false);
	return true;
}

static bool build_string(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "string");
	if (!use)
		return build_condition(rule, module);
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "packets %s \"%.*s\"", use->is_negated ? "without" : "with",
		      SLICE_ARG(use->values[0]));
	bool is_plain = !iptables_find_use(rule, module, "icase");
	build_match_condition(rule->builder, buffer_slice(&text),
			      is_plain ? use->values[0] : SLICE(""), use->is_negated);
	return true;
}

/* What a first packet without the thing asked for never has: extension headers, a socket, IPsec. */
static bool build_never(struct iptables_rule *rule, size_t module)
{
	(void)module;
	build_match_never(rule->builder);
	return true;
}

static bool build_always(struct iptables_rule *rule, size_t module)
{
	(void)rule;
	(void)module;
	return true;
}

/* True only where every option is negated: xt_owner without a socket, xt_helper without a helper,
 * xt_physdev outside a bridge. */
static bool build_negated_only(struct iptables_rule *rule, size_t module)
{
	for (size_t i = 0; i < rule->use_count; i++)
		if (rule->uses[i].module == module && !rule->uses[i].is_negated) {
			build_match_never(rule->builder);
			return true;
		}
	return true;
}

static bool build_comment(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "comment");
	if (use)
		rule->builder->rule.comment = use->values[0];
	return true;
}

static bool build_pkttype(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "pkt-type");
	if (!use)
		return true;
	static const char *const types[] = { "unicast", "broadcast", "multicast" };
	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++)
		if (slice_is_ignore_case(use->values[0], types[i]) ||
		    (i == 0 && slice_is_ignore_case(use->values[0], "host"))) {
			build_match_range(rule->builder, FIELD_PACKET_TYPE, i, i, use->is_negated);
			return true;
		}
	return false;
}

static bool build_length(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "length");
	uint16_t first, last;
	if (!use)
		return true;
	if (!port_range_parse(use->values[0], ':', &first, &last))
		return false;
	/* xt_length of IPv6 counts the payload behind the fixed header of 40 bytes, plus it. */
	build_match_range(rule->builder, FIELD_LENGTH, first, last, use->is_negated);
	return true;
}

static bool build_ttl(struct iptables_rule *rule, size_t module)
{
	static const struct {
		const char *option;
		int side;
	} rows[] = { { "ttl-eq", 0 }, { "ttl-lt", -1 }, { "ttl-gt", 1 },
		     { "hl-eq", 0 },  { "hl-lt", -1 },  { "hl-gt", 1 } };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct iptables_use *use = iptables_find_use(rule, module, rows[i].option);
		uint64_t value;
		if (!use)
			continue;
		if (!iptables_parse_number(use->values[0], &value) || value > 255)
			return false;
		if ((rows[i].side < 0 && value == 0) || (rows[i].side > 0 && value == 255))
			build_match_never(rule->builder);
		else
			build_match_range(rule->builder, FIELD_TTL,
					  rows[i].side < 0 ? 0 : value + (rows[i].side > 0),
					  rows[i].side > 0   ? 255
					  : rows[i].side < 0 ? value - 1
							     : value,
					  use->is_negated);
	}
	return true;
}

static bool build_policy(struct iptables_rule *rule, size_t module)
{
	/* Packets that did not come through IPsec are the ones looked at. */
	const struct iptables_use *use = iptables_find_use(rule, module, "pol");
	if (use && !slice_is(use->values[0], "none"))
		build_match_never(rule->builder);
	return true;
}

static bool build_rpfilter(struct iptables_rule *rule, size_t module)
{
	bool is_inverted = iptables_find_use(rule, module, "invert") != NULL;
	build_match_range(rule->builder, FIELD_REVERSE_PATH, !is_inverted, !is_inverted, false);
	return true;
}

bool iptables_parse_dscp_class(struct slice text, uint64_t *ret_value)
{
	/* RFC 2474, 2597, 3246 */
	static const struct {
		const char *name;
		uint8_t value;
	} classes[] = { { "BE", 0 },    { "CS0", 0 },   { "CS1", 8 },   { "CS2", 16 },
			{ "CS3", 24 },  { "CS4", 32 },  { "CS5", 40 },  { "CS6", 48 },
			{ "CS7", 56 },  { "AF11", 10 }, { "AF12", 12 }, { "AF13", 14 },
			{ "AF21", 18 }, { "AF22", 20 }, { "AF23", 22 }, { "AF31", 26 },
			{ "AF32", 28 }, { "AF33", 30 }, { "AF41", 34 }, { "AF42", 36 },
			{ "AF43", 38 }, { "EF", 46 } };
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (slice_is_ignore_case(text, classes[i].name)) {
			*ret_value = classes[i].value;
			return true;
		}
	return false;
}

static bool build_dscp(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "dscp");
	const struct iptables_use *class = iptables_find_use(rule, module, "dscp-class");
	uint64_t value;
	if (use ? !iptables_parse_number(use->values[0], &value) || value > 63
		: !class || !iptables_parse_dscp_class(class->values[0], &value))
		return false;
	build_match_masked(rule->builder, FIELD_TOS, 0xfc, value << 2, value << 2,
			   use ? use->is_negated : class->is_negated);
	return true;
}

bool iptables_parse_tos(struct slice text, uint32_t *ret_value, uint32_t *ret_mask)
{
	/* libxt_tos: names are about the six bits of the old TOS. */
	static const struct {
		const char *name;
		uint8_t value;
	} names[] = { { "Minimize-Delay", 16 },
		      { "Maximize-Throughput", 8 },
		      { "Maximize-Reliability", 4 },
		      { "Minimize-Cost", 2 },
		      { "Normal-Service", 0 } };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_is_ignore_case(text, names[i].name)) {
			*ret_value = names[i].value;
			*ret_mask = 0x3f;
			return true;
		}
	if (!iptables_parse_mark(text, ret_value, ret_mask) || *ret_value > UINT8_MAX)
		return false;
	*ret_mask &= UINT8_MAX;
	return true;
}

static bool build_tos(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "tos");
	uint32_t value, mask;
	if (!use)
		return true;
	if (!iptables_parse_tos(use->values[0], &value, &mask))
		return false;
	build_match_masked(rule->builder, FIELD_TOS, mask, value, value, use->is_negated);
	return true;
}

/* Bits of FIELD_TCP_FLAGS beyond URG: RFC 3168. */
static bool build_ecn(struct iptables_rule *rule, size_t module)
{
	static const struct {
		const char *option;
		uint8_t bit;
	} flags[] = { { "ecn-tcp-ece", 64 }, { "ecn-tcp-cwr", 128 } };
	const struct iptables_use *use = iptables_find_use(rule, module, "ecn-ip-ect");
	uint64_t value;
	if (use) {
		if (!iptables_parse_number(use->values[0], &value) || value > 3)
			return false;
		build_match_masked(rule->builder, FIELD_TOS, 3, value, value, use->is_negated);
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		use = iptables_find_use(rule, module, flags[i].option);
		if (use)
			build_match_masked(rule->builder, FIELD_TCP_FLAGS, flags[i].bit,
					   flags[i].bit, flags[i].bit, use->is_negated);
	}
	return true;
}

#define OPTIONS(...) ((const struct iptables_option[]){ __VA_ARGS__, { .name = NULL } })
#define FLAG(text)                                                                                 \
	{                                                                                          \
		.name = text                                                                       \
	}
#define VALUE(text)                                                                                \
	{                                                                                          \
		.name = text, .argument_count = 1                                                  \
	}
#define PAIR(text)                                                                                 \
	{                                                                                          \
		.name = text, .argument_count = 2                                                  \
	}
#define ALSO(text, other)                                                                          \
	{                                                                                          \
		.name = text, .same_as = other, .argument_count = 1                                \
	}

#define PORT_OPTIONS                                                                               \
	VALUE("sport"), ALSO("source-port", "sport"), VALUE("dport"),                              \
		ALSO("destination-port", "dport")

static const struct iptables_module modules[] = {
	{ "tcp", OPTIONS(PORT_OPTIONS, PAIR("tcp-flags"), FLAG("syn"), VALUE("tcp-option")),
	  iptables_build_tcp },
	{ "udp", OPTIONS(PORT_OPTIONS), iptables_build_udp },
	{ "udplite", OPTIONS(PORT_OPTIONS), iptables_build_udp },
	{ "dccp", OPTIONS(PORT_OPTIONS, VALUE("dccp-types"), VALUE("dccp-option")),
	  iptables_build_udp },
	{ "sctp", OPTIONS(PORT_OPTIONS, PAIR("chunk-types")), iptables_build_sctp },
	{ "icmp", OPTIONS(VALUE("icmp-type")), iptables_build_icmp },
	{ "icmp6", OPTIONS(ALSO("icmpv6-type", "icmp-type")), iptables_build_icmp },
	{ "icmpv6", OPTIONS(ALSO("icmpv6-type", "icmp-type")), iptables_build_icmp },
	{ "ipv6-icmp", OPTIONS(ALSO("icmpv6-type", "icmp-type")), iptables_build_icmp },
	{ "multiport",
	  OPTIONS(VALUE("sports"), ALSO("source-ports", "sports"), VALUE("dports"),
		  ALSO("destination-ports", "dports"), VALUE("ports")),
	  iptables_build_multiport },
	{ "state", OPTIONS(VALUE("state")), iptables_build_state },
	{ "conntrack",
	  OPTIONS(VALUE("ctstate"), VALUE("ctproto"), VALUE("ctorigsrc"), VALUE("ctorigdst"),
		  VALUE("ctreplsrc"), VALUE("ctrepldst"), VALUE("ctorigsrcport"),
		  VALUE("ctorigdstport"), VALUE("ctreplsrcport"), VALUE("ctrepldstport"),
		  VALUE("ctstatus"), VALUE("ctexpire"), VALUE("ctdir")),
	  iptables_build_conntrack },
	{ "iprange", OPTIONS(VALUE("src-range"), VALUE("dst-range")), iptables_build_iprange },
	{ "set",
	  OPTIONS(PAIR("match-set"), { .name = "set", .same_as = "match-set", .argument_count = 2 },
		  FLAG("return-nomatch"), VALUE("packets-eq"), VALUE("packets-lt"),
		  VALUE("packets-gt"), VALUE("bytes-eq"), VALUE("bytes-lt"), VALUE("bytes-gt"),
		  FLAG("update-counters"), FLAG("update-subcounters")),
	  iptables_build_set_match },
	{ "addrtype",
	  OPTIONS(VALUE("src-type"), VALUE("dst-type"), FLAG("limit-iface-in"),
		  FLAG("limit-iface-out")),
	  iptables_build_addrtype },
	{ "mac", OPTIONS(VALUE("mac-source")), iptables_build_mac },
	{ "mark", OPTIONS(VALUE("mark")), build_mark },
	{ "connmark", OPTIONS(VALUE("mark")), build_connmark },
	{ "limit", OPTIONS(VALUE("limit"), VALUE("limit-burst")), iptables_build_limit },
	{ "hashlimit",
	  OPTIONS(VALUE("hashlimit-upto"), ALSO("hashlimit", "hashlimit-upto"),
		  VALUE("hashlimit-above"), VALUE("hashlimit-burst"), VALUE("hashlimit-mode"),
		  VALUE("hashlimit-srcmask"), VALUE("hashlimit-dstmask"), VALUE("hashlimit-name"),
		  VALUE("hashlimit-htable-size"), VALUE("hashlimit-htable-max"),
		  VALUE("hashlimit-htable-expire"), VALUE("hashlimit-htable-gcinterval"),
		  FLAG("hashlimit-rate-match"), VALUE("hashlimit-rate-interval")),
	  iptables_build_hashlimit },
	{ "recent",
	  OPTIONS(FLAG("set"), FLAG("rcheck"), FLAG("update"), FLAG("remove"), VALUE("seconds"),
		  FLAG("reap"), VALUE("hitcount"), FLAG("rttl"), VALUE("name"), FLAG("rsource"),
		  FLAG("rdest"), VALUE("mask")),
	  iptables_build_recent },
	{ "connlimit",
	  OPTIONS(VALUE("connlimit-upto"), VALUE("connlimit-above"), VALUE("connlimit-mask"),
		  FLAG("connlimit-saddr"), FLAG("connlimit-daddr")),
	  iptables_build_connlimit },
	{ "statistic",
	  OPTIONS(VALUE("mode"), VALUE("probability"), VALUE("every"), VALUE("packet")),
	  iptables_build_counter },
	{ "quota", OPTIONS(VALUE("quota")), iptables_build_counter },
	{ "quota2",
	  OPTIONS(VALUE("quota"), VALUE("name"), FLAG("grow"), FLAG("no-change"), FLAG("packets")),
	  iptables_build_counter },
	{ "connbytes", OPTIONS(VALUE("connbytes"), VALUE("connbytes-dir"), VALUE("connbytes-mode")),
	  iptables_build_counter },
	{ "random", OPTIONS(VALUE("average")), iptables_build_counter },
	{ "time",
	  OPTIONS(VALUE("datestart"), VALUE("datestop"), VALUE("timestart"), VALUE("timestop"),
		  VALUE("monthdays"), VALUE("weekdays"), VALUE("days"), FLAG("kerneltz"),
		  FLAG("contiguous"), FLAG("utc"), FLAG("localtz")),
	  build_condition },
	{ "string",
	  OPTIONS(VALUE("algo"), VALUE("from"), VALUE("to"), VALUE("string"), VALUE("hex-string"),
		  FLAG("icase")),
	  build_string },
	{ "u32", OPTIONS(VALUE("u32")), build_condition },
	{ "bpf", OPTIONS(VALUE("bytecode"), VALUE("object-pinned")), build_condition },
	{ "owner",
	  OPTIONS(VALUE("uid-owner"), VALUE("gid-owner"), VALUE("pid-owner"), VALUE("sid-owner"),
		  VALUE("cmd-owner"), FLAG("socket-exists"), FLAG("suppl-groups")),
	  build_negated_only },
	{ "comment", OPTIONS(VALUE("comment")), build_comment },
	{ "pkttype", OPTIONS(VALUE("pkt-type")), build_pkttype },
	{ "length", OPTIONS(VALUE("length")), build_length },
	{ "ttl", OPTIONS(VALUE("ttl-eq"), ALSO("ttl", "ttl-eq"), VALUE("ttl-lt"), VALUE("ttl-gt")),
	  build_ttl },
	{ "hl", OPTIONS(VALUE("hl-eq"), VALUE("hl-lt"), VALUE("hl-gt")), build_ttl },
	{ "tos", OPTIONS(VALUE("tos")), build_tos },
	{ "dscp", OPTIONS(VALUE("dscp"), VALUE("dscp-class")), build_dscp },
	{ "ecn", OPTIONS(FLAG("ecn-tcp-cwr"), FLAG("ecn-tcp-ece"), VALUE("ecn-ip-ect")),
	  build_ecn },
	{ "policy",
	  OPTIONS(VALUE("dir"), VALUE("pol"), FLAG("strict"), VALUE("reqid"), VALUE("spi"),
		  VALUE("proto"), VALUE("mode"), VALUE("tunnel-src"), VALUE("tunnel-dst"),
		  FLAG("next")),
	  build_policy },
	{ "esp", OPTIONS(VALUE("espspi")), build_condition },
	{ "ah", OPTIONS(VALUE("ahspi"), VALUE("ahlen"), FLAG("ahres")), build_condition },
	{ "frag",
	  OPTIONS(VALUE("fragid"), VALUE("fraglen"), FLAG("fragres"), FLAG("fragfirst"),
		  FLAG("fragmore"), FLAG("fraglast")),
	  build_never },
	{ "rt",
	  OPTIONS(VALUE("rt-type"), VALUE("rt-segsleft"), VALUE("rt-len"), FLAG("rt-0-res"),
		  VALUE("rt-0-addrs"), FLAG("rt-0-not-strict")),
	  build_never },
	{ "hbh", OPTIONS(VALUE("hbh-len"), VALUE("hbh-opts")), build_never },
	{ "dst", OPTIONS(VALUE("dst-len"), VALUE("dst-opts")), build_never },
	{ "mh", OPTIONS(VALUE("mh-type")), build_never },
	{ "eui64", NULL, build_unknown },
	{ "ipv6header", OPTIONS(VALUE("header"), FLAG("soft")), build_unknown },
	{ "rpfilter",
	  OPTIONS(FLAG("loose"), FLAG("validmark"), FLAG("accept-local"), FLAG("invert")),
	  build_rpfilter },
	{ "socket", OPTIONS(FLAG("transparent"), FLAG("nowildcard"), FLAG("restore-skmark")),
	  build_unknown },
	{ "helper", OPTIONS(VALUE("helper")), build_negated_only },
	{ "physdev",
	  OPTIONS(VALUE("physdev-in"), VALUE("physdev-out"), FLAG("physdev-is-in"),
		  FLAG("physdev-is-out"), FLAG("physdev-is-bridged")),
	  build_negated_only },
	{ "nfacct", OPTIONS(VALUE("nfacct-name")), build_always },
	{ "connlabel", OPTIONS(VALUE("label"), FLAG("set")), build_unknown },
	{ "realm", OPTIONS(VALUE("realm")), build_unknown },
	{ "cpu", OPTIONS(VALUE("cpu")), build_condition },
	{ "devgroup", OPTIONS(VALUE("src-group"), VALUE("dst-group")), build_unknown },
	{ "osf", OPTIONS(VALUE("genre"), VALUE("ttl"), VALUE("log")), build_condition },
	{ "tcpmss", OPTIONS(VALUE("mss")), build_condition },
	{ "geoip",
	  OPTIONS(VALUE("src-cc"), ALSO("source-country", "src-cc"), VALUE("dst-cc"),
		  ALSO("destination-country", "dst-cc")),
	  build_unknown },
	{ "rateest",
	  OPTIONS(FLAG("rateest-delta"), FLAG("rateest-lt"), FLAG("rateest-gt"), FLAG("rateest-eq"),
		  VALUE("rateest"), VALUE("rateest-bps"), VALUE("rateest-pps"), VALUE("rateest1"),
		  VALUE("rateest2")),
	  build_unknown },
};

const struct iptables_module *iptables_find_module(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		if (slice_is(name, modules[i].name))
			return &modules[i];
	return NULL;
}

const struct iptables_option *iptables_find_option(const struct iptables_module *module,
						   struct slice text, size_t *ret_partial)
{
	const struct iptables_option *found = NULL;
	for (const struct iptables_option *option = module->options; option && option->name;
	     option++) {
		struct slice name = slice_of(option->name);
		if (slice_equal(name, text)) {
			*ret_partial = 0;
			return option;
		}
		if (slice_equal(slice_part(name, 0, text.size), text)) {
			(*ret_partial)++;
			found = option;
		}
	}
	return found;
}
