/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that prove who we are and who the receiver is. */
#ifndef KPOL_SEND_SECRET_H
#define KPOL_SEND_SECRET_H

#include "net/blob.h"
#include "send/settings.h"

/** struct kpol_secrets - zero-initialise, end with kpol_secrets_clear(). */
struct kpol_secrets {
	struct kpol_blob ca, cert, key, token;
};

/**
 * kpol_secrets_read() - read those that the settings name, anew
 * @error: which one cannot be used and why; never what is in it.
 *
 * Call it before each connection: a secret is replaced under the same name.
 * Return: 0; -ENOMEM; as kpol_blob_refresh(); -EINVAL: that is no token; both with @error.
 */
int kpol_secrets_read(struct kpol_secrets *secrets, const struct kpol_send_settings *settings,
		      char *error, size_t size);

/** kpol_secrets_clear() - forget them: the memory is overwritten. */
void kpol_secrets_clear(struct kpol_secrets *secrets);

#endif /* KPOL_SEND_SECRET_H */
