#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packs what one guest boots from into a cpio archive.
# usage: initramfs.sh OUT RELEASE MODULES-ROOT  (then, from the environment, all optional)
#   KO        kpol.ko to ship                LOAD      kernel modules to load before the tests; ~name only ships it
#   BINARIES  host programs to ship          STAGE     a tree to ship as it is (an install with DESTDIR)
#   TESTS     programs and scripts to run    DATA      files or directories to ship below /kpol
#   LIMIT     seconds each test may take     SYSTEMD   1: the guest goes on into a Debian root file system
set -euo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

out=${1:?} release=${2:?} modules=${3:?}
here=$top/selftests/qemu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

add_busybox()
{
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,kpol/tests,lib/modules/"$release"}
	cp /bin/busybox "$root/bin/"
	local applet
	for applet in $(/bin/busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
	done
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	printf '127.0.0.1 localhost guest\n::1 localhost\n' >"$root/etc/hosts"
}

# add_libraries FILE...: the shared libraries of dynamic programs, at the paths the loader looks in.
add_libraries()
{
	# A static program has none, and ldd calls that a failure.
	{ ldd "$@" 2>/dev/null || true; } | sed -n 's/.*[[:space:]]\(\/[^ ]*\.so[^ ]*\) (.*/\1/p' | sort -u | while read -r library; do
		[ -e "$root$library" ] || install -D "$library" "$root$library"
	done
}

is_elf()
{
	[ "$(head -c 4 "$1" | tail -c 3)" = ELF ]
}

# add_module NAME: a module of the kernel package with all it depends on.
add_module()
{
	local file
	modprobe -d "$modules" -S "$release" --show-depends "$1" | sed -n 's/^insmod \([^ ]*\).*/\1/p' | while read -r file; do
		install -D -m 644 "$file" "$root/lib/modules/$release/${file##*"/modules/$release/"}"
	done
}

add_modules()
{
	local name
	if [ -n "${KO:-}" ]; then
		install -D -m 644 "$KO" "$root/lib/modules/$release/updates/kpol.ko"
		# What the test build has beside it.
		for name in "${KO%/kmod/kpol.ko}"/holder/*.ko; do
			[ ! -e "$name" ] || install -m 644 "$name" "$root/lib/modules/$release/updates/"
		done
	fi
	for name in ${LOAD:-}; do
		[ "${name#\~}" = kpol ] || add_module "${name#\~}"
		[ "${name#\~}" != "$name" ] || echo "$name"
	done >"$root/kpol/modules"
	cp "$modules/lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$root/lib/modules/$release/"
	depmod -b "$root" "$release"
}

add_programs()
{
	local file
	for file in ${BINARIES:-}; do
		install -D "$file" "$root$file"
		add_libraries "$file"
	done
	if [ -n "${STAGE:-}" ]; then
		cp -a "$STAGE/." "$root/"
		find "$STAGE" -type f -perm /111 | while read -r file; do
			! is_elf "$file" || add_libraries "$file"
		done
	fi
	for file in ${TESTS:-}; do
		install -m 755 "$file" "$root/kpol/tests/"
		! is_elf "$file" || add_libraries "$file"
		echo "${file##*/}"
	done >"$root/kpol/tests.list"
	for file in ${DATA:-}; do
		cp -a "$file" "$root/kpol/"
	done
}

add_busybox
add_modules
add_programs
echo "${LIMIT:-120}" >"$root/kpol/limit"
cp "$here/tap-run.sh" "$here/run-suite.sh" "$top/selftests/guest/lib/check.sh" "$root/kpol/"
install -m 755 "$here/init.sh" "$root/init"
if [ -n "${SYSTEMD:-}" ]; then
	touch "$root/kpol/systemd"
	cp "$top/selftests/systemd/enter-systemd.sh" "$top/selftests/systemd/kpol-suite.service" "$root/kpol/"
	[ -z "${STAGE:-}" ] || cp -a "$STAGE" "$root/kpol/stage"
fi
mkdir -p "$(dirname "$out")"
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$out"
