#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hook that does not fire any more is told within two seconds: by the module, by kpold, by kpolctl.

# shellcheck source=lib/check.sh
. /kpol/check.sh

state=/tmp/canary sock=/tmp/canary.sock log=/tmp/canary.log
param=/sys/module/kpol/parameters
ctl() { kpolctl --socket "$sock" "$@"; }

# within SECONDS COMMAND...: it succeeds before so much time of the guest's clock has passed
within()
{
	end=$(awk -v s="$1" '{ print $1 + s }' /proc/uptime)
	shift
	until "$@"; do
		awk -v end="$end" '{ exit $1 < end }' /proc/uptime && return 1
		sleep 0.1
	done
}

log_says() { dmesg | tail -n 60 | grep -q "$1"; }
status_has() { ctl status 2>&1 | grep -q "$1"; }
status_lacks() { ! status_has "$1"; }

cat >/tmp/canary.yaml <<END
apiVersion: kpol.io/v1
kind: RuntimePolicy
metadata:
  name: canary
spec:
  selector:
    matchUnits: [canary.service]
  action: Block
  process:
    matchPaths:
    - path: /opt/canary
END

echo 1..17
kpold --state $state --socket $sock --exporters syslog --syslog-socket /tmp/none 2>$log &
daemon=$!
check daemon_answers within 10 ctl load /tmp/canary.yaml
sleep 3
check no_hook_is_lost status_lacks SILENT
for group in 0 1 2 3 4; do
	echo $group >$param/broken
	check "group_${group}_that_is_detached_is_in_the_log_in_two_seconds" within 2 log_says "does not fire any more"
	check "group_${group}_that_is_detached_is_in_the_status" within 2 status_has SILENT
	echo -1 >$param/broken
	within 3 status_lacks SILENT
	dmesg -c >/dev/null
done
check hooks_that_fire_again_are_no_trouble status_lacks SILENT
echo 1 >$param/deaf
check calls_that_nobody_hands_on_are_noticed within 2 log_says "does not fire any more"
check kpold_says_so_in_its_log within 5 grep -q "canary: .* hooks do not fire any more" $log
check broken_hooks_refuse_what_needs_them sh -c "sed 's/name: canary/name: other/' /tmp/canary.yaml >/tmp/other.yaml; ! kpolctl --socket $sock load /tmp/other.yaml"
echo 0 >$param/deaf
check they_are_taken_back_when_they_fire within 3 status_lacks SILENT
kill $daemon
wait $daemon 2>/dev/null
sed 's/^/# /' $log
