#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The demo: a payment service is attacked, and a person sees what the policy does about it.
#
# Runs as root in a guest whose kpol.ko is loaded, with kpold and kpolctl installed. Finds its programs in
# $DEMO_BIN (/kpol/demo), the policies in $DEMO_POLICIES (/kpol/policies). Checks everything it shows: exit 1 and a
# red line at the first claim that does not hold.
bin=${DEMO_BIN:-/kpol/demo}
policies=${DEMO_POLICIES:-/kpol/policies}
bundle=policies/examples/payments.yaml
cgroup=/sys/fs/cgroup/payments
url=http://127.0.0.1:8080
work=/run/demo
export KPOL_SOCKET=/run/kpol/control

if grep -qw demo.plain /proc/cmdline; then
	colour=never bold="" red="" green="" dim="" plain=""
else
	esc=$(printf '\033')
	colour=always bold="${esc}[1m" red="${esc}[1;31m" green="${esc}[32m" dim="${esc}[2m" plain="${esc}[0m"
fi

headline()
{
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

fail()
{
	printf '%sNOT TRUE: %s%s\n' "$red" "$*" "$plain"
	[ ! -s "$work/kpold.log" ] || { echo "kpold said last:"; tail -n 5 "$work/kpold.log"; }
	exit 1
}

holds()
{
	printf '%s  ✓ %s%s\n' "$green" "$*" "$plain"
}

# show COMMAND...: run it as a person would, and let them see it.
show()
{
	printf '%s$ %s%s\n' "$dim" "$*" "$plain"
	"$@"
}

# wait_for WHAT COMMAND...: until it succeeds, at most 10 s.
wait_for()
{
	what=$1 tries=100
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || fail "$what"
		sleep 0.1
	done
}

ask()
{
	wget -qO- "$url/$1" 2>/dev/null || echo "payd does not answer"
}

# attack NAME VERDICT: let payd try it; its answer and the event that follows must both say VERDICT.
attack()
{
	seen=$(wc -l <"$work/events")
	answer=$(ask "attack/$1")
	case $2 in
	denied) expected=': EACCES' ;;
	*) expected=': succeeded' ;;
	esac
	printf '  payd tries: %s\n' "$answer"
	case $answer in
	*"$expected"*) ;;
	*) fail "attack $1 should have been answered with$expected" ;;
	esac
	wait_for "no event came for the attack $1" event_came "$seen" "$2"
	tail -n "+$((seen + 1))" "$work/events" | grep "$2" | head -n 1 | sed 's/^/  /'
}

# event_came SEEN VERDICT: has an event with this verdict, a policy and a YAML line come after the first SEEN ones?
event_came()
{
	tail -n "+$(($1 + 1))" "$work/events" | grep "$2" | grep -q 'payments\.yaml:[1-9]'
}

attack_all()
{
	attack shell "$1"
	attack config "$1"
	attack connect/203.0.113.7/4444 "$1"
	attack "ptrace/$bank" "$1"
}

set_mode()
{
	show kpolctl mode 'payments/*' "$1" --color "$colour" || fail "mode $1"
}

# in_cgroup DIR COMMAND...: started inside, so that not one instruction of it runs outside.
in_cgroup()
{
	dir=$1
	shift
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$dir" "$@"
}

prepare()
{
	cd "$policies/.." || fail "no $policies"
	mkdir -p "$work" "$cgroup" /etc/payd /var/lib/payd /var/lib/kpol /run/kpol
	cp "$bin/payd" "$bin/payd-helper" /usr/bin/
	# The guest's shell is a link to busybox, and events show where links lead.
	cp -L /bin/sh /bin/sh.file && mv /bin/sh.file /bin/sh
	printf 'listen=8080\nbank=127.0.0.1:9000\nledger=/var/lib/payd/ledger\n' >/etc/payd/payd.conf
	[ -e /etc/shadow ] || echo 'root:*:1::::::' >/etc/shadow
	# Somebody who would take the data, were it not for the policy: TEST-NET-3, on this machine.
	ip addr add 203.0.113.7/32 dev lo
	nc -ll -p 9000 -e true >/dev/null 2>&1 &
	bank=$!
	nc -ll -p 4444 -e true >/dev/null 2>&1 &
	"$bin/sysloglisten" /dev/log >"$work/syslog" &
	: >"$work/events"
}

module_is_there()
{
	headline "1  The module is in the kernel. The daemon does not run yet; the module answers for itself."
	show kpolctl status --color "$colour"
	[ $? -eq 3 ] || fail "kpolctl status should say 3: kpold is not running"
	[ -d /sys/module/kpol ] || fail "kpol.ko is not loaded"
	holds "loaded, hooks attached"
}

daemon_starts()
{
	headline "2  The daemon starts."
	echo "${dim}\$ kpold --exporters syslog &${plain}"
	kpold --exporters syslog >"$work/kpold.log" 2>&1 &
	wait_for "kpold does not answer" kpolctl status -q -o json
	kpolctl events -f --last 0 --color "$colour" >"$work/events" 2>"$work/events.err" &
	show kpolctl status --color "$colour" || fail "kpolctl status is not content"
	holds "all is well"
}

policy_is_loaded()
{
	headline "3  The policy is loaded: one file, one command."
	show kpolctl load "$bundle" --color "$colour" >"$work/load" || fail "the bundle was not loaded"
	head -n 6 "$work/load"
	printf '  … %d more rules …\n' $(($(wc -l <"$work/load") - 8))
	tail -n 2 "$work/load"
	show kpolctl load "$bundle" >"$work/load" || fail "the bundle was not loaded again"
	cat "$work/load"
	grep -q unchanged "$work/load" || fail "loading it again should change nothing"
	holds "and loading it twice changes nothing"
}

service_works()
{
	headline "4  payd starts in the cgroup /payments, and works."
	in_cgroup "$cgroup" /usr/bin/payd >"$work/payd.log" 2>&1 &
	wait_for "payd does not start" wget -qO- "$url/"
	answer=$(ask pay)
	printf '  %s\n' "$answer"
	case $answer in
	paid*) holds "everything the policy allows goes on as before" ;;
	*) fail "payd cannot do its work" ;;
	esac
}

attacks_fail()
{
	headline "$1"
	attack_all denied
	holds "4 attacks, 4 denials, each with policy, rule and line"
}

attacks_are_observed()
{
	headline "6  Observe mode: the same bundle lets everything pass and reports what it would deny."
	set_mode observe
	attack_all 'would'
	holds "4 attacks passed, 4 reports"
}

enforce_again()
{
	headline "7  Back to enforce by one command, without a reload or a restart."
	set_mode enforce
	attack_all denied
	case $(ask pay) in
	paid*) holds "blocked again, and payd still works" ;;
	*) fail "payd cannot do its work" ;;
	esac
}

syslog_received()
{
	headline "8  What the syslog server received: RFC 5424, ready for a SIEM."
	wait_for "the syslog server received less than 12 messages" sh -c "[ \$(grep -c . $work/syslog) -ge 12 ]"
	tail -n 4 "$work/syslog" | sed -E 's/^(.{330}).*/\1…/'
	n=$(grep -cE '^<[0-9]+>1 [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z [^ ]+ kpold [^ ]+ [^ ]+ \[' "$work/syslog")
	[ "$n" -ge 12 ] || fail "only $n lines are RFC 5424"
	holds "$n well-formed messages"
}

prepare
module_is_there
daemon_starts
policy_is_loaded
service_works
attacks_fail "5  payd is hijacked. It tries a shell, its own configuration, a stranger's address, another process."
attacks_are_observed
enforce_again
syslog_received
headline "Every line above was checked. The policy: policies/examples/payments.yaml"
