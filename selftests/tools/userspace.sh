#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds userspace with its unit tests, installs it into build/stage, which is what guests are given.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

args=(-C "$top/userspace" O="$build/userspace" KSELFTEST_DIR="$build/kselftest" -j2)
make "${args[@]}" all
make "${args[@]}" unit
rm -rf "$build/stage"
make "${args[@]}" install DESTDIR="$build/stage" PREFIX=/usr
