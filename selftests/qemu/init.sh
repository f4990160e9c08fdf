#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The guest's first process: prepares what any test needs, runs the suite, powers off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb

mkdir -p /proc /sys /dev /tmp /run /root /mnt /var/lib /var/log
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tracefs trace /sys/kernel/tracing
mount -t debugfs debug /sys/kernel/debug
mount -t securityfs security /sys/kernel/security
ln -s /proc/self/fd /dev/fd
exec </dev/null >/dev/console 2>&1
ip link set lo up
hostname guest

if [ -e /kpol/systemd ]; then
	# shellcheck source=../systemd/enter-systemd.sh
	. /kpol/enter-systemd.sh
fi
sh /kpol/run-suite.sh
sync
poweroff -f
