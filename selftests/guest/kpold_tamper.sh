#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What happens to the daemon and its memory by accident or on purpose: reboots too early, lost files, clocks, signals, rmmod.

# shellcheck source=lib/check.sh
. /kpol/check.sh

state=/tmp/tamper sock=/tmp/tamper.sock log=/tmp/tamper.log guard=86400
ctl() { kpolctl --socket "$sock" "$@"; }

start()
{
	kpold --state $state --socket $sock --boot-guard $guard --exporters syslog --syslog-socket /tmp/none 2>>$log &
	daemon=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		ctl status >/dev/null 2>&1
		[ $? -le 1 ] && return
		sleep 0.5
	done
}

says_not() { ! says "$@"; }

# An empty kernel, a new daemon and, as far as it can tell, another boot.
reboot_as() # BOOT-ID
{
	kill -9 $daemon 2>/dev/null
	wait $daemon 2>/dev/null
	rmmod kpol
	modprobe kpol
	echo "$1" >/tmp/boot_id
	start
}

# In the unit's cgroup, past the exec that ends "entering".
in_payd() { sh -c 'echo $$ >/sys/fs/cgroup/tamper.service/cgroup.procs; exec /bin/busybox sh -c "$1"' sh "$*"; }
allowed() { in_payd /opt/tamper; }
denied() { ! allowed; }

mkdir -p /opt /sys/fs/cgroup/tamper.service
printf '#!/bin/busybox sh\nexit 0\n' >/opt/tamper
chmod 755 /opt/tamper
cat >/tmp/tamper.yaml <<END
apiVersion: kpol.io/v1
kind: RuntimePolicy
metadata:
  name: tamper
spec:
  selector:
    matchUnits: [tamper.service]
  action: Block
  process:
    matchPaths:
    - path: /opt/tamper
END

echo 1..32
cat /proc/sys/kernel/random/boot_id >/tmp/boot_id
mount --bind /tmp/boot_id /proc/sys/kernel/random/boot_id

# The boot guard.
daemon=
reboot_as 00000000-0000-4000-8000-00000000000a
check program_runs_without_a_policy allowed
check bundle_loads says "generation" ctl load /tmp/tamper.yaml
check program_is_denied denied
reboot_as 0000000b-0000-4000-8000-00000000000b
check boot_after_one_that_was_cut_off_observes allowed
check it_says_why says "boot guard observes until kpolctl resume" ctl status
check the_log_says_why says "this one only observes" cat $log
reboot_as 0000000b-0000-4000-8000-00000000000b
check a_new_daemon_in_the_same_boot_observes_too allowed
check resume_says_so says "enforcing again" ctl resume
check resumed_boot_denies denied
check resumed_boot_has_no_guard says_not "boot guard" ctl status
guard=1
reboot_as 0000000c-0000-4000-8000-00000000000c
check resumed_boot_that_was_cut_off_too_is_followed_by_one_that_observes allowed
sleep 2
guard=86400
reboot_as 0000000d-0000-4000-8000-00000000000d
check held_boot_that_lasted_is_followed_by_one_that_enforces denied
guard=0
reboot_as 0000000e-0000-4000-8000-00000000000e
check without_a_guard_every_boot_enforces denied

# Signals: whatever becomes of the daemon, the kernel goes on.
kill -USR1 $daemon
wait $daemon 2>/dev/null
check daemon_that_got_a_stray_signal_leaves_the_kernel_enforcing denied
start
kill -HUP $daemon
sleep 1
check hangup_does_not_end_it says "tamper" ctl status
kill -STOP $daemon
check stopped_daemon_leaves_the_kernel_enforcing denied
kill -CONT $daemon
kill -SEGV $daemon
wait $daemon 2>/dev/null
check crashed_daemon_leaves_the_kernel_enforcing denied
start
check next_daemon_adopts says "as kpold loaded it" ctl status

# The memory taken away while it runs.
rm -rf $state
sed "s/name: tamper/name: other/" /tmp/tamper.yaml >/tmp/other.yaml
check load_without_memory_is_refused says "moved or deleted" ctl load /tmp/other.yaml
check status_tells_of_lost_memory says "restart kpold" ctl status
check kernel_does_not_need_the_daemons_memory denied
kill $daemon
wait $daemon 2>/dev/null
start
check next_daemon_adopts_what_it_does_not_remember says "not loaded from a bundle that is kept here" ctl status
check kernel_still_denies denied
check loading_again_mends_it says "generation" ctl load /tmp/tamper.yaml
kill -9 $daemon
wait $daemon 2>/dev/null
rm -f $state/kpol.db-wal
dd if=/dev/urandom of=$state/kpol.db bs=4k count=4 2>/dev/null
start
check damaged_memory_is_moved_aside sh -c "ls $state | grep -q corrupt"
check damaged_memory_changes_no_verdict denied
ctl load /tmp/tamper.yaml >/dev/null 2>&1

# The clock.
now=$(date +%s)
date -s @1 >/dev/null
check clock_set_back_changes_no_verdict denied
check daemon_lives_with_a_clock_set_back says "as kpold loaded it" ctl status
date -s @7258118400 >/dev/null
check clock_set_far_ahead_changes_no_verdict denied
date -s "@$now" >/dev/null

# Last, because it cannot be undone.
check lock_says_so says "stays until the next boot" ctl lock
check status_says_locked says "locked until the next boot" ctl status
check locked_module_is_not_unloaded sh -c "! rmmod kpol 2>/dev/null && grep -q ^kpol /proc/modules"
kill $daemon
wait $daemon 2>/dev/null
umount /proc/sys/kernel/random/boot_id
sed 's/^/# /' $log
