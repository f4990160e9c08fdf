# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Goes on from the initramfs into the Debian root file system, taking the suite and what is under test along.
# Sourced by qemu/init.sh; the disk is a throwaway snapshot.
# Half a move is none: failing here ends the first process, thus the boot.
set -e
modprobe virtio_pci
modprobe virtio_blk
mount -t ext4 /dev/vda /mnt || poweroff -f

mkdir -p /mnt/kpol /mnt/usr/lib/modules
cp -a /kpol/. /mnt/kpol/
cp -a /lib/modules/. /mnt/usr/lib/modules/
if [ -d /kpol/stage ]; then
	cp -a /kpol/stage/. /mnt/
	chroot /mnt systemd-sysusers
fi
# A program that needs nothing: what containers are made of.
cp /bin/busybox /mnt/kpol/busybox
cp /kpol/kpol-suite.service /mnt/etc/systemd/system/kpol-suite.service
mkdir -p /mnt/etc/systemd/system/multi-user.target.wants
ln -s ../kpol-suite.service /mnt/etc/systemd/system/multi-user.target.wants/kpol-suite.service

umount /sys/kernel/security /sys/kernel/debug /sys/kernel/tracing /sys/fs/cgroup /sys /dev/pts /dev/shm /run /tmp
mount --move /dev /mnt/dev
umount /proc
exec switch_root /mnt /sbin/init
