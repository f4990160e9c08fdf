# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What the shell tests of a guest share; sourced there as /kpol/check.sh.

n=0

# check NAME COMMAND...: one test, passed if the command succeeds.
check()
{
	name=$1
	shift
	n=$((n + 1))
	if "$@" >/tmp/out 2>&1; then
		echo "ok $n - $name"
	else
		sed 's/^/# /' /tmp/out
		echo "not ok $n - $name"
	fi
}

# says TEXT COMMAND...: the command's output, whatever its status, has the text.
says()
{
	text=$1
	shift
	"$@" >/tmp/said 2>&1
	cat /tmp/said
	grep -qF -- "$text" /tmp/said
}

# exits STATUS COMMAND...: the command ends with this status.
# shellcheck disable=SC2317 # called through check
exits()
{
	wanted=$1 status=0
	shift
	"$@" || status=$?
	echo "exit status $status"
	[ "$status" -eq "$wanted" ]
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails if it never does.
wait_for()
{
	left=$1
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 1
	done
}
