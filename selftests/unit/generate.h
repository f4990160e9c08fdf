/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random rulesets, and accesses that are likely to meet their rules: the same from the same seed.
 */
#ifndef KPOL_UNIT_GENERATE_H
#define KPOL_UNIT_GENERATE_H

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

#define GENERATE_RULES_MAX 512
#define GENERATE_POLICIES 6
#define GENERATE_SCOPES 4
#define GENERATE_TEXT 512
#define GENERATE_SETS 600

/**
 * struct generator - one ruleset and the state of the dice
 * @text: what the rules' objects and sources point to.
 * @object, @source, @facts, @args, @sets: of the last access.
 * @soft: no Allow rule makes its class deny by default: some report instead, some do nothing.
 * @crowded: the ruleset is mostly patterns of one scope and class.
 */
struct generator {
	u64 state;
	bool soft;
	bool crowded;
	struct kpol_rule rules[GENERATE_RULES_MAX];
	char text[GENERATE_RULES_MAX][2][GENERATE_TEXT];
	u32 n_rules;
	u8 modes[GENERATE_POLICIES];
	char object[2 * GENERATE_TEXT];
	char source[GENERATE_TEXT];
	u8 conditions[GENERATE_RULES_MAX][512];
	struct kpol_facts facts;
	char args[64];
	u32 sets[8];
};

/* splitmix64 */
static inline u32 generate_below(struct generator *g, u32 n)
{
	u64 z = g->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (u32)((z ^ z >> 31) >> 32) % n;
}

static inline bool generate_chance(struct generator *g, u32 percent)
{
	return generate_below(g, 100) < percent;
}

#define GENERATE_PICK(g, array) ((array)[generate_below(g, sizeof(array) / sizeof((array)[0]))])

/* Few, so that paths of rules and accesses meet; some that look like parts of others. */
static const char *const generate_names[] = {
	"a",  "b",	  "ab",	   "bin", "sh", "x.log", "y.tar.gz", ".log", "log",
	"b.", "\xc3\xa4", "l\xff", "etc", "*",	"[a]",	 "a-c",	     "\\",
};

/* Objects of classes without paths. */
static const char *const generate_words[] = { "tmpfs", "proc", "bind", "net", "net_raw" };

static const char *const generate_globs[] = {
	"*",	"**",  "?",   "*.log", "a*",	    "*b",	"[ab]",	 "[!a]*",
	"[]a]", "?in", "x.*", "**.gz", "*a*b*",	    "\\*",	"[a-c]", "**?",
	"***",	"a**", "\\a", "[a-]",  "x.[k-m]og", "*.tar.gz", "b\\.",
};

/* Shapes that people write; '#' is a name. With few names their keys are crowded, each shape's in its own way. */
static const char *const generate_shapes[] = {
	"/a/**/#",    "/#/**/b",    "/**/#",	 "/*/#",     "/#/**",	      "/**/*.#",
	"/a/#*/b",    "/a/**/#/**", "/**/#/*",	 "/a/b#*",   "/**/*#",	      "/a/**/*.#",
	"/#/**/*.gz", "/**/#*",	    "/*/#/**",	 "/a/#?",    "/#/*/#",	      "/**/#/**/#",
	"/a/*/#/*/b", "/**/[ab]#",  "/a/#/**/b", "/**/#/#*", "/*/**/#\\*/**", "/**/**/#/**/**/?",
};

static const char *const generate_many[] = { "/**",  "/*",   "/?",     "/a**",
					     "/**a", "/*a*", "/[!a]*", "/\\a*" };

static inline void generate_shape(struct generator *g, char *path)
{
	static const char *const names[] = { "a", "b", "ab", "a1", "b2", "bin", "gz", "x.log" };
	const char *shape = GENERATE_PICK(g, generate_shapes);

	for (; *shape; shape++) {
		if (*shape == '#') {
			path = stpcpy(path, GENERATE_PICK(g, names));
			*path = (char)('0' + generate_below(g, 3));
			path += generate_chance(g, 30);
		} else {
			*path++ = *shape;
		}
	}
	*path = 0;
}

static inline void generate_component(struct generator *g, char *path, bool glob)
{
	strcat(path, "/");
	if (!glob || generate_chance(g, 50))
		strcat(path, GENERATE_PICK(g, generate_names));
	else
		strcat(path, GENERATE_PICK(g, generate_globs));
}

/* Many wildcards: what a matcher that goes back too far would drown in. */
static inline void generate_wild(struct generator *g, char *path)
{
	u32 n = 3 + generate_below(g, 6);

	for (*path = 0; n--;)
		strcat(path, GENERATE_PICK(g, generate_many));
	if (generate_chance(g, 50))
		generate_component(g, path, false);
}

static inline void generate_path(struct generator *g, char *path, bool glob)
{
	u32 depth = generate_below(g, 5) + glob, dice = generate_below(g, 100);

	if (glob && dice < 40) {
		generate_shape(g, path);
		return;
	}
	if (glob && dice < 50) {
		generate_wild(g, path);
		return;
	}
	*path = 0;
	while (depth--)
		generate_component(g, path, glob);
	if (!*path)
		strcpy(path, "/");
}

/* Operations without a hook: the kernel enforces no rule about them. */
#define GENERATE_UNHOOKED KPOL_OP_UNIX

static inline u32 generate_ops(struct generator *g, u32 class)
{
	u32 all = kpol_class_ops(class) & ~GENERATE_UNHOOKED, ops = 0, bit;

	if (generate_chance(g, 30))
		return all;
	for (bit = 0; bit < 32; bit++)
		if (all & 1U << bit && generate_chance(g, 40))
			ops |= 1U << bit;
	return ops ? ops : all;
}

static inline u32 generate_op(struct generator *g, u32 class)
{
	u32 all = kpol_class_ops(class), bit;

	do
		bit = 1U << generate_below(g, 32);
	while (!(all & bit));
	return bit;
}

static inline void generate_addr(struct generator *g, u8 *addr, u32 len)
{
	static const u8 bytes[] = { 0, 0, 10, 127, 192, 255, 0xfe, 0x80, 1 };

	for (u32 i = 0; i < len; i++)
		addr[i] = GENERATE_PICK(g, bytes);
}

/* Few, so that rules and accesses meet; two that share a bit of the list's filter. */
static const u32 generate_set_ids[] = { 1, 2, 3, 255, 256, 257, 258, GENERATE_SETS };

static inline void generate_peer(struct generator *g, struct kpol_rule *rule)
{
	static const u8 families[] = { 0, AF_INET, AF_INET, AF_INET6 };
	static const u8 protocols[] = { 0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };
	static const u8 prefixes[] = { 0, 1, 7, 8, 9, 16, 24, 31, 32, 48, 64, 96, 127, 128 };
	u32 bits, bit;

	rule->family = GENERATE_PICK(g, families);
	rule->protocol = GENERATE_PICK(g, protocols);
	if (generate_chance(g, 40))
		rule->set = GENERATE_PICK(g, generate_set_ids);
	bits = rule->family == AF_INET ? 32 : rule->family ? 128 : 0;
	do
		rule->prefix = GENERATE_PICK(g, prefixes);
	while (rule->prefix > bits || (rule->set && rule->prefix));
	generate_addr(g, rule->addr, bits / 8);
	for (bit = rule->prefix; bit < 128; bit++)
		rule->addr[bit / 8] &= ~(0x80 >> bit % 8);
	if (generate_chance(g, 30))
		rule->socktypes = generate_below(g, 64);
	if (generate_chance(g, 60)) {
		rule->port_first = GENERATE_PICK(g, ((u16[]){ 0, 1, 22, 80, 443, 8000, 65535 }));
		rule->port_last = rule->port_first + generate_below(g, 3) * 100;
		if (rule->port_last < rule->port_first || !rule->port_last)
			rule->port_last = rule->port_first = 65535;
	}
}

/** generate_members() - ids of the sets that an address is in: the same for the same address. Return: how many. */
static inline u32 generate_members(u8 family, const u8 *addr, u32 ids[8])
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	u32 hash = 2166136261U, n = 0, len = family == AF_INET ? 4 : 16;

	if (family == AF_INET6 && !memcmp(addr, mapped, sizeof(mapped))) {
		addr += sizeof(mapped);
		len = 4;
	}
	for (u32 i = 0; i < len; i++)
		hash = (hash ^ addr[i]) * 16777619U;
	hash ^= hash >> 15;
	for (u32 i = 0; i < 8; i++)
		if (hash >> i & hash >> (i + 8) & 1)
			ids[n++] = generate_set_ids[i];
	return n;
}

static inline u8 generate_match(struct generator *g, u32 class)
{
	static const u8 matches[] = { KPOL_MATCH_PATH, KPOL_MATCH_PATH, KPOL_MATCH_NAME,
				      KPOL_MATCH_GLOB, KPOL_MATCH_GLOB, KPOL_MATCH_GLOB,
				      KPOL_MATCH_DIR,  KPOL_MATCH_DIR,	KPOL_MATCH_ANY };

	if (class == KPOL_CLASS_NETWORK)
		return KPOL_MATCH_PEER;
	if (kpol_class_has_words(class))
		return generate_chance(g, 70) ? KPOL_MATCH_NAME : KPOL_MATCH_ANY;
	return class == KPOL_CLASS_PTRACE ? KPOL_MATCH_ANY : GENERATE_PICK(g, matches);
}

static inline void generate_object(struct generator *g, struct kpol_rule *rule, char *text)
{
	switch (rule->match) {
	case KPOL_MATCH_PEER:
		generate_peer(g, rule);
		return;
	case KPOL_MATCH_ANY:
		return;
	case KPOL_MATCH_NAME:
		strcpy(text, kpol_class_has_words(rule->class) ? GENERATE_PICK(g, generate_words)
							       : GENERATE_PICK(g, generate_names));
		break;
	default:
		generate_path(g, text, rule->match == KPOL_MATCH_GLOB);
		if (rule->match == KPOL_MATCH_DIR && !strcmp(text, "/"))
			*text = 0;
	}
	rule->object = text;
	rule->object_len = (u16)strlen(text);
}

/* Sorted, so that a selection of them is. */
static const char *const generate_args[] = { "", "-a", "-b", "-bb", "x" };

static inline u8 *generate_record(u8 *to, u8 kind, const void *bytes, u16 len)
{
	*to++ = kind;
	*to++ = (u8)len;
	*to++ = (u8)(len >> 8);
	if (len)
		memcpy(to, bytes, len);
	return to + len;
}

/* Digests are one byte again and again, of which there are few. */
#define GENERATE_DIGESTS 3

static inline u8 *generate_digests(struct generator *g, u8 *to, u8 kind, u16 len)
{
	u8 bytes[KPOL_VERITY_MAX];

	for (u8 i = 0; i < GENERATE_DIGESTS; i++) {
		memset(bytes, i, sizeof(bytes));
		if (generate_chance(g, 40))
			to = generate_record(to, kind, bytes, len);
	}
	return to;
}

static inline void generate_condition(struct generator *g, struct kpol_rule *rule, u8 *condition)
{
	u8 *to = condition;

	for (size_t i = 0; i < sizeof(generate_args) / sizeof(generate_args[0]); i++)
		if (generate_chance(g, 40))
			to = generate_record(to, KPOL_CONDITION_ARG, generate_args[i],
					     (u16)strlen(generate_args[i]));
	if (generate_chance(g, 40))
		to = condition;
	if (generate_chance(g, 50))
		to = generate_digests(g, to, KPOL_CONDITION_SHA256, 32);
	if (generate_chance(g, 20))
		to = generate_digests(g, to, KPOL_CONDITION_VERITY_SHA256, 32);
	if (generate_chance(g, 20))
		to = generate_digests(g, to, KPOL_CONDITION_VERITY_SHA512, 64);
	rule->condition_len = (u32)(to - condition);
	rule->condition = to > condition ? condition : NULL;
}

static const char *const generate_sources[] = { "/bin/sh", "/bin/a", "/usr/bin/b" };

static inline void generate_rule(struct generator *g, u32 id)
{
	static const u8 actions[] = { KPOL_ACTION_ALLOW, KPOL_ACTION_ALLOW, KPOL_ACTION_BLOCK,
				      KPOL_ACTION_BLOCK, KPOL_ACTION_AUDIT };
	static const u8 classes[] = { KPOL_CLASS_PROCESS,   KPOL_CLASS_LIBRARY, KPOL_CLASS_FILE,
				      KPOL_CLASS_FILE,	    KPOL_CLASS_FILE,	KPOL_CLASS_NETWORK,
				      KPOL_CLASS_NETWORK,   KPOL_CLASS_PTRACE,	KPOL_CLASS_MOUNT,
				      KPOL_CLASS_CAPABILITY };
	struct kpol_rule *rule = &g->rules[id - 1];
	const char *reason;

	do {
		*rule = (struct kpol_rule){ .id = id, .line = id + 10 };
		rule->scope = 1 + generate_below(g, GENERATE_SCOPES);
		rule->policy = 1 + generate_below(g, GENERATE_POLICIES);
		rule->class = GENERATE_PICK(g, classes);
		rule->match = generate_match(g, rule->class);
		rule->action = GENERATE_PICK(g, actions);
		if (g->crowded && generate_chance(g, 90)) {
			rule->scope = 1;
			rule->class = KPOL_CLASS_FILE;
			rule->match = KPOL_MATCH_GLOB;
		}
		rule->ops = generate_ops(g, rule->class);
		if (generate_chance(g, 15))
			rule->flags |= KPOL_RULE_OWNER;
		if (generate_chance(g, 10))
			rule->flags |= KPOL_RULE_NO_TERMINAL;
		if (rule->match == KPOL_MATCH_DIR && generate_chance(g, 50))
			rule->flags |= KPOL_RULE_RECURSIVE;
		if (rule->action == KPOL_ACTION_ALLOW && (g->soft || generate_chance(g, 20)))
			rule->flags |= generate_chance(g, 80) ? KPOL_RULE_DEFAULT_AUDIT
							      : KPOL_RULE_DEFAULT_ALLOW;
		generate_object(g, rule, g->text[id - 1][0]);
		if (generate_chance(g, 30)) {
			rule->source = GENERATE_PICK(g, generate_sources);
			rule->source_len = (u16)strlen(rule->source);
		}
		if (rule->class == KPOL_CLASS_PROCESS && generate_chance(g, 50))
			generate_condition(g, rule, g->conditions[id - 1]);
	} while (kpol_rule_check(rule, &reason));
}

/** generate_ruleset() - a new one of @n rules at most GENERATE_RULES_MAX, and modes for its
 * policies. */
static inline void generate_ruleset(struct generator *g, u32 n)
{
	for (u32 i = 0; i < GENERATE_POLICIES; i++)
		g->modes[i] = generate_chance(g, 60) ? KPOL_MODE_ENFORCE : KPOL_MODE_OBSERVE;
	g->n_rules = n;
	g->crowded = generate_chance(g, 30);
	g->soft = generate_chance(g, 30);
	for (u32 id = 1; id <= n; id++)
		generate_rule(g, id);
}

/* A path that the pattern may well match: wildcards become something, the rest stays. */
static inline void generate_instance(struct generator *g, const char *pattern, char *out)
{
	static const char *const fillings[] = {
		"", "a", "b", "x.log", "ab", "/", "/a/", "a/b", "."
	};
	char *to = out;

	for (; *pattern; pattern++) {
		if (*pattern == '*' || *pattern == '?') {
			to = stpcpy(to, GENERATE_PICK(g, fillings));
		} else if (*pattern == '[' && strchr(pattern + 2, ']')) {
			*to++ = "ab]x-"[generate_below(g, 5)];
			pattern = strchr(pattern + 2, ']');
		} else {
			if (*pattern == '\\' && pattern[1])
				pattern++;
			*to++ = *pattern;
		}
	}
	*to = 0;
}

static inline void generate_mutation(struct generator *g, char *path)
{
	size_t len = strlen(path), at = generate_below(g, (u32)len + 1);
	char *slash = strrchr(path, '/');

	switch (generate_below(g, 8)) {
	case 0:
	case 1:
		generate_component(g, path, false);
		break;
	case 2:
		if (slash > path)
			*slash = 0;
		break;
	case 3:
		if (len > 1)
			path[1 + generate_below(g, (u32)len - 1)] = "ab/.x"[generate_below(g, 5)];
		break;
	case 4:
		memmove(path + at + 1, path + at, len - at + 1);
		path[at] = "ab/.x"[generate_below(g, 5)];
		break;
	}
	if (*path != '/') {
		memmove(path + 1, path, strlen(path) + 1);
		*path = '/';
	}
}

static inline void generate_access_path(struct generator *g, const struct kpol_rule *rule,
					struct kpol_access *a)
{
	if (generate_chance(g, 2))
		return; /* unresolved */
	if (rule->match == KPOL_MATCH_GLOB) {
		generate_instance(g, rule->object, g->object);
	} else {
		generate_path(g, g->object, false);
		if (rule->match == KPOL_MATCH_NAME)
			sprintf(strrchr(g->object, '/'), "/%s", rule->object);
		else if (rule->object)
			strcpy(g->object, *rule->object ? rule->object : "/");
	}
	while (generate_chance(g, 40))
		generate_mutation(g, g->object);
	if (*g->object != '/')
		strcpy(g->object, "/");
	a->object = g->object;
	a->object_len = (u16)strlen(g->object);
}

static inline void generate_access_peer(struct generator *g, const struct kpol_rule *rule,
					struct kpol_access *a)
{
	static const u8 families[] = { AF_INET, AF_INET, AF_INET6, AF_INET6, AF_UNIX, AF_PACKET };
	static const u8 protocols[] = { 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_SCTP };
	u32 bytes, bit;

	a->family =
		rule->family && generate_chance(g, 85) ? rule->family : GENERATE_PICK(g, families);
	bytes = a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
	a->has_addr = bytes && generate_chance(g, 90);
	if (a->has_addr) {
		generate_addr(g, a->addr, bytes);
		for (bit = 0; bit < rule->prefix && bit < 8 * bytes; bit++) {
			a->addr[bit / 8] &= ~(0x80 >> bit % 8);
			a->addr[bit / 8] |= rule->addr[bit / 8] & (0x80 >> bit % 8);
		}
		if (generate_chance(g, 15))
			a->addr[generate_below(g, bytes)] ^= 1 << generate_below(g, 8);
		if (a->family == AF_INET && generate_chance(g, 25)) {
			a->family = AF_INET6;
			memcpy(a->addr + 12, a->addr, 4);
			memset(a->addr, 0, 10);
			memset(a->addr + 10, 0xff, 2);
		}
	}
	if (a->has_addr) {
		a->sets = g->sets;
		a->n_sets = generate_members(a->family, a->addr, g->sets);
	}
	a->protocol = rule->protocol && generate_chance(g, 80) ? rule->protocol
							       : GENERATE_PICK(g, protocols);
	a->socktype = generate_below(g, 9);
	a->port = rule->port_first + generate_below(g, 4) * 50 - (generate_chance(g, 10) ? 1 : 0);
}

static inline void generate_access_word(struct generator *g, const struct kpol_rule *rule,
					struct kpol_access *a)
{
	if (generate_chance(g, 2))
		return; /* no word is known for it */
	strcpy(g->object, rule->object && generate_chance(g, 60)
				  ? rule->object
				  : GENERATE_PICK(g, generate_words));
	a->object = g->object;
	a->object_len = (u16)strlen(g->object);
}

/** generate_facts() - of an execution; @known: KPOL_FACT_* of it. They stay until the next. */
static inline void generate_facts(struct generator *g, u8 known, struct kpol_access *a)
{
	char *to = g->args;

	g->facts = (struct kpol_facts){ .known = known, .args = g->args };
	for (u32 n = generate_below(g, 4); n; n--)
		to = stpcpy(to, generate_chance(g, 90) ? GENERATE_PICK(g, generate_args) : "?") + 1;
	g->facts.args_len = generate_chance(g, 5) ? KPOL_ARGS_BEYOND : (u32)(to - g->args);
	memset(g->facts.sha256, (int)generate_below(g, GENERATE_DIGESTS + 1), KPOL_DIGEST_LEN);
	g->facts.verity_len = (u8)(32 * generate_below(g, 3));
	memset(g->facts.verity, (int)generate_below(g, GENERATE_DIGESTS), g->facts.verity_len);
	a->facts = &g->facts;
}

/** generate_access() - one access; its strings stay until the next one. */
static inline void generate_access(struct generator *g, struct kpol_access *a)
{
	const struct kpol_rule *rule = &g->rules[generate_below(g, g->n_rules)];

	*a = (struct kpol_access){ .scope = rule->scope, .class = rule->class };
	if (generate_chance(g, 5))
		a->scope = 1 + generate_below(g, GENERATE_SCOPES);
	a->op = generate_op(g, a->class);
	a->owner = generate_chance(g, 50);
	a->terminal = generate_chance(g, 50);
	a->directory = generate_chance(g, 50);
	if (a->class == KPOL_CLASS_NETWORK)
		generate_access_peer(g, rule, a);
	else if (kpol_class_has_words(a->class))
		generate_access_word(g, rule, a);
	else if (a->class != KPOL_CLASS_PTRACE)
		generate_access_path(g, rule, a);
	if (a->class == KPOL_CLASS_PROCESS && generate_chance(g, 90))
		generate_facts(g, generate_chance(g, 60) ? 7 : (u8)generate_below(g, 8), a);
	if (generate_chance(g, 90)) {
		strcpy(g->source, rule->source && generate_chance(g, 80)
					  ? rule->source
					  : GENERATE_PICK(g, generate_sources));
		a->source = g->source;
		a->source_len = (u16)strlen(a->source);
	}
}

/** generate_same() - do two answers agree in all that the netlink command tells? */
static inline bool generate_same(const struct kpol_decision *a, const struct kpol_decision *b)
{
	return a->deny == b->deny && a->would_deny == b->would_deny && a->rule == b->rule &&
	       a->would_rule == b->would_rule && a->audit_rule == b->audit_rule;
}

/** generate_describe() - an access and its answers in one line, for a test that failed. */
static inline void generate_describe(const struct kpol_access *a, const struct kpol_decision *x,
				     const struct kpol_decision *y, char *text, size_t size)
{
	snprintf(text, size,
		 "scope %u class %u op %#x object %s source %s owner %d family %u addr %d port %u: "
		 "deny %d rule %u would %d rule %u audit %u, or deny %d rule %u would %d rule %u "
		 "audit %u",
		 a->scope, a->class, a->op, a->object ? a->object : "-",
		 a->source ? a->source : "-", a->owner, a->family, a->has_addr, a->port, x->deny,
		 x->rule, x->would_deny, x->would_rule, x->audit_rule, y->deny, y->rule,
		 y->would_deny, y->would_rule, y->audit_rule);
}

#endif /* KPOL_UNIT_GENERATE_H */
