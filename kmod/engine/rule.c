// SPDX-License-Identifier: GPL-2.0-only
/* What makes a rule valid, and its canonical bytes. */
#include "rule.h"
#include "condition.h"
#include "glob.h"

static const u32 class_ops[__KPOL_CLASS_END] = {
	[KPOL_CLASS_PROCESS] = KPOL_OPS_PROCESS,
	[KPOL_CLASS_LIBRARY] = KPOL_OPS_LIBRARY | KPOL_OP_PROTECT,
	[KPOL_CLASS_FILE] = KPOL_OPS_FILE,
	[KPOL_CLASS_NETWORK] = KPOL_OPS_NETWORK | KPOL_OP_UNIX,
	[KPOL_CLASS_PTRACE] = KPOL_OPS_PTRACE,
	[KPOL_CLASS_CAPABILITY] = KPOL_OPS_CAPABILITY,
	[KPOL_CLASS_MOUNT] = KPOL_OPS_MOUNT,
	[KPOL_CLASS_NAMESPACE] = KPOL_OPS_NAMESPACE,
	[KPOL_CLASS_BPF] = KPOL_OPS_BPF,
	[KPOL_CLASS_MODULE] = KPOL_OPS_MODULE,
	[KPOL_CLASS_PERF] = KPOL_OPS_PERF,
	[KPOL_CLASS_SIGNAL] = KPOL_OPS_SIGNAL,
};

#define PATH_MATCHES                                                             \
	(1U << KPOL_MATCH_PATH | 1U << KPOL_MATCH_NAME | 1U << KPOL_MATCH_GLOB | \
	 1U << KPOL_MATCH_DIR | 1U << KPOL_MATCH_ANY)

#define WORD_MATCHES (1U << KPOL_MATCH_NAME | 1U << KPOL_MATCH_ANY)

static const u32 class_matches[__KPOL_CLASS_END] = {
	[KPOL_CLASS_PROCESS] = PATH_MATCHES,
	[KPOL_CLASS_LIBRARY] = PATH_MATCHES,
	[KPOL_CLASS_FILE] = PATH_MATCHES,
	[KPOL_CLASS_NETWORK] = 1U << KPOL_MATCH_PEER,
	[KPOL_CLASS_PTRACE] = 1U << KPOL_MATCH_ANY,
	[KPOL_CLASS_CAPABILITY] = WORD_MATCHES,
	[KPOL_CLASS_MOUNT] = WORD_MATCHES,
	[KPOL_CLASS_NAMESPACE] = WORD_MATCHES,
	[KPOL_CLASS_BPF] = WORD_MATCHES,
	[KPOL_CLASS_MODULE] = WORD_MATCHES,
	[KPOL_CLASS_PERF] = 1U << KPOL_MATCH_ANY,
	[KPOL_CLASS_SIGNAL] = 1U << KPOL_MATCH_ANY,
};

u32 kpol_class_ops(u32 class)
{
	return class <= KPOL_CLASS_MAX ? class_ops[class] : 0;
}

bool kpol_class_has_words(u32 class)
{
	return class <= KPOL_CLASS_MAX && class_matches[class] == WORD_MATCHES;
}

/* What is said of a class without paths: "net_raw", "fuse.sshfs", "prog_load". */
static bool is_word(const char *word, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (!((word[i] >= 'a' && word[i] <= 'z') || (word[i] >= '0' && word[i] <= '9') ||
		      (i && (word[i] == '_' || word[i] == '-' || word[i] == '.'))))
			return false;
	return len;
}

static int fail(const char **ret_reason, const char *reason)
{
	*ret_reason = reason;
	return -EINVAL;
}

/* A path that the kernel could report: absolute, no empty, "." or ".." component, no last slash. */
static bool path_is_clean(const char *path, u32 len)
{
	u32 i, start = 1;

	if (!len || path[0] != '/')
		return false;
	if (len == 1)
		return true;
	for (i = 1; i <= len; i++) {
		if (i < len && path[i] != '/')
			continue;
		if (i == start || (i == start + 1 && path[start] == '.') ||
		    (i == start + 2 && path[start] == '.' && path[start + 1] == '.'))
			return false;
		start = i + 1;
	}
	return true;
}

static int check_string(const char *string, u32 len, const char **ret_reason)
{
	if (len > KPOL_PATH_MAX)
		return fail(ret_reason, "is longer than a path can be");
	if (string[len] || memchr(string, 0, len))
		return fail(ret_reason, "has a NUL byte inside");
	return 0;
}

static int check_object(const struct kpol_rule *rule, const char **ret_reason)
{
	const char *object = rule->object;
	u32 len = rule->object_len;
	int err;

	if (rule->match == KPOL_MATCH_ANY || rule->match == KPOL_MATCH_PEER)
		return object || len ? fail(ret_reason, "has an object its match does not use") : 0;
	if (!object)
		return fail(ret_reason, "has no object");
	err = check_string(object, len, ret_reason);
	if (err)
		return err;
	switch (rule->match) {
	case KPOL_MATCH_GLOB:
		return kpol_glob_check(object, len, ret_reason);
	case KPOL_MATCH_NAME:
		if (kpol_class_has_words(rule->class))
			return is_word(object, len)
				       ? 0
				       : fail(ret_reason, "has an object that is no word");
		return !len || memchr(object, '/', len)
			       ? fail(ret_reason, "has a name that is empty or has a slash")
			       : 0;
	case KPOL_MATCH_DIR:
		return len && (len == 1 || !path_is_clean(object, len))
			       ? fail(ret_reason,
				      "has a directory that is not an absolute, clean path")
			       : 0;
	default:
		return path_is_clean(object, len)
			       ? 0
			       : fail(ret_reason, "has a path that is not absolute and clean");
	}
}

static u32 family_bits(u8 family)
{
	return family == AF_INET ? 32 : family == AF_INET6 ? 128 : 0;
}

static int check_peer(const struct kpol_rule *rule, const char **ret_reason)
{
	u32 bit;

	if (rule->family && !family_bits(rule->family))
		return fail(ret_reason, "has an address family that is neither IPv4 nor IPv6");
	if (rule->prefix > family_bits(rule->family))
		return fail(ret_reason, "has a prefix longer than its address");
	for (bit = rule->prefix; bit < 128; bit++)
		if (rule->addr[bit / 8] & (0x80 >> (bit % 8)))
			return fail(ret_reason, "has address bits beyond its prefix");
	if (rule->set && rule->prefix)
		return fail(ret_reason, "has both an address and an address set");
	if (rule->port_first > rule->port_last)
		return fail(ret_reason, "has a port range that ends before it begins");
	return 0;
}

static bool has_peer_fields(const struct kpol_rule *rule)
{
	return rule->family || rule->protocol || rule->prefix || rule->socktypes || rule->set ||
	       rule->port_first || rule->port_last;
}

int kpol_rule_check(const struct kpol_rule *rule, const char **ret_reason)
{
	int err;

	if (!kpol_class_ops(rule->class))
		return fail(ret_reason, "has an unknown class");
	if (!rule->ops || rule->ops & ~kpol_class_ops(rule->class))
		return fail(ret_reason, "has operations that its class does not have");
	if (rule->match > KPOL_MATCH_MAX || !(class_matches[rule->class] & (1U << rule->match)))
		return fail(ret_reason, "has a match that its class does not have");
	if (!rule->action || rule->action > KPOL_ACTION_MAX)
		return fail(ret_reason, "has an unknown action");
	if (rule->flags & ~KPOL_RULE_FLAGS)
		return fail(ret_reason, "has unknown flags");
	if (rule->flags & KPOL_RULE_RECURSIVE && rule->match != KPOL_MATCH_DIR)
		return fail(ret_reason, "is recursive but not a directory");
	if (rule->flags & KPOL_RULE_DEFAULTS && rule->action != KPOL_ACTION_ALLOW)
		return fail(ret_reason, "says what its class does by default, but allows nothing");
	if ((rule->flags & KPOL_RULE_DEFAULTS) == KPOL_RULE_DEFAULTS)
		return fail(ret_reason, "has two defaults for its class");
	err = check_object(rule, ret_reason);
	if (err)
		return err;
	if (rule->match == KPOL_MATCH_PEER)
		err = check_peer(rule, ret_reason);
	else if (has_peer_fields(rule))
		err = fail(ret_reason, "has network fields but is no network rule");
	if (!err)
		err = kpol_condition_check(rule, ret_reason);
	if (err)
		return err;
	if (!rule->source)
		return rule->source_len ? fail(ret_reason, "has a source length but no source") : 0;
	err = check_string(rule->source, rule->source_len, ret_reason);
	if (err)
		return err;
	return path_is_clean(rule->source, rule->source_len)
		       ? 0
		       : fail(ret_reason, "has a source that is not an absolute, clean path");
}

static u8 *put(u8 *to, u64 value, u32 bytes)
{
	while (bytes--) {
		*to++ = value;
		value >>= 8;
	}
	return to;
}

void kpol_rule_encode(const struct kpol_rule *rule, u8 *buf)
{
	u8 *to = buf;

	to = put(to, rule->id, 4);
	to = put(to, rule->scope, 4);
	to = put(to, rule->policy, 4);
	to = put(to, rule->line, 4);
	to = put(to, rule->class, 1);
	to = put(to, rule->match, 1);
	to = put(to, rule->ops, 4);
	to = put(to, rule->action, 1);
	to = put(to, rule->flags, 1);
	to = put(to, rule->object ? rule->object_len : 0xffff, 2);
	to = put(to, rule->source ? rule->source_len : 0xffff, 2);
	to = put(to, rule->family, 1);
	if (rule->match == KPOL_MATCH_PEER)
		memcpy(to, rule->addr, sizeof(rule->addr));
	else
		memset(to, 0, sizeof(rule->addr));
	to += sizeof(rule->addr);
	to = put(to, rule->prefix, 1);
	to = put(to, rule->protocol, 1);
	to = put(to, rule->socktypes, 1);
	to = put(to, rule->port_first, 2);
	to = put(to, rule->port_last, 2);
	to = put(to, kpol_rule_condition_len(rule), 4);
	put(to, rule->set, 4);
}
