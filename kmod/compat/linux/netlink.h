/* SPDX-License-Identifier: GPL-2.0-only */
/* Formatted extack messages: not needed from 6.2 on. */
#ifndef KPOL_COMPAT_LINUX_NETLINK_H
#define KPOL_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#include <linux/atomic.h>
#include <linux/kernel.h>

/*
 * The message is copied into the acknowledgement after the operation has returned and its lock is gone, so
 * the text lives in a ring: eight failures at the same place may overtake each other.
 */
#define NL_SET_ERR_MSG_FMT(extack, fmt, args...)                               \
	do {                                                                   \
		static char kpol_ring[8][80];                                  \
		static atomic_t kpol_at;                                       \
		char *kpol_text = kpol_ring[atomic_inc_return(&kpol_at) % 8U]; \
		snprintf(kpol_text, sizeof(kpol_ring[0]), fmt, ##args);        \
		(extack)->_msg = kpol_text;                                    \
	} while (0)
#endif

#endif /* KPOL_COMPAT_LINUX_NETLINK_H */
