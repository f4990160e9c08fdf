#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The init container: loads the module that belongs to this kpold, the node's own or one built for the node's kernel.
# Ends with 0 when that version is loaded; else its last line says why not, and what would help.
#
# KPOL_REPLACE=yes  unload another version that is in the way; nothing is enforced until kpold has loaded its ruleset
set -uo pipefail

source=${KPOL_SOURCE:-/usr/src/kpol} # of the module, in the image
host=${KPOL_HOST:-/host}             # where /usr/src and /usr/lib of the node are mounted
build=${KPOL_BUILD:-/build}
sys=${KPOL_SYS:-/sys}
modules=${KPOL_MODULES:-/lib/modules}
release=$(uname -r)
# The only place that can be written to.
export TMPDIR=$build
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$source/dkms.conf")

say()
{
	echo "kpol-module: $*"
}

die()
{
	say "$*" >&2
	exit 1
}

loaded()
{
	cat "$sys/module/kpol/version" 2>/dev/null
}

# finish HOW: is what is loaded now ours?
finish()
{
	[ "$(loaded)" = "$version" ] || die "$1, and yet \"$(loaded)\" is loaded instead of $version"
	say "$version is loaded ($1)"
	exit 0
}

# A module that is there already is the node's ruleset, enforced: it is not taken away without being asked to.
make_room()
{
	local old
	[ -d "$sys/module/kpol" ] || return 0
	old=$(loaded)
	[ "$old" != "$version" ] || finish "it was there already"
	[ "${KPOL_REPLACE:-no}" = yes ] ||
		die "kpol $old is loaded and goes on enforcing, but this kpold belongs to $version: reboot the node, or set KPOL_REPLACE=yes"
	rmmod kpol || die "kpol $old is loaded and cannot be unloaded (kpolctl lock?): reboot the node"
	say "kpol $old is unloaded: nothing is enforced until kpold has started"
}

# explain TEXT: what the kernel's answer to loading a module means.
explain()
{
	case $1 in
	*"Key was rejected"* | *"Required key not available"*)
		echo "the kernel takes signed modules only (Secure Boot): install kpol on the node by DKMS and enroll its key, docs/operations.md"
		;;
	*"Operation not permitted"*)
		echo "the container lacks CAP_SYS_MODULE, or the kernel is locked and takes no modules (kernel.modules_disabled)"
		;;
	*"Invalid module format"* | *"Exec format error"*) echo "it was built for another kernel than $release" ;;
	*"Unknown symbol"*) echo "kernel $release lacks what it needs: see docs/operations.md for what it must be configured with" ;;
	*) echo "the kernel's log says more" ;;
	esac
}

# load COMMAND...: with the kernel's answer explained.
load()
{
	local answer
	answer=$("$@" 2>&1) && return
	die "the module cannot be loaded: ${answer//$'\n'/; }: $(explain "$answer")"
}

load_the_nodes_own()
{
	local own
	own=$(modinfo -k "$release" -F version kpol 2>/dev/null) || return 0
	if [ "$own" != "$version" ]; then
		say "the node has kpol $own by DKMS, this is $version"
		return 0
	fi
	load modprobe kpol
	finish "by the node's DKMS"
}

# The node's path of the headers, as it is mounted here. Only what lies in /usr/src is.
headers()
{
	local link=$modules/$release/build path
	path=$(readlink "$link" 2>/dev/null) || die "no headers of kernel $release: install linux-headers-$release on the node, or kpol by DKMS"
	[[ $path == /usr/src/* ]] || die "the headers of kernel $release are in $path, and only /usr/src is mounted here"
	[ -e "$host$path/Makefile" ] || die "the headers of kernel $release should be in $path on the node, and are not: install linux-headers-$release"
	echo "$host$path"
}

# A directory that is to the kernel's makefiles what the headers are, with the paths of this container.
mirror_headers() # FROM TO
{
	local entry
	mkdir -p "$2" || return
	while IFS= read -r -d '' entry; do
		ln -sfn "$entry" "$2/${entry##*/}" || return
	done < <(find "$1" -mindepth 1 -maxdepth 1 -print0)
	rm -f "$2/Makefile" && sed "s,/usr/src/,$host/usr/src/,g" "$1/Makefile" >"$2/Makefile"
}

# The programs of the kernel's build are the node's: they run here only if the image is of the same Debian or newer.
explain_build()
{
	case $(cat "$build/log") in
	*GLIBC_*"not found"*) echo "the node's build tools need a newer Debian than this image's" ;;
	*"No space left"*) echo "the volume \"build\" is full" ;;
	*"No such file or directory"*) echo "the headers are not complete: install linux-headers-$release and what it depends on" ;;
	*) echo "see above" ;;
	esac
}

build_for_the_kernel()
{
	local from
	from=$(headers) || exit
	say "building $version for $release"
	rm -rf "$build/kmod" "$build/include" "$build/kernel"
	if ! mirror_headers "$from" "$build/kernel" || ! cp -r "$source/kmod" "$source/include" "$build/"; then
		die "cannot prepare the build in $build"
	fi
	if ! make -j2 -C "$build/kernel" M="$build/kmod" modules >"$build/log" 2>&1 </dev/null; then
		tail -n 20 "$build/log" >&2
		die "kpol $version does not build for $release: $(explain_build)"
	fi
}

[ -n "$version" ] || die "this image has no source of the module in $source"
make_room
load_the_nodes_own
build_for_the_kernel
load insmod "$build/kmod/kpol.ko"
finish "built for $release"
