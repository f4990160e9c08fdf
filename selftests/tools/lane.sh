#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes all that suites of one lane need that is not userspace: the kernel, and kpol.ko in the builds they load.
# usage: lane.sh LANE BUILD...   (BUILD: plain or selftest)
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

lane=${1:?usage: lane.sh LANE plain|selftest...}
shift
"$top/selftests/qemu/kernel.sh" "$lane" >"$build/lane-$lane"
for variant; do
	ko=$("$top/selftests/tools/module.sh" "$lane" "$([ "$variant" = plain ] || echo "$variant")")
	printf 'KO_%s=%q\n' "$variant" "$ko" >>"$build/lane-$lane"
done
