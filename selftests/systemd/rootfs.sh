#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the Debian root file system of the systemd suites, once per package list, prints the image's path.
# usage: rootfs.sh [PACKAGE...]  (what a suite wants beyond the others)
set -euo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

# What kpold links to, what its unit needs, what tests look around with.
packages=systemd-sysv,dbus,kmod,iproute2,busybox,libnl-3-200,libnl-genl-3-200,libyaml-0-2,libjson-c5,libsqlite3-0,libcurl4
for extra; do
	packages=$packages,$extra
done
image=$cache/rootfs-$(cksum <<<"$packages" | cut -d' ' -f1).ext4

make_image()
{
	local work uri
	uri=$(debian_mirror)
	[ -n "$uri" ] || die "no Debian mirror in apt's configuration"
	work=$(mktemp -d)
	trap 'rm -rf "$work"' RETURN
	mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --include="$packages" bookworm "$work/root" "$uri" \
		>"$build/rootfs.log" 2>&1 </dev/null || { cat "$build/rootfs.log" >&2 && return 1; }
	# A console login would fight with the tests for the serial ports.
	ln -s /dev/null "$work/root/etc/systemd/system/serial-getty@ttyS0.service"
	ln -s /dev/null "$work/root/etc/systemd/system/serial-getty@ttyS1.service"
	echo guest >"$work/root/etc/hostname"
	# Services are for the suite to start.
	rm -f "$work/root/etc/systemd/system/multi-user.target.wants/containerd.service"
	# With an identity of its own this is no first boot, which would ask and preset.
	echo 6b706f6c6b706f6c6b706f6c6b706f6c >"$work/root/etc/machine-id"
	mke2fs -qF -t ext4 -O ^has_journal -d "$work/root" "$image.new" 1G >&2
	mv "$image.new" "$image"
}

cache_lock rootfs
[ -e "$image" ] || make_image >&2
echo "$image"
