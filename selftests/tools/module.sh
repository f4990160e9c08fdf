#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds kpol.ko for one lane's kernel from a private copy of the source, prints its path.
# usage: module.sh LANE [selftest] | KDIR=… module.sh here   (selftest: with the commands only tests use)
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

lane=${1:?usage: module.sh LANE|here [selftest]}
variant=${2:-}
if [ "$lane" = here ]; then
	RELEASE=$(cat "${KDIR:?}/include/config/kernel.release") CHROOT=""
else
	where=$("$top/selftests/qemu/kernel.sh" "$lane")
	eval "$where"
fi

out=$build/kmod-$RELEASE${variant:+-$variant}
log=$out/log
mkdir -p "$out"
# Objects stay where they are, so that a second build compiles only what changed.
rsync -rlpt --delete --exclude='*.o' --exclude='.*.cmd' --exclude='*.ko' --exclude='*.mod' --exclude='*.mod.c' \
	--exclude='*.symvers' --exclude='*.order' --exclude=/log "$top/kmod" "$top/include" "$out/"

# A module that gets in ours' way goes with the test build.
holder=""
if [ -n "$variant" ]; then
	holder=$out/holder
	rsync -rlpt "$top/selftests/holder" "$out/"
fi

args=(-j2 -C "$KDIR" KPOL_SELFTEST="${variant:+1}" modules)
build_here()
{
	make "${args[@]}" M="$out/kmod" && { [ -z "$holder" ] || make "${args[@]}" M="$holder"; }
}

build_in_chroot()
{
	# One place per checkout, for several may share the chroot.
	local inside
	inside=/build/$(cksum <<<"$out" | cut -d' ' -f1)
	mkdir -p "$CHROOT$inside" &&
		rsync -rlpt "$out/kmod" "$out/include" ${holder:+"$holder"} "$CHROOT$inside/" &&
		# objtool wants /proc
		unshare --fork --pid --mount-proc="$CHROOT/proc" chroot "$CHROOT" make "${args[@]}" M="$inside/kmod" &&
		rsync -rlpt "$CHROOT$inside/kmod/" "$out/kmod/" || return
	[ -z "$holder" ] || {
		unshare --fork --pid --mount-proc="$CHROOT/proc" chroot "$CHROOT" make "${args[@]}" M="$inside/holder" &&
			rsync -rlpt "$CHROOT$inside/holder/" "$holder/"
	}
}

builder=build_here
[ -z "$CHROOT" ] || builder=build_in_chroot
if ! $builder >"$log" 2>&1 </dev/null; then
	cat "$log" >&2
	die "kpol.ko does not build for $RELEASE"
fi
if grep -E '^[^ ]+:[0-9]+:.*(warning|error):|^WARNING: modpost' "$log" >&2; then
	die "kpol.ko builds with warnings for $RELEASE"
fi
echo "$out/kmod/kpol.ko"
