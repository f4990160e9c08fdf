#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boots one guest suite of suites.conf, or lists the suites of a lane.
# usage: suite.sh list LANE [KIND] | suite.sh builds SUITE... | suite.sh boot LANE SUITE LOGDIR
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
conf=$top/selftests/suites.conf
qemu=$top/selftests/qemu

# read_suite LINE: one row of the table into the variables named like its keys.
read_suite()
{
	local word
	tests="" lanes=6.1,6.12,7.2,debug load=kpol kmod=plain smp=2 mem=512 timeout=180 limit=60 append="" bin="" data=policies
	root=initramfs kind=test debs=""
	read -r name words <<<"$1"
	for word in $words; do
		[[ $word =~ ^(tests|lanes|load|kmod|smp|mem|timeout|limit|append|bin|data|root|debs|kind)=(.*)$ ]] ||
			die "suites.conf: $name: unknown word $word"
		printf -v "${word%%=*}" %s "${word#*=}"
	done
}

rows()
{
	sed 's/#.*//; /^[[:space:]]*$/d' "$conf"
}

row_of() # SUITE
{
	rows | grep -E "^$1[[:space:]]" || die "suites.conf: no suite $1"
}

list() # LANE KIND
{
	local row
	rows | while read -r row; do
		read_suite "$row"
		[[ ,$lanes, != *,$1,* || $kind != "$2" ]] || echo "$name"
	done
}

# builds SUITE...: which builds of kpol.ko they load.
builds()
{
	local suite
	for suite; do
		read_suite "$(row_of "$suite")"
		echo "$kmod"
	done | sort -u
}

# The kernel that looks at everything it does takes so many times longer. Guest programs read it too: see lib/slow.c.
slowness() # LANE
{
	[ "$1" = debug ] && echo 6 || echo 1
}

# test_file NAME: where the program or script of that name is.
test_file()
{
	local file
	for file in "$build/guest/$1" "$top/selftests/guest/$1" "$top/selftests/bench/$1" "$top/selftests/systemd/$1" "$top/selftests/demo/$1"; do
		if [ -f "$file" ]; then
			echo "$file"
			return
		fi
	done
	die "suites.conf: $name: no test $1"
}

boot() # LANE SUITE LOGDIR
{
	local lane=$1 logs=$3 row test files=() shipped=() item ko initrd=$3/initramfs.cpio drive="" systemd="" slow
	row=$(row_of "$2")
	read_suite "$row"
	# RELEASE VMLINUZ MODULES KO_plain KO_selftest
	# shellcheck source=/dev/null
	. "$build/lane-$lane"
	for test in ${tests//,/ }; do
		item=$(test_file "$test")
		files+=("$item")
	done
	for item in ${data//,/ }; do
		[ ! -e "$top/$item" ] || shipped+=("$top/$item")
	done
	if [ "$root" = systemd ]; then
		# shellcheck disable=SC2086 # one word a package
		drive=$("$top/selftests/systemd/rootfs.sh" ${debs//,/ })
		systemd=1
		load=$load,~virtio_pci,~virtio_blk
		append=$append,SYSTEMD_COLORS=0
	fi
	append=${append//,/ }
	append=${append//@/,}
	slow=$(slowness "$lane")
	[ "$slow" -eq 1 ] || mem=$((mem * 3))
	ko=KO_$kmod
	mkdir -p "$logs"
	KO=${!ko} LOAD=${load//,/ } TESTS=${files[*]} BINARIES=${bin//,/ } DATA=${shipped[*]} LIMIT=$((limit * slow)) SYSTEMD=$systemd \
		STAGE=$([ ! -d "$build/stage" ] || echo "$build/stage") "$qemu/initramfs.sh" "$initrd" "$RELEASE" "$MODULES"
	SMP=$smp MEM=$mem TIMEOUT=$((timeout * slow)) APPEND="$append KPOL_SLOW=$slow ${KPOL_APPEND:-}" DRIVE=$drive ICOUNT=$([ "$kind" != bench ] || echo 1) \
		"$qemu/boot.sh" "$VMLINUZ" "$initrd" "$logs"
	rm -f "$initrd"
}

case ${1:-} in
list) list "$2" "${3:-test}" ;;
builds) shift && builds "$@" ;;
boot) boot "$2" "$3" "$4" ;;
*) die "usage: suite.sh list LANE [KIND] | suite.sh builds SUITE... | suite.sh boot LANE SUITE LOGDIR" ;;
esac
