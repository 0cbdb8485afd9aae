# ---- firewalld: rich rules that come before all others, in every zone that is in use --------------

need_tools() {
	for program in firewall-cmd cmp; do
		have $program || die "$program is not here."
	done
	firewall-cmd --state >/dev/null 2>&1 || die "firewalld does not run."
}

zones() {
	{
		firewall-cmd --get-active-zones | sed -n 's/^\([^ ][^ ]*\).*/\1/p'
		firewall-cmd --get-default-zone
	} | sort -u
}

save_rules() { # FOLDER
	mkdir -p "$1" && firewall-cmd --list-all-zones >"$1/zones" &&
		firewall-cmd --permanent --list-all-zones >"$1/zones.permanent"
}

compare_rules() { # FOLDER FOLDER
	cmp -s "$1/zones" "$2/zones" && cmp -s "$1/zones.permanent" "$2/zones.permanent" && return 0
	complain "The rules are not those of before, something else changed them too:"
	diff "$1/zones" "$2/zones" >&2
	diff "$1/zones.permanent" "$2/zones.permanent" >&2
	return 1
}

# Every rule in every zone, with the arguments of firewall-cmd that come before it; the accepts of a
# service stand before its drop.
each() { # ARGUMENT...
	for zone in $(zones); do
		rules_rich | while read -r rule; do
			firewall-cmd -q --zone="$zone" "$@" "$rule" || exit 1
		done || return 1
	done
}

# Only the running firewall: a restart forgets it, until it is confirmed.
apply_change() { each --add-rich-rule; }
is_applied() { each --query-rich-rule 2>/dev/null; }
is_there() {
	for zone in $(zones); do
		firewall-cmd --zone="$zone" --list-rich-rules | grep -qF "$(rules_rich | head -n 1)" && return 0
	done
	return 1
}
remove_change() {
	each --remove-rich-rule 2>/dev/null || true
	! is_there
}

test_change() { firewall-cmd --check-config >/dev/null; }

persist() {
	each --permanent --add-rich-rule || return 1
	say "In firewalld's permanent zones."
}
forget_saved() {
	each --permanent --remove-rich-rule 2>/dev/null
	return 0
}

# Connections that stand are answered before any zone is asked, as before.
forget_flows() {
	for port in $udp_ports; do
		have conntrack && conntrack -D -p udp --orig-port-dst "$port" >/dev/null 2>&1
	done
	return 0
}

