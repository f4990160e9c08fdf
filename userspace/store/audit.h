/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trail of control actions: who changed what, when, and what came of it. */
#ifndef KPOL_STORE_AUDIT_H
#define KPOL_STORE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define KPOL_AUDIT_MAX 10000

/**
 * struct kpol_audit - one action
 * @at: µs since 1970. @uid, @pid: of the caller; pid 0: the daemon itself.
 * @action: "load", "rollback", "mode", "global-mode", "bind", "unbind", "adopt", "resend".
 * @outcome: "ok" or the sentence the caller got.
 */
struct kpol_audit {
	int64_t at;
	uint32_t uid;
	uint32_t pid;
	const char *action;
	const char *detail;
	const char *outcome;
};

/** kpol_audit_add() - append; the oldest beyond KPOL_AUDIT_MAX are dropped. */
int kpol_audit_add(struct kpol_store *store, const struct kpol_audit *audit);

/** typedef kpol_audit_fn - one entry; strings valid during the call. */
typedef void (*kpol_audit_fn)(const struct kpol_audit *audit, void *userdata);

/** kpol_audit_list() - the newest @max entries, newest first. */
int kpol_audit_list(struct kpol_store *store, size_t max, kpol_audit_fn fn, void *userdata);

#endif /* KPOL_STORE_AUDIT_H */
