#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes all that the suites of one lane need that is not userspace: the kernel, kpol.ko in both builds.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

lane=${1:?usage: lane.sh LANE}
"$top/selftests/qemu/kernel.sh" "$lane" >"$build/lane-$lane.new"
{
	echo "KO_plain=$("$top/selftests/tools/module.sh" "$lane")"
	echo "KO_selftest=$("$top/selftests/tools/module.sh" "$lane" selftest)"
} >>"$build/lane-$lane.new"
mv "$build/lane-$lane.new" "$build/lane-$lane"
