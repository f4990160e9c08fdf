// SPDX-License-Identifier: GPL-2.0-or-later
/* The engine: what it takes for a rule, how patterns match, which rule wins, and that a plain scan
 * agrees. */
#include "kselftest_harness.h"

#include <errno.h>
#include <netinet/in.h>
#include <time.h>

#include "engine/glob.h"

#include "generate.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Rules and accesses below say only what matters; this is the rest. */
static void complete_rule(struct kpol_rule *rule, u32 id)
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

static void complete_access(struct kpol_access *access)
{
	access->scope = access->scope ? access->scope : 1;
	access->class = access->class ? access->class : KPOL_CLASS_FILE;
	access->op = access->op ? access->op : KPOL_OP_READ;
	access->object_len = access->object ? strlen(access->object) : 0;
	access->source_len = access->source ? strlen(access->source) : 0;
}

/* What makes a rule valid. */

static const char long_path[KPOL_PATH_MAX + 2] = { '/' };

static const struct {
	struct kpol_rule rule;
	const char *reason; /* NULL: valid */
} check_cases[] = {
	{ { .match = KPOL_MATCH_PATH, .object = "/" }, NULL },
	{ { .match = KPOL_MATCH_PATH, .object = "/a/b" }, NULL },
	{ { .match = KPOL_MATCH_PATH, .object = "/a/.b/..c/..." }, NULL },
	{ { .match = KPOL_MATCH_PATH }, "has no object" },
	{ { .match = KPOL_MATCH_PATH, .object = "" }, "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "a/b" },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "/a/" },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "//a" },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "/a//b" },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "/a/./b" },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "/a/.." },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_PATH, .object = "/../a" },
	  "has a path that is not absolute and clean" },
	{ { .match = KPOL_MATCH_NAME, .object = "sh" }, NULL },
	{ { .match = KPOL_MATCH_NAME, .object = "" }, "has a name that is empty or has a slash" },
	{ { .match = KPOL_MATCH_NAME, .object = "b/sh" },
	  "has a name that is empty or has a slash" },
	{ { .match = KPOL_MATCH_DIR, .object = "" }, NULL },
	{ { .match = KPOL_MATCH_DIR, .object = "/a", .flags = KPOL_RULE_RECURSIVE }, NULL },
	{ { .match = KPOL_MATCH_DIR, .object = "/" },
	  "has a directory that is not an absolute, clean path" },
	{ { .match = KPOL_MATCH_DIR, .object = "/a/" },
	  "has a directory that is not an absolute, clean path" },
	{ { .match = KPOL_MATCH_DIR, .object = "a" },
	  "has a directory that is not an absolute, clean path" },
	{ { .match = KPOL_MATCH_DIR, .object = "/a/../b" },
	  "has a directory that is not an absolute, clean path" },
	{ { .match = KPOL_MATCH_PATH, .object = "/a", .flags = KPOL_RULE_RECURSIVE },
	  "is recursive but not a directory" },
	{ { .match = KPOL_MATCH_PATH, .object = "/a", .flags = 1 << 7 }, "has unknown flags" },
	{ { .match = KPOL_MATCH_GLOB, .object = "/**" }, NULL },
	{ { .match = KPOL_MATCH_GLOB, .object = "/[]a]" }, NULL },
	{ { .match = KPOL_MATCH_GLOB, .object = "*" },
	  "has a pattern that does not begin with a slash" },
	{ { .match = KPOL_MATCH_GLOB, .object = "" },
	  "has a pattern that does not begin with a slash" },
	{ { .match = KPOL_MATCH_GLOB, .object = "/[a" },
	  "has a pattern with a '[' that is never closed" },
	{ { .match = KPOL_MATCH_GLOB, .object = "/[!]" },
	  "has a pattern with a '[' that is never closed" },
	{ { .match = KPOL_MATCH_GLOB, .object = "/a\\" },
	  "has a pattern that ends in a backslash" },
	{ { .match = KPOL_MATCH_ANY }, NULL },
	{ { .match = KPOL_MATCH_ANY, .object = "/a" }, "has an object its match does not use" },
	{ { .match = KPOL_MATCH_ANY, .source = "/bin/sh" }, NULL },
	{ { .match = KPOL_MATCH_ANY, .source = "sh" },
	  "has a source that is not an absolute, clean path" },
	{ { .match = KPOL_MATCH_ANY, .source = "" },
	  "has a source that is not an absolute, clean path" },
	{ { .match = KPOL_MATCH_ANY, .action = 9 }, "has an unknown action" },
	{ { .match = KPOL_MATCH_ANY, .class = 9, .ops = 1 }, "has an unknown class" },
	{ { .match = KPOL_MATCH_ANY, .ops = KPOL_OP_EXEC },
	  "has operations that its class does not have" },
	{ { .match = KPOL_MATCH_PEER }, "has a match that its class does not have" },
	{ { .match = 0 }, "has a match that its class does not have" },
	{ { .match = 31 }, "has a match that its class does not have" },
	{ { .match = 255 }, "has a match that its class does not have" },
	{ { .class = KPOL_CLASS_PTRACE, .match = KPOL_MATCH_ANY }, NULL },
	{ { .class = KPOL_CLASS_PTRACE, .match = KPOL_MATCH_PATH, .object = "/a" },
	  "has a match that its class does not have" },
	{ { .class = KPOL_CLASS_NETWORK, .match = KPOL_MATCH_ANY },
	  "has a match that its class does not have" },
	{ { .class = KPOL_CLASS_NETWORK, .match = KPOL_MATCH_PEER }, NULL },
	{ { .class = KPOL_CLASS_NETWORK,
	    .match = KPOL_MATCH_PEER,
	    .family = AF_INET,
	    .prefix = 32 },
	  NULL },
	{ { .class = KPOL_CLASS_NETWORK,
	    .match = KPOL_MATCH_PEER,
	    .family = AF_INET,
	    .prefix = 33 },
	  "has a prefix longer than its address" },
	{ { .class = KPOL_CLASS_NETWORK, .match = KPOL_MATCH_PEER, .prefix = 1 },
	  "has a prefix longer than its address" },
	{ { .class = KPOL_CLASS_NETWORK, .match = KPOL_MATCH_PEER, .family = AF_UNIX },
	  "has an address family that is neither IPv4 nor IPv6" },
	{ { .class = KPOL_CLASS_NETWORK,
	    .match = KPOL_MATCH_PEER,
	    .family = AF_INET,
	    .prefix = 8,
	    .addr = { 10, 0, 0, 1 } },
	  "has address bits beyond its prefix" },
	{ { .class = KPOL_CLASS_NETWORK,
	    .match = KPOL_MATCH_PEER,
	    .family = AF_INET,
	    .prefix = 32,
	    .addr = { 10, 0, 0, 1, 1 } },
	  "has address bits beyond its prefix" },
	{ { .class = KPOL_CLASS_NETWORK,
	    .match = KPOL_MATCH_PEER,
	    .port_first = 2,
	    .port_last = 1 },
	  "has a port range that ends before it begins" },
	{ { .class = KPOL_CLASS_NETWORK,
	    .match = KPOL_MATCH_PEER,
	    .port_first = 0,
	    .port_last = 65535 },
	  NULL },
	{ { .match = KPOL_MATCH_ANY, .protocol = 6 }, "has network fields but is no network rule" },
	{ { .match = KPOL_MATCH_ANY, .addr = { [15] = 1 } },
	  "has network fields but is no network rule" },
};

TEST(a_bad_rule_is_refused_with_its_reason)
{
	for (size_t i = 0; i < N(check_cases); i++) {
		struct kpol_rule rule = check_cases[i].rule;
		const char *reason = NULL;
		int r;

		complete_rule(&rule, 1);
		if (check_cases[i].rule.match == 0)
			rule.match = 0;
		r = kpol_rule_check(&rule, &reason);
		EXPECT_EQ(check_cases[i].reason ? -EINVAL : 0, r) TH_LOG("case %zu: %s", i, reason);
		if (check_cases[i].reason && r) {
			EXPECT_STREQ(check_cases[i].reason, reason);
		}
	}
}

TEST(a_rule_may_be_as_long_as_a_path_and_no_longer)
{
	struct kpol_rule rule = { .match = KPOL_MATCH_PATH };
	const char *reason;
	char *path = strdup("/");

	path = realloc(path, sizeof(long_path));
	memset(path + 1, 'a', KPOL_PATH_MAX);
	path[KPOL_PATH_MAX] = 0;
	rule.object = path;
	complete_rule(&rule, 1);
	EXPECT_EQ(0, kpol_rule_check(&rule, &reason));
	path[KPOL_PATH_MAX] = 'a';
	path[KPOL_PATH_MAX + 1] = 0;
	complete_rule(&rule, 1);
	EXPECT_EQ(-EINVAL, kpol_rule_check(&rule, &reason));
	EXPECT_STREQ("is longer than a path can be", reason);
	rule.match = KPOL_MATCH_GLOB;
	path[KPOL_GLOB_MAX] = 0;
	complete_rule(&rule, 1);
	EXPECT_EQ(-EINVAL, kpol_rule_check(&rule, &reason));
	EXPECT_STREQ("has a pattern that is too long", reason);
	path[KPOL_GLOB_MAX - 1] = 0;
	complete_rule(&rule, 1);
	EXPECT_EQ(0, kpol_rule_check(&rule, &reason));
	free(path);
}

TEST(a_nul_inside_a_string_is_refused)
{
	struct kpol_rule rule = { .match = KPOL_MATCH_PATH, .object = "/a" };
	const char *reason;

	complete_rule(&rule, 1);
	rule.object = "/a\0b";
	rule.object_len = 4;
	EXPECT_EQ(-EINVAL, kpol_rule_check(&rule, &reason));
	EXPECT_STREQ("has a NUL byte inside", reason);
}

/* Every field that can differ gives other bytes, so that a digest names one ruleset. */
TEST(different_rules_have_different_bytes)
{
	static const struct kpol_rule different[] = {
		{ .id = 1 },
		{ .scope = 1 },
		{ .policy = 1 },
		{ .line = 1 },
		{ .ops = 1 },
		{ .class = 1 },
		{ .match = 1 },
		{ .action = 1 },
		{ .flags = 1 },
		{ .family = 1 },
		{ .protocol = 1 },
		{ .prefix = 1 },
		{ .socktypes = 1 },
		{ .port_first = 1 },
		{ .port_last = 1 },
		{ .addr = { 1 } },
		{ .addr = { [15] = 1 } },
		{ .object = "" },
		{ .source = "" },
		{ .object = "a", .object_len = 1 },
		{ .source = "a", .source_len = 1 },
		{ 0 },
	};
	u8 bytes[N(different)][KPOL_RULE_ENCODED];

	for (size_t i = 0; i < N(different); i++) {
		memset(bytes[i], 0xaa, sizeof(bytes[i]));
		kpol_rule_encode(&different[i], bytes[i]);
		for (size_t k = 0; k < i; k++) {
			EXPECT_NE(0, memcmp(bytes[i], bytes[k], KPOL_RULE_ENCODED))
			TH_LOG("%zu and %zu", i, k);
		}
	}
}

/* Patterns. */

static const struct {
	const char *pattern, *path;
	bool matches;
} glob_cases[] = {
	{ "/a", "/a", true },
	{ "/a", "/ab", false },
	{ "/*", "/a", true },
	{ "/*", "/", true },
	{ "/*", "/a/b", false },
	{ "/a/*", "/a/b", true },
	{ "/a/*", "/a", false },
	{ "/a/*/c", "/a/b/c", true },
	{ "/a/*/c", "/a/c", false },
	{ "/a/*/c", "/a/b/b/c", false },
	{ "/**", "/", true },
	{ "/**", "/a/b/c", true },
	{ "/a/**", "/a/b", true },
	{ "/a/**", "/a/", true },
	{ "/a/**", "/a", false },
	{ "/a/**", "/ab", false },
	{ "/**/sh", "/sh", true },
	{ "/**/sh", "/bin/sh", true },
	{ "/**/sh", "/usr/bin/sh", true },
	{ "/**/sh", "/bin/bash", false },
	{ "/**/sh", "/bin/sh/x", false },
	{ "/a/**/b", "/a/b", true },
	{ "/a/**/b", "/a/x/b", true },
	{ "/a/**/b", "/a/x/y/b", true },
	{ "/a/**/b", "/ab", false },
	{ "/**/sh*", "/sh", true },
	{ "/**/sh*", "/bin/sh5", true },
	{ "/**/sh*", "/bin/bash", false },
	{ "/**/sh*", "/bash", false },
	{ "/**/?", "/a/bc", false },
	{ "/**/?", "/a/b/c", true },
	{ "/**/[s]h", "/bin/bash", false },
	{ "/a/**/b/**/c*", "/a/b/c", true },
	{ "/a/**/b/**/c*", "/a/xb/c", false },
	{ "/a/**/b/**/c*", "/a/b/xc", false },
	{ "/a/**/b/**/c*", "/a/x/b/x/cd", true },
	{ "/a**/b", "/a/b", true },
	{ "/a**/b", "/ax/y/b", true },
	{ "/a**/b", "/ab", false },
	{ "/a/**/**/b", "/a/b", true },
	{ "/a/**/*/b", "/a/b", false },
	{ "/a/**/*/b", "/a/x/b", true },
	{ "/a**?", "/a", false },
	{ "/a**?", "/ax", true },
	{ "/a**?", "/a/x", true },
	{ "/a**?", "/a/", false },
	{ "/a***b", "/axb", true },
	{ "/a***b", "/a/x/b", true },
	{ "/a***b", "/ab", true },
	{ "/***", "/a/b", true },
	{ "/**[ab]", "/x/a", true },
	{ "/**[ab]", "/x/c", false },
	{ "/**\\*", "/x/*", true },
	{ "/**\\*", "/x/a", false },
	{ "/**.log", "/var/x.log", true },
	{ "/**.log", "/var/x.log/y", false },
	{ "/*.log", "/x.log", true },
	{ "/*.log", "/.log", true },
	{ "/*.log", "/v/x.log", false },
	{ "/*.tar.gz", "/x.tar.gz", true },
	{ "/*.tar.gz", "/x.gz", false },
	{ "/a*a", "/a", false },
	{ "/a*a", "/aa", true },
	{ "/?", "/a", true },
	{ "/?", "/", false },
	{ "/?", "//", false },
	{ "/a?b", "/a/b", false },
	{ "/[abc]", "/b", true },
	{ "/[a-c]", "/b", true },
	{ "/[a-c]", "/d", false },
	{ "/[!a-c]", "/d", true },
	{ "/[!a-c]", "/b", false },
	{ "/x[!a]y", "/x/y", false },
	{ "/x[/]y", "/x/y", false },
	{ "/[]a]", "/]", true },
	{ "/[!]a]", "/]", false },
	{ "/[!]a]", "/b", true },
	{ "/[a-]", "/-", true },
	{ "/[\\a]", "/\\", true },
	{ "/[\x80-\xff]", "/\xc3", true },
	{ "/[*]", "/*", true },
	{ "/[*]", "/a", false },
	{ "/\\*", "/*", true },
	{ "/\\*", "/a", false },
	{ "/\\[a]", "/[a]", true },
	{ "/a\\/b*", "/a/bc", true },
	{ "/{a,b}", "/{a,b}", true },
	{ "/{a,b}", "/a", false },
	{ "/*/*/*", "/a/b/c", true },
	{ "/*/*/*", "/a/b", false },
	{ "/*a*b*c", "/xaybzc", true },
	{ "/*a*b*c", "/xaybz", false },
};

TEST(patterns_match_as_documented)
{
	for (size_t i = 0; i < N(glob_cases); i++) {
		const char *pattern = glob_cases[i].pattern, *path = glob_cases[i].path,
			   *reason = "";

		ASSERT_EQ(0, kpol_glob_check(pattern, strlen(pattern), &reason))
		TH_LOG("%s: %s", pattern, reason);
		EXPECT_EQ(glob_cases[i].matches,
			  kpol_glob_match(pattern, strlen(pattern), path, strlen(path)))
		TH_LOG("%s on %s", pattern, path);
		EXPECT_EQ(glob_cases[i].matches, reference_glob(pattern, path, false))
		TH_LOG("reference: %s on %s", pattern, path);
	}
}

/* A path need not end in a NUL, and its end is its end. */
TEST(patterns_do_not_look_behind_the_path)
{
	EXPECT_EQ(true, kpol_glob_match("/a/*", 4, "/a/bc/d", 5));
	EXPECT_EQ(false, kpol_glob_match("/a/*c", 5, "/a/bc/d", 4));
	EXPECT_EQ(true, kpol_glob_match("/a/?cxx", 5, "/a/bc", 5));
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static const struct {
	const char *unit, *end;
} hostile_patterns[] = {
	{ "*", "b" },	  { "**", "b" },   { "*a", "b" },   { "**a", "b" },   { "?*", "b" },
	{ "**/", "b" },	  { "/**", "/b" }, { "*/", "b" },   { "[a/]*", "b" }, { "a*", "*?b" },
	{ "[!b]", "*b" }, { "*?", "b" },   { "\\a*", "b" }, { "**?", "[b]" },
};

/* The longest pattern on the longest path: a matcher that backtracks would not live to see the end.
 */
TEST(hostile_patterns_take_bounded_time)
{
	static char path[KPOL_PATH_MAX + 1], slashes[KPOL_PATH_MAX + 1];
	double worst = 0;

	memset(path, 'a', KPOL_PATH_MAX);
	memset(slashes, 'a', KPOL_PATH_MAX);
	for (size_t i = 0; i < KPOL_PATH_MAX; i += 2)
		slashes[i] = '/';
	path[0] = '/';
	for (size_t i = 0; i < N(hostile_patterns); i++) {
		size_t room = KPOL_GLOB_MAX - 1 - strlen(hostile_patterns[i].end);
		char pattern[KPOL_GLOB_MAX] = "/";
		const char *reason = "";
		double start, took;
		u32 len;

		while (strlen(pattern) + strlen(hostile_patterns[i].unit) <= room)
			strcat(pattern, hostile_patterns[i].unit);
		strcat(pattern, hostile_patterns[i].end);
		len = strlen(pattern);
		ASSERT_EQ(0, kpol_glob_check(pattern, len, &reason)) TH_LOG("%s", reason);
		start = seconds();
		EXPECT_EQ(false, kpol_glob_match(pattern, len, path, KPOL_PATH_MAX));
		EXPECT_EQ(false, kpol_glob_match(pattern, len, slashes, KPOL_PATH_MAX));
		took = seconds() - start;
		worst = took > worst ? took : worst;
		EXPECT_GT(1.0, took) TH_LOG("%.20s… took %.3f s", pattern, took);
	}
	fprintf(stderr, "# slowest hostile pattern: %.1f ms for two paths\n", worst * 1e3);
}

/* Which rule wins: DESIGN §3, point by point. */

#define RULE(action_, match_, object_, ...)                                    \
	{                                                                      \
		.action = KPOL_ACTION_##action_, .match = KPOL_MATCH_##match_, \
		.object = (object_), __VA_ARGS__                               \
	}
#define PEER(action_, ...)                                                 \
	{                                                                  \
		.action = KPOL_ACTION_##action_, .match = KPOL_MATCH_PEER, \
		.class = KPOL_CLASS_NETWORK, __VA_ARGS__                   \
	}
#define V4(a, b, c, d, bits) .family = AF_INET, .prefix = bits, .addr = { a, b, c, d }
#define ON(path)               \
	{                      \
		.object = path \
	}
/* A TCP connection to port 443 of 10.1.2.3, to an IPv6 address, or to an address that is not known.
 */
#define CONNECT                                                                      \
	.class = KPOL_CLASS_NETWORK, .op = KPOL_OP_CONNECT, .socktype = SOCK_STREAM, \
	.protocol = IPPROTO_TCP, .port = 443
#define TO_V4                                                                         \
	{                                                                             \
		CONNECT, .family = AF_INET, .has_addr = true, .addr = { 10, 1, 2, 3 } \
	}
#define TO_V6(...)                                                                     \
	{                                                                              \
		CONNECT, .family = AF_INET6, .has_addr = true, .addr = { __VA_ARGS__ } \
	}
#define TO_UNKNOWN(family_)                  \
	{                                    \
		CONNECT, .family = (family_) \
	}
#define RECURSIVE .flags = KPOL_RULE_RECURSIVE
#define OWNER .flags = KPOL_RULE_OWNER
#define OBSERVED .policy = 2 /* policy 1 enforces, 2 and 3 observe */
#define ALSO_ENFORCED .policy = 4
#define DENY(n)                                                              \
	{                                                                    \
		.deny = true, .rule = n, .would_deny = true, .would_rule = n \
	}
#define ALLOW(n)                           \
	{                                  \
		.rule = n, .would_rule = n \
	}

static const u8 case_modes[] = { KPOL_MODE_ENFORCE, KPOL_MODE_OBSERVE, KPOL_MODE_OBSERVE,
				 KPOL_MODE_ENFORCE };

static const struct decide_case {
	const char *name;
	struct kpol_rule rules[5];
	struct kpol_access access;
	struct kpol_decision want;
} decide_cases[] = {
	/* 1: the source is the acting program */
	{ "source_is_compared_whole",
	  { RULE(ALLOW, ANY, NULL, .source = "/bin/a") },
	  { .object = "/x", .source = "/bin/ab" },
	  DENY(0) },
	{ "source_unknown_matches_no_source_rule",
	  { RULE(ALLOW, ANY, NULL, .source = "/bin/a") },
	  { .object = "/x" },
	  DENY(0) },

	/* 2: most specific wins */
	{ "source_before_exact_path",
	  { RULE(ALLOW, PATH, "/x"), RULE(BLOCK, ANY, NULL, .source = "/bin/a") },
	  { .object = "/x", .source = "/bin/a" },
	  DENY(2) },
	{ "path_before_name",
	  { RULE(BLOCK, NAME, "sh"), RULE(ALLOW, PATH, "/bin/sh") },
	  ON("/bin/sh"),
	  ALLOW(2) },
	{ "name_before_glob",
	  { RULE(BLOCK, GLOB, "/bin/s*"), RULE(ALLOW, NAME, "sh") },
	  ON("/bin/sh"),
	  ALLOW(2) },
	{ "glob_before_directory",
	  { RULE(BLOCK, DIR, "/bin"), RULE(ALLOW, GLOB, "/b*/sh") },
	  ON("/bin/sh"),
	  ALLOW(2) },
	{ "directory_before_any",
	  { RULE(BLOCK, ANY, NULL), RULE(ALLOW, DIR, "/bin") },
	  ON("/bin/sh"),
	  ALLOW(2) },
	{ "more_literals_first",
	  { RULE(BLOCK, GLOB, "/bin/*"), RULE(ALLOW, GLOB, "/**/bash") },
	  ON("/bin/bash"),
	  ALLOW(2) },
	{ "sets_are_no_literals",
	  { RULE(BLOCK, GLOB, "/bin/[abcdefgs]h"), RULE(ALLOW, GLOB, "/bin/s?") },
	  ON("/bin/sh"),
	  DENY(1) },
	{ "an_escaped_character_is_one_literal",
	  { RULE(ALLOW, GLOB, "/\\a\\b?"), RULE(BLOCK, GLOB, "/abc*") },
	  ON("/abc"),
	  DENY(2) },
	{ "longest_directory",
	  { RULE(BLOCK, DIR, "/a", RECURSIVE), RULE(ALLOW, DIR, "/a/b", RECURSIVE) },
	  ON("/a/b/c/d"),
	  ALLOW(2) },
	{ "order_never_matters",
	  { RULE(ALLOW, DIR, "/a/b", RECURSIVE), RULE(BLOCK, DIR, "/a", RECURSIVE) },
	  ON("/a/b/c/d"),
	  ALLOW(1) },
	{ "block_beats_allow_when_equal",
	  { RULE(ALLOW, PATH, "/x"), RULE(BLOCK, PATH, "/x") },
	  ON("/x"),
	  DENY(2) },
	{ "block_first_beats_allow_when_equal",
	  { RULE(BLOCK, PATH, "/x"), RULE(ALLOW, PATH, "/x") },
	  ON("/x"),
	  DENY(1) },
	{ "the_older_of_equals_is_named",
	  { RULE(BLOCK, PATH, "/x"), RULE(BLOCK, PATH, "/x") },
	  ON("/x"),
	  DENY(1) },
	{ "operations_are_told_apart",
	  { RULE(ALLOW, PATH, "/x", .ops = KPOL_OP_READ),
	    RULE(BLOCK, PATH, "/x", .ops = KPOL_OP_WRITE) },
	  ON("/x"),
	  ALLOW(1) },
	{ "scopes_are_told_apart",
	  { RULE(BLOCK, PATH, "/x", .scope = 2), RULE(ALLOW, PATH, "/x") },
	  ON("/x"),
	  ALLOW(2) },

	/* 3: audit never changes a verdict */
	{ "audit_beside_an_allow",
	  { RULE(ALLOW, DIR, "", RECURSIVE), RULE(AUDIT, PATH, "/x") },
	  ON("/x"),
	  { .rule = 1, .would_rule = 1, .audit_rule = 2 } },
	{ "audit_beside_a_denial",
	  { RULE(BLOCK, DIR, "", RECURSIVE), RULE(AUDIT, PATH, "/x") },
	  ON("/x"),
	  { .deny = true, .rule = 1, .would_deny = true, .would_rule = 1, .audit_rule = 2 } },
	{ "audit_is_no_allowlist", { RULE(AUDIT, PATH, "/y") }, ON("/x"), ALLOW(0) },
	{ "the_most_specific_audit_rule",
	  { RULE(AUDIT, DIR, ""), RULE(AUDIT, PATH, "/x") },
	  ON("/x"),
	  { .audit_rule = 2 } },
	{ "audit_of_an_observed_policy",
	  { RULE(AUDIT, PATH, "/x", OBSERVED) },
	  ON("/x"),
	  { .audit_rule = 1 } },

	/* 4: default deny per class */
	{ "allow_denies_the_rest_of_its_class", { RULE(ALLOW, PATH, "/y") }, ON("/x"), DENY(0) },
	{ "allow_denies_nothing_of_other_classes",
	  { RULE(ALLOW, PATH, "/y", .class = KPOL_CLASS_PROCESS) },
	  ON("/x"),
	  ALLOW(0) },
	{ "block_denies_nothing_else", { RULE(BLOCK, PATH, "/y") }, ON("/x"), ALLOW(0) },
	{ "allow_of_one_operation_denies_the_others",
	  { RULE(ALLOW, PATH, "/x", .ops = KPOL_OP_WRITE) },
	  ON("/x"),
	  DENY(0) },
	{ "other_scopes_are_free", { RULE(ALLOW, PATH, "/y", .scope = 2) }, ON("/x"), ALLOW(0) },

	/* 5: what cannot be resolved */
	{ "no_path_is_denied_by_an_allowlist",
	  { RULE(ALLOW, DIR, "", RECURSIVE) },
	  ON(NULL),
	  { .deny = true, .would_deny = true, .unresolved = true } },
	{ "no_path_passes_a_blocklist",
	  { RULE(BLOCK, PATH, "/x") },
	  ON(NULL),
	  { .unresolved = true } },
	{ "no_path_is_covered_by_any",
	  { RULE(ALLOW, ANY, NULL) },
	  ON(NULL),
	  { .rule = 1, .would_rule = 1, .unresolved = true } },

	/* 6: directories */
	{ "a_directory_covers_itself", { RULE(BLOCK, DIR, "/a") }, ON("/a"), DENY(1) },
	{ "a_directory_covers_its_children", { RULE(BLOCK, DIR, "/a") }, ON("/a/b"), DENY(1) },
	{ "a_directory_covers_no_grandchildren",
	  { RULE(BLOCK, DIR, "/a") },
	  ON("/a/b/c"),
	  ALLOW(0) },
	{ "recursive_covers_all_below",
	  { RULE(BLOCK, DIR, "/a", RECURSIVE) },
	  ON("/a/b/c/d"),
	  DENY(1) },
	{ "a_directory_is_not_its_namesakes",
	  { RULE(BLOCK, DIR, "/a", RECURSIVE) },
	  ON("/ab"),
	  ALLOW(0) },
	{ "the_root_covers_itself", { RULE(BLOCK, DIR, "") }, ON("/"), DENY(1) },
	{ "the_root_covers_its_children", { RULE(BLOCK, DIR, "") }, ON("/a"), DENY(1) },
	{ "the_root_alone_covers_no_grandchildren",
	  { RULE(BLOCK, DIR, "") },
	  ON("/a/b"),
	  ALLOW(0) },

	/* 7: owners */
	{ "owner_passes",
	  { RULE(ALLOW, PATH, "/x", OWNER) },
	  { .object = "/x", .owner = true },
	  ALLOW(1) },
	{ "others_do_not", { RULE(ALLOW, PATH, "/x", OWNER) }, ON("/x"), DENY(1) },
	{ "block_means_the_same_with_owner",
	  { RULE(BLOCK, PATH, "/x", OWNER) },
	  { .object = "/x", .owner = true },
	  ALLOW(1) },
	{ "block_means_the_same_without_owner",
	  { RULE(BLOCK, PATH, "/x", OWNER) },
	  ON("/x"),
	  DENY(1) },
	{ "owner_loses_to_an_equal_block",
	  { RULE(BLOCK, PATH, "/x"), RULE(ALLOW, PATH, "/x", OWNER) },
	  { .object = "/x", .owner = true },
	  DENY(1) },
	{ "audit_with_owner_watches_the_others",
	  { RULE(AUDIT, PATH, "/x", OWNER) },
	  ON("/x"),
	  { .audit_rule = 1 } },
	{ "audit_with_owner_leaves_the_owner_alone",
	  { RULE(AUDIT, PATH, "/x", OWNER) },
	  { .object = "/x", .owner = true },
	  ALLOW(0) },

	/* 9: the network */
	{ "longest_prefix",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)), PEER(ALLOW, V4(10, 1, 0, 0, 16)) },
	  TO_V4,
	  ALLOW(2) },
	{ "any_address_of_a_family_before_any_family",
	  { PEER(BLOCK), PEER(ALLOW, .family = AF_INET) },
	  TO_V4,
	  ALLOW(2) },
	{ "narrowest_port_range",
	  { PEER(BLOCK, .port_first = 1, .port_last = 1000),
	    PEER(ALLOW, .port_first = 443, .port_last = 443) },
	  TO_V4,
	  ALLOW(2) },
	{ "prefix_before_ports",
	  { PEER(BLOCK, .family = AF_INET, .port_first = 443, .port_last = 443),
	    PEER(ALLOW, V4(10, 0, 0, 0, 8)) },
	  TO_V4,
	  ALLOW(2) },
	{ "named_protocol_before_any",
	  { PEER(BLOCK), PEER(ALLOW, .protocol = IPPROTO_TCP) },
	  TO_V4,
	  ALLOW(2) },
	{ "socket_type_before_any",
	  { PEER(BLOCK), PEER(ALLOW, .socktypes = 1 << SOCK_STREAM) },
	  TO_V4,
	  ALLOW(2) },
	{ "first_port_of_a_range",
	  { PEER(BLOCK, .port_first = 443, .port_last = 444) },
	  TO_V4,
	  DENY(1) },
	{ "last_port_of_a_range",
	  { PEER(BLOCK, .port_first = 442, .port_last = 443) },
	  TO_V4,
	  DENY(1) },
	{ "port_below_a_range",
	  { PEER(BLOCK, .port_first = 444, .port_last = 500) },
	  TO_V4,
	  ALLOW(0) },
	{ "other_protocol", { PEER(BLOCK, .protocol = IPPROTO_UDP) }, TO_V4, ALLOW(0) },
	{ "egress_is_not_ingress", { PEER(BLOCK, .ops = KPOL_OPS_INGRESS) }, TO_V4, ALLOW(0) },
	{ "bits_that_do_not_count", { PEER(BLOCK, V4(10, 1, 2, 2, 31)) }, TO_V4, DENY(1) },
	{ "bits_that_count", { PEER(BLOCK, V4(10, 1, 2, 4, 30)) }, TO_V4, ALLOW(0) },
	{ "an_address_nobody_knows_has_no_prefix",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)) },
	  TO_UNKNOWN(AF_INET),
	  ALLOW(0) },
	{ "an_address_nobody_knows_has_a_family",
	  { PEER(BLOCK, .family = AF_INET) },
	  TO_UNKNOWN(AF_INET),
	  DENY(1) },
	{ "mapped_ipv6_is_ipv4",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)) },
	  TO_V6([10] = 0xff, 0xff, 10, 1, 2, 3),
	  DENY(1) },
	{ "mapped_ipv6_is_not_ipv6",
	  { PEER(BLOCK, .family = AF_INET6) },
	  TO_V6([10] = 0xff, 0xff, 10, 1, 2, 3),
	  ALLOW(0) },
	{ "compatible_ipv6_is_not_ipv4",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)) },
	  TO_V6([12] = 10, 1, 2, 3),
	  ALLOW(0) },
	{ "ipv6_prefix_within_a_byte",
	  { PEER(BLOCK, .family = AF_INET6, .prefix = 10, .addr = { 0xfe, 0x80 }) },
	  TO_V6(0xfe, 0xbf, 1),
	  DENY(1) },
	{ "other_families_meet_rules_of_no_family",
	  { PEER(BLOCK, .family = AF_INET), PEER(ALLOW) },
	  TO_UNKNOWN(AF_PACKET),
	  ALLOW(2) },

	/* 12: observe and enforce together */
	{ "observed_block_would_deny",
	  { RULE(BLOCK, PATH, "/x", OBSERVED) },
	  ON("/x"),
	  { .would_deny = true, .would_rule = 1 } },
	{ "observed_allowlist_would_deny",
	  { RULE(ALLOW, PATH, "/y", OBSERVED) },
	  ON("/x"),
	  { .would_deny = true } },
	{ "observed_allow_is_added_to_an_enforced_list",
	  { RULE(ALLOW, PATH, "/y"), RULE(ALLOW, PATH, "/x", OBSERVED) },
	  ON("/x"),
	  ALLOW(2) },
	{ "observed_block_leaves_an_enforced_allow",
	  { RULE(ALLOW, DIR, ""), RULE(BLOCK, PATH, "/x", OBSERVED) },
	  ON("/x"),
	  { .rule = 1, .would_deny = true, .would_rule = 2 } },
	{ "observed_allow_beats_a_broader_enforced_block",
	  { RULE(BLOCK, DIR, ""), RULE(ALLOW, PATH, "/x", OBSERVED) },
	  ON("/x"),
	  ALLOW(2) },
	{ "observed_allow_loses_to_a_narrower_enforced_block",
	  { RULE(BLOCK, PATH, "/x"), RULE(ALLOW, DIR, "", OBSERVED) },
	  ON("/x"),
	  DENY(1) },
	{ "default_deny_needs_an_enforced_allow",
	  { RULE(BLOCK, PATH, "/z"), RULE(ALLOW, PATH, "/y", OBSERVED) },
	  ON("/x"),
	  { .would_deny = true } },
	{ "observed_owner_rule_denies_nobody",
	  { RULE(ALLOW, PATH, "/x", OWNER, OBSERVED), RULE(ALLOW, DIR, "") },
	  ON("/x"),
	  { .rule = 2, .would_deny = true, .would_rule = 1 } },
	{ "two_enforced_policies_merge",
	  { RULE(ALLOW, PATH, "/y"), RULE(ALLOW, PATH, "/x", ALSO_ENFORCED) },
	  ON("/x"),
	  ALLOW(2) },
};

static void judge_case(const struct decide_case *c, struct kpol_decision *ret,
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
						       .seed = 1 },
			   &error, &table)) {
		fprintf(stderr, "# %s: rule %u %s\n", c->name, error.rule, error.reason);
		abort();
	}
	kpol_decide(table, &access, ret);
	reference_decide(&(struct reference){ rules, n, case_modes }, &access, naive);
	kpol_table_free(table);
}

TEST(the_right_rule_wins)
{
	for (size_t i = 0; i < N(decide_cases); i++) {
		const struct decide_case *c = &decide_cases[i];
		struct kpol_decision got, naive;

		judge_case(c, &got, &naive);
		EXPECT_EQ(true, generate_same(&c->want, &got))
		TH_LOG("%s: deny %d rule %u would %d rule %u audit %u", c->name, got.deny, got.rule,
		       got.would_deny, got.would_rule, got.audit_rule);
		EXPECT_EQ(c->want.unresolved, got.unresolved) TH_LOG("%s", c->name);
		EXPECT_EQ(true, generate_same(&c->want, &naive))
		TH_LOG("reference: %s: deny %d rule %u would %d rule %u audit %u", c->name,
		       naive.deny, naive.rule, naive.would_deny, naive.would_rule,
		       naive.audit_rule);
	}
}

/* Building tables. */

static int build(struct kpol_rule *rules, u32 n, struct kpol_table_error *error,
		 struct kpol_table **ret)
{
	return kpol_table_new(&(struct kpol_table_input){ .rules = rules,
							  .n_rules = n,
							  .policy_modes = case_modes,
							  .n_policies = 4,
							  .n_scopes = 2,
							  .seed = 7 },
			      error, ret);
}

static const struct {
	struct kpol_rule rule;
	const char *reason;
} reference_cases[] = {
	{ { .scope = 3 }, "belongs to a scope that does not exist" },
	{ { .policy = 5 }, "belongs to a policy that does not exist" },
	{ { .id = 7 }, "is out of order" },
	{ { .flags = KPOL_RULE_RECURSIVE }, "is recursive but not a directory" },
};

TEST(a_table_with_a_bad_row_is_not_built)
{
	for (size_t i = 0; i < N(reference_cases); i++) {
		struct kpol_rule rules[2] = { { .match = KPOL_MATCH_ANY },
					      reference_cases[i].rule };
		struct kpol_table_error error;
		struct kpol_table *table = NULL;

		rules[1].match = KPOL_MATCH_ANY;
		complete_rule(&rules[0], 1);
		complete_rule(&rules[1], 2);
		if (reference_cases[i].rule.id)
			rules[1].id = reference_cases[i].rule.id;
		EXPECT_EQ(-EINVAL, build(rules, 2, &error, &table));
		EXPECT_EQ(2, error.rule);
		EXPECT_STREQ(reference_cases[i].reason, error.reason);
		EXPECT_EQ(NULL, table);
	}
}

TEST(one_key_holds_256_rules_and_no_more)
{
	static struct kpol_rule rules[KPOL_KEY_RULES_MAX + 1];
	struct kpol_decision decision;
	struct kpol_access access = { .object = "/x" };
	struct kpol_table_error error;
	struct kpol_table *table;

	for (u32 i = 0; i < N(rules); i++) {
		rules[i] = (struct kpol_rule){ .match = KPOL_MATCH_PATH, .object = "/x" };
		complete_rule(&rules[i], i + 1);
	}
	rules[KPOL_KEY_RULES_MAX - 1].action = KPOL_ACTION_BLOCK;
	EXPECT_EQ(-E2BIG, build(rules, KPOL_KEY_RULES_MAX + 1, &error, &table));
	EXPECT_EQ(KPOL_KEY_RULES_MAX + 1, error.rule);
	ASSERT_EQ(0, build(rules, KPOL_KEY_RULES_MAX, &error, &table));
	complete_access(&access);
	kpol_decide(table, &access, &decision);
	EXPECT_EQ(KPOL_KEY_RULES_MAX, decision.rule);
	kpol_table_free(table);
}

TEST(a_mode_flips_at_once_and_back)
{
	struct kpol_rule rules[] = { { .match = KPOL_MATCH_PATH, .object = "/y", .policy = 2 },
				     { .match = KPOL_MATCH_PATH,
				       .object = "/z",
				       .policy = 3,
				       .action = KPOL_ACTION_BLOCK } };
	struct kpol_access access = { .object = "/x" };
	struct kpol_table_error error;
	struct kpol_decision d;
	struct kpol_table *table;

	complete_rule(&rules[0], 1);
	complete_rule(&rules[1], 2);
	complete_access(&access);
	ASSERT_EQ(0, build(rules, 2, &error, &table));
	EXPECT_EQ(0, kpol_table_allowlists(table, 1));
	for (int round = 0; round < 2; round++) {
		kpol_table_set_mode(table, 2, KPOL_MODE_ENFORCE);
		EXPECT_EQ(KPOL_MODE_ENFORCE, kpol_table_mode(table, 2));
		EXPECT_EQ(1U << KPOL_CLASS_FILE, kpol_table_allowlists(table, 1));
		kpol_decide(table, &access, &d);
		EXPECT_EQ(true, d.deny);
		EXPECT_EQ(2, d.policy);
		kpol_table_set_mode(table, 2, KPOL_MODE_OBSERVE);
		kpol_decide(table, &access, &d);
		EXPECT_EQ(false, d.deny);
		EXPECT_EQ(true, d.would_deny);
		EXPECT_EQ(2, d.would_policy);
		EXPECT_EQ(0, kpol_table_allowlists(table, 1));
	}
	access.object = "/z";
	kpol_table_set_mode(table, 3, KPOL_MODE_ENFORCE);
	kpol_decide(table, &access, &d);
	EXPECT_EQ(true, d.deny);
	EXPECT_EQ(2, d.rule);
	kpol_table_set_mode(table, 0, KPOL_MODE_OBSERVE);
	kpol_table_set_mode(table, 99, KPOL_MODE_OBSERVE);
	EXPECT_EQ(0, kpol_table_mode(table, 99));
	kpol_table_free(table);
}

/* The policy that an answer names for a default deny is one that makes the class an allowlist, enforced. */
static bool policy_is_right(const struct generator *g, const struct kpol_access *a,
			    const struct kpol_decision *d)
{
	if (!d->policy)
		return d->rule || !d->deny;
	for (u32 i = 0; i < g->n_rules; i++)
		if (g->rules[i].policy == d->policy && g->rules[i].scope == a->scope &&
		    g->rules[i].class == a->class && g->rules[i].action == KPOL_ACTION_ALLOW)
			return g->modes[d->policy - 1] == KPOL_MODE_ENFORCE;
	return false;
}

struct tally {
	u64 denied, allowed_by_rule, by_default, would_differ, audited, differ;
};

static void count(struct tally *tally, const struct kpol_decision *d)
{
	tally->denied += d->deny && d->rule;
	tally->by_default += d->deny && !d->rule;
	tally->allowed_by_rule += !d->deny && d->rule;
	tally->would_differ += d->deny != d->would_deny;
	tally->audited += !!d->audit_rule;
}

static void describe_rule(const struct generator *g, u32 id)
{
	const struct kpol_rule *rule = &g->rules[id - 1];

	if (id)
		fprintf(stderr, "#   rule %u: match %u object %s action %u flags %u policy %u\n",
			id, rule->match, rule->object ? rule->object : "-", rule->action,
			rule->flags, rule->policy);
}

static void compare(struct generator *g, struct kpol_table *table, u32 n, struct tally *tally)
{
	const struct reference reference = { g->rules, g->n_rules, g->modes };

	for (u32 i = 0; i < n; i++) {
		struct kpol_decision quick, plain;
		struct kpol_access access;
		char text[4096];

		generate_access(g, &access);
		kpol_decide(table, &access, &quick);
		reference_decide(&reference, &access, &plain);
		count(tally, &quick);
		if (generate_same(&quick, &plain) && policy_is_right(g, &access, &quick))
			continue;
		if (tally->differ++ < 10) {
			generate_describe(&access, &quick, &plain, text, sizeof(text));
			fprintf(stderr, "# engine and reference differ: %s\n", text);
			describe_rule(g, quick.rule);
			describe_rule(g, quick.would_rule);
			describe_rule(g, plain.rule);
			describe_rule(g, plain.would_rule);
		}
	}
}

#define RULESETS 100
#define FLIPS 4
#define ACCESSES (1000000 / RULESETS / FLIPS)

/* KPOL_TEST_SEED repeats a run that failed. */
static u64 seed(void)
{
	const char *given = getenv("KPOL_TEST_SEED");

	return given ? strtoull(given, NULL, 0) : (u64)time(NULL) << 16 ^ (u64)getpid();
}

FIXTURE(random){};
FIXTURE_SETUP(random)
{
}
FIXTURE_TEARDOWN(random)
{
}

TEST_F_TIMEOUT(random, a_million_answers_are_those_of_a_plain_scan, 240)
{
	struct generator *g = calloc(1, sizeof(*g));
	struct tally tally = { 0 };

	g->state = seed();
	fprintf(stderr, "# seed %#llx\n", (unsigned long long)g->state);
	for (u32 i = 0; i < RULESETS; i++) {
		struct kpol_table_error error;
		struct kpol_table *table;

		generate_ruleset(g, 1 + i * (GENERATE_RULES_MAX - 1) / RULESETS);
		ASSERT_EQ(0, kpol_table_new(
				     &(struct kpol_table_input){ .rules = g->rules,
								 .n_rules = g->n_rules,
								 .policy_modes = g->modes,
								 .n_policies = GENERATE_POLICIES,
								 .n_scopes = GENERATE_SCOPES,
								 .seed = g->state },
				     &error, &table))
		TH_LOG("rule %u %s", error.rule, error.reason);
		for (u32 flip = 0; flip < FLIPS; flip++) {
			u32 policy = 1 + generate_below(g, GENERATE_POLICIES);

			compare(g, table, ACCESSES, &tally);
			g->modes[policy - 1] ^= KPOL_MODE_ENFORCE ^ KPOL_MODE_OBSERVE;
			kpol_table_set_mode(table, policy, g->modes[policy - 1]);
		}
		kpol_table_free(table);
	}
	fprintf(stderr,
		"# denied by rule %llu, by default %llu, allowed by rule %llu, audited %llu, "
		"observed %llu\n",
		(unsigned long long)tally.denied, (unsigned long long)tally.by_default,
		(unsigned long long)tally.allowed_by_rule, (unsigned long long)tally.audited,
		(unsigned long long)tally.would_differ);
	EXPECT_EQ(0, tally.differ);
	/* Worth something only if the dice hit every kind of answer often. */
	EXPECT_LT(50000, tally.denied);
	EXPECT_LT(50000, tally.by_default);
	EXPECT_LT(50000, tally.allowed_by_rule);
	EXPECT_LT(50000, tally.audited);
	EXPECT_LT(50000, tally.would_differ);
	free(g);
}

TEST_HARNESS_MAIN
