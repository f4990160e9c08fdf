// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules: which of them the engine takes, why it refuses the others, as which bytes a digest sees
 * them. */
#include "kselftest_harness.h"

#include <errno.h>
#include <netinet/in.h>

#include "engine_case.h"

#define WORD(class_) \
	.class = KPOL_CLASS_##class_, .ops = KPOL_OPS_##class_, .match = KPOL_MATCH_NAME

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
	{ { WORD(CAPABILITY), .object = "net_raw" }, NULL },
	{ { WORD(MOUNT), .object = "fuse.sshfs" }, NULL },
	{ { WORD(BPF), .object = "" }, "has an object that is no word" },
	{ { WORD(BPF), .object = "a/b" }, "has an object that is no word" },
	{ { WORD(MODULE), .object = "Module" }, "has an object that is no word" },
	{ { WORD(NAMESPACE), .object = ".user" }, "has an object that is no word" },
	{ { .class = KPOL_CLASS_MOUNT,
	    .ops = KPOL_OP_MOUNT,
	    .match = KPOL_MATCH_PATH,
	    .object = "/a" },
	  "has a match that its class does not have" },
	{ { .class = KPOL_CLASS_SIGNAL,
	    .ops = KPOL_OP_KILL,
	    .match = KPOL_MATCH_NAME,
	    .object = "a" },
	  "has a match that its class does not have" },
	{ { .class = KPOL_CLASS_SIGNAL, .ops = KPOL_OP_KILL, .match = KPOL_MATCH_ANY }, NULL },
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
	{ { .match = KPOL_MATCH_PATH, .object = "/a", .flags = KPOL_RULE_DEFAULT_AUDIT }, NULL },
	{ { .match = KPOL_MATCH_PATH, .object = "/a", .flags = KPOL_RULE_DEFAULT_ALLOW }, NULL },
	{ { .match = KPOL_MATCH_PATH, .object = "/a", .flags = KPOL_RULE_DEFAULTS },
	  "has two defaults for its class" },
	{ { .match = KPOL_MATCH_PATH,
	    .object = "/a",
	    .action = KPOL_ACTION_BLOCK,
	    .flags = KPOL_RULE_DEFAULT_AUDIT },
	  "says what its class does by default, but allows nothing" },
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
	{ { .match = KPOL_MATCH_ANY, .class = 99, .ops = 1 }, "has an unknown class" },
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
		{ .match = KPOL_MATCH_PEER },
		{ .match = KPOL_MATCH_PEER, .addr = { 1 } },
		{ .match = KPOL_MATCH_PEER, .addr = { [15] = 1 } },
		{ .condition = (const u8 *)"\1\0", .condition_len = 3 },
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

TEST_HARNESS_MAIN
