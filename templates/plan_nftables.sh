# ---- nftables: a table "inet ringfence" that is asked before the others ---------------------------

need_tools() {
	for program in nft cmp; do
		have $program || die "$program is not here."
	done
	# Without counters where this version can leave them out.
	list='nft list'
	nft -s list tables >/dev/null 2>&1 && list='nft -s list'
}

save_rules() { # FOLDER
	mkdir -p "$1" && $list ruleset >"$1/rules.nft"
}

compare_rules() { # FOLDER FOLDER
	cmp -s "$1/rules.nft" "$2/rules.nft" && return 0
	complain "The rules are not those of before, something else changed them too:"
	diff "$1/rules.nft" "$2/rules.nft" >&2
	return 1
}

# One step: the old table goes and the new one comes between two packets.
change() {
	echo 'table inet ringfence'
	echo 'delete table inet ringfence'
	rules_nft
}

test_change() {
	change | nft -c -f -
}

apply_change() {
	change >"$state/change.nft" && nft -f "$state/change.nft" && $list table inet ringfence >"$state/after.nft"
}

is_there() { nft list table inet ringfence >/dev/null 2>&1; }

is_applied() {
	[ -e "$state/after.nft" ] || return 1
	$list table inet ringfence >"$state/now.nft" 2>/dev/null || return 1
	change | cmp -s - "$state/change.nft" && cmp -s "$state/now.nft" "$state/after.nft"
}

remove_change() {
	is_there || return 0
	nft delete table inet ringfence
}

saved_file() {
	for file in "$saved_nft" /etc/nftables.conf /etc/sysconfig/nftables.conf; do
		[ -n "$file" ] && [ -e "$file" ] && echo "$file" && return
	done
}

without_ours() { sed -e '/^include "\/etc\/nftables-ringfence.nft"$/d'; }

persist() {
	file=$(saved_file)
	if [ -z "$file" ]; then
		complain "Nothing loads rules at boot here: there is no /etc/nftables.conf."
		return 1
	fi
	change >"$state/saved.new" && put_file /etc/nftables-ringfence.nft "$state/saved.new" || return 1
	{
		without_ours <"$file"
		echo 'include "/etc/nftables-ringfence.nft"'
	} >"$state/saved.new"
	nft -c -f "$state/saved.new" || {
		complain "$file would not load with the change; it stays as it is."
		return 1
	}
	put_file "$file" "$state/saved.new" || return 1
	say "In $file, by /etc/nftables-ringfence.nft"
	if [ -d /run/systemd/system ] && ! systemctl is-enabled -q nftables 2>/dev/null; then
		complain "nftables does not start at boot: systemctl enable nftables"
		return 1
	fi
}

forget_saved() {
	file=$(saved_file)
	[ -z "$file" ] || take_file_back "$file" without_ours || return 1
	take_file_back /etc/nftables-ringfence.nft cat
}

# What already talks over UDP counts as an answer, and would go on past the new rules.
forget_flows() {
	for port in $udp_ports; do
		if have conntrack; then
			conntrack -D -f ipv4 -p udp --orig-port-dst "$port" >/dev/null 2>&1
			conntrack -D -f ipv6 -p udp --orig-port-dst "$port" >/dev/null 2>&1
		else
			say "Who talks to udp port $port now goes on until it is silent for 3 minutes (conntrack is not installed)."
		fi
	done
}

