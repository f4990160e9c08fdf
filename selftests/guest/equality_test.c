// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's answers are userspace's: random rulesets and accesses, judged by both and by a plain
 * scan. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/guest.h"
#include "nl/attr.h"
#include "nl/control.h"
#include "nl/request.h"
#include "nl/tx.h"

#include "../unit/generate.h"

#define RULESETS 24
#define FLIPS 4 /* changes of mode between batches of accesses */
#define BATCH 100 /* accesses in one message at most: long ones fill it earlier */
#define ACCESSES 1100 /* between two flips */
#define PAIRS (RULESETS * FLIPS * ACCESSES)

_Static_assert(PAIRS >= 100000, "too few pairs");

/* Few large rulesets and many small ones: small ones have more accesses that nothing matches. */
static const u32 sizes[] = { 1, 5, 20, 60, 150, GENERATE_RULES_MAX };

FIXTURE(equality)
{
	struct generator *g;
	struct kpol_table *table;
	struct kpol_policy_row policies[GENERATE_POLICIES];
	struct kpol_scope_row scopes[GENERATE_SCOPES];
	struct kpol_set_row sets[GENERATE_SETS];
	uint64_t generation;
	u32 asked, differ, in_sets;
};

/* KPOL_TEST_SEED= on the kernel command line repeats a run that failed: init passes it on. */
static u64 seed(void)
{
	const char *given = getenv("KPOL_TEST_SEED");

	return given ? strtoull(given, NULL, 0) : (u64)time(NULL) << 16 ^ (u64)getpid();
}

FIXTURE_SETUP(equality)
{
	self->g = calloc(1, sizeof(*self->g));
	self->g->state = seed();
	TH_LOG("seed %#llx", (unsigned long long)self->g->state);
	for (u32 i = 0; i < GENERATE_POLICIES; i++)
		ASSERT_LT(0, asprintf(&self->policies[i].name, "policy%u", i + 1));
	for (u32 i = 0; i < GENERATE_SCOPES; i++)
		ASSERT_LT(0, asprintf(&self->scopes[i].name, "scope%u", i + 1));
	for (u32 i = 0; i < GENERATE_SETS; i++)
		ASSERT_LT(0, asprintf(&self->sets[i].name, "set%u", i + 1));
}

FIXTURE_TEARDOWN(equality)
{
	guest_unload();
}

struct answers {
	u32 n;
	struct kpol_decision items[BATCH];
};

static int take_answers(struct nlattr **unused, const struct nlmsghdr *hdr, void *userdata)
{
	struct answers *answers = userdata;
	struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *attr, *a[KPOL_A_DECIDE_MAX + 1];
	int left;

	nla_for_each_attr(attr, genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0), left)
	{
		if (nla_type(attr) != KPOL_A_DECIDE_RESULT || answers->n == BATCH ||
		    nla_parse_nested(a, KPOL_A_DECIDE_MAX, attr, NULL) < 0)
			return -EBADMSG;
		answers->items[answers->n++] = (struct kpol_decision){
			.deny = kpol_nl_attr_u32(a[KPOL_A_DECIDE_DENIED]),
			.rule = kpol_nl_attr_u32(a[KPOL_A_DECIDE_RULE]),
			.would_deny = kpol_nl_attr_u32(a[KPOL_A_DECIDE_WOULD_DENY]),
			.would_rule = kpol_nl_attr_u32(a[KPOL_A_DECIDE_WOULD_RULE]),
			.audit_rule = kpol_nl_attr_u32(a[KPOL_A_DECIDE_AUDIT_RULE]),
		};
	}
	return 0;
}

/* More arguments than any list has: one that no list has does as well. */
static int put_facts(struct nl_msg *msg, const struct kpol_facts *facts)
{
	u8 known = facts ? facts->known : 0;
	bool beyond = known && facts->args_len == KPOL_ARGS_BEYOND;

	return (known & KPOL_FACT_ARGS &&
		nla_put(msg, KPOL_A_DECIDE_ARGS, beyond ? 7 : (int)facts->args_len,
			beyond ? "beyond" : facts->args)) ||
	       (known & KPOL_FACT_SHA256 &&
		nla_put(msg, KPOL_A_DECIDE_SHA256, sizeof(facts->sha256), facts->sha256)) ||
	       (known & KPOL_FACT_VERITY &&
		nla_put(msg, KPOL_A_DECIDE_VERITY, facts->verity_len, facts->verity));
}

static int put_access(struct nl_msg *msg, const struct kpol_access *a)
{
	struct nlattr *nest = nla_nest_start(msg, KPOL_A_DECIDE_ACCESS);

	if (!nest || nla_put_u32(msg, KPOL_A_DECIDE_SCOPE, a->scope) ||
	    nla_put_u32(msg, KPOL_A_DECIDE_CLASS, a->class) ||
	    nla_put_u32(msg, KPOL_A_DECIDE_OP, a->op) ||
	    nla_put_u32(msg, KPOL_A_DECIDE_FAMILY, a->family) ||
	    nla_put_u32(msg, KPOL_A_DECIDE_SOCKTYPE, a->socktype) ||
	    nla_put_u32(msg, KPOL_A_DECIDE_PROTOCOL, a->protocol) ||
	    nla_put_u32(msg, KPOL_A_DECIDE_PORT, a->port) ||
	    (a->object && nla_put_string(msg, KPOL_A_DECIDE_OBJECT, a->object)) ||
	    (a->source && nla_put_string(msg, KPOL_A_DECIDE_SOURCE, a->source)) ||
	    (a->owner && nla_put_flag(msg, KPOL_A_DECIDE_OWNER)) ||
	    (a->terminal && nla_put_flag(msg, KPOL_A_DECIDE_TERMINAL)) ||
	    (a->directory && nla_put_flag(msg, KPOL_A_DECIDE_DIRECTORY)) ||
	    (a->class == KPOL_CLASS_PROCESS && put_facts(msg, a->facts)) ||
	    (a->has_addr &&
	     nla_put(msg, KPOL_A_DECIDE_ADDR, a->family == AF_INET ? 4 : 16, a->addr))) {
		if (nest)
			nla_nest_cancel(msg, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

static void expect_same(struct __test_metadata *_metadata, FIXTURE_DATA(equality) * self,
			const struct kpol_access *a, const struct kpol_decision *expected,
			const struct kpol_decision *got, const char *who)
{
	char text[4096];

	if (generate_same(expected, got) || self->differ++ >= 10)
		return;
	generate_describe(a, expected, got, text, sizeof(text));
	TH_LOG("the scan and %s differ: %s", who, text);
}

/* Tell the module of the accesses' addresses what the generator says of them, by the command of the daemon. */
static void set_addresses(struct __test_metadata *_metadata, FIXTURE_DATA(equality) * self,
			  const struct kpol_access *accesses, u32 n)
{
	struct kpol_address_row rows[BATCH] = { 0 };
	struct kpol_address_rows list = { .items = rows };
	u32 ids[BATCH][8];

	for (u32 i = 0; i < n; i++) {
		const struct kpol_access *a = &accesses[i];
		struct kpol_address_row *row = &rows[list.n];

		if (!a->has_addr)
			continue;
		row->family = a->family;
		memcpy(row->addr, a->addr, sizeof(row->addr));
		row->ids = ids[list.n];
		row->n_ids = generate_members(a->family, a->addr, row->ids);
		self->in_sets += !!row->n_ids;
		list.n++;
	}
	ASSERT_EQ(0, kpol_nl_addresses_set(guest_nl(), &list, self->generation))
	TH_LOG("%s", kpol_nl_last_error(guest_nl())->message);
}

/* One message of at most @max accesses, each judged three times. One that it has no room for any more
 * is nobody's. */
static void compare_batch(struct __test_metadata *_metadata, FIXTURE_DATA(equality) * self, u32 max)
{
	const struct reference reference = { self->g->rules, self->g->n_rules, self->g->modes };
	_cleanup_msg_ struct nl_msg *msg = NULL;
	struct kpol_decision plain[BATCH], quick;
	struct kpol_access accesses[BATCH];
	struct answers answers = { 0 };
	u32 n;

	ASSERT_EQ(0, kpol_nl_msg(guest_nl(), KPOL_CMD_DECIDE, &msg));
	for (n = 0; n < max && n < BATCH; n++) {
		generate_access(self->g, &accesses[n]);
		if (put_access(msg, &accesses[n]))
			break;
		reference_decide(&reference, &accesses[n], &plain[n]);
		kpol_decide(self->table, &accesses[n], &quick);
		expect_same(_metadata, self, &accesses[n], &plain[n], &quick, "the library");
	}
	ASSERT_LT(0, n);
	set_addresses(_metadata, self, accesses, n);
	ASSERT_EQ(0, kpol_nl_do(guest_nl(), msg, KPOL_A_DECIDE_MAX, take_answers, &answers))
	TH_LOG("%s", kpol_nl_last_error(guest_nl())->message);
	ASSERT_EQ(n, answers.n);
	for (u32 i = 0; i < n; i++) {
		accesses[i].object = accesses[i].source = NULL; /* gone with the next access */
		expect_same(_metadata, self, &accesses[i], &plain[i], &answers.items[i],
			    "the kernel");
	}
	self->asked += n;
}

/* The same rows in the kernel and in a table here. */
static void load(struct __test_metadata *_metadata, FIXTURE_DATA(equality) * self)
{
	struct generator *g = self->g;
	const struct kpol_table_input input = { .rules = g->rules,
						.n_rules = g->n_rules,
						.policy_modes = g->modes,
						.n_policies = GENERATE_POLICIES,
						.n_scopes = GENERATE_SCOPES,
						.n_sets = GENERATE_SETS,
						.seed = g->state };
	struct kpol_ruleset ruleset = { .policies = self->policies,
					.n_policies = GENERATE_POLICIES,
					.scopes = self->scopes,
					.n_scopes = GENERATE_SCOPES,
					.sets = self->sets,
					.n_sets = GENERATE_SETS,
					.rules = g->rules,
					.n_rules = g->n_rules };
	struct kpol_table_error error;

	for (u32 i = 0; i < GENERATE_POLICIES; i++)
		self->policies[i].mode = g->modes[i];
	ASSERT_EQ(0, kpol_nl_load(guest_nl(), &ruleset, "equality", false, NULL, NULL,
				  &self->generation))
	TH_LOG("rule %u %s", kpol_nl_last_error(guest_nl())->rule,
	       kpol_nl_last_error(guest_nl())->message);
	ASSERT_EQ(0, kpol_table_new(&input, &error, &self->table));
}

static void flip_a_mode(struct __test_metadata *_metadata, FIXTURE_DATA(equality) * self)
{
	u32 policy = 1 + generate_below(self->g, GENERATE_POLICIES);
	u8 *mode = &self->g->modes[policy - 1];

	*mode ^= KPOL_MODE_ENFORCE ^ KPOL_MODE_OBSERVE;
	kpol_table_set_mode(self->table, policy, *mode);
	ASSERT_EQ(0, kpol_nl_policy_mode_set(guest_nl(), self->policies[policy - 1].name, *mode));
}

TEST_F_TIMEOUT(equality, kernel_library_and_plain_scan_agree, 600)
{
	for (u32 i = 0; i < RULESETS; i++) {
		generate_ruleset(self->g, sizes[i % (sizeof(sizes) / sizeof(sizes[0]))]);
		load(_metadata, self);
		for (u32 flip = 0; flip < FLIPS; flip++) {
			u32 enough = self->asked + ACCESSES;

			while (self->asked < enough)
				compare_batch(_metadata, self, enough - self->asked);
			flip_a_mode(_metadata, self);
		}
		kpol_table_free(self->table);
	}
	EXPECT_EQ(0, self->differ);
	EXPECT_EQ(PAIRS, self->asked);
	EXPECT_LT(PAIRS / 100, self->in_sets);
	TH_LOG("%u accesses over %u rulesets, each judged three times", self->asked, RULESETS);
}

TEST_F(equality, an_access_to_a_scope_that_is_not_there_is_refused)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	struct kpol_access access = { .scope = GENERATE_SCOPES + 1,
				      .class = KPOL_CLASS_FILE,
				      .op = KPOL_OP_READ };

	generate_ruleset(self->g, 5);
	load(_metadata, self);
	ASSERT_EQ(0, kpol_nl_msg(guest_nl(), KPOL_CMD_DECIDE, &msg));
	ASSERT_EQ(0, put_access(msg, &access));
	EXPECT_EQ(-EINVAL, kpol_nl_do(guest_nl(), msg, KPOL_A_DECIDE_MAX, NULL, NULL));
	EXPECT_STREQ("an access names a scope or class that does not exist",
		     kpol_nl_last_error(guest_nl())->message);
}

TEST_HARNESS_MAIN
