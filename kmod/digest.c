// SPDX-License-Identifier: GPL-2.0-only
/* The digest of a ruleset: SHA-256 as kpol_rule_encode() documents it. */
#include "digest.h"
#include "engine/condition.h"

#include <linux/string.h>

void kpol_digest_rule(struct sha256_ctx *digest, const struct kpol_rule *rule)
{
	u8 fixed[KPOL_RULE_ENCODED];

	kpol_rule_encode(rule, fixed);
	sha256_update(digest, fixed, sizeof(fixed));
	if (rule->object)
		sha256_update(digest, (const u8 *)rule->object, rule->object_len);
	if (rule->source)
		sha256_update(digest, (const u8 *)rule->source, rule->source_len);
	if (kpol_rule_condition_len(rule))
		sha256_update(digest, rule->condition, rule->condition_len);
}

void kpol_digest_set(struct sha256_ctx *digest, const char *name)
{
	sha256_update(digest, (const u8 *)name, strlen(name) + 1);
}
