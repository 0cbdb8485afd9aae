# ---- the same for every firewall ----------------------------------------------------------------

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
die() {
	complain "$@"
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

need_root() {
	[ "$(id -u)" = 0 ] || die "This changes the firewall: run it as root."
}

# The undo that fires by itself: a process in a session of its own, which a closed terminal, a lost
# connection and a logout do not end. It needs neither systemd nor at.
arm() {
	[ -f "$0" ] || die "Save this script in a file and run that: the timed undo needs it."
	if [ "$0" != "$state/plan.sh" ]; then
		cp "$0" "$state/plan.sh" || die "$state cannot be written."
	fi
	token=$$.$(date +%s)
	printf '%s\n' "$token" >"$state/armed" || die "$state cannot be written."
	if have setsid; then
		setsid sh "$state/plan.sh" wait-and-undo "$token" </dev/null >/dev/null 2>&1 &
	else
		nohup sh "$state/plan.sh" wait-and-undo "$token" </dev/null >/dev/null 2>&1 &
	fi
}

# Whoever moves the mark away first decides: the undo, or the confirmation.
disarm() { mv "$state/armed" "$state/$1" 2>/dev/null; }

wait_and_undo() {
	trap '' HUP INT TERM
	sleep "$seconds"
	[ "$(cat "$state/armed" 2>/dev/null)" = "$1" ] || exit 0
	disarm fired || exit 0
	need_tools
	have logger && logger -t ringfence "the firewall change was not confirmed in time and is taken back"
	take_back
}

# Copies FILE once as it was, puts NEW (a file) in its place, and remembers what was put there.
put_file() { # FILE NEW
	mkdir -p "$state/files$(dirname "$1")" "$state/written$(dirname "$1")" || return 1
	if [ -e "$1" ]; then
		[ -e "$state/files$1" ] || [ -e "$state/written$1" ] || cp -p "$1" "$state/files$1" || return 1
		cp -p "$1" "$1.ringfence" || return 1
	else
		mkdir -p "$(dirname "$1")" && (umask 077 && : >"$1.ringfence") || return 1
	fi
	cat "$2" >"$1.ringfence" && mv -f "$1.ringfence" "$1" && cp "$2" "$state/written$1"
}

# The copy back where nobody changed FILE since; else FILE without our lines.
take_file_back() { # FILE FILTER
	[ -e "$state/written$1" ] || return 0
	if [ ! -e "$state/files$1" ]; then
		cmp -s "$1" "$state/written$1" && rm -f "$1"
	elif cmp -s "$1" "$state/written$1"; then
		cp -p "$state/files$1" "$1"
	elif [ -e "$1" ]; then
		"$2" <"$1" >"$state/stripped" && cat "$state/stripped" >"$1"
	fi
}

take_back() {
	status=0
	forget_saved || status=1
	remove_change || status=1
	if [ -d "$state/before" ]; then
		save_rules "$state/now" && compare_rules "$state/before" "$state/now" || status=1
	fi
	if [ "$status" = 0 ]; then
		rm -rf "$state/before" "$state/now" "$state/files" "$state/written"
		rm -f "$state"/*
		rmdir "$state" 2>/dev/null
	fi
	return "$status"
}

do_apply() {
	need_root
	need_tools
	(umask 077 && mkdir -p "$state") || die "$state cannot be made."
	if is_applied; then
		if [ -e "$state/kept" ]; then
			say "Already in place, and kept over a reboot: nothing to do."
			exit 0
		fi
		[ -e "$state/armed" ] && die "Already in place, waiting for: sh $0 confirm"
	fi
	if ! is_there || [ ! -d "$state/before" ]; then
		rm -rf "$state/before"
		save_rules "$state/before" || die "The running rules could not be saved."
	fi
	test_change || die "The firewall refuses the change; nothing was touched."
	arm
	if ! apply_change || ! is_applied; then
		disarm failed
		take_back
		die "The change did not take; the rules are as they were."
	fi
	forget_flows
	say "In place. It is taken back in $seconds seconds unless you confirm it."
	say "Log in from a SECOND window now, and only if that works, say there:"
	say "    sh $state/plan.sh confirm"
	if [ -t 0 ]; then
		printf 'Or type "yes" here once the second login worked: '
		read -r answer || answer=
		if [ "$answer" = yes ]; then
			do_confirm
		else
			say "Not confirmed: it is taken back when the time is over; at once by: sh $state/plan.sh undo"
		fi
	fi
}

do_confirm() {
	need_root
	need_tools
	is_applied || die "The change is not in place: sh $0 apply"
	if ! disarm confirmed; then
		[ -e "$state/kept" ] && say "Already confirmed." && exit 0
		die "Nothing waits to be confirmed: sh $0 apply"
	fi
	if persist; then
		: >"$state/kept"
		say "Confirmed, and kept over a reboot. To take it back: sh $state/plan.sh undo"
	else
		complain "Confirmed for now, but NOT kept over a reboot: see above; then: sh $state/plan.sh persist"
		exit 3
	fi
}

do_persist() {
	need_root
	need_tools
	is_applied || die "The change is not in place: sh $0 apply"
	persist || exit 3
	: >"$state/kept"
	say "Kept over a reboot."
}

do_undo() {
	need_root
	need_tools
	disarm undone
	if [ ! -d "$state/before" ] && ! is_there; then
		say "Nothing to undo: the change is not in place."
		exit 0
	fi
	take_back || die "Taken back, but the rules differ from those before (above); the copy stays in $state/before."
	say "Taken back: the rules are those of before."
}

do_verify() {
	need_root
	need_tools
	if is_applied; then
		say "The change is in place$([ -e "$state/kept" ] && echo ', and kept over a reboot')$([ -e "$state/armed" ] && echo ', waiting for a confirmation')."
	else
		say "The change is not in place."
		exit 1
	fi
}

case ${1:-apply} in
apply) do_apply ;;
confirm) do_confirm ;;
undo) do_undo ;;
verify) do_verify ;;
persist) do_persist ;;
test)
	need_root
	need_tools
	test_change || exit 1
	say "The firewall would take the change; nothing was touched."
	;;
wait-and-undo) wait_and_undo "${2:-}" ;;
*)
	complain "usage: sh $0 [apply | confirm | undo | verify | persist | test]"
	exit 2
	;;
esac
