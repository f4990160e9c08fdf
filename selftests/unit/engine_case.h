/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cases for the engine: rules and accesses that say only what matters, and the decision to expect.
 */
#ifndef KPOL_UNIT_ENGINE_CASE_H
#define KPOL_UNIT_ENGINE_CASE_H

#include "kselftest_harness.h"

#include "generate.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static inline void complete_rule(struct kpol_rule *rule, u32 id)
{
	rule->id = id;
	rule->scope = rule->scope ? rule->scope : 1;
	rule->policy = rule->policy ? rule->policy : 1;
	rule->class = rule->class ? rule->class : KPOL_CLASS_FILE;
	rule->ops = rule->ops ? rule->ops : kpol_class_ops(rule->class);
	rule->action = rule->action ? rule->action : KPOL_ACTION_ALLOW;
	rule->object_len = rule->object ? strlen(rule->object) : 0;
	rule->source_len = rule->source ? strlen(rule->source) : 0;
}

static inline void complete_access(struct kpol_access *access)
{
	access->scope = access->scope ? access->scope : 1;
	access->class = access->class ? access->class : KPOL_CLASS_FILE;
	access->op = access->op ? access->op : KPOL_OP_READ;
	access->object_len = access->object ? strlen(access->object) : 0;
	access->source_len = access->source ? strlen(access->source) : 0;
}

/* Of policies 1 to 4. */
static const u8 case_modes[] = { KPOL_MODE_ENFORCE, KPOL_MODE_OBSERVE, KPOL_MODE_OBSERVE,
				 KPOL_MODE_ENFORCE };

/* @want: of the engine and of a plain scan alike. @rules: all there are, the rest is zero. */
struct decide_case {
	const char *name;
	struct kpol_rule rules[5];
	struct kpol_access access;
	struct kpol_decision want;
};

#define DENY(n)                                                              \
	{                                                                    \
		.deny = true, .rule = n, .would_deny = true, .would_rule = n \
	}
#define ALLOW(n)                           \
	{                                  \
		.rule = n, .would_rule = n \
	}

static inline void judge_case(const struct decide_case *c, struct kpol_decision *ret,
			      struct kpol_decision *naive)
{
	struct kpol_access access = c->access;
	struct kpol_table_error error;
	struct kpol_table *table;
	struct kpol_rule rules[5];
	u32 n = 0;

	memcpy(rules, c->rules, sizeof(rules));
	while (n < N(rules) && rules[n].action) {
		complete_rule(&rules[n], n + 1);
		n++;
	}
	complete_access(&access);
	if (kpol_table_new(&(struct kpol_table_input){ .rules = rules,
						       .n_rules = n,
						       .policy_modes = case_modes,
						       .n_policies = 4,
						       .n_scopes = 2,
						       .n_sets = KPOL_SETS_MAX,
						       .seed = 1 },
			   &error, &table)) {
		fprintf(stderr, "# %s: rule %u %s\n", c->name, error.rule, error.reason);
		abort();
	}
	kpol_decide(table, &access, ret);
	reference_decide(&(struct reference){ rules, n, case_modes }, &access, naive);
	kpol_table_free(table);
}

static inline void expect_decision(struct __test_metadata *_metadata, const struct decide_case *c)
{
	struct kpol_decision got, naive;

	judge_case(c, &got, &naive);
	EXPECT_EQ(true, generate_same(&c->want, &got))
	TH_LOG("%s: deny %d rule %u would %d rule %u audit %u", c->name, got.deny, got.rule,
	       got.would_deny, got.would_rule, got.audit_rule);
	EXPECT_EQ(c->want.unresolved, got.unresolved) TH_LOG("%s", c->name);
	EXPECT_EQ(c->want.audit_policy, got.audit_policy) TH_LOG("%s", c->name);
	EXPECT_EQ(!c->want.audit_policy, !naive.audit_policy) TH_LOG("reference: %s", c->name);
	EXPECT_EQ(true, generate_same(&c->want, &naive))
	TH_LOG("reference: %s: deny %d rule %u would %d rule %u audit %u", c->name, naive.deny,
	       naive.rule, naive.would_deny, naive.would_rule, naive.audit_rule);
}

#endif /* KPOL_UNIT_ENGINE_CASE_H */
