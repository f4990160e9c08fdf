/* SPDX-License-Identifier: GPL-2.0-only */
/* fsverity_get_digest() that returns the digest's size: not needed from 6.4 on. */
#ifndef KPOL_COMPAT_LINUX_FSVERITY_H
#define KPOL_COMPAT_LINUX_FSVERITY_H

#include_next <linux/fsverity.h>
#include <crypto/hash_info.h>
#include <linux/static_call.h>
#include <linux/version.h>

DECLARE_STATIC_CALL(kpol_fsverity_get_digest, fsverity_get_digest);

/**
 * kpol_fsverity_digest() - the fs-verity digest of a file that is open
 * @ret: FS_VERITY_MAX_DIGEST_SIZE bytes.
 *
 * Return: bytes of the digest; 0: it has none.
 */
static inline u32 kpol_fsverity_digest(struct inode *inode, u8 *ret)
{
	enum hash_algo algorithm = HASH_ALGO__LAST;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	int err = static_call(kpol_fsverity_get_digest)(inode, ret, &algorithm);

	return err || algorithm >= HASH_ALGO__LAST ? 0 : hash_digest_size[algorithm];
#else
	int len = static_call(kpol_fsverity_get_digest)(inode, ret, NULL, &algorithm);

	return len > 0 ? len : 0;
#endif
}

#endif /* KPOL_COMPAT_LINUX_FSVERITY_H */
