// SPDX-License-Identifier: GPL-2.0-or-later
/* Without memory the module refuses or denies: it never allows, and loses nothing. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/fault.h"
#include "lib/gate.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "nl/control.h"
#include "nl/status.h"
#include "nl/tx.h"

#define CGROUP "fault"
#define SECRET "/tmp/fault/secret"
#define OPEN "/tmp/fault/open"
#define PROGRAM "/tmp/fault/program"
#define MANY 100000 /* more allocations than any one thing here does */
/* Loading allocates some thousand times, and each try takes seconds: so many tries are spread over
 * it. KPOL_FAULT_LOADS=, in the environment or on the kernel command line, says another number; with
 * one that is large enough each allocation fails in its turn. */
#define LOADS 48

static struct kpol_policy_row policies[] = { { .name = "fault", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row scopes[] = { { .name = "fault" } };

#define BLOCK(id_, class_, match_, ops_, object_)                                           \
	{                                                                                   \
		.id = (id_), .scope = 1, .policy = 1, .class = (class_), .match = (match_), \
		.ops = (ops_), .action = KPOL_ACTION_BLOCK, .object = (object_),            \
		.object_len = (object_) ? sizeof(object_) - 1 : 0,                          \
	}

static struct kpol_rule rules[] = {
	BLOCK(1, KPOL_CLASS_FILE, KPOL_MATCH_PATH, KPOL_OPS_FILE, SECRET),
	BLOCK(2, KPOL_CLASS_PROCESS, KPOL_MATCH_PATH, KPOL_OP_EXEC, PROGRAM),
	{ .id = 3,
	  .scope = 1,
	  .policy = 1,
	  .class = KPOL_CLASS_NETWORK,
	  .match = KPOL_MATCH_PEER,
	  .ops = KPOL_OPS_NETWORK,
	  .action = KPOL_ACTION_BLOCK },
	BLOCK(4, KPOL_CLASS_FILE, KPOL_MATCH_DIR, KPOL_OPS_CHANGE, "/tmp/fault"),
	{ .id = 5,
	  .scope = 1,
	  .policy = 1,
	  .class = KPOL_CLASS_PTRACE,
	  .match = KPOL_MATCH_ANY,
	  .ops = KPOL_OPS_PTRACE,
	  .action = KPOL_ACTION_BLOCK },
};
static struct kpol_binding_row bindings[] = {
	{ .kind = KPOL_BIND_PATH, .path = "/" CGROUP, .scope = 1 },
};
static const struct kpol_ruleset larger = {
	.policies = policies,
	.n_policies = 1,
	.scopes = scopes,
	.n_scopes = 1,
	.rules = rules,
	.n_rules = 5,
	.bindings = bindings,
	.n_bindings = 1,
};
/* The first alone: what both deny is SECRET. */
static const struct kpol_ruleset smaller = {
	.policies = policies,
	.n_policies = 1,
	.scopes = scopes,
	.n_scopes = 1,
	.rules = rules,
	.n_rules = 1,
	.bindings = bindings,
	.n_bindings = 1,
};

FIXTURE(fault)
{
	struct guest_worker worker;
	int log;
	int nth;
};

FIXTURE_SETUP(fault)
{
	if (!fault_here())
		SKIP(return, "this kernel cannot let allocations fail");
	fault_prepare();
	guest_write(SECRET, "secret", 0644);
	guest_write(OPEN, "open", 0644);
	guest_copy("/bin/busybox", PROGRAM);
	mkdir("/tmp/fault/d", 0755);
	self->log = host_log_open();
	self->nth = fault_nth_open();
	ASSERT_LE(0, self->nth);
	self->worker = guest_worker_new(CGROUP);
}

FIXTURE_TEARDOWN(fault)
{
	unsigned int busy = 0;

	fault_everywhere("0");
	guest_worker_end(&self->worker);
	module_unload(&busy);
	EXPECT_EQ(0, host_log_bad(self->log));
	close(self->log);
	close(self->nth);
}

/* How many allocations one load of the module makes, and how many of them before ours begin. */
static unsigned int count_load(int nth, const char *parameters)
{
	unsigned int left, busy = 0;

	fault_nth_set(nth, MANY);
	module_load(parameters);
	left = fault_nth_end(nth);
	module_unload(&busy);
	return MANY - left;
}

static unsigned int loads_to_try(void)
{
	const char *given = getenv("KPOL_FAULT_LOADS");

	return given ? strtoul(given, NULL, 10) : LOADS;
}

/* A module that is there has all its hooks, or it would let pass what they stop. */
static void expect_whole(struct __test_metadata *_metadata, FIXTURE_DATA(fault) * self,
			 unsigned int nth)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl;
	uint64_t generation;

	ASSERT_EQ(0, kpol_nl_new(false, &nl)) TH_LOG("allocation %u", nth);
	ASSERT_EQ(0, kpol_nl_status_get(nl, &status)) TH_LOG("allocation %u", nth);
	EXPECT_EQ(status.hooks_known, status.hooks) TH_LOG("allocation %u", nth);
	ASSERT_EQ(0, kpol_nl_load(nl, &larger, "fault", false, NULL, NULL, &generation))
	TH_LOG("allocation %u: %s", nth, kpol_nl_last_error(nl)->message);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, SECRET)) TH_LOG("allocation %u", nth);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, PROGRAM))
	TH_LOG("allocation %u", nth);
	kpol_nl_free(nl);
}

/* How long it may take the suite says. */
TEST_F_TIMEOUT(fault, a_module_without_memory_is_refused_or_whole, 100000)
{
	unsigned int first, all, busy = 0, refused = 0, whole = 0, step;
	int r;

	EXPECT_EQ(0, guest_do(&self->worker, act_read, SECRET));
	count_load(self->nth, ""); /* what the kernel keeps of a first load */
	first = count_load(self->nth, "mode=none");
	all = count_load(self->nth, "");
	ASSERT_LT(first, all);
	step = (all - first) / loads_to_try() + 1;
	for (unsigned int nth = first; nth <= all; nth += step) {
		fault_nth_set(self->nth, nth);
		r = module_load("");
		fault_nth_end(self->nth);
		if (r) {
			refused++;
			EXPECT_EQ(-ENOMEM, r) TH_LOG("allocation %u", nth);
			EXPECT_EQ(-ENOENT, module_unload(&busy)) TH_LOG("allocation %u", nth);
		} else {
			whole++;
			expect_whole(_metadata, self, nth);
			fault_nth_set(self->nth, 1 + nth % 8);
			r = module_unload(&busy);
			fault_nth_end(self->nth);
			EXPECT_EQ(0, r) TH_LOG("unload, allocation %u", 1 + nth % 8);
		}
	}
	TH_LOG("allocations %u to %u of a load, every %uth: %u loads refused, %u whole", first, all,
	       step, refused, whole);
	EXPECT_LT(0, refused);
	ASSERT_EQ(0, module_load(""));
	expect_whole(_metadata, self, 0);
	/* Hooks that could not be tried for want of memory are fine; one that did not fire is not. */
	EXPECT_EQ(0, host_log_has(self->log, "self-test failed"));
}

/* What is live is one of the two, and whoever was told that it worked has got it. */
static void expect_either(struct __test_metadata *_metadata, FIXTURE_DATA(fault) * self, int r,
			  const struct kpol_ruleset *wanted, const struct kpol_ruleset *other,
			  unsigned int nth)
{
	uint8_t digest[2][KPOL_DIGEST_LEN];
	struct kpol_nl_status status;

	kpol_ruleset_digest(wanted, digest[0]);
	kpol_ruleset_digest(other, digest[1]);
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	EXPECT_EQ(true, !memcmp(status.digest, digest[0], KPOL_DIGEST_LEN) ||
				!memcmp(status.digest, digest[1], KPOL_DIGEST_LEN))
	TH_LOG("allocation %u", nth);
	if (!r) {
		EXPECT_EQ(0, memcmp(status.digest, digest[0], KPOL_DIGEST_LEN))
		TH_LOG("allocation %u", nth);
	}
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, SECRET)) TH_LOG("allocation %u", nth);
}

TEST_F_TIMEOUT(fault, a_load_without_memory_changes_nothing, 120)
{
	unsigned int refused = 0, nth, left = 0;
	int r;

	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_commit(&smaller));
	for (nth = 1; !left; nth++) {
		fault_nth_set(self->nth, nth);
		r = guest_commit(&larger);
		left = fault_nth_end(self->nth);
		refused += r != 0;
		expect_either(_metadata, self, r, &larger, &smaller, nth);
		ASSERT_EQ(0, guest_commit(&smaller)) TH_LOG("after allocation %u", nth);
	}
	TH_LOG("%u allocations, %u loads refused", nth - 2, refused);
	EXPECT_EQ(0, r);
	EXPECT_LT(10, refused);
}

TEST_F_TIMEOUT(fault, a_binding_without_memory_changes_nothing, 120)
{
	struct kpol_binding_row row = { .kind = KPOL_BIND_PATH,
					.path = "/fault-other",
					.scope = 1 };
	unsigned int refused = 0, nth, left = 0;
	struct kpol_nl_status before, after;
	int r;

	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_commit(&smaller));
	for (nth = 1; !left; nth++) {
		ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &before));
		fault_nth_set(self->nth, nth);
		r = kpol_nl_binding_add(guest_nl(), &row, before.generation);
		left = fault_nth_end(self->nth);
		refused += r != 0;
		ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &after));
		EXPECT_EQ(before.generation, after.generation);
		EXPECT_LE(before.bindings, after.bindings);
		EXPECT_GE(before.bindings + 1, after.bindings);
		if (!r) {
			EXPECT_EQ(before.bindings + 1, after.bindings);
		}
		EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, SECRET));
		if (after.bindings > before.bindings) {
			ASSERT_EQ(0, kpol_nl_binding_del(guest_nl(), &row));
		}
	}
	TH_LOG("%u allocations, %u bindings refused", nth - 2, refused);
	EXPECT_LT(3, refused);
}

/* All of the message's addresses, or none. */
TEST_F_TIMEOUT(fault, addresses_without_memory_change_nothing, 120)
{
	static struct kpol_set_row set = { .name = "labels:a=b@c" };
	static uint32_t id = 1;
	struct kpol_address_row rows[100] = { 0 };
	struct kpol_address_rows list = { rows, ARRAY_SIZE(rows) };
	struct kpol_ruleset with_set = larger;
	unsigned int refused = 0, nth, left = 0;
	struct kpol_nl_status now;
	uint64_t generation;
	int r;

	ASSERT_EQ(0, module_load(""));
	with_set.sets = &set;
	with_set.n_sets = 1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i] = (struct kpol_address_row){ .family = AF_INET,
						     .addr = { 10, 0, 0, (uint8_t)i },
						     .ids = &id };
	for (nth = 1; !left; nth++) {
		ASSERT_EQ(0, kpol_nl_load(guest_nl(), &with_set, "fault", false, NULL, NULL,
					  &generation));
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			rows[i].n_ids = 1;
		fault_nth_set(self->nth, nth);
		r = kpol_nl_addresses_set(guest_nl(), &list, generation);
		left = fault_nth_end(self->nth);
		refused += r != 0;
		ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &now));
		EXPECT_TRUE(now.addresses == ARRAY_SIZE(rows) || (r && !now.addresses))
		TH_LOG("allocation %u: %u addresses", nth, now.addresses);
		EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, SECRET));
	}
	TH_LOG("%u allocations, %u refused", nth - 2, refused);
	EXPECT_EQ(0, r);
	EXPECT_LT(100, refused);
}

/* Acts of a worker whose nth allocation fails: the argument is "nth act argument". */

static const struct fault_act {
	const char *name;
	guest_act act;
	const char *arg;
} acts[] = {
	{ "read", act_read, SECRET },
	{ "write", act_write, SECRET },
	{ "create", act_create, "/tmp/fault/new" },
	{ "mkdir", act_mkdir, "/tmp/fault/newdir" },
	{ "mknod", act_mknod, "/tmp/fault/fifo" },
	{ "symlink", act_symlink, "/tmp/fault/link" },
	{ "unlink", act_unlink, OPEN },
	{ "rmdir", act_rmdir, "/tmp/fault/d" },
	{ "rename", act_rename, OPEN " /tmp/fault/other" },
	{ "link", act_link, OPEN " /tmp/fault/hard" },
	{ "truncate", act_truncate, OPEN },
	{ "socket", act_socket, "udp4" },
	{ "execute", act_execute, PROGRAM },
};

static unsigned int act_left; /* shared with nobody: the worker answers through its result */

static int act_with_fault(const char *what)
{
	const struct fault_act *a = &acts[strtoul(what, NULL, 10)];
	unsigned int nth = strtoul(strchr(what, ' '), NULL, 10);
	int fd = fault_nth_open(), r;

	if (fd < 0)
		return -ENOENT;
	fault_nth_set(fd, nth);
	r = a->act(a->arg);
	act_left = fault_nth_end(fd);
	close(fd);
	return act_left ? -1000 + r : r; /* -1000: nothing has failed any more */
}

static void body_execute(const char *nth)
{
	int fd = fault_nth_open(), error;

	fault_nth_set(fd, strtoul(nth, NULL, 10));
	execl(PROGRAM, PROGRAM, "true", (char *)NULL);
	error = errno;
	fault_nth_end(fd); /* what follows tells of the error */
	errno = error;
}

static int act_execute_with_fault(const char *nth)
{
	return act_in_child(body_execute, nth);
}

TEST_F_TIMEOUT(fault, an_access_that_is_denied_stays_denied, 200)
{
	struct kpol_nl_status before, after;
	char order[64];
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		if (strcmp(acts[i].name, "unlink") && strcmp(acts[i].name, "rmdir") &&
		    strcmp(acts[i].name, "rename")) {
			EXPECT_EQ(0, guest_do(&self->worker, acts[i].act, acts[i].arg))
			TH_LOG("%s without the module", acts[i].name);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		static const char *const made[] = { "new", "fifo", "link", "hard" };
		char path[64];

		for (size_t k = 0; k < ARRAY_SIZE(made); k++) {
			snprintf(path, sizeof(path), "/tmp/fault/%s", made[k]);
			unlink(path);
		}
		rmdir("/tmp/fault/newdir");
	}
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_commit(&larger));
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &before));
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		unsigned int nth;

		for (nth = 1; nth < 500; nth++) {
			snprintf(order, sizeof(order), "%zu %u", i, nth);
			r = guest_do(&self->worker, act_with_fault, order);
			if (r <= -500)
				break;
			EXPECT_NE(0, r) TH_LOG("%s, allocation %u", acts[i].name, nth);
		}
		EXPECT_EQ(-1000 - EACCES, r) TH_LOG("%s", acts[i].name);
		TH_LOG("%s: denied through %u failures", acts[i].name, nth - 1);
	}
	for (unsigned int nth = 1; nth < 60; nth++) {
		snprintf(order, sizeof(order), "%u", nth);
		r = guest_do(&self->worker, act_execute_with_fault, order);
		EXPECT_NE(0, r) TH_LOG("execve, allocation %u", nth);
	}
	EXPECT_EQ(-EACCES, r);
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &after));
	EXPECT_LT(before.verdicts[KPOL_CLASS_FILE].denied, after.verdicts[KPOL_CLASS_FILE].denied);
}

/* Whoever enters and cannot be remembered is confined. */
static int enter_and_read(unsigned int nth)
{
	int fd = fault_nth_open(), r;

	fault_nth_set(fd, nth);
	r = guest_join(CGROUP);
	if (fault_nth_end(fd))
		return -250; /* nothing has failed */
	close(fd);
	return r ? r : act_read(SECRET);
}

static int enter_in_child(unsigned int nth)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(-enter_and_read(nth));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

/* How many allocations a migration makes differs a little, so one pass may miss the one that counts. */
TEST_F_TIMEOUT(fault, a_task_that_cannot_be_remembered_is_confined, 200)
{
	unsigned int tries = 0, denied = 0, exempt = 0, failed = 0;
	struct kpol_nl_status status;

	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_commit(&smaller));
	for (unsigned int pass = 0; pass < 30 && denied < 3; pass++) {
		int r = 0;

		for (unsigned int nth = 1; r != -250; nth++) {
			r = enter_in_child(nth);
			tries++;
			denied += r == -EACCES;
			exempt += r == 0;
			failed += r && r != -EACCES && r != -250;
		}
	}
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	TH_LOG("%u migrations: %u confined, %u exempt, %u failed", tries, denied, exempt, failed);
	EXPECT_EQ(status.untraced, denied);
	EXPECT_LT(0, denied);
}

/* Everybody's allocations fail, in interrupts and workers too, while everything is under way. */
TEST_F_TIMEOUT(fault, nothing_is_allowed_while_one_allocation_in_twenty_fails, 200)
{
	unsigned int allowed = 0, denied = 0, other = 0, loads = 0, failures = 0;
	struct guest_events *events;
	struct kpol_nl_status status;
	uint64_t last = 0;
	int r;

	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_commit(&larger));
	events = guest_events_open();
	fault_everywhere("5");
	for (unsigned int i = 0; i < 1500; i++) {
		r = guest_do(&self->worker, act_read, SECRET);
		allowed += r == 0;
		denied += r == -EACCES;
		other += r && r != -EACCES;
		if (i % 10 == 0) {
			r = guest_commit(i % 20 ? &larger : &smaller);
			loads += r == 0;
			failures += r != 0;
		}
	}
	fault_everywhere("0");
	ASSERT_EQ(0, guest_commit(&larger));
	guest_events_wait(events, ~0U, 2500);
	for (unsigned int i = 0; i < events->n; i++) {
		EXPECT_LT(last, events->items[i].seq);
		last = events->items[i].seq;
	}
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	TH_LOG("%u denied, %u failed otherwise, %u allowed; %u loads, %u refused; %u events",
	       denied, other, allowed, loads, failures, events->n);
	EXPECT_EQ(0, allowed);
	EXPECT_LT(100, denied);
	EXPECT_LT(0, events->n);
	EXPECT_EQ(last, status.event_seq);
	guest_events_close(events);
}

TEST_HARNESS_MAIN
