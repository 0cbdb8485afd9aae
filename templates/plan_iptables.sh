# ---- iptables and ip6tables: a chain "ringfence" that comes first ---------------------------------

# A kernel without IPv6 has nothing to filter there.
families() {
	if [ -e /proc/net/if_inet6 ] || ip6tables -S >/dev/null 2>&1; then echo 4 6; else echo 4; fi
}
tool() { [ "$1" = 6 ] && echo ip6tables || echo iptables; }
rules() { if [ "$1" = 6 ]; then rules_ipv6; else rules_ipv4; fi; }
hook() { [ "$1" = 6 ] && echo "$hook_ipv6" || echo "$hook_ipv4"; }

need_tools() {
	for program in iptables iptables-save iptables-restore awk cmp; do
		have $program || die "$program is not here."
	done
	# Another program may hold the lock; old versions know no -w.
	wait='' restore_wait=''
	iptables -w -S >/dev/null 2>&1 && wait=-w
	iptables-restore -w --test </dev/null >/dev/null 2>&1 && restore_wait=-w
	# ufw without IPv6 has no chains there.
	ip6tables $wait -S "$hook_ipv6" >/dev/null 2>&1 || hook_ipv6=INPUT
}

save_rules() { # FOLDER
	mkdir -p "$1" || return 1
	for f in $(families); do
		"$(tool "$f")-save" >"$1/rules.v$f" || return 1
	done
}

# Equal but for comments and counters; and iptables-nft makes its empty table when first asked.
plain() {
	sed -e '/^#/d' -e 's/\[[0-9]*:[0-9]*\]/[0:0]/g' "$1" | awk '
		/^\*/ { table = $0; body = ""; used = 0; next }
		/^COMMIT/ { if (used) print table "\n" body "COMMIT"; next }
		{ body = body $0 "\n"; if ($0 !~ /^:[A-Z]+ ACCEPT /) used = 1 }'
}
compare_rules() { # FOLDER FOLDER
	same=0
	for f in $(families); do
		plain "$1/rules.v$f" >"$state/plain.before"
		plain "$2/rules.v$f" >"$state/plain.now"
		cmp -s "$state/plain.before" "$state/plain.now" && continue
		complain "The rules of IPv$f are not those of before, something else changed them too:"
		diff "$state/plain.before" "$state/plain.now" >&2
		same=1
	done
	rm -f "$state/plain.before" "$state/plain.now"
	return $same
}

# Everything of one family in one step, so that no packet meets half of it.
change() { # FAMILY
	echo '*filter'
	echo ':ringfence - [0:0]'
	rules "$1"
	jump=$("$(tool "$1")" $wait -S "$(hook "$1")" 2>/dev/null | grep -c -- ' -j ringfence$')
	while [ "$jump" -gt 0 ]; do
		echo "-D $(hook "$1") -j ringfence"
		jump=$((jump - 1))
	done
	echo "-I $(hook "$1") 1 -j ringfence"
	echo COMMIT
}

test_change() {
	for f in $(families); do
		change "$f" | "$(tool "$f")-restore" $restore_wait --test --noflush || return 1
	done
}

apply_change() {
	for f in $(families); do
		change "$f" | "$(tool "$f")-restore" $restore_wait --noflush || return 1
	done
}

is_there() {
	iptables $wait -S ringfence >/dev/null 2>&1 || ip6tables $wait -S ringfence >/dev/null 2>&1
}

# Each of our rules, and nothing else, in our chain; the jump to it before all others.
is_applied() {
	for f in $(families); do
		t=$(tool "$f")
		[ "$("$t" $wait -S "$(hook "$f")" 2>/dev/null | sed -n 2p)" = "-A $(hook "$f") -j ringfence" ] || return 1
		[ "$("$t" $wait -S ringfence | grep -c '^-A')" = "$(rules "$f" | grep -c '^-A')" ] || return 1
		rules "$f" | while read -r _ rule; do
			# The words of a rule, each of them plain.
			# shellcheck disable=SC2086
			"$t" $wait -C $rule 2>/dev/null || exit 1
		done || return 1
	done
}

remove_change() {
	for f in $(families); do
		t=$(tool "$f")
		"$t" $wait -S ringfence >/dev/null 2>&1 || continue
		while "$t" $wait -D "$(hook "$f")" -j ringfence 2>/dev/null; do :; done
		"$t" $wait -F ringfence && "$t" $wait -X ringfence || return 1
		# The table that the first rule made, where there was none.
		if [ -e "$state/before/rules.v$f" ] && ! grep -q '^\*filter' "$state/before/rules.v$f" && have nft; then
			"$t-save" -t filter | grep -qv -e '^#' -e '^:[A-Z]* ACCEPT' -e '^\*filter' -e '^COMMIT' ||
				nft delete table "$([ "$f" = 6 ] && echo ip6 || echo ip)" filter 2>/dev/null
		fi
	done
	return 0
}

# Lines of ours out of a saved file.
without_ours() {
	sed -e '/^# ringfence {$/,/^# ringfence }$/d' -e '/^:ringfence /d' -e '/^-A ringfence /d' \
		-e '/^-[NF] ringfence$/d' -e '/^-[AID] .*-j ringfence$/d'
}

# FreePBX gives each line of its file to iptables, once its own rules are in place.
with_ours_freepbx() { # FAMILY
	without_ours
	echo '-N ringfence'
	echo '-F ringfence'
	rules "$1"
	echo "-D $(hook "$1") -j ringfence"
	echo "-I $(hook "$1") 1 -j ringfence"
}

# The saved rules on standard input with our chain; nothing else of them changes.
with_ours() { # FAMILY
	if [ "$keeper" = freepbx ]; then
		with_ours_freepbx "$1"
		return
	fi
	ours=$(
		echo '# ringfence {'
		echo ':ringfence - [0:0]'
		echo "-A $(hook "$1") -j ringfence"
		rules "$1"
		echo '# ringfence }'
	)
	export ours
	without_ours | awk '
		/^\*/ { filter = ($1 == "*filter") }
		filter && !done && NF && !/^[*:#]/ { print ENVIRON["ours"]; done = 1 }
		{ print }
		END {
			if (done) exit
			print "# ringfence {\n*filter"
			split(ENVIRON["ours"], lines, "\n")
			for (i = 2; i in lines; i++) if (lines[i] != "# ringfence }") print lines[i]
			print "COMMIT\n# ringfence }"
		}'
}

persist_file() { # FAMILY FILE
	with_ours "$1" <"$2" >"$state/saved.new" || return 1
	# ufw's file counts on chains that ufw has made before.
	noflush=''
	[ "$keeper" = ufw ] && noflush=--noflush
	[ "$keeper" = freepbx ] || "$(tool "$1")-restore" $restore_wait --test $noflush <"$state/saved.new" || {
		complain "$2 would not load with the change; it stays as it is."
		return 1
	}
	put_file "$2" "$state/saved.new"
}

# Where the rules of FAMILY are kept for the next boot; nothing where no program does so.
saved_file() { # FAMILY
	if [ "$1" = 6 ]; then known=$saved_ipv6 suffix=v6 name=ip6tables; else known=$saved_ipv4 suffix=v4 name=iptables; fi
	if [ "$keeper" = freepbx ]; then
		[ "$1" = 6 ] && echo /etc/firewall-6.rules || echo /etc/firewall-4.rules
	elif [ "$keeper" = ufw ]; then
		[ "$1" = 6 ] && echo /etc/ufw/before6.rules || echo /etc/ufw/before.rules
	elif [ -n "$known" ] && [ -e "$known" ]; then
		echo "$known"
	elif have netfilter-persistent || [ -d /etc/iptables ]; then
		echo "/etc/iptables/rules.$suffix"
	elif [ -d /etc/sysconfig ] && { [ -e /etc/init.d/$name ] || [ -e /usr/lib/systemd/system/$name.service ]; }; then
		echo "/etc/sysconfig/$name"
	fi
}

persist() {
	for f in $(families); do
		file=$(saved_file "$f")
		if [ -z "$file" ]; then
			complain "Nothing loads rules of IPv$f at boot here: apt-get install iptables-persistent (or dnf install iptables-services)."
			return 1
		fi
		if [ "$keeper" = freepbx ] && [ ! -e "$file" ]; then
			with_ours "$f" </dev/null >"$state/saved.new" && put_file "$file" "$state/saved.new" || return 1
		elif [ -e "$file" ]; then
			persist_file "$f" "$file" || return 1
		else
			"$(tool "$f")-save" >"$state/saved.new" && put_file "$file" "$state/saved.new" || return 1
		fi
		say "IPv$f: in $file"
	done
	[ "$keeper" != freepbx ] ||
		say "FreePBX reads them where Connectivity, Firewall, Advanced, \"Custom Firewall Rules\" is on: see that it is."
}

forget_saved() {
	for f in $(families); do
		file=$(saved_file "$f")
		[ -z "$file" ] || take_file_back "$file" without_ours || return 1
	done
}

# What already talks over UDP counts as an answer, and would go on past the new rules.
forget_flows() {
	for port in $udp_ports; do
		if have conntrack; then
			for f in $(families); do
				conntrack -D -f "ipv$f" -p udp --orig-port-dst "$port" >/dev/null 2>&1
			done
		else
			say "Who talks to udp port $port now goes on until it is silent for 3 minutes (conntrack is not installed)."
		fi
	done
}

