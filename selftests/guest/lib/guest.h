/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What guest tests share: loading a policy from text, and workers that act inside a cgroup. */
#ifndef KPOL_GUEST_H
#define KPOL_GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "compile/ruleset.h"
#include "nl/conn.h"
#include "nl/events.h"

/** guest_nl() - the connection of this process; ends the program when the module is not there. */
struct kpol_nl *guest_nl(void);

/**
 * guest_load() - parse, compile and commit a bundle, as kpold would
 * @yaml: text of the bundle; diagnostics go to stderr.
 *
 * Return: 0 or a negative errno.
 */
int guest_load(const char *yaml);

/** guest_commit() - commit a ruleset that is made by hand, without a word. Return: 0 or a negative errno. */
int guest_commit(const struct kpol_ruleset *ruleset);

/** guest_load_format() - the same with printf's help. */
int guest_load_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** guest_unload() - commit a ruleset with nothing in it. */
void guest_unload(void);

/** guest_cgroup() - make a cgroup below the root, "name" or "a/b"; fine if it is there. Return: its id. */
uint64_t guest_cgroup(const char *name);

/** guest_join() - move the calling process into a cgroup. Return: 0 or -errno. */
int guest_join(const char *cgroup);

/** typedef guest_act - something a worker does. Return: 0 or a negative errno. */
typedef int (*guest_act)(const char *arg);

struct guest_worker {
	pid_t pid;
	int to;
	int from;
};

/**
 * guest_worker_new() - fork a process that is in @cgroup and does what it is told
 *
 * Start it before the cgroup is bound: a task that moves into a bound cgroup is "entering" and exempt.
 */
struct guest_worker guest_worker_new(const char *cgroup);

/** guest_do() - let the worker act, and wait. Return: what the act returned, -EPIPE: the worker died. */
int guest_do(const struct guest_worker *worker, guest_act act, const char *arg);

void guest_worker_end(struct guest_worker *worker);

/** guest_become() - an act: execute @program, a copy of the test's own, and go on as a worker. */
int guest_become(const char *program);

#define GUEST_NO_EXEC 200

/* The one argument with which a copy of the test's own ends at once; other programs do not mind it. */
#define GUEST_NOTHING "--nothing"

/**
 * guest_run() - let a child execute @program, a copy of the test's own, and act
 *
 * Return: what the act returned, or -GUEST_NO_EXEC when the program could not be executed.
 */
int guest_run(const char *program, guest_act act, const char *arg);

/** guest_write() - a file with this content; makes parent directories. Ends the program on failure. */
void guest_write(const char *path, const char *content, mode_t mode);

/** guest_copy() - copy a file, for a program under another name. */
void guest_copy(const char *from, const char *to);

/** struct guest_event - one that has arrived; strings are copies. */
struct guest_event {
	uint64_t seq;
	uint32_t verdict, reason, class, op, count, rule, line, policy, port, family;
	uint32_t pid, uid;
	bool has_task, cut;
	char object[1100];
	char source[600];
};

/**
 * struct guest_events - the events that have arrived, newest last
 * @since: those of an older generation, which a slow machine brings late, are dropped.
 */
struct guest_events {
	struct kpol_nl_events *nl;
	uint64_t since;
	struct guest_event *items;
	unsigned int n;
};

/** guest_events_open() - subscribe and forget what has waited so far, and what an older ruleset's folding still brings. */
struct guest_events *guest_events_open(void);

/** guest_events_wait() - read until there are @n or @ms milliseconds have passed. Return: how many. */
unsigned int guest_events_wait(struct guest_events *events, unsigned int n, int ms);
void guest_events_clear(struct guest_events *events);

/** guest_events_print() - what has arrived, a line each, beside a failure. */
void guest_events_print(const struct guest_events *events);

/** guest_events_renew() - forget what was judged by an older ruleset than the live one. */
void guest_events_renew(struct guest_events *events);
void guest_events_close(struct guest_events *events);

#endif /* KPOL_GUEST_H */
