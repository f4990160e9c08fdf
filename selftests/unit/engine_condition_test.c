// SPDX-License-Identifier: GPL-2.0-or-later
/* Conditions: arguments, content, fs-verity, and what is not known of them. */
#include "engine_case.h"

#define EXEC .class = KPOL_CLASS_PROCESS, .op = KPOL_OP_EXEC, .object = "/bin/tool"
#define RULE(action_, match_, object_, ...)                                   \
	{                                                                     \
		.class = KPOL_CLASS_PROCESS, .action = KPOL_ACTION_##action_, \
		.match = KPOL_MATCH_##match_, .object = object_, __VA_ARGS__  \
	}

/* Records written as text. */
#define WITH(bytes) .condition = (const u8 *)(bytes), .condition_len = sizeof(bytes) - 1
#define D8(c) c c c c c c c c
#define D32(c) D8(c) D8(c) D8(c) D8(c)
#define ARG_A "\1\2\0-a"
#define ARG_B "\1\2\0-b"
#define SHA(c) "\2\40\0" D32(c)
#define VERITY(c) "\3\40\0" D32(c)
#define VERITY_LONG(c) "\4\100\0" D32(c) D32(c)

static struct kpol_facts facts(u8 known, const char *args, u32 args_len, char sha256, char verity,
			       u8 verity_len)
{
	struct kpol_facts f = {
		.known = known, .args = args, .args_len = args_len, .verity_len = verity_len
	};

	memset(f.sha256, sha256, sizeof(f.sha256));
	memset(f.verity, verity, verity_len);
	return f;
}

#define ALL (KPOL_FACT_ARGS | KPOL_FACT_SHA256 | KPOL_FACT_VERITY)

static const struct {
	const char *name;
	struct kpol_rule rules[5];
	u8 known;
	const char *args;
	u32 args_len;
	char sha256, verity;
	u8 verity_len;
	struct kpol_decision want;
	u8 missing;
} cases[] = {
	{ "no argument passes any list",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(ARG_A)) },
	  ALL,
	  "",
	  0,
	  'x',
	  'x',
	  0,
	  ALLOW(1),
	  0 },
	{ "all are listed",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(ARG_A ARG_B)) },
	  ALL,
	  "-b\0-a\0-b",
	  9,
	  'x',
	  'x',
	  0,
	  ALLOW(1),
	  0 },
	{ "one is not",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(ARG_A)) },
	  ALL,
	  "-a\0-b",
	  6,
	  'x',
	  'x',
	  0,
	  DENY(1),
	  0 },
	{ "a Block with arguments is the same: listed",
	  { RULE(BLOCK, PATH, "/bin/tool", WITH(ARG_A)) },
	  ALL,
	  "-a",
	  3,
	  'x',
	  'x',
	  0,
	  ALLOW(1),
	  0 },
	{ "a Block with arguments is the same: not listed",
	  { RULE(BLOCK, PATH, "/bin/tool", WITH(ARG_A)) },
	  ALL,
	  "-",
	  2,
	  'x',
	  'x',
	  0,
	  DENY(1),
	  0 },
	{ "more than any list",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(ARG_A)) },
	  ALL,
	  "",
	  KPOL_ARGS_BEYOND,
	  'x',
	  'x',
	  0,
	  DENY(1),
	  0 },
	{ "arguments that are not known do not pass",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(ARG_A)) },
	  KPOL_FACT_SHA256,
	  "",
	  0,
	  'x',
	  'x',
	  0,
	  DENY(1),
	  KPOL_FACT_ARGS },
	{ "the more specific decides, whatever the arguments are",
	  { RULE(ALLOW, NAME, "tool", WITH(ARG_A)), RULE(ALLOW, PATH, "/bin/tool") },
	  0,
	  "",
	  0,
	  'x',
	  'x',
	  0,
	  ALLOW(2),
	  0 },
	{ "the listed content is allowed",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(SHA("a") SHA("b"))) },
	  ALL,
	  "",
	  0,
	  'b',
	  'x',
	  0,
	  ALLOW(1),
	  0 },
	{ "another is not what the rule is about",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(SHA("a"))), RULE(ALLOW, DIR, "/bin") },
	  ALL,
	  "",
	  0,
	  'c',
	  'x',
	  0,
	  ALLOW(2),
	  0 },
	{ "a Block is for the listed content",
	  { RULE(BLOCK, PATH, "/bin/tool", WITH(SHA("a"))), RULE(ALLOW, DIR, "/bin") },
	  ALL,
	  "",
	  0,
	  'a',
	  'x',
	  0,
	  DENY(1),
	  0 },
	{ "content that is not known is blocked",
	  { RULE(BLOCK, PATH, "/bin/tool", WITH(SHA("a"))), RULE(ALLOW, DIR, "/bin") },
	  KPOL_FACT_ARGS,
	  "",
	  0,
	  'x',
	  'x',
	  0,
	  DENY(1),
	  KPOL_FACT_SHA256 },
	{ "fs-verity",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(VERITY("a") VERITY_LONG("b"))) },
	  ALL,
	  "",
	  0,
	  'x',
	  'b',
	  64,
	  ALLOW(1),
	  0 },
	{ "fs-verity of another length",
	  { RULE(BLOCK, PATH, "/bin/tool", WITH(VERITY_LONG("b"))) },
	  ALL,
	  "",
	  0,
	  'x',
	  'b',
	  32,
	  ALLOW(0),
	  0 },
	{ "a known digest makes the other kind unneeded",
	  { RULE(ALLOW, PATH, "/bin/tool", WITH(SHA("a") VERITY("a"))) },
	  KPOL_FACT_SHA256,
	  "",
	  0,
	  'a',
	  'x',
	  0,
	  ALLOW(1),
	  0 },
	{ "both are asked for",
	  { RULE(BLOCK, PATH, "/bin/tool", WITH(ARG_A SHA("a"))) },
	  0,
	  "",
	  0,
	  'x',
	  'x',
	  0,
	  DENY(1),
	  KPOL_FACT_ARGS | KPOL_FACT_SHA256 },
};

FIXTURE(condition){};
FIXTURE_SETUP(condition)
{
}
FIXTURE_TEARDOWN(condition)
{
}

TEST_F(condition, decides_what_is_known_and_names_what_is_not)
{
	for (size_t i = 0; i < N(cases); i++) {
		struct kpol_facts f = facts(cases[i].known, cases[i].args, cases[i].args_len,
					    cases[i].sha256, cases[i].verity, cases[i].verity_len);
		struct decide_case c = { .name = cases[i].name,
					 .access = { EXEC, .facts = &f },
					 .want = cases[i].want };
		struct kpol_decision got, naive;

		memcpy(c.rules, cases[i].rules, sizeof(c.rules));
		c.want.unresolved = cases[i].missing;
		expect_decision(_metadata, &c);
		judge_case(&c, &got, &naive);
		EXPECT_EQ(cases[i].missing, got.missing) TH_LOG("%s", cases[i].name);
	}
}

static const struct {
	struct kpol_rule rule;
	const char *reason;
} invalid[] = {
	{ RULE(ALLOW, PATH, "/a", WITH("\0\0\0")), "has a condition of an unknown kind" },
	{ RULE(ALLOW, PATH, "/a", WITH("\5\0\0")), "has a condition of an unknown kind" },
	{ RULE(ALLOW, PATH, "/a", WITH("\1\2\0-")), "has a condition that is cut" },
	{ RULE(ALLOW, PATH, "/a", WITH("\1\2")), "has a condition that is cut" },
	{ RULE(ALLOW, PATH, "/a", WITH("\2\1\0a")), "has a digest of the wrong length" },
	{ RULE(ALLOW, PATH, "/a", WITH("\1\2\0a\0")), "has a NUL byte inside of an argument" },
	{ RULE(ALLOW, PATH, "/a", WITH(ARG_B ARG_A)), "has a condition that is not in order" },
	{ RULE(ALLOW, PATH, "/a", WITH(ARG_A ARG_A)), "has a condition that is not in order" },
	{ RULE(ALLOW, PATH, "/a", .condition_len = 1),
	  "has a condition of no length, or too much" },
	{ { .class = KPOL_CLASS_FILE,
	    .match = KPOL_MATCH_PATH,
	    .object = "/a",
	    .action = KPOL_ACTION_ALLOW,
	    WITH(ARG_A) },
	  "has a condition, but is not about programs" },
};

TEST_F(condition, is_canonical_or_refused)
{
	struct kpol_rule good = RULE(ALLOW, PATH, "/a", WITH(ARG_A ARG_B SHA("a") SHA("b")));
	const char *reason = NULL;

	complete_rule(&good, 1);
	EXPECT_EQ(0, kpol_rule_check(&good, &reason)) TH_LOG("%s", reason);
	for (size_t i = 0; i < N(invalid); i++) {
		struct kpol_rule rule = invalid[i].rule;

		complete_rule(&rule, 1);
		reason = "";
		EXPECT_EQ(-EINVAL, kpol_rule_check(&rule, &reason));
		EXPECT_STREQ(invalid[i].reason, reason) TH_LOG("case %zu", i);
	}
}

TEST_HARNESS_MAIN
