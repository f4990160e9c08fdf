// SPDX-License-Identifier: GPL-2.0-only
/* A condition: what an execution must have beside its path for a rule to match, or to let it pass. */
#include "condition.h"

/* Of each kind: what it is about, and its length where that is fixed. */
static const struct {
	u8 fact;
	u8 len;
} kinds[__KPOL_CONDITION_END] = {
	[KPOL_CONDITION_ARG] = { KPOL_FACT_ARGS, 0 },
	[KPOL_CONDITION_SHA256] = { KPOL_FACT_SHA256, KPOL_DIGEST_LEN },
	[KPOL_CONDITION_VERITY_SHA256] = { KPOL_FACT_VERITY, 32 },
	[KPOL_CONDITION_VERITY_SHA512] = { KPOL_FACT_VERITY, 64 },
};

static int fail(const char **ret_reason, const char *reason)
{
	*ret_reason = reason;
	return -EINVAL;
}

bool kpol_condition_next(const struct kpol_rule *rule, u32 *at, struct kpol_condition_record *ret)
{
	const u8 *head;

	if (kpol_rule_condition_len(rule) - *at < KPOL_CONDITION_HEAD)
		return false;
	head = rule->condition + *at;
	ret->kind = head[0];
	ret->len = (u16)(head[1] | head[2] << 8);
	ret->bytes = head + KPOL_CONDITION_HEAD;
	*at += KPOL_CONDITION_HEAD + ret->len;
	return *at <= kpol_rule_condition_len(rule);
}

/* By kind, then as strings. */
static int compare(const struct kpol_condition_record *a, const struct kpol_condition_record *b)
{
	int r = a->kind - b->kind;

	if (!r)
		r = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);
	return r ? r : a->len - b->len;
}

static int check_record(const struct kpol_condition_record *record, const char **ret_reason)
{
	if (!record->kind || record->kind > KPOL_CONDITION_MAX)
		return fail(ret_reason, "has a condition of an unknown kind");
	if (kinds[record->kind].len && record->len != kinds[record->kind].len)
		return fail(ret_reason, "has a digest of the wrong length");
	if (record->kind == KPOL_CONDITION_ARG && record->len > KPOL_ARG_MAX)
		return fail(ret_reason, "has an argument that is too long");
	if (record->kind == KPOL_CONDITION_ARG && record->len &&
	    memchr(record->bytes, 0, record->len))
		return fail(ret_reason, "has a NUL byte inside of an argument");
	return 0;
}

static int check_records(const struct kpol_rule *rule, const char **ret_reason)
{
	struct kpol_condition_record record, before = {};
	u32 at = 0, n_args = 0;
	int err;

	while (kpol_condition_next(rule, &at, &record)) {
		err = check_record(&record, ret_reason);
		if (err)
			return err;
		n_args += record.kind == KPOL_CONDITION_ARG;
		if (n_args > KPOL_ARGS_MAX)
			return fail(ret_reason, "allows too many arguments");
		if (before.kind && compare(&before, &record) >= 0)
			return fail(ret_reason, "has a condition that is not in order");
		before = record;
	}
	return at == rule->condition_len ? 0 : fail(ret_reason, "has a condition that is cut");
}

int kpol_condition_check(const struct kpol_rule *rule, const char **ret_reason)
{
	if (rule->match == KPOL_MATCH_PEER || (!rule->condition && !rule->condition_len))
		return 0;
	if (!rule->condition || !rule->condition_len || rule->condition_len > KPOL_CONDITION_LEN)
		return fail(ret_reason, "has a condition of no length, or too much");
	if (rule->class != KPOL_CLASS_PROCESS)
		return fail(ret_reason, "has a condition, but is not about programs");
	return check_records(rule, ret_reason);
}

u32 kpol_condition_asks(const struct kpol_rule *rule)
{
	struct kpol_condition_record record;
	u32 at = 0, asks = 0;

	while (kpol_condition_next(rule, &at, &record))
		asks |= kinds[record.kind].fact;
	return asks;
}

u32 kpol_condition_missing(const struct kpol_rule *rule, const struct kpol_facts *facts)
{
	u32 missing = kpol_condition_asks(rule) & ~(facts ? facts->known : 0U);

	if (missing & KPOL_FACTS_CONTENT && kpol_condition_has_content(rule, facts))
		missing &= ~KPOL_FACTS_CONTENT;
	return missing;
}

static bool is_content(const struct kpol_condition_record *record, const struct kpol_facts *facts)
{
	if (!(kinds[record->kind].fact & KPOL_FACTS_CONTENT & facts->known))
		return false;
	if (record->kind == KPOL_CONDITION_SHA256)
		return !memcmp(record->bytes, facts->sha256, sizeof(facts->sha256));
	return record->len == facts->verity_len &&
	       !memcmp(record->bytes, facts->verity, facts->verity_len);
}

bool kpol_condition_has_content(const struct kpol_rule *rule, const struct kpol_facts *facts)
{
	struct kpol_condition_record record;
	u32 at = 0;

	while (facts && kpol_condition_next(rule, &at, &record))
		if (is_content(&record, facts))
			return true;
	return false;
}

static bool is_listed(const struct kpol_rule *rule, const char *arg, u32 len)
{
	struct kpol_condition_record record;
	u32 at = 0;

	while (kpol_condition_next(rule, &at, &record))
		if (record.kind == KPOL_CONDITION_ARG && record.len == len &&
		    !memcmp(record.bytes, arg, len))
			return true;
	return false;
}

bool kpol_condition_has_args(const struct kpol_rule *rule, const struct kpol_facts *facts)
{
	const char *arg, *end;

	if (!facts || !(facts->known & KPOL_FACT_ARGS) || facts->args_len == KPOL_ARGS_BEYOND)
		return false;
	for (arg = facts->args; arg < facts->args + facts->args_len; arg = end + 1) {
		end = memchr(arg, 0, facts->args + facts->args_len - arg);
		if (!end || !is_listed(rule, arg, end - arg))
			return false;
	}
	return true;
}
