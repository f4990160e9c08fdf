#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks what the init container of the DaemonSet does on nodes of all sorts, and what it says (TAP). The commands that
# touch the kernel are played; the image suite builds a module for real.
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

script=$top/userspace/dist/k8s/module.sh
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
release=6.1.0-test

program() # NAME LINE...: a program of the node
{
	local name=$1
	shift
	printf '%s\n' '#!/bin/sh' "echo $name \"\$@\" >>\"$node/did\"" "$@" >"$node/bin/$name"
	chmod +x "$node/bin/$name"
}

loads() # VERSION: the line that does what loading would
{
	echo "mkdir -p '$node/sys/module/kpol' && echo $1 >'$node/sys/module/kpol/version'"
}

# A node with headers, without kpol, that takes what is built for it.
new_node()
{
	node=$(mktemp -d "$build/node.XXXXXX")
	mkdir -p "$node"/{bin,sys/module,build,lib/$release,source/kmod,source/include,host/usr/src/headers/include}
	cp dkms.conf "$node/source/"
	ln -s /usr/src/headers "$node/lib/$release/build"
	echo 'include /usr/src/common/Makefile' >"$node/host/usr/src/headers/Makefile"
	: >"$node/did"
	program uname "echo $release"
	program modinfo 'exit 1'
	program make "$(loads none); rm -r '$node/sys/module/kpol'"
	program insmod "$(loads "$version")"
	program modprobe "$(loads "$version")"
	program rmmod "rm -r '$node/sys/module/kpol'"
}

loaded() # VERSION: before the init container
{
	mkdir -p "$node/sys/module/kpol" && echo "$1" >"$node/sys/module/kpol/version"
}

# comes_to STATUS TEXT DID: how it ends, a piece of what it says, and the commands in order.
comes_to()
{
	local status=0 did text
	text=$(PATH=$node/bin:$PATH KPOL_SOURCE=$node/source KPOL_HOST=$node/host KPOL_BUILD=$node/build \
		KPOL_SYS=$node/sys KPOL_MODULES=$node/lib "$script" 2>&1) || status=$?
	did=$(sed 's/ .*//' "$node/did" | grep -v uname | xargs)
	[ "$status" -eq "$1" ] || echo "ends with $status: $text"
	[[ $text == *"$2"* ]] || echo "says: $text"
	[ "$did" = "$3" ] || echo "did: $did"
	rm -rf "$node"
}

what_is_loaded_stays()
{
	new_node && loaded "$version"
	comes_to 0 "$version is loaded (it was there already)" ""
}

another_version_stays()
{
	new_node && loaded 0.0.9
	comes_to 1 "kpol 0.0.9 is loaded and goes on enforcing" ""
}

another_version_goes_when_asked()
{
	new_node && loaded 0.0.9
	KPOL_REPLACE=yes comes_to 0 "$version is loaded (built for $release)" "rmmod modinfo make insmod"
}

locked_version_stays()
{
	new_node && loaded 0.0.9 && program rmmod 'exit 1'
	KPOL_REPLACE=yes comes_to 1 "cannot be unloaded (kpolctl lock?): reboot the node" "rmmod"
}

node_with_dkms()
{
	new_node && program modinfo "echo $version"
	comes_to 0 "$version is loaded (by the node's DKMS)" "modinfo modprobe"
}

node_with_older_dkms()
{
	new_node && program modinfo "echo 0.0.9"
	comes_to 0 "the node has kpol 0.0.9 by DKMS, this is $version" "modinfo make insmod"
}

headers_have_the_paths_of_the_container()
{
	new_node && program make "cat '$node/build/kernel/Makefile' >'$node/seen'; ls '$node/build/kernel/include' >/dev/null || exit 1; exit 0"
	local expected="include $node/host/usr/src/common/Makefile"
	PATH=$node/bin:$PATH KPOL_SOURCE=$node/source KPOL_HOST=$node/host KPOL_BUILD=$node/build \
		KPOL_SYS=$node/sys KPOL_MODULES=$node/lib "$script" >/dev/null 2>&1
	[ "$(cat "$node/seen")" = "$expected" ] || cat "$node/seen"
	rm -rf "$node"
}

no_headers()
{
	new_node && rm "$node/lib/$release/build"
	comes_to 1 "no headers of kernel $release: install linux-headers-$release" "modinfo"
}

headers_that_are_gone()
{
	new_node && rm -r "$node/host/usr/src/headers"
	comes_to 1 "should be in /usr/src/headers on the node, and are not" "modinfo"
}

headers_elsewhere()
{
	new_node && ln -sfn /opt/linux "$node/lib/$release/build"
	comes_to 1 "only /usr/src is mounted here" "modinfo"
}

newer_node()
{
	# shellcheck disable=SC2016 # a message
	new_node && program make 'echo "fixdep: version \`GLIBC_2.38'"'"' not found"; exit 2'
	comes_to 1 "need a newer Debian than this image's" "modinfo make"
}

secure_boot()
{
	new_node && program insmod 'echo "insmod: ERROR: could not insert module kpol.ko: Key was rejected by service" >&2; exit 1'
	comes_to 1 "signed modules only (Secure Boot)" "modinfo make insmod"
}

without_the_capability()
{
	new_node && program insmod 'echo "insmod: ERROR: could not insert module kpol.ko: Operation not permitted" >&2; exit 1'
	comes_to 1 "lacks CAP_SYS_MODULE" "modinfo make insmod"
}

loaded_and_not_ours()
{
	new_node && program insmod "$(loads 0.0.8)"
	comes_to 1 "\"0.0.8\" is loaded instead of $version" "modinfo make insmod"
}

no_offence module_of_this_version_stays what_is_loaded_stays
no_offence module_of_another_version_stays another_version_stays
no_offence module_of_another_version_goes_when_asked another_version_goes_when_asked
no_offence module_that_is_locked_stays locked_version_stays
no_offence node_with_dkms_has_its_own_loaded node_with_dkms
no_offence node_with_older_dkms_has_one_built node_with_older_dkms
no_offence headers_have_the_paths_of_the_container headers_have_the_paths_of_the_container
no_offence missing_headers_are_told no_headers
no_offence headers_that_are_gone_are_told headers_that_are_gone
no_offence headers_elsewhere_are_told headers_elsewhere
no_offence newer_node_is_told newer_node
no_offence secure_boot_is_told secure_boot
no_offence missing_capability_is_told without_the_capability
no_offence another_module_at_the_end_is_told loaded_and_not_ours
plan
