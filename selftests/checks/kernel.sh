#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks kernel code with the kernel's own build: headers compile alone, sparse has nothing to say (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

where=$("$top/selftests/qemu/kernel.sh" 6.1) || exit
eval "$where"
work=$build/check-kernel
mkdir -p "$work"

# A copy to build in, whose objects live on from run to run.
copy()
{
	rsync -rlpt --delete --exclude='*.o' --exclude='.*.cmd' --exclude='*.mod*' --exclude='*.ko' kmod include "$work/$1/"
}

kbuild() # COPY ARGUMENT...
{
	local copy=$1
	shift
	make -C "$KDIR" M="$work/$copy/kmod" "$@" 2>&1 </dev/null
}

sparse_complaints()
{
	local log=$work/sparse.log
	copy sparse
	kbuild sparse C=2 CF=-D__CHECK_ENDIAN__ modules >"$log" || tail -n 20 "$log"
	# Only what is said about our files: the kernel's headers are not ours to mend.
	grep "^$work/sparse/.*: \(warning\|error\):" "$log" | sed "s,^$work/sparse/,,"
}

# One tiny source per header, each including that header first and alone.
headers_that_need_others()
{
	local header name log=$work/headers.log
	copy headers
	cd "$work/headers/kmod" || return
	rm -f alone_*.c
	# The compiler's flags are the module's, its objects are these.
	sed -i -E 's/^(obj-m|kpol-)/# &/' Kbuild
	for header in *.h engine/*.h; do
		[ -e "$header" ] || continue
		name=alone_${header//[\/.]/_}
		printf '#include "%s"\n#include "%s"\n' "$header" "$header" >"$name.c"
		echo "headers-y += $name.o"
	done >>Kbuild
	# shellcheck disable=SC2016 # for make
	printf 'obj-m := headers.o\nccflags-y += -I$(src)\n' >>Kbuild
	kbuild headers -k modules >"$log" || true
	grep -E ': (fatal )?error:|: warning:' "$log" | sed "s,^$work/headers/,,"
}

if [ -e kmod/Kbuild ]; then
	no_offence sparse_is_silent sparse_complaints
	no_offence kernel_headers_compile_alone headers_that_need_others
else
	cannot sparse_is_silent "no kmod/Kbuild"
	cannot kernel_headers_compile_alone "no kmod/Kbuild"
fi
plan
