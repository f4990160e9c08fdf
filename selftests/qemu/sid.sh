# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The lane of Debian's newest kernel, whose kbuild needs a newer compiler than Debian 12's: a cached chroot of sid.
# Sourced by kernel.sh.
# shellcheck source=../tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tools/lib.sh"

sid=$cache/sid
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

make_sid()
{
	local uri
	uri=$(debian_mirror)
	[ -n "$uri" ] || skip "no Debian mirror in apt's configuration to make the sid chroot from"
	rm -rf "$sid.new"
	if ! mmdebstrap --quiet --variant=apt --keyring="$keyring" --aptopt='Acquire::Check-Valid-Until "false"' \
		--include=gcc,make,linux-headers-cloud-amd64 --customize-hook="$(dirname "$0")/sid-image.sh" \
		sid "$sid.new" "$uri" >"$build/sid.log" 2>&1 </dev/null; then
		rm -rf "$sid.new"
		skip "mmdebstrap could not make a sid chroot: $(grep '^E:' "$build/sid.log" | tail -n 1)"
	fi
	mv -T "$sid.new" "$sid"
}

sid_release()
{
	find "$sid/usr/src" -maxdepth 1 -name 'linux-headers-*-cloud-amd64' -printf '%f\n' | sort -V | tail -n 1 |
		sed 's/^linux-headers-//'
}

from_sid()
{
	local release
	[ "$(id -u)" -eq 0 ] || skip "the sid chroot needs root"
	[ -d "$sid" ] || make_sid
	unshare --fork --pid --mount-proc="$sid/proc" chroot "$sid" true 2>/dev/null || skip "cannot chroot into $sid here"
	release=$(sid_release)
	[ -n "$release" ] || skip "the sid chroot has no kernel headers"
	[ -d "$cache/kernel/$release" ] || unpack_image "$release" "$sid"/image/*.deb
	say "$release" "/lib/modules/$release/build" "$sid"
}
