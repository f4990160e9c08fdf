#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs the Debian packages of packages.list that are missing.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

missing()
{
	local package
	sed 's/#.*//' "$top/selftests/tools/packages.list" | while read -r package; do
		[ -z "$package" ] && continue
		[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || echo "$package"
	done
}

mapfile -t packages < <(missing)
[ ${#packages[@]} -eq 0 ] && exit 0
[ "$(id -u)" -eq 0 ] || die "run as root once, or install: ${packages[*]}"

echo "deps: installing ${packages[*]}"
log=$build/deps.log
# The lists of a new machine are absent or stale: refresh them, then install.
if ! { apt-get -q update && apt-get -q -y --no-install-recommends install "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
	tail -n 20 "$log" >&2
	die "apt could not install: ${packages[*]} (whole log: $log)"
fi
