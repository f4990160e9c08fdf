/* SPDX-License-Identifier: GPL-2.0-only */
/* The digest of a ruleset: SHA-256 as kpol_rule_encode() documents it. */
#ifndef KPOL_DIGEST_H
#define KPOL_DIGEST_H

#include <crypto/sha2.h>

#include "engine/rule.h"

/** kpol_digest_rule() - rules come first, in order. */
void kpol_digest_rule(struct sha256_ctx *digest, const struct kpol_rule *rule);

/** kpol_digest_set() - then the names of the address sets. With its NUL, so that no two rows of names are the same bytes. */
void kpol_digest_set(struct sha256_ctx *digest, const char *name);

#endif /* KPOL_DIGEST_H */
