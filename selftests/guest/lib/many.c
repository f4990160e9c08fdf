// SPDX-License-Identifier: GPL-2.0-or-later
/* A ruleset of any size, of the shapes that real policies have. */
#include "many.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
	if (!p)
		errx(1, "no memory");
	return p;
}

static struct kpol_rule *add(struct kpol_ruleset *set, uint8_t class, uint8_t match, uint32_t ops)
{
	struct kpol_rule *rule = &set->rules[set->n_rules++];

	*rule = (struct kpol_rule){ .id = set->n_rules,
				    .scope = 1,
				    .policy = 1,
				    .line = set->n_rules,
				    .class = class,
				    .match = match,
				    .ops = ops,
				    .action = KPOL_ACTION_ALLOW };
	return rule;
}

static const char *text(struct kpol_ruleset *set, const char *string)
{
	return must(kpol_arena_text(&set->strings, string, strlen(string)));
}

static struct kpol_rule *add_path(struct kpol_ruleset *set, uint8_t class, uint8_t match,
				  const char *object)
{
	uint32_t ops = class == KPOL_CLASS_PROCESS ? KPOL_OPS_PROCESS : KPOL_OPS_FILE;
	struct kpol_rule *rule = add(set, class, match, ops);

	rule->object = text(set, object);
	rule->object_len = strlen(object);
	if (match == KPOL_MATCH_DIR)
		rule->flags = KPOL_RULE_RECURSIVE;
	return rule;
}

static struct kpol_rule *add_peer(struct kpol_ruleset *set, uint32_t address, uint8_t prefix,
				  uint8_t protocol, uint16_t port)
{
	struct kpol_rule *rule = add(set, KPOL_CLASS_NETWORK, KPOL_MATCH_PEER, KPOL_OPS_EGRESS);
	uint32_t order = htonl(address & ~0U << (32 - prefix));

	rule->family = AF_INET;
	rule->prefix = prefix;
	memcpy(rule->addr, &order, sizeof(order));
	rule->protocol = protocol;
	rule->port_first = rule->port_last = port;
	return rule;
}

static void set_source(struct kpol_ruleset *set, struct kpol_rule *rule, const char *program)
{
	rule->source = text(set, program);
	rule->source_len = strlen(program);
}

/* MANY_LEAST of them. */
static void add_needs(struct kpol_ruleset *set, const struct many *what)
{
	struct kpol_rule *tmp;

	add_path(set, KPOL_CLASS_PROCESS, KPOL_MATCH_PATH, what->program);
	add_path(set, KPOL_CLASS_PROCESS, KPOL_MATCH_PATH, "/bin/busybox");
	add_path(set, KPOL_CLASS_PROCESS, KPOL_MATCH_DIR, "/usr/lib/app");
	tmp = add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_DIR, "/tmp");
	add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_DIR, "/dev");
	add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_GLOB, "/proc/*/status");
	add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_PATH, "/etc/resolv.conf");
	add_peer(set, 0x7f000000, 8, IPPROTO_UDP, 0);
	add_peer(set, 0x0a000000, 8, IPPROTO_TCP, 443);
	add(set, KPOL_CLASS_NETWORK, KPOL_MATCH_PEER, KPOL_OP_SOCKET);
	if (what->sources)
		set_source(set, tmp, what->program);
}

static struct kpol_rule *add_other(struct kpol_ruleset *set, size_t i)
{
	static const char *const files[] = { "/etc/app%zu/main.conf",
					     "/usr/share/app%zu/data/en/names.dat",
					     "/var/lib/app%zu/state" };
	static const char *const dirs[] = { "/var/log/app%zu", "/srv/tenant/%zu/www/static" };
	static const char *const globs[] = { "/srv/*/cache%zu", "/opt/app%zu/**/*.so" };
	char object[128];

	switch (i % 10) {
	case 0 ... 3:
		snprintf(object, sizeof(object), files[i % 3], i);
		return add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_PATH, object);
	case 4:
		snprintf(object, sizeof(object), "/usr/lib/app%zu/bin/worker", i);
		return add_path(set, KPOL_CLASS_PROCESS, KPOL_MATCH_PATH, object);
	case 5 ... 6:
		snprintf(object, sizeof(object), dirs[i % 2], i);
		return add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_DIR, object);
	case 7:
		snprintf(object, sizeof(object), globs[i / 10 % 2], i);
		return add_path(set, i / 20 % 2 ? KPOL_CLASS_FILE : KPOL_CLASS_PROCESS,
				KPOL_MATCH_GLOB, object);
	default:
		return add_peer(set, 0x0a000000 + (uint32_t)i * 256, 16 + i % 17, IPPROTO_TCP,
				1 + i % 65535);
	}
}

/* The shapes that people write. Some share their tail, some their directory, some both. */
static struct kpol_rule *add_pattern(struct kpol_ruleset *set, size_t i)
{
	static const char *const shapes[] = {
		"/**/name%zu", "/*/x%zu",    "/x%zu/**/y",	   "/dir%zu/**", "/**/*.e%zu",
		"/a/b%zu*/c",  "/x/**/y%zu", "/usr/bin/tool-%zu*", "/**/*-%zu",	 "/home/*/p%zu/**",
	};
	char object[128];

	snprintf(object, sizeof(object), shapes[i % 10], i / 10);
	return add_path(set, KPOL_CLASS_FILE, KPOL_MATCH_GLOB, object);
}

static void add_others(struct kpol_ruleset *set, const struct many *what)
{
	char program[64];

	while (set->n_rules < what->n) {
		size_t i = set->n_rules;
		struct kpol_rule *rule = what->patterns ? add_pattern(set, i) : add_other(set, i);

		if (!what->sources || i % 2)
			continue;
		snprintf(program, sizeof(program), "/usr/bin/worker%zu", i % 50);
		set_source(set, rule, i % 50 ? program : what->program);
	}
}

struct kpol_ruleset *many_ruleset(const struct many *what)
{
	struct kpol_ruleset *set = must(calloc(1, sizeof(*set)));

	set->policies = must(calloc(1, sizeof(*set->policies)));
	set->policies[0].name = must(strdup("many"));
	set->policies[0].mode = KPOL_MODE_ENFORCE;
	set->n_policies = 1;
	set->scopes = must(calloc(1, sizeof(*set->scopes)));
	set->scopes[0].name = must(strdup("many"));
	set->n_scopes = 1;
	set->bindings = must(calloc(1, sizeof(*set->bindings)));
	set->bindings[0] = (struct kpol_binding_row){ .kind = KPOL_BIND_PATH,
						      .path = must(strdup(what->cgroup)),
						      .scope = 1 };
	set->n_bindings = 1;
	set->rules = must(calloc(what->n, sizeof(*set->rules)));
	add_needs(set, what);
	add_others(set, what);
	return set;
}
