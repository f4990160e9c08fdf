/* SPDX-License-Identifier: GPL-2.0-only */
/* The library's own context type: not needed from 6.17 on, where sha256_state became something else. */
#ifndef KPOL_COMPAT_CRYPTO_SHA2_H
#define KPOL_COMPAT_CRYPTO_SHA2_H

#include_next <crypto/sha2.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define sha256_ctx sha256_state
#endif

#endif /* KPOL_COMPAT_CRYPTO_SHA2_H */
