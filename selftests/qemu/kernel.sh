#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the kernel of a lane (6.1, 6.12, 7.2, debug) available, prints where as shell assignments:
# RELEASE, VMLINUZ, MODULES (a root with lib/modules/RELEASE), KDIR (to build against), CHROOT (to build in, or empty).
# Exit status 4: the lane cannot run here, the reason is on stderr.
set -euo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

# Images are unpacked, never installed: the host's own boot is none of our business.
unpack_image() # RELEASE DEB...
{
	local release=$1 root=$cache/kernel/$1 deb
	shift
	rm -rf "$root.new" && mkdir -p "$root.new"
	for deb; do
		dpkg-deb -x "$deb" "$root.new"
	done
	# Packages differ in where they put things (/usr/lib or /lib, the image in /boot or beside the modules).
	[ -d "$root.new/lib" ] || { mkdir "$root.new/lib" && mv "$root.new/usr/lib/modules" "$root.new/lib/"; }
	mv "$root.new/boot/vmlinuz-$release" "$root.new/vmlinuz" 2>/dev/null ||
		mv "$root.new/lib/modules/$release/vmlinuz" "$root.new/vmlinuz"
	# One format for modprobe on the host, busybox in the guest.
	find "$root.new" -name '*.ko.xz' -exec xz -d {} +
	depmod -b "$root.new" "$release"
	mv -T "$root.new" "$root"
}

say() # RELEASE KDIR CHROOT
{
	local root=$cache/kernel/$1
	printf 'RELEASE=%q\nVMLINUZ=%q\nMODULES=%q\nKDIR=%q\nCHROOT=%q\n' "$1" "$root/vmlinuz" "$root" "$2" "$3"
}

# The package that a metapackage such as linux-image-cloud-amd64 stands for today.
concrete()
{
	apt-cache depends "$1" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1
}

from_apt() # METAPACKAGE
{
	local package release deb
	package=$(concrete "$1")
	[ -n "$package" ] || die "apt knows no $1: add bookworm-security (or bookworm-backports) to its sources, then apt-get update"
	release=${package#linux-image-}
	if [ ! -d "$cache/kernel/$release" ]; then
		deb=$(apt_download "$package" "$cache/deb") || die "apt cannot download $package"
		unpack_image "$release" "$deb"
		rm -f "$deb"
	fi
	if [ ! -e "/lib/modules/$release/build" ]; then
		apt-get -qq -y install "linux-headers-$release" >&2 </dev/null || die "apt cannot install linux-headers-$release"
	fi
	say "$release" "/lib/modules/$release/build" ""
}

lane=${1:?usage: kernel.sh 6.1|6.12|7.2|debug}
cache_lock "kernel-$lane"
mkdir -p "$cache/kernel"
case $lane in
6.1) from_apt linux-image-cloud-amd64 ;;
6.12) from_apt linux-image-6.12-cloud-amd64 ;;
7.2)
	# shellcheck source=sid.sh
	. "$(dirname "$0")/sid.sh"
	from_sid
	;;
debug)
	# shellcheck source=debug.sh
	. "$(dirname "$0")/debug.sh"
	from_source
	;;
*) die "unknown lane $lane: 6.1, 6.12, 7.2 or debug" ;;
esac
