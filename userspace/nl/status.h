/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module's account of itself. */
#ifndef KPOL_NL_STATUS_H
#define KPOL_NL_STATUS_H

#include "nl/conn.h"

struct kpol_nl_count {
	uint64_t denied, would_deny, audited;
};

/**
 * struct kpol_nl_status - STATUS_GET and STATUS_NTF, see enum kpol_a_status
 * @verdicts, @dropped: indexed by class.
 * @memory: bytes the live ruleset holds, of which @strings are paths, patterns and names.
 * @boot_mode: what kpol.mode= asked for, 0: nothing.
 * @hooks_lost: how many do not fire any more.
 * @locked: the module stays until the next boot.
 * @bundle: label of the live ruleset, "" if none.
 */
struct kpol_nl_status {
	char version[32];
	uint64_t generation;
	uint8_t digest[KPOL_DIGEST_LEN];
	uint32_t mode;
	uint32_t boot_mode;
	uint32_t rules, policies, scopes, bindings, sets, addresses;
	uint32_t hooks, hooks_known, hooks_lost;
	uint32_t entering;
	uint64_t memory, strings;
	uint64_t untraced;
	uint64_t event_seq;
	uint32_t event_queued, event_capacity;
	uint32_t subscriber;
	uint32_t locked;
	struct kpol_nl_count verdicts[KPOL_CLASS_MAX + 1];
	uint64_t dropped[KPOL_CLASS_MAX + 1];
	char bundle[KPOL_NAME_MAX + 1];
};

/** kpol_nl_status_get() - ask for it. Return: 0 or as kpol_nl_do(): -ENODEV, -EPERM, … */
int kpol_nl_status_get(struct kpol_nl *nl, struct kpol_nl_status *ret);

struct nlmsghdr;

/** kpol_nl_status_decode() - read a whole STATUS message. Return: 0 or -EBADMSG. */
int kpol_nl_status_decode(const struct nlmsghdr *hdr, struct kpol_nl_status *ret);

#endif /* KPOL_NL_STATUS_H */
