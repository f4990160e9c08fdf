#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks that the systemd guest is one: the machinery that the daemon's own tests stand on.
echo 1..3
ok() # NUMBER NAME COMMAND...
{
	number=$1 name=$2
	shift 2
	if "$@"; then echo "ok $number - $name"; else echo "not ok $number - $name"; fi
}

journal_answers()
{
	echo "hello from the suite" | systemd-cat -t kpol-suite
	journalctl --sync
	journalctl -o json -t kpol-suite | grep -q '"MESSAGE":"hello from the suite"'
}

ok 1 systemd_is_the_first_process grep -qx systemd /proc/1/comm
ok 2 units_can_be_started systemd-run --quiet --wait true
ok 3 journal_answers_in_json journal_answers
