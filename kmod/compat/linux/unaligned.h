/* SPDX-License-Identifier: GPL-2.0-only */
/* Its place below linux/: not needed from 6.12 on. */
#ifndef KPOL_COMPAT_LINUX_UNALIGNED_H
#define KPOL_COMPAT_LINUX_UNALIGNED_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include_next <linux/unaligned.h>
#endif

#endif /* KPOL_COMPAT_LINUX_UNALIGNED_H */
