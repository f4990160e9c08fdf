# SPDX-License-Identifier: GPL-2.0-or-later
# What AppArmor enforces on interplay_test beside kpol. No includes: it is compiled on any machine.
abi <abi/3.0>,
profile interplay flags=(attach_disconnected) {
  /** rmix,
  /tmp/** rw,
  /dev/** rw,
  deny /tmp/interplay/apparmor rw,
  network,
  signal,
  ptrace,
  unix,
}
