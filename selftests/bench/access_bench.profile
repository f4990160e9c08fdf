# SPDX-License-Identifier: GPL-2.0-or-later
# What AppArmor enforces on access_bench, for comparison. No includes: it is compiled on any machine.
abi <abi/3.0>,
profile bench flags=(attach_disconnected) {
  /kpol/tests/access_bench rmix,
  /bin/busybox rmix,
  /tmp/** rw,
  /dev/** rw,
  /proc/** r,
  network inet stream,
  network inet dgram,
  signal,
  ptrace,
  unix,
}
