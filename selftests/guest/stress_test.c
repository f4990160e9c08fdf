// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All hooks busy, rulesets swapped, bindings changed, events flooding and the module reloaded, all
 * at once: what every ruleset denies never works, what all allow never fails.
 *
 * KPOL_STRESS_SECONDS, in the environment or on the kernel command line, says for how long.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/act_hook.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "lib/slow.h"
#include "nl/control.h"
#include "nl/dump.h"
#include "nl/status.h"
#include "nl/tx.h"

#define SECONDS 40
#define RELOAD_EVERY 8 /* seconds */
#define SWAP_EVERY 10000 /* µs */
#define BREATH 4000 /* µs, so that an emulated machine has time left for loading the module */
#define DIR "/tmp/stress/"
#define TRACING "/sys/kernel/tracing/"

/* What differs between the two is what may go either way: /tmp/stress/one and two. */
static const struct kpol_policy_row policy_rows[] = { { .name = "stress",
							.mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row scopes[] = { { .name = "stress" }, { .name = "other" } };

#define RULE(id_, class_, match_, ops_, action_, object_)                                   \
	{                                                                                   \
		.id = (id_), .scope = 1, .policy = 1, .line = (id_), .class = (class_),     \
		.match = (match_), .ops = (ops_), .action = (action_), .object = (object_), \
		.object_len = sizeof(object_) - 1,                                          \
		.flags = (match_) == KPOL_MATCH_DIR ? KPOL_RULE_RECURSIVE : 0               \
	}
#define PEER(id_, ops_, action_, first_, last_)                                    \
	{                                                                          \
		.id = (id_), .scope = 1, .policy = 1, .class = KPOL_CLASS_NETWORK, \
		.match = KPOL_MATCH_PEER, .ops = (ops_), .action = (action_),      \
		.port_first = (first_), .port_last = (last_)                       \
	}
/* All of a class without paths, or one word of it. */
#define BLOCK(id_, class_, ops_)                                                                  \
	{                                                                                         \
		.id = (id_), .scope = 1, .policy = 1, .class = (class_), .match = KPOL_MATCH_ANY, \
		.ops = (ops_), .action = KPOL_ACTION_BLOCK                                        \
	}
#define RULES(mine)                                                                                \
	{                                                                                          \
		RULE(1, KPOL_CLASS_FILE, KPOL_MATCH_DIR, KPOL_OPS_FILE, KPOL_ACTION_ALLOW,         \
		     DIR "both"),                                                                  \
			RULE(2, KPOL_CLASS_FILE, KPOL_MATCH_DIR, KPOL_OPS_FILE, KPOL_ACTION_ALLOW, \
			     DIR mine),                                                            \
			RULE(3, KPOL_CLASS_FILE, KPOL_MATCH_DIR, KPOL_OPS_FILE, KPOL_ACTION_ALLOW, \
			     "/dev"),                                                              \
			RULE(4, KPOL_CLASS_PROCESS, KPOL_MATCH_DIR, KPOL_OP_EXEC,                  \
			     KPOL_ACTION_ALLOW, DIR "both"),                                       \
			PEER(5, KPOL_OP_SOCKET, KPOL_ACTION_ALLOW, 0, 0),                          \
			PEER(6, KPOL_OPS_EGRESS | KPOL_OPS_INGRESS, KPOL_ACTION_ALLOW, 7000,       \
			     7099),                                                                \
			PEER(7, KPOL_OPS_EGRESS | KPOL_OPS_INGRESS, KPOL_ACTION_BLOCK, 7050,       \
			     7059),                                                                \
			BLOCK(8, KPOL_CLASS_PTRACE, KPOL_OPS_PTRACE),                              \
			BLOCK(9, KPOL_CLASS_LIBRARY, KPOL_OP_PROTECT),                             \
			BLOCK(10, KPOL_CLASS_SIGNAL, KPOL_OP_KILL),                                \
			BLOCK(11, KPOL_CLASS_BPF, KPOL_OP_BPF),                                    \
			BLOCK(12, KPOL_CLASS_MODULE, KPOL_OP_LOAD),                                \
			BLOCK(13, KPOL_CLASS_PERF, KPOL_OP_PERF),                                  \
			BLOCK(14, KPOL_CLASS_NAMESPACE, KPOL_OP_RING),                             \
			RULE(15, KPOL_CLASS_CAPABILITY, KPOL_MATCH_NAME, KPOL_OP_CAPABLE,          \
			     KPOL_ACTION_BLOCK, "sys_time"),                                       \
			PEER(16, KPOL_OP_ACCEPT, KPOL_ACTION_BLOCK, 7010, 7019),                   \
	}
static struct kpol_rule rules_one[] = RULES("one");
static struct kpol_rule rules_two[] = RULES("two");
static struct kpol_binding_row bindings[] = {
	{ .kind = KPOL_BIND_PATH, .path = "/stress", .scope = 1 },
	{ .kind = KPOL_BIND_GLOB, .path = "/stress-*", .scope = 2 },
};

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define RULESET(rules_)                                                                  \
	{                                                                                \
		.policies = (struct kpol_policy_row *)policy_rows, .n_policies = 1,      \
		.scopes = scopes, .n_scopes = N(scopes), .rules = (rules_),              \
		.n_rules = N(rules_one), .bindings = bindings, .n_bindings = N(bindings) \
	}
static const struct kpol_ruleset rulesets[] = { RULESET(rules_one), RULESET(rules_two) };

/* The others listen, too: on the first port that is free. */
static int accept_somewhere(const char *unused)
{
	int r = -EADDRINUSE;

	for (int port = 7010; r == -EADDRINUSE && port < 7020; port++) {
		char peer[32];

		snprintf(peer, sizeof(peer), "tcp4 127.0.0.1 %d", port);
		r = act_accept(peer);
	}
	return r;
}

/* What both rulesets say of it; EITHER: one this, one that; UNSEEN: who acts is not told. */
enum answer { ALLOWED, DENIED, EITHER, UNSEEN };

static const struct stress_act {
	const char *name;
	guest_act act;
	const char *arg;
	enum answer answer;
	unsigned int every; /* rounds: some cost far more than others */
} acts[] = {
	{ "read both", act_read, DIR "both/f", ALLOWED, 1 },
	{ "read never", act_read, DIR "never/f", DENIED, 1 },
	{ "read one", act_read, DIR "one/f", EITHER, 1 },
	{ "read two", act_read, DIR "two/f", EITHER, 1 },
	{ "write both", act_write, DIR "both/f", ALLOWED, 2 },
	{ "write never", act_write, DIR "never/f", DENIED, 2 },
	{ "mkdir never", act_mkdir, DIR "never/d", DENIED, 3 },
	{ "mknod never", act_mknod, DIR "never/p", DENIED, 3 },
	{ "symlink never", act_symlink, DIR "never/l", DENIED, 3 },
	{ "unlink never", act_unlink, DIR "never/f", DENIED, 3 },
	{ "rmdir never", act_rmdir, DIR "never/there", DENIED, 3 },
	{ "rename away", act_rename, DIR "both/f " DIR "never/g", DENIED, 3 },
	{ "link away", act_link, DIR "both/f " DIR "never/g", DENIED, 3 },
	{ "truncate never", act_truncate, DIR "never/f", DENIED, 3 },
	{ "truncate both", act_truncate, DIR "both/t", ALLOWED, 3 },
	{ "execute both", act_execute, DIR "both/true", ALLOWED, 16 },
	{ "execute never", act_execute, DIR "never/true", DENIED, 16 },
	{ "socket", act_socket, "udp4", ALLOWED, 2 },
	{ "send both", act_send, "udp4 127.0.0.1 7001", ALLOWED, 4 },
	{ "send never", act_send, "udp4 127.0.0.1 7055", DENIED, 4 },
	{ "connect never", act_connect, "tcp4 127.0.0.1 7055", DENIED, 4 },
	{ "bind never", act_bind, "udp4 127.0.0.1 7055", DENIED, 4 },
	{ "traceme", act_traceme, "", DENIED, 16 },
	{ "open and truncate both", act_open_truncate, DIR "both/t", ALLOWED, 3 },
	{ "truncate held", act_held_truncate, "", DENIED, 3 },
	{ "receive", act_held_receive, "", DENIED, 4 },
	{ "chmod never", act_chmod, DIR "never/f", DENIED, 3 },
	{ "chown never", act_chown, DIR "never/f", DENIED, 3 },
	{ "utimes never", act_utimes, DIR "never/f", DENIED, 3 },
	{ "xattr never", act_xattr, DIR "never/f", DENIED, 3 },
	{ "remove xattr never", act_xattr_remove, DIR "never/f", DENIED, 3 },
	{ "acl never", act_acl, DIR "never/f", DENIED, 3 },
	{ "remove acl never", act_acl_remove, DIR "never/f", DENIED, 3 },
	{ "protect", act_protect, "", DENIED, 4 },
	{ "map written", act_map_written, "", DENIED, 4 },
	{ "listen anywhere", act_listen_anywhere, "", DENIED, 4 },
	{ "accept", accept_somewhere, "", DENIED, 64 },
	{ "sctp bind never", act_sctp_bind, "127.0.0.2", DENIED, 16 },
	{ "trace", act_trace, "", DENIED, 16 },
	{ "kill", act_kill, "", DENIED, 4 },
	{ "leave", act_leave, "", DENIED, 16 },
	{ "pass for another", act_prctl, "", DENIED, 4 },
	{ "capable", act_capable, "sys_time", DENIED, 4 },
	{ "mount", act_mount, "proc", DENIED, 32 },
	{ "bind mount", act_mount, "bind", DENIED, 32 },
	{ "remount", act_remount, "/dev/shm", DENIED, 4 },
	{ "umount", act_umount, "proc", DENIED, 32 },
	{ "chroot", act_chroot, "", DENIED, 32 },
	{ "user namespace", act_userns, "", DENIED, 32 },
	{ "setns mnt", act_setns, "mnt", DENIED, 4 },
	{ "setns user", act_setns, "user", DENIED, 4 },
	{ "fsopen", act_mount_call, "fsopen", DENIED, 32 },
	{ "fsmount", act_mount_call, "fsmount", DENIED, 32 },
	{ "mount_setattr", act_mount_call, "mount_setattr", DENIED, 32 },
	{ "open_tree", act_mount_call, "open_tree", DENIED, 32 },
	{ "open_tree_attr", act_mount_call, "open_tree_attr", DENIED, 32 },
	{ "move_mount", act_mount_call, "move_mount", DENIED, 32 },
	{ "pivot_root", act_mount_call, "pivot_root", DENIED, 32 },
	{ "fsopen, 32 bits", act_mount_call, "32 fsopen", DENIED, 32 },
	{ "fsmount, 32 bits", act_mount_call, "32 fsmount", DENIED, 32 },
	{ "mount_setattr, 32 bits", act_mount_call, "32 mount_setattr", DENIED, 32 },
	{ "open_tree, 32 bits", act_mount_call, "32 open_tree", DENIED, 32 },
	{ "open_tree_attr, 32 bits", act_mount_call, "32 open_tree_attr", DENIED, 32 },
	{ "ring of a thread", act_ring, "sqpoll", DENIED, 16 },
	{ "ring with credentials", act_ring, "creds", DENIED, 16 },
	{ "bpf", act_bpf, "map_create", DENIED, 4 },
	{ "perf", act_perf, "", DENIED, 4 },
	{ "load a file", act_load_file, DIR "both/true", DENIED, 16 },
	{ "load kexec", act_load, "kexec", DENIED, 16 },
	{ "request", act_request, "", UNSEEN, 16 },
};

#define WORKERS 4

/* Shared with the workers. @guard: odd while a ruleset is in force; another number, another time. */
static struct tally {
	unsigned int guard;
	unsigned int stop;
	unsigned long unguarded;
	unsigned long passed[N(acts)], denied[N(acts)], absent[N(acts)];
	unsigned int wrong;
	unsigned int wrong_act;
	int wrong_result;
} * tally;

static void count(size_t i, int result)
{
	const struct stress_act *a = &acts[i];

	if (result == -ENOSYS) {
		__atomic_add_fetch(&tally->absent[i], 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_add_fetch(result ? &tally->denied[i] : &tally->passed[i], 1, __ATOMIC_RELAXED);
	if (!result ? a->answer != DENIED : result == -EACCES && a->answer != ALLOWED)
		return;
	if (__atomic_add_fetch(&tally->wrong, 1, __ATOMIC_RELAXED) > 1)
		return;
	tally->wrong_act = i;
	tally->wrong_result = result;
}

/* What the act leaves behind when nothing stops it is put right. */
static void mend(void)
{
	rmdir(DIR "never/d");
	unlink(DIR "never/p");
	unlink(DIR "never/l");
	rename(DIR "never/g", DIR "both/f");
	close(open(DIR "never/f", O_CREAT | O_CLOEXEC, 0644));
	close(open(DIR "both/f", O_CREAT | O_CLOEXEC, 0644));
	mkdir(DIR "never/there", 0755);
}

static void act_once(size_t i)
{
	unsigned int before = __atomic_load_n(&tally->guard, __ATOMIC_SEQ_CST), after;
	int result;

	if (!(before & 1)) {
		/* Only what changes nothing: the others need what is there. */
		if (acts[i].act == act_read || acts[i].act == act_execute)
			acts[i].act(acts[i].arg);
		__atomic_add_fetch(&tally->unguarded, 1, __ATOMIC_RELAXED);
		return;
	}
	result = acts[i].act(acts[i].arg);
	after = __atomic_load_n(&tally->guard, __ATOMIC_SEQ_CST);
	if (before == after)
		count(i, result);
}

/* An act: all acts, again and again. */
static int storm(const char *unused)
{
	for (unsigned int round = 0; !__atomic_load_n(&tally->stop, __ATOMIC_RELAXED); round++) {
		for (size_t i = 0; i < N(acts); i++)
			if (round % acts[i].every == 0)
				act_once(i);
		usleep(BREATH);
	}
	return 0;
}

/* Denied accesses that are never the same twice: none can be folded into a count. */
static int flood(const char *unused)
{
	char path[64];

	for (unsigned int n = 0; !__atomic_load_n(&tally->stop, __ATOMIC_RELAXED); n++) {
		snprintf(path, sizeof(path), DIR "never/flood%u", n);
		act_create(path);
		unlink(path);
		usleep(BREATH / 4);
	}
	return 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

FIXTURE(stress)
{
	struct guest_worker workers[WORKERS + 1]; /* the last floods */
	pid_t helpers[WORKERS + 1];
	unsigned int busy, swaps, changes, reloads;
	uint64_t events;
	int log;
};

FIXTURE_SETUP(stress)
{
	static const char *const dirs[] = { "both", "one", "two", "never" };
	char path[128];

	for (size_t i = 0; i < N(dirs); i++) {
		snprintf(path, sizeof(path), DIR "%s/f", dirs[i]);
		guest_write(path, "content", 0644);
		snprintf(path, sizeof(path), DIR "%s/true", dirs[i]);
		guest_copy("/bin/busybox", path);
	}
	guest_write(DIR "both/t", "content", 0644);
	mend();
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	ASSERT_NE(MAP_FAILED, tally);
	for (size_t i = 0; i <= WORKERS; i++) {
		self->workers[i] = guest_worker_new("stress");
		ASSERT_EQ(0, guest_do(&self->workers[i], act_hold_all, DIR "never/held"));
	}
	self->log = host_log_open();
}

FIXTURE_TEARDOWN(stress)
{
	for (size_t i = 0; i <= WORKERS; i++)
		guest_worker_end(&self->workers[i]);
	munmap(tally, sizeof(*tally));
	close(self->log);
}

static void start(struct guest_worker *workers, pid_t *helpers)
{
	for (size_t i = 0; i <= WORKERS; i++) {
		helpers[i] = fork();
		if (!helpers[i])
			_exit(-guest_do(&workers[i], i < WORKERS ? storm : flood, ""));
	}
}

static int stop(const pid_t *helpers)
{
	int status, failed = 0;

	__atomic_store_n(&tally->stop, 1, __ATOMIC_SEQ_CST);
	for (size_t i = 0; i <= WORKERS; i++) {
		waitpid(helpers[i], &status, 0);
		failed += status != 0;
	}
	return failed;
}

static void ignore(const struct kpol_event *event, void *userdata)
{
	++*(uint64_t *)userdata;
}

static const struct kpol_nl_events_ops ops = { .event = ignore };

/* From loading the module to unloading it: swaps and bindings, with and without a reader. */
static void one_life(struct __test_metadata *_metadata, FIXTURE_DATA(stress) * self)
{
	struct kpol_binding_row row = { .kind = KPOL_BIND_PATH, .scope = 2 };
	struct kpol_nl_events *events = NULL;
	uint64_t generation;
	struct kpol_nl *nl;
	char path[64];
	double end;

	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, kpol_nl_new(false, &nl));
	ASSERT_EQ(0, kpol_nl_load(nl, &rulesets[0], "stress", false, NULL, NULL, &generation))
	TH_LOG("%s", kpol_nl_last_error(nl)->message);
	if (self->reloads % 2) {
		ASSERT_EQ(0, kpol_nl_events_new(&ops, &self->events, &events));
	}
	__atomic_add_fetch(&tally->guard, 1, __ATOMIC_SEQ_CST);
	end = now() + RELOAD_EVERY * slow_times();
	for (unsigned int i = 1; now() < end; i++) {
		ASSERT_EQ(0, kpol_nl_load(nl, &rulesets[i % 2], "stress", false, NULL, NULL,
					  &generation));
		self->swaps++;
		for (unsigned int k = 0; k < 3; k++) {
			snprintf(path, sizeof(path), "/other%u", (i + k) % 50);
			row.path = path;
			ASSERT_EQ(0, kpol_nl_binding_add(nl, &row, generation));
			ASSERT_EQ(0, kpol_nl_binding_del(nl, &row));
			self->changes += 2;
		}
		if (events)
			kpol_nl_events_read(events, 256);
		usleep(SWAP_EVERY);
	}
	__atomic_add_fetch(&tally->guard, 1, __ATOMIC_SEQ_CST);
	kpol_nl_events_free(events);
	kpol_nl_free(nl);
	ASSERT_EQ(0, module_unload(&self->busy));
	mend();
	self->reloads++;
}

static double seconds(void)
{
	const char *given = getenv("KPOL_STRESS_SECONDS");

	return given ? strtod(given, NULL) : SECONDS;
}

static void report(struct __test_metadata *_metadata, FIXTURE_DATA(stress) * self, double took)
{
	unsigned long passed = 0, denied = 0;

	for (size_t i = 0; i < N(acts); i++) {
		passed += tally->passed[i];
		denied += tally->denied[i];
		if (acts[i].answer == UNSEEN || tally->absent[i])
			continue;
		if (acts[i].answer != DENIED) {
			EXPECT_LT(0, tally->passed[i]) TH_LOG("%s", acts[i].name);
		}
		if (acts[i].answer != ALLOWED) {
			EXPECT_LT(0, tally->denied[i]) TH_LOG("%s", acts[i].name);
		}
	}
	TH_LOG("%.0f s: %lu accesses passed, %lu denied, %lu while there was no module; %u swaps, "
	       "%u bindings changed, %u reloads (busy %u times), %lu events read",
	       took, passed, denied, tally->unguarded, self->swaps, self->changes, self->reloads,
	       self->busy, (unsigned long)self->events);
}

TEST_F_TIMEOUT(stress, works_without_a_policy, 120)
{
	int r;

	for (size_t i = 0; i < N(acts); i++) {
		if (acts[i].act == act_connect)
			continue; /* nobody listens there */
		r = guest_do(&self->workers[0], acts[i].act, acts[i].arg);
		EXPECT_EQ(0, r == -ENOSYS ? 0 : r) TH_LOG("%s", acts[i].name);
		mend();
	}
}

static void put_text(struct __test_metadata *_metadata, const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_APPEND);

	ASSERT_EQ((ssize_t)strlen(text), write(fd, text, strlen(text))) TH_LOG("%s", path);
	close(fd);
}

/* The kernel's own tracer stands at the same functions; what it has seen called, our hook was called for. */
static void trace_hooks(struct __test_metadata *_metadata, const struct kpol_nl_hook *hooks,
			size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hooks[i].state != KPOL_HOOK_MISSING)
			put_text(_metadata, TRACING "set_ftrace_filter", hooks[i].name);
	put_text(_metadata, TRACING "current_tracer", "function");
}

static bool is_traced(const char *name)
{
	FILE *f = fopen(TRACING "trace", "re");
	char line[512], call[128];
	bool found = false;

	snprintf(call, sizeof(call), ": %s <-", name);
	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, call);
	if (f)
		fclose(f);
	return found;
}

TEST_F_TIMEOUT(stress, acts_reach_every_hook, 120)
{
	struct kpol_nl_hook *hooks;
	unsigned int reached = 0;
	uint64_t generation;
	struct kpol_nl *nl;
	size_t n;

	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, kpol_nl_new(false, &nl));
	ASSERT_EQ(0, kpol_nl_load(nl, &rulesets[0], "stress", false, NULL, NULL, &generation))
	TH_LOG("%s", kpol_nl_last_error(nl)->message);
	ASSERT_EQ(0, kpol_nl_hooks_get(nl, &hooks, &n));
	trace_hooks(_metadata, hooks, n);
	for (size_t i = 0; i < N(acts); i++) {
		int r = guest_do(&self->workers[0], acts[i].act, acts[i].arg);

		if (acts[i].answer == DENIED && r != -ENOSYS) {
			EXPECT_EQ(-EACCES, r) TH_LOG("%s", acts[i].name);
		}
	}
	put_text(_metadata, TRACING "tracing_on", "0");
	for (size_t i = 0; i < n; i++) {
		if (hooks[i].state != KPOL_HOOK_MISSING) {
			EXPECT_EQ(true, is_traced(hooks[i].name)) TH_LOG("%s", hooks[i].name);
			reached++;
		}
	}
	TH_LOG("%zu acts, %u hooks of %zu in this kernel", N(acts), reached, n);
	put_text(_metadata, TRACING "current_tracer", "nop");
	put_text(_metadata, TRACING "tracing_on", "1");
	free(hooks);
	kpol_nl_free(nl);
	ASSERT_EQ(0, module_unload(&self->busy));
}

TEST_F_TIMEOUT(stress, no_verdict_is_wrong_while_everything_changes, 2000)
{
	double begin = now(), end = begin + seconds();

	start(self->workers, self->helpers);
	while (now() < end) {
		one_life(_metadata, self);
		ASSERT_EQ(0, host_log_bad(self->log)) TH_LOG("after %u reloads", self->reloads);
	}
	EXPECT_EQ(0, stop(self->helpers));
	EXPECT_EQ(0, tally->wrong)
	TH_LOG("%u wrong, the first: %s gave %d", tally->wrong, acts[tally->wrong_act].name,
	       tally->wrong_result);
	report(_metadata, self, now() - begin);
}

TEST_HARNESS_MAIN
