# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# tap_run NAME SECONDS COMMAND...: frames one program's TAP so that a judge can tell a finished program from a dead one.
# Sourced by the runner on the host and by the guest alike.

tap_run()
{
	tap_name=$1 tap_limit=$2
	shift 2
	echo "# begin $tap_name"
	tap_status=0
	timeout -s KILL "$tap_limit" "$@" 2>&1 </dev/null || tap_status=$?
	echo "# end $tap_name $tap_status"
}
