#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the programs that run in a guest into build/guest.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make -s -j2 -f "$top/selftests/tools/guest.mk" TOP="$top" OUT="$build/guest" KSELFTEST="$build/kselftest" \
	USERSPACE="$build/userspace"
