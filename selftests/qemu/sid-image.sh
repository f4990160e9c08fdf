#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# mmdebstrap hook: downloads into the chroot the kernel image that goes with the headers just installed there.
# Both are taken in one go because sid moves on: they must be of one version.
set -eu

root=$1
release=$(find "$root/usr/src" -maxdepth 1 -name 'linux-headers-*-cloud-amd64' -printf '%f\n' | sed 's/^linux-headers-//')
# Since 7.x the image package is empty and depends on the two that hold the files.
parts=$(chroot "$root" apt-cache depends "linux-image-$release" |
	sed -n 's/^ *Depends: \(linux-\(binary\|modules\|base\)-[0-9].*\)/\1/p')
mkdir -p "$root/image"
# shellcheck disable=SC2086 # a list of packages
chroot "$root" sh -c 'cd /image && apt-get -qq -o APT::Sandbox::User=root download "$@"' - "linux-image-$release" $parts
