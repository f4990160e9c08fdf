#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests that DKMS builds, installs and removes the module for each Debian 12 kernel, in trees of its own (TAP).
set -uo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{tree,source/"kpol-$version",install}
cp -r "$top/dkms.conf" "$top/kmod" "$top/include" "$work/source/kpol-$version/"
# A signing key of its own, for the host's is none of our business.
export mok_signing_key=$work/mok.key mok_certificate=$work/mok.pub

run_dkms() # COMMAND [OPTION]...
{
	local command=$1
	shift
	dkms --dkmstree "$work/tree" --sourcetree "$work/source" --installtree "$work/install" --no-depmod \
		"$command" -m kpol -v "$version" "$@" </dev/null
}

count=0
check() # NAME COMMAND...
{
	local name=$1 log=$work/log
	shift
	count=$((count + 1))
	if "$@" >"$log" 2>&1; then
		echo "ok $count - $name"
	else
		tail -n 20 "$log" "$work/tree/kpol/$version/build/make.log" 2>/dev/null
		echo "not ok $count - $name"
	fi
}

installed()
{
	find "$work/install/$1" -name 'kpol.ko*' | grep .
}

says_its_kernel() # RELEASE
{
	local file
	file=$(installed "$1") && [[ $(modinfo -F vermagic "$file") == "$1 "* ]]
}

says_its_version() # RELEASE
{
	local file
	file=$(installed "$1") && [ "$(modinfo -F version "$file")" = "$version" ]
}

builds_without_complaint() # RELEASE
{
	run_dkms build -k "$1" || return
	! grep -E 'warning:|Bad exit status' "$work/tree/kpol/$version/$1/"*/log/make.log
}

leaves_nothing()
{
	run_dkms remove --all && ! find "$work/install" "$work/tree/kpol" -name 'kpol.ko*' 2>/dev/null | grep .
}

echo 1..10
check source_is_added run_dkms add
for lane in 6.1 6.12; do
	RELEASE=
	eval "$("$top/selftests/qemu/kernel.sh" "$lane")"
	mkdir "$work/install/$RELEASE"
	check "builds_for_$lane" builds_without_complaint "$RELEASE"
	check "installs_for_$lane" run_dkms install -k "$RELEASE"
	check "module_names_kernel_$lane" says_its_kernel "$RELEASE"
	check "module_names_its_version_$lane" says_its_version "$RELEASE"
done
check removal_leaves_nothing leaves_nothing
