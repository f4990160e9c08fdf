#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes all that the suites of one lane need that is not userspace: the kernel, kpol.ko in both builds.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

lane=${1:?usage: lane.sh LANE}
where=$("$top/selftests/qemu/kernel.sh" "$lane")
plain=$("$top/selftests/tools/module.sh" "$lane")
selftest=$("$top/selftests/tools/module.sh" "$lane" selftest)
printf '%s\nKO_plain=%q\nKO_selftest=%q\n' "$where" "$plain" "$selftest" >"$build/lane-$lane"
