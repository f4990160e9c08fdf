/* SPDX-License-Identifier: GPL-2.0-only */
/* genl_split_ops in the type of pre_doit: not needed from 6.2 on. genl_info_dump(): from 6.6 on. */
#ifndef KPOL_COMPAT_NET_GENETLINK_H
#define KPOL_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define genl_split_ops genl_ops
#endif

#endif /* KPOL_COMPAT_NET_GENETLINK_H */
