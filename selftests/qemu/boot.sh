#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boots a kernel with an initramfs in QEMU, writes the guest's verdict (TAP) to stdout, judges the boot itself last.
# usage: boot.sh VMLINUZ INITRD LOGDIR (then, from the environment, all optional)
#   SMP  MEM (MiB)  TIMEOUT (seconds)  APPEND (kernel command line)
#   DRIVE   a disk image, never written to
#   ACCEL   kvm, where it is known to work; without it CPUs are emulated
#   ICOUNT  1: the guest's clock counts instructions (one CPU), for benchmarks
set -euo pipefail

vmlinuz=${1:?} initrd=${2:?} logs=${3:?}
console=$logs/console.log verdict=$logs/verdict.tap
mkdir -p "$logs"

qemu=(qemu-system-x86_64 -nodefaults -display none -no-reboot -m "${MEM:-512}"
	# Debian 12's QEMU breaks cmpxchg16b, which 6.12 uses: do without.
	-cpu "max,cx16=off"
	-serial "file:$console" -chardev "stdio,id=verdict,signal=off" -serial chardev:verdict
	-kernel "$vmlinuz" -initrd "$initrd")
if [ -n "${ICOUNT:-}" ]; then
	qemu+=(-accel tcg -icount "shift=0,sleep=off" -smp 1)
else
	# CPUs take turns in one thread: in threads of their own, one has been seen to run into the int3 of a code patch
	# that the other had finished, and patching code is what kpol does.
	# Never KVM by itself: where it is nested it may be there and not work.
	qemu+=(-accel "${ACCEL:-tcg,thread=single}" -smp "${SMP:-2}")
fi
if [ -n "${DRIVE:-}" ]; then
	qemu+=(-snapshot -drive "file=$DRIVE,if=virtio,format=raw")
fi
# A stall is a fault of the guest only when it is long: the host may be slow.
qemu+=(-append "console=ttyS0 panic=-1 panic_on_warn=1 oops=panic softlockup_panic=1 watchdog_thresh=30 \
rcupdate.rcu_cpu_stall_timeout=120 printk.devkmsg=on ${APPEND:-}")

status=0
timeout -s KILL "${TIMEOUT:-180}" "${qemu[@]}" </dev/null 2>"$logs/qemu.log" | tee "$verdict" || status=$?

# What the boot itself proves, told in the same words as the tests. A program's own general protection fault, which the
# kernel only mentions, has neither a comma nor a colon behind it.
splat='BUG:|BUG at|WARNING:|INFO: (rcu|task|trying|possible)|Oops|Kernel panic|general protection fault[,:]|UBSAN:|KASAN:|suspected memory leak'
echo "# begin boot"
echo 1..2
if tr -d '\r' <"$verdict" | grep -qx '# done'; then
	echo "ok 1 - guest_reaches_its_end"
else
	[ "$status" -ne 137 ] || echo "# QEMU was stopped after ${TIMEOUT:-180} s"
	if [ ! -s "$console" ]; then
		sed 's/^/#   /' "$logs/qemu.log"
	elif ! grep -qE "$splat" "$console"; then
		echo "# the console's last lines ($console):"
		tail -n 25 "$console" | tr -d '\r' | sed 's/^/#   /'
	fi
	echo "not ok 1 - guest_reaches_its_end"
fi
if grep -qE "$splat" "$console"; then
	echo "# in $console:"
	grep -E -m 1 -A 25 "$splat" "$console" | tr -d '\r' | sed 's/^/#   /'
	echo "not ok 2 - kernel_log_is_clean"
else
	echo "ok 2 - kernel_log_is_clean"
fi
echo "# end boot 0"
