/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/ban_risk.h"

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/live_model.h"
#include "audit/base/arena.h"
#include "audit/fail2ban/ban_trial.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"

struct weighing {
	const struct ban_proofs *proofs;
	struct ban_risk *risks;
	size_t count;
	bool is_cut;
};

const char *ban_risk_who_text(enum ban_risk_who who)
{
	static const char *const texts[] = {
		[BAN_RISK_HOST] = "this host",
		[BAN_RISK_TRUSTED] = "trusted network",
		[BAN_RISK_TRUNK] = "trunk",
		[BAN_RISK_PHONES] = "phone network",
		[BAN_RISK_CONTACT] = "registered phone",
	};
	return texts[who];
}

static enum ban_risk_answer weigh_jail(const struct jail *jail, const struct ban_risk *risk,
				       bool is_forgeable)
{
	enum jail_exemption exempt = jail_exempts(jail, risk->prefix);
	if (exempt == JAIL_EXEMPTS || (risk->who == BAN_RISK_HOST && jail->ignores_self))
		return BAN_RISK_EXEMPT;
	if (exempt == JAIL_EXEMPTION_UNKNOWN)
		return BAN_RISK_UNKNOWN;
	return is_forgeable ? BAN_RISK_FORGED : BAN_RISK_BANNED;
}

/* The worst of all jails that end an attack: a ban, sooner than what is not known. */
static void weigh(const struct weighing *weighing, struct ban_risk *risk)
{
	static const int badness[] = {
		[BAN_RISK_EXEMPT] = 0,
		[BAN_RISK_UNKNOWN] = 1,
		[BAN_RISK_BANNED] = 2,
		[BAN_RISK_FORGED] = 3,
	};
	for (size_t i = 0; i < weighing->proofs->count; i++) {
		const struct ban_proof *proof = &weighing->proofs->proofs[i];
		if (!proof->applies || !proof->tries || !proof->jail)
			continue;
		enum ban_risk_answer answer = weigh_jail(proof->jail, risk, proof->is_forgeable);
		if (badness[answer] <= badness[risk->answer])
			continue;
		risk->answer = answer;
		risk->jail = proof->jail;
	}
}

static void add(struct weighing *weighing, enum ban_risk_who who, struct prefix prefix)
{
	for (size_t i = 0; i < weighing->count; i++) {
		struct ban_risk *known = &weighing->risks[i];
		if (prefix_contains_prefix(known->prefix, prefix) &&
		    prefix_contains_prefix(prefix, known->prefix)) {
			known->phone_count += who == BAN_RISK_CONTACT;
			return;
		}
	}
	if (weighing->count == BAN_RISKS_MAX) {
		weighing->is_cut = true;
		return;
	}
	struct ban_risk *risk = &weighing->risks[weighing->count++];
	*risk = (struct ban_risk){
		.who = who,
		.prefix = prefix,
		.phone_count = who == BAN_RISK_CONTACT,
	};
	weigh(weighing, risk);
}

static void add_address(struct weighing *weighing, enum ban_risk_who who, struct address address)
{
	address = address_unmap(address);
	/* Nobody's packets from elsewhere: fail2ban's own default exempts what is this machine. */
	if (address_is_loopback(address) || address_is_link_local(address) ||
	    address_is_unspecified(address) || !address_bits(address.family))
		return;
	add(weighing, who, prefix_make(address, address_bits(address.family)));
}

static void add_networks(struct weighing *weighing, enum ban_risk_who who,
			 const struct prefix *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(weighing, who, prefixes[i]);
}

static bool anybody_is_banned(const struct ban_proofs *proofs)
{
	for (size_t i = 0; i < proofs->count; i++)
		if (proofs->proofs[i].applies && proofs->proofs[i].tries && proofs->proofs[i].jail)
			return true;
	return false;
}

bool ban_risks_build(struct arena *arena, const struct model *model,
		     const struct ban_proofs *proofs, struct ban_risks *ret_risks)
{
	struct weighing weighing = {
		.proofs = proofs,
		.risks = ARENA_ARRAY(arena, BAN_RISKS_MAX, struct ban_risk),
	};
	const struct system_model *host = model->host;
	const struct site *site = model->site;
	const struct live_model *live = model->asterisk ? model->asterisk->live : NULL;
	*ret_risks = (struct ban_risks){ 0 };
	if (!weighing.risks)
		return false;
	if (!anybody_is_banned(proofs))
		return true;
	for (size_t i = 0; host && i < host->address_count; i++)
		add_address(&weighing, BAN_RISK_HOST, host->addresses[i].address);
	add_networks(&weighing, BAN_RISK_TRUSTED, site->trusted, site->trusted_count);
	add_networks(&weighing, BAN_RISK_TRUNK, site->trunks, site->trunk_count);
	add_networks(&weighing, BAN_RISK_PHONES, site->phones, site->phone_count);
	for (size_t i = 0; live && i < live->contact_count; i++)
		add_address(&weighing, BAN_RISK_CONTACT, live->contacts[i].address);
	*ret_risks = (struct ban_risks){
		.risks = weighing.risks,
		.count = weighing.count,
		.is_cut = weighing.is_cut,
	};
	return true;
}
