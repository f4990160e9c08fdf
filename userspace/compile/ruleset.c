// SPDX-License-Identifier: GPL-2.0-or-later
/* A ruleset: its end of life, its digest, its table. */
#include "compile/ruleset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/cleanup.h"
#include "engine/condition.h"

DEFINE_CLEANUP(EVP_MD_CTX *, EVP_MD_CTX_free);

void kpol_address_rows_clear(struct kpol_address_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->items[i].ids);
	free(rows->items);
	*rows = (struct kpol_address_rows){ 0 };
}

void kpol_ruleset_free(struct kpol_ruleset *ruleset)
{
	if (!ruleset)
		return;
	for (size_t i = 0; i < ruleset->n_policies; i++)
		free(ruleset->policies[i].name);
	for (size_t i = 0; i < ruleset->n_scopes; i++) {
		free(ruleset->scopes[i].name);
		free(ruleset->scopes[i].policies);
	}
	for (size_t i = 0; i < ruleset->n_bindings; i++)
		free(ruleset->bindings[i].path);
	for (size_t i = 0; i < ruleset->n_sets; i++) {
		free(ruleset->sets[i].name);
		kpol_pods_clear(&ruleset->sets[i].pods);
	}
	kpol_address_rows_clear(&ruleset->addresses);
	free(ruleset->sets);
	free(ruleset->policies);
	free(ruleset->scopes);
	free(ruleset->rules);
	free(ruleset->items);
	free(ruleset->bindings);
	kpol_arena_clear(&ruleset->strings);
	free(ruleset);
}

static bool digest_rule(EVP_MD_CTX *ctx, const struct kpol_rule *rule)
{
	uint8_t fixed[KPOL_RULE_ENCODED];

	kpol_rule_encode(rule, fixed);
	return EVP_DigestUpdate(ctx, fixed, sizeof(fixed)) &&
	       EVP_DigestUpdate(ctx, rule->object, rule->object_len) &&
	       EVP_DigestUpdate(ctx, rule->source, rule->source_len) &&
	       (!kpol_rule_condition_len(rule) ||
		EVP_DigestUpdate(ctx, rule->condition, rule->condition_len));
}

int kpol_ruleset_digest(const struct kpol_ruleset *ruleset, uint8_t digest[KPOL_DIGEST_LEN])
{
	_cleanup_(EVP_MD_CTX_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		return -EIO;
	for (size_t i = 0; i < ruleset->n_rules; i++)
		if (!digest_rule(ctx, &ruleset->rules[i]))
			return -EIO;
	for (size_t i = 0; i < ruleset->n_sets; i++)
		if (!EVP_DigestUpdate(ctx, ruleset->sets[i].name,
				      strlen(ruleset->sets[i].name) + 1))
			return -EIO;
	return EVP_DigestFinal_ex(ctx, digest, NULL) ? 0 : -EIO;
}

int kpol_ruleset_table(const struct kpol_ruleset *ruleset, struct kpol_table_error *ret_error,
		       struct kpol_table **ret_table)
{
	_cleanup_free_ uint8_t *modes = calloc(ruleset->n_policies + 1, 1);
	_cleanup_free_ uint8_t *flags = calloc(ruleset->n_scopes + 1, 1);
	struct kpol_table_input input = { .rules = ruleset->rules,
					  .n_rules = (u32)ruleset->n_rules,
					  .policy_modes = modes,
					  .n_policies = (u32)ruleset->n_policies,
					  .n_scopes = (u32)ruleset->n_scopes,
					  .n_sets = (u32)ruleset->n_sets,
					  .scope_flags = flags };

	*ret_error = (struct kpol_table_error){ 0, "no memory for the table" };
	if (!modes || !flags)
		return -ENOMEM;
	for (size_t i = 0; i < ruleset->n_policies; i++)
		modes[i] = ruleset->policies[i].mode;
	for (size_t i = 0; i < ruleset->n_scopes; i++)
		flags[i] = (uint8_t)ruleset->scopes[i].flags;
	return kpol_table_new(&input, ret_error, ret_table);
}
