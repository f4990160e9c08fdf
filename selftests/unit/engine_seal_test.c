// SPDX-License-Identifier: GPL-2.0-or-later
/* Words and the seal: what is denied where no rule matches, because it changes what paths mean or who one is. */
#include "kselftest_harness.h"

#include "engine_case.h"

#define ALLOW_FILE(...)                                                                            \
	{                                                                                          \
		.action = KPOL_ACTION_ALLOW, .match = KPOL_MATCH_PATH, .object = "/a", __VA_ARGS__ \
	}
#define BLOCK_FILE(...)                                                                            \
	{                                                                                          \
		.action = KPOL_ACTION_BLOCK, .match = KPOL_MATCH_PATH, .object = "/a", __VA_ARGS__ \
	}
#define WORD(action_, class_, word, ...)                                                          \
	{                                                                                         \
		.action = KPOL_ACTION_##action_, .class = KPOL_CLASS_##class_,                    \
		.match = (word) ? KPOL_MATCH_NAME : KPOL_MATCH_ANY, .object = (word), __VA_ARGS__ \
	}
#define TRY(class_, op_, word)                                                      \
	{                                                                           \
		.class = KPOL_CLASS_##class_, .op = KPOL_OP_##op_, .object = (word) \
	}
#define PROCESS .class = KPOL_CLASS_PROCESS
#define NETWORK_RULE                                                                               \
	{                                                                                          \
		.action = KPOL_ACTION_BLOCK, .class = KPOL_CLASS_NETWORK, .match = KPOL_MATCH_PEER \
	}
#define OBSERVED .policy = 2
#define SEALED(by)                                                                      \
	{                                                                               \
		.deny = true, .would_deny = true, .sealed = true, .would_sealed = true, \
		.policy = by, .would_policy = by                                        \
	}
#define WOULD_SEAL(by)                                                       \
	{                                                                    \
		.would_deny = true, .would_sealed = true, .would_policy = by \
	}
#define WATCHED(by)           \
	{                     \
		.watched = by \
	}
#define FREE \
	{    \
	}

static const struct seal_case {
	const char *name;
	struct kpol_rule rules[4];
	struct kpol_access access;
	struct kpol_decision want;
} cases[] = {
	/* words */
	{ "word_is_compared_whole",
	  { WORD(BLOCK, CAPABILITY, "net") },
	  TRY(CAPABILITY, CAPABLE, "net_raw"),
	  FREE },
	{ "word_is_its_rules",
	  { WORD(BLOCK, CAPABILITY, "net_raw") },
	  TRY(CAPABILITY, CAPABLE, "net_raw"),
	  DENY(1) },
	{ "word_in_an_allowlist",
	  { WORD(ALLOW, CAPABILITY, "net_raw") },
	  TRY(CAPABILITY, CAPABLE, "net_raw"),
	  ALLOW(1) },
	{ "other_word_in_an_allowlist",
	  { WORD(ALLOW, CAPABILITY, "net_raw") },
	  TRY(CAPABILITY, CAPABLE, "kill"),
	  { .deny = true, .would_deny = true, .policy = 1, .would_policy = 1 } },
	{ "word_before_any",
	  { WORD(BLOCK, BPF, NULL), WORD(ALLOW, BPF, "map_create") },
	  TRY(BPF, BPF, "map_create"),
	  ALLOW(2) },
	{ "command_without_a_word",
	  { WORD(BLOCK, BPF, NULL), WORD(ALLOW, BPF, "map_create") },
	  TRY(BPF, BPF, NULL),
	  DENY(1) },
	/* the seal */
	{ "no_rules_no_seal", { NETWORK_RULE }, TRY(MOUNT, MOUNT, "tmpfs"), FREE },
	{ "file_allowlist_seals", { ALLOW_FILE() }, TRY(MOUNT, MOUNT, "tmpfs"), SEALED(1) },
	{ "process_allowlist_seals",
	  { ALLOW_FILE(PROCESS) },
	  TRY(MOUNT, UMOUNT, "tmpfs"),
	  SEALED(1) },
	{ "pivot_is_sealed", { ALLOW_FILE() }, TRY(MOUNT, PIVOT, "pivot"), SEALED(1) },
	{ "chroot_is_sealed", { ALLOW_FILE() }, TRY(NAMESPACE, CHROOT, "chroot"), SEALED(1) },
	{ "user_namespace_is_sealed", { ALLOW_FILE() }, TRY(NAMESPACE, USERNS, "user"), SEALED(1) },
	{ "ring_is_not", { ALLOW_FILE() }, TRY(NAMESPACE, RING, "sqpoll"), FREE },
	{ "observed_allowlist_would_seal",
	  { ALLOW_FILE(OBSERVED) },
	  TRY(MOUNT, MOUNT, "tmpfs"),
	  WOULD_SEAL(2) },
	{ "block_rules_watch", { BLOCK_FILE() }, TRY(MOUNT, MOUNT, "tmpfs"), WATCHED(1) },
	{ "a_rule_opens_the_seal",
	  { ALLOW_FILE(), WORD(ALLOW, MOUNT, "tmpfs") },
	  TRY(MOUNT, MOUNT, "tmpfs"),
	  ALLOW(2) },
	{ "and_for_its_word_only",
	  { ALLOW_FILE(), WORD(ALLOW, MOUNT, "tmpfs") },
	  TRY(MOUNT, MOUNT, "proc"),
	  { .deny = true, .would_deny = true, .policy = 1, .would_policy = 1 } },
	{ "an_observed_rule_opens_it_too",
	  { ALLOW_FILE(), WORD(ALLOW, MOUNT, "tmpfs", OBSERVED) },
	  TRY(MOUNT, MOUNT, "tmpfs"),
	  ALLOW(2) },
	{ "a_rule_blocks_as_a_rule",
	  { ALLOW_FILE(), WORD(BLOCK, MOUNT, "tmpfs") },
	  TRY(MOUNT, MOUNT, "tmpfs"),
	  DENY(2) },
	{ "an_audit_rule_opens_nothing",
	  { ALLOW_FILE(), WORD(AUDIT, MOUNT, "tmpfs") },
	  TRY(MOUNT, MOUNT, "tmpfs"),
	  { .deny = true,
	    .would_deny = true,
	    .sealed = true,
	    .would_sealed = true,
	    .policy = 1,
	    .would_policy = 1,
	    .audit_rule = 2 } },
	/* leaving */
	{ "any_enforced_policy_holds_its_tasks",
	  { NETWORK_RULE },
	  TRY(NAMESPACE, USERNS, KPOL_WORD_LEAVE),
	  SEALED(1) },
	{ "any_enforced_policy_keeps_them_what_they_run",
	  { NETWORK_RULE },
	  TRY(NAMESPACE, USERNS, KPOL_WORD_SOURCE),
	  SEALED(1) },
	{ "an_observed_one_would",
	  { BLOCK_FILE(OBSERVED) },
	  TRY(NAMESPACE, USERNS, KPOL_WORD_LEAVE),
	  WOULD_SEAL(2) },
	{ "a_rule_lets_them_go",
	  { BLOCK_FILE(), WORD(ALLOW, NAMESPACE, KPOL_WORD_LEAVE) },
	  TRY(NAMESPACE, USERNS, KPOL_WORD_LEAVE),
	  ALLOW(2) },
	{ "a_rule_lets_them_pass_for_others",
	  { BLOCK_FILE(), WORD(ALLOW, NAMESPACE, KPOL_WORD_SOURCE) },
	  TRY(NAMESPACE, USERNS, KPOL_WORD_SOURCE),
	  ALLOW(2) },
};

/* Of the host. */
static const struct seal_case host_cases[] = {
	{ "the_host_is_never_sealed", { ALLOW_FILE() }, TRY(MOUNT, MOUNT, "tmpfs"), FREE },
	{ "the_host_is_not_watched", { BLOCK_FILE() }, TRY(MOUNT, MOUNT, "tmpfs"), FREE },
	{ "the_hosts_go_where_they_like",
	  { BLOCK_FILE() },
	  TRY(NAMESPACE, USERNS, KPOL_WORD_LEAVE),
	  FREE },
	{ "the_hosts_words_are_rules",
	  { WORD(BLOCK, CAPABILITY, "sys_boot") },
	  TRY(CAPABILITY, CAPABLE, "sys_boot"),
	  DENY(1) },
};

static struct kpol_table *build(struct kpol_rule *rules, bool host)
{
	const u8 flags[] = { host ? KPOL_SCOPE_HOST : 0 };
	struct kpol_table_error error;
	struct kpol_table *table;
	u32 n = 0;

	for (; n < 4 && rules[n].action; n++)
		complete_rule(&rules[n], n + 1);
	if (kpol_table_new(&(struct kpol_table_input){ .rules = rules,
						       .n_rules = n,
						       .policy_modes = case_modes,
						       .n_policies = 4,
						       .n_scopes = 1,
						       .scope_flags = flags,
						       .seed = 1 },
			   &error, &table))
		abort();
	return table;
}

static void expect(struct __test_metadata *_metadata, const char *name,
		   const struct kpol_decision *want, const struct kpol_decision *got)
{
	EXPECT_EQ(true, generate_same(want, got))
	TH_LOG("%s: deny %d rule %u would %d rule %u audit %u", name, got->deny, got->rule,
	       got->would_deny, got->would_rule, got->audit_rule);
	EXPECT_EQ(want->sealed, got->sealed) TH_LOG("%s", name);
	EXPECT_EQ(want->would_sealed, got->would_sealed) TH_LOG("%s", name);
	EXPECT_EQ(want->watched, got->watched) TH_LOG("%s", name);
	EXPECT_EQ(false, got->unresolved) TH_LOG("%s", name);
	if (!want->deny || want->rule)
		return;
	EXPECT_EQ(want->policy, got->policy) TH_LOG("%s", name);
}

static void try_case(struct __test_metadata *_metadata, const struct seal_case *c, bool host)
{
	struct kpol_access access = c->access;
	struct kpol_rule rules[4];
	struct kpol_decision got;
	struct kpol_table *table;

	memcpy(rules, c->rules, sizeof(rules));
	table = build(rules, host);
	complete_access(&access);
	kpol_decide(table, &access, &got);
	expect(_metadata, c->name, &c->want, &got);
	kpol_table_free(table);
}

TEST(words_and_the_seal)
{
	for (size_t i = 0; i < N(cases); i++)
		try_case(_metadata, &cases[i], false);
}

TEST(the_host_is_its_own)
{
	for (size_t i = 0; i < N(host_cases); i++)
		try_case(_metadata, &host_cases[i], true);
}

TEST(a_mode_seals_and_opens_at_once)
{
	struct kpol_rule rules[4] = { ALLOW_FILE() };
	struct kpol_access access = TRY(MOUNT, MOUNT, "tmpfs");
	struct kpol_access leave = TRY(NAMESPACE, USERNS, KPOL_WORD_LEAVE);
	struct kpol_table *table = build(rules, false);
	struct kpol_decision d;

	complete_access(&access);
	complete_access(&leave);
	for (int i = 0; i < 2; i++) {
		kpol_table_set_mode(table, 1, KPOL_MODE_OBSERVE);
		kpol_decide(table, &access, &d);
		EXPECT_EQ(false, d.deny);
		EXPECT_EQ(true, d.would_sealed);
		kpol_decide(table, &leave, &d);
		EXPECT_EQ(false, d.deny);
		kpol_table_set_mode(table, 1, KPOL_MODE_ENFORCE);
		kpol_decide(table, &access, &d);
		EXPECT_EQ(true, d.sealed);
		kpol_decide(table, &leave, &d);
		EXPECT_EQ(true, d.sealed);
	}
	kpol_table_free(table);
}

TEST(the_seal_alone_makes_no_class)
{
	struct kpol_rule rules[4] = { ALLOW_FILE() };
	struct kpol_table *table = build(rules, false);

	EXPECT_EQ(1U << KPOL_CLASS_FILE, kpol_table_classes(table, 1));
	EXPECT_EQ(1U << KPOL_CLASS_FILE, kpol_table_allowlists(table, 1));
	EXPECT_EQ(KPOL_NEEDS_JUDGING, kpol_table_needs(table, 1, KPOL_CLASS_MOUNT, KPOL_OPS_MOUNT));
	EXPECT_EQ(KPOL_NEEDS_JUDGING,
		  kpol_table_needs(table, 1, KPOL_CLASS_NAMESPACE, KPOL_OPS_NAMESPACE));
	EXPECT_EQ(0, kpol_table_needs(table, 1, KPOL_CLASS_CAPABILITY, KPOL_OPS_CAPABILITY));
	kpol_table_free(table);
}

TEST_HARNESS_MAIN
