/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel is asked about each act of the conformance table, in its order, and the answer. */
#ifndef KPOL_UNIT_CONFORM_ACCESS_H
#define KPOL_UNIT_CONFORM_ACCESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "compile/verdict.h"
#include "conform.h"
#include "engine/decide.h"

#define CONFORM_SELF \
	"/kpol/tests/conformance_test" /* the acting program of "-", "user" and "terminal" */
#define CONFORM_INTERPRETER "/c/bin/interp" /* of every script, which is what ends in ".sh" */
#define CONFORM_ACCESSES_MAX 8

/* Other than what an object usually is: a file that is there. */
enum conform_object {
	CONFORM_FILE,
	CONFORM_PROGRAM,
	CONFORM_DIR,
	CONFORM_NEW, /* not there yet */
	CONFORM_PAIR, /* a file, and where it goes */
	CONFORM_CALL, /* a program and its arguments */
	CONFORM_CHAIN, /* a program, and another that it executes */
	CONFORM_ADDRESS, /* "tcp4 127.0.0.1 80", or only "tcp4" */
	CONFORM_WORD, /* "net_raw" */
	CONFORM_NOTHING,
};

/**
 * struct conform_act - one thing to try
 * @follows: a symbolic link at the end of the path is followed.
 */
struct conform_act {
	const char *name;
	enum conform_object object;
	bool follows;
	u32 ops[7];
};

static const struct conform_act conform_acts[] = {
	{ "exec", CONFORM_PROGRAM, true, { KPOL_OP_EXEC } },
	{ "call", CONFORM_CALL, true, { KPOL_OP_EXEC } },
	{ "through", CONFORM_CHAIN, false, { KPOL_OP_EXEC } },
	{ "memfd", CONFORM_NOTHING, false, { KPOL_OP_EXEC } },
	{ "map", CONFORM_FILE, true, { KPOL_OP_READ, KPOL_OP_MAP } },
	{ "read", CONFORM_FILE, true, { KPOL_OP_READ } },
	{ "list", CONFORM_DIR, true, { KPOL_OP_READ } },
	{ "write", CONFORM_FILE, true, { KPOL_OP_WRITE } },
	{ "rdwr", CONFORM_FILE, true, { KPOL_OP_READ, KPOL_OP_WRITE } },
	{ "cut", CONFORM_FILE, true, { KPOL_OP_WRITE, KPOL_OP_TRUNCATE } },
	{ "held", CONFORM_FILE, false, { 0 } },
	{ "create", CONFORM_NEW, false, { KPOL_OP_CREATE, KPOL_OP_WRITE } },
	{ "mkdir", CONFORM_NEW, false, { KPOL_OP_CREATE } },
	{ "mknod", CONFORM_NEW, false, { KPOL_OP_CREATE } },
	{ "symlink", CONFORM_NEW, false, { KPOL_OP_CREATE } },
	{ "unlink", CONFORM_FILE, false, { KPOL_OP_UNLINK } },
	{ "rmdir", CONFORM_DIR, false, { KPOL_OP_UNLINK } },
	{ "rename", CONFORM_PAIR, false, { KPOL_OP_RENAME } },
	{ "link", CONFORM_PAIR, false, { KPOL_OP_LINK } },
	{ "truncate", CONFORM_FILE, true, { KPOL_OP_TRUNCATE } },
	{ "socket", CONFORM_ADDRESS, false, { KPOL_OP_SOCKET } },
	{ "connect", CONFORM_ADDRESS, false, { KPOL_OP_SOCKET, KPOL_OP_CONNECT } },
	{ "send", CONFORM_ADDRESS, false, { KPOL_OP_SOCKET, KPOL_OP_SEND } },
	{ "bind", CONFORM_ADDRESS, false, { KPOL_OP_SOCKET, KPOL_OP_BIND } },
	{ "listen", CONFORM_ADDRESS, false, { KPOL_OP_SOCKET, KPOL_OP_BIND, KPOL_OP_LISTEN } },
	{ "accept",
	  CONFORM_ADDRESS,
	  false,
	  { KPOL_OP_SOCKET, KPOL_OP_BIND, KPOL_OP_LISTEN, KPOL_OP_SOCKET, KPOL_OP_CONNECT,
	    KPOL_OP_ACCEPT } },
	{ "traceme", CONFORM_NOTHING, false, { KPOL_OP_TRACEME } },
	{ "trace", CONFORM_NOTHING, false, { KPOL_OP_TRACE } },
	{ "capable", CONFORM_WORD, false, { KPOL_OP_CAPABLE } },
	{ "mount", CONFORM_WORD, false, { KPOL_OP_MOUNT } },
	{ "umount", CONFORM_WORD, false, { KPOL_OP_UMOUNT } },
	{ "chroot", CONFORM_WORD, false, { KPOL_OP_CHROOT } },
	{ "userns", CONFORM_WORD, false, { KPOL_OP_USERNS } },
	{ "bpf", CONFORM_WORD, false, { KPOL_OP_BPF } },
	{ "load", CONFORM_WORD, false, { KPOL_OP_LOAD } },
	{ "perf", CONFORM_NOTHING, false, { KPOL_OP_PERF } },
	{ "kill", CONFORM_NOTHING, false, { KPOL_OP_KILL } },
};

static inline const struct conform_act *conform_act_find(const char *name)
{
	for (size_t i = 0; i < sizeof(conform_acts) / sizeof(conform_acts[0]); i++)
		if (!strcmp(conform_acts[i].name, name))
			return &conform_acts[i];
	return NULL;
}

/* What is below /c/link is a symbolic link to its namesake below /c/target. */
static inline void conform_resolve(const char *path, char *ret)
{
	static const char link[] = "/c/link/";
	size_t len = sizeof(link) - 1;

	if (!strncmp(path, link, len))
		snprintf(ret, CONFORM_PATH_MAX, "/c/target/%s", path + len);
	else
		snprintf(ret, CONFORM_PATH_MAX, "%s", path);
}

/* What begins with "theirs" belongs to another user: who "user" is. */
static inline bool conform_is_theirs(const char *path)
{
	return strstr(path, "/theirs") != NULL;
}

/**
 * struct conform_accesses - an act as the kernel sees it
 * @objects: the accesses' paths. @facts, @args: of those that execute.
 */
struct conform_accesses {
	struct kpol_access items[CONFORM_ACCESSES_MAX];
	char objects[CONFORM_ACCESSES_MAX][CONFORM_PATH_MAX];
	struct kpol_facts facts[CONFORM_ACCESSES_MAX];
	char args[CONFORM_ACCESSES_MAX][CONFORM_PATH_MAX];
	size_t n;
};

static inline u8 conform_class(u32 op)
{
	u8 class = 1;

	while (!(kpol_class_ops(class) & op))
		class ++;
	return class;
}

static inline struct kpol_access *
conform_add(struct conform_accesses *a, const struct conform_case *c, u32 op, const char *path)
{
	struct kpol_access *access = &a->items[a->n];
	bool other = c->by[0] != '/';

	*access = (struct kpol_access){ .class = conform_class(op), .op = op };
	access->source = other ? CONFORM_SELF : c->by;
	access->source_len = (u16)strlen(access->source);
	access->terminal = !strcmp(c->by, "terminal");
	if (path) {
		access->object = strcpy(a->objects[a->n], path);
		access->object_len = (u16)strlen(path);
		access->owner = conform_is_theirs(path) == !strcmp(c->by, "user");
	}
	a->n++;
	return access;
}

/* Who owns what is not there yet is asked of its directory. */
static inline void conform_add_new(struct conform_accesses *a, const struct conform_case *c, u32 op,
				   const char *path)
{
	struct kpol_access *access = conform_add(a, c, op, path);
	char dir[CONFORM_PATH_MAX];

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
	access->owner = conform_is_theirs(dir) == !strcmp(c->by, "user");
}

static inline void conform_split(const char *pair, char *first, char *second)
{
	size_t len = strcspn(pair, " ");

	snprintf(first, CONFORM_PATH_MAX, "%.*s", (int)len, pair);
	snprintf(second, CONFORM_PATH_MAX, "%s", pair[len] ? pair + len + 1 : "");
}

static inline void conform_add_paths(struct conform_accesses *a, const struct conform_case *c,
				     const struct conform_act *act)
{
	char first[CONFORM_PATH_MAX], second[CONFORM_PATH_MAX];

	conform_split(c->object, first, second);
	if (act->follows)
		conform_resolve(c->object, first);
	for (const u32 *op = act->ops; *op; op++) {
		if (act->object != CONFORM_NEW)
			conform_add(a, c, *op, first);
		else if (*op == KPOL_OP_CREATE)
			conform_add_new(a, c, *op, first);
		else
			conform_add(a, c, *op, first)->owner = true; /* who made it */
	}
	if (act->object == CONFORM_PAIR)
		conform_add_new(a, c, act->ops[0], second);
	if (act->object == CONFORM_PROGRAM && !strcmp(first + strlen(first) - 3, ".sh"))
		conform_add(a, c, KPOL_OP_EXEC, CONFORM_INTERPRETER);
	if (act->object == CONFORM_CHAIN) {
		struct kpol_access *last = conform_add(a, c, KPOL_OP_EXEC, second);

		last->source = a->objects[a->n - 2];
		last->source_len = (u16)strlen(last->source);
	}
}

/* The act itself gives arguments that no list has. */
static inline void conform_add_beyond(struct conform_accesses *a)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->items[i].class != KPOL_CLASS_PROCESS)
			continue;
		a->facts[i] = (struct kpol_facts){ .known = KPOL_FACT_ARGS,
						   .args_len = KPOL_ARGS_BEYOND };
		a->items[i].facts = &a->facts[i];
	}
}

/* Words as arguments, each with its NUL. Return: behind the last. */
static inline char *conform_put_words(char *to, const char *words)
{
	char copy[CONFORM_PATH_MAX], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		to = stpcpy(to, word) + 1;
	return to;
}

static inline void conform_add_args(struct conform_accesses *a, size_t i, const char *first,
				    const char *rest)
{
	char *end = conform_put_words(conform_put_words(a->args[i], first), rest);

	a->facts[i] = (struct kpol_facts){ .known = KPOL_FACT_ARGS,
					   .args = a->args[i],
					   .args_len = (u32)(end - a->args[i]) };
	a->items[i].facts = &a->facts[i];
}

/* A script's interpreter gets its path, and what it was given. */
static inline void conform_add_call(struct conform_accesses *a, const struct conform_case *c)
{
	char program[CONFORM_PATH_MAX], args[CONFORM_PATH_MAX];

	conform_split(c->object, program, args);
	conform_add(a, c, KPOL_OP_EXEC, program);
	conform_add_args(a, 0, "", args);
	if (strcmp(program + strlen(program) - 3, ".sh"))
		return;
	conform_add(a, c, KPOL_OP_EXEC, CONFORM_INTERPRETER);
	conform_add_args(a, 1, program, args);
}

/* "tcp4": what socket(2) is given, as the module resolves it. */
static const struct conform_kind {
	const char *name;
	u8 family, type, protocol;
} conform_kinds[] = {
	{ "tcp4", AF_INET, SOCK_STREAM, IPPROTO_TCP },
	{ "udp4", AF_INET, SOCK_DGRAM, IPPROTO_UDP },
	{ "tcp6", AF_INET6, SOCK_STREAM, IPPROTO_TCP },
	{ "udp6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP },
	{ "raw4", AF_INET, SOCK_RAW, IPPROTO_ICMP },
	{ "raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
	{ "ping4", AF_INET, SOCK_DGRAM, IPPROTO_ICMP },
	{ "ping6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6 },
	{ "sctp4", AF_INET, SOCK_STREAM, IPPROTO_SCTP },
	{ "seqpacket4", AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP },
	{ "rdm4", AF_INET, SOCK_RDM, 0 },
	{ "dccp4", AF_INET, SOCK_DCCP, 0 },
	{ "packet", AF_PACKET, SOCK_RAW, 0 },
	{ "unix", 0, 0, 0 }, /* not of this class, like the next */
	{ "route", 0, 0, 0 },
	{ "uevent", AF_NETLINK, SOCK_RAW, 0 },
};

static inline const struct conform_kind *conform_kind_find(const char *name)
{
	size_t len = strcspn(name, " ");

	for (size_t i = 0; i < sizeof(conform_kinds) / sizeof(conform_kinds[0]); i++)
		if (strlen(conform_kinds[i].name) == len &&
		    !strncmp(conform_kinds[i].name, name, len))
			return &conform_kinds[i];
	return NULL;
}

static inline void conform_set_address(struct kpol_access *access, const char *object)
{
	char address[64];
	int port;

	if (sscanf(object, "%*s %63s %d", address, &port) != 2)
		return;
	access->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	access->port = (u16)port;
	access->has_addr = inet_pton(access->family, address, access->addr) == 1;
}

static inline void conform_add_network(struct conform_accesses *a, const struct conform_case *c,
				       const struct conform_act *act)
{
	const struct conform_kind *kind = conform_kind_find(c->object);

	for (const u32 *op = act->ops; kind && kind->family && *op; op++) {
		struct kpol_access *access = conform_add(a, c, *op, NULL);

		access->family = kind->family;
		access->socktype = kind->type;
		access->protocol = kind->protocol;
		if (*op != KPOL_OP_SOCKET)
			conform_set_address(access, c->object);
		if (*op == KPOL_OP_BIND && !access->port)
			a->n--; /* any free port opens nothing */
		if (*op == KPOL_OP_ACCEPT) {
			access->source = NULL; /* a stranger's work */
			access->source_len = 0;
		}
	}
}

/* A static program that maps code does a loader's work: without rules for libraries that is an exec. */
static inline void conform_map(const struct kpol_table *table, struct kpol_access *access)
{
	if (access->op != KPOL_OP_MAP ||
	    kpol_table_classes(table, access->scope) & (1U << KPOL_CLASS_LIBRARY))
		return;
	access->op = KPOL_OP_EXEC;
	access->class = KPOL_CLASS_PROCESS;
}

static inline void conform_accesses_fill(const struct conform_case *c,
					 const struct kpol_table *table, u32 scope,
					 struct conform_accesses *a)
{
	const struct conform_act *act = conform_act_find(c->act);

	a->n = 0;
	if (act && act->object == CONFORM_ADDRESS)
		conform_add_network(a, c, act);
	else if (act && act->object == CONFORM_CALL)
		conform_add_call(a, c);
	else if (act && act->object == CONFORM_WORD)
		conform_add(a, c, act->ops[0], c->object);
	else if (act && act->object == CONFORM_NOTHING)
		conform_add(a, c, act->ops[0], NULL);
	else if (act)
		conform_add_paths(a, c, act);
	if (!act || act->object != CONFORM_CALL)
		conform_add_beyond(a);
	for (size_t i = 0; i < a->n; i++) {
		a->items[i].scope = scope;
		conform_map(table, &a->items[i]);
	}
}

/* The verdict of one access, and whose it is. */
static inline void conform_read_decision(const struct kpol_ruleset *ruleset,
					 const struct kpol_decision *d, struct conform_seen *ret)
{
	static const char *const words[] = { [KPOL_VERDICT_ALLOW] = "allow",
					     [KPOL_VERDICT_DENY] = "deny",
					     [KPOL_VERDICT_WOULD_DENY] = "would",
					     [KPOL_VERDICT_AUDIT] = "audit" };
	u32 rule = kpol_decision_rule(d), policy = kpol_decision_policy(d);

	*ret = (struct conform_seen){ .verdict = words[kpol_decision_verdict(d)],
				      .sealed = kpol_decision_sealed(d),
				      .unresolved = d->unresolved };
	if (rule) {
		policy = ruleset->rules[rule - 1].policy;
		ret->line = ruleset->rules[rule - 1].line;
	}
	if (policy)
		snprintf(ret->policy, sizeof(ret->policy), "%s",
			 ruleset->policies[policy - 1].name);
}

/* The first denial ends an act; else what was reported first counts, else what was allowed last. */
static inline void conform_decide(const struct conform_case *c, const struct kpol_ruleset *ruleset,
				  const struct kpol_table *table, u32 scope,
				  struct conform_seen *ret)
{
	static struct conform_accesses a;
	struct kpol_decision decision;
	struct conform_seen seen;

	*ret = (struct conform_seen){ .verdict = "allow" };
	conform_accesses_fill(c, table, scope, &a);
	for (size_t i = 0; i < a.n; i++) {
		kpol_decide(table, &a.items[i], &decision);
		conform_read_decision(ruleset, &decision, &seen);
		if (!strcmp(seen.verdict, "deny")) {
			*ret = seen;
			return;
		}
		if (!strcmp(ret->verdict, "allow"))
			*ret = seen;
	}
}

#endif /* KPOL_UNIT_CONFORM_ACCESS_H */
