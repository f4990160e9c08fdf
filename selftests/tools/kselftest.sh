#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Fetches the kernel's own test harness and checkpatch from Debian's kernel source, prints the directory.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

package=linux-source-6.1
dir=$cache/kselftest
link=$build/kselftest

fetch()
{
	local deb
	deb=$(apt_download $package "$cache/deb") || die "apt cannot download $package"
	rm -rf "$dir.new" && mkdir -p "$dir.new"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" | xz -dc |
		tar -x -C "$dir.new" --strip-components=1 --wildcards \
			'*/tools/testing/selftests/kselftest.h' \
			'*/tools/testing/selftests/kselftest_harness.h' \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
	mv "$dir.new"/tools/testing/selftests/*.h "$dir.new"/scripts/* "$dir.new/"
	rm -rf "$dir.new/tools" "$dir.new/scripts" "$dir" "$deb"
	mv "$dir.new" "$dir"
}

cache_lock kselftest
[ -e "$dir/kselftest_harness.h" ] || fetch
ln -sfn "$dir" "$link"
echo "$link"
