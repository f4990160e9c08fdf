// SPDX-License-Identifier: GPL-2.0-or-later
/* The module comes and goes two hundred times under load: no warning, no leak, and it works each
 * time. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "nl/status.h"
#include "nl/tx.h"

#define RELOADS 200 /* KPOL_RELOADS= on the kernel command line asks for another number */
#define WARM_UP \
	10 /* loads before memory is looked at: the kernel keeps some things of the first ones */
#define SECRET "/tmp/reload/secret"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The storm: processes that do what hooks stand at, again and again, until they are killed. */

static void open_files(void)
{
	close(open("/tmp/reload/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	mkdir("/tmp/reload/d", 0700);
	rmdir("/tmp/reload/d");
	close(open(SECRET, O_RDONLY | O_CLOEXEC));
}

static void exec_programs(void)
{
	act_exec("/tmp/reload/true");
}

static void fork_children(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

/* To a listener of its own, over the loopback device: both ends of a connection. */
static void make_connections(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	bind(listener, (struct sockaddr *)&in, sizeof(in));
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&in, &len);
	(void)!connect(client, (struct sockaddr *)&in, sizeof(in));
	close(client);
	close(listener);
	act_send("udp4 127.0.0.1 9");
}

static void join_cgroups(void)
{
	guest_join("reload");
	guest_join("reload/below");
	guest_join("storm");
}

static void trace(void)
{
	act_traceme("");
}

static void poll_status(void)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl;

	if (kpol_nl_new(false, &nl))
		return;
	for (int i = 0; i < 20 && kpol_nl_status_get(nl, &status) == 0; i++)
		usleep(2000);
	kpol_nl_free(nl);
}

/*
 * @confined: in the cgroup that the policy binds; the others watch from outside. @pause: in µs, so
 * that an emulated machine has time left for the loads.
 */
static const struct gust {
	void (*blow)(void);
	bool confined;
	useconds_t pause;
} storm[] = {
	{ open_files, true, 10000 },	   { open_files, false, 30000 },
	{ exec_programs, true, 200000 },   { fork_children, true, 60000 },
	{ make_connections, true, 60000 }, { make_connections, false, 150000 },
	{ join_cgroups, false, 100000 },   { trace, true, 200000 },
	{ poll_status, false, 50000 },
};

#define GUSTS (sizeof(storm) / sizeof(storm[0]))

static pid_t blow(const struct gust *gust)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (guest_join(gust->confined ? "reload" : "storm"))
		_exit(1);
	for (;;) {
		gust->blow();
		usleep(gust->pause);
	}
}

static struct kpol_policy_row policies[] = { { .name = "reload", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row scopes[] = { { .name = "reload" } };
static struct kpol_rule rules[] = {
	{ .id = 1,
	  .scope = 1,
	  .policy = 1,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_PATH,
	  .ops = KPOL_OPS_FILE,
	  .action = KPOL_ACTION_BLOCK,
	  .object = SECRET,
	  .object_len = sizeof(SECRET) - 1 },
	{ .id = 2,
	  .scope = 1,
	  .policy = 1,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_ANY,
	  .ops = KPOL_OPS_FILE,
	  .action = KPOL_ACTION_AUDIT },
	{ .id = 3,
	  .scope = 1,
	  .policy = 1,
	  .class = KPOL_CLASS_NETWORK,
	  .match = KPOL_MATCH_PEER,
	  .ops = KPOL_OPS_NETWORK,
	  .action = KPOL_ACTION_AUDIT },
};
static struct kpol_binding_row bindings[] = {
	{ .kind = KPOL_BIND_PATH, .path = "/reload", .scope = 1 },
};

static const struct kpol_ruleset ruleset = { .policies = policies,
					     .n_policies = 1,
					     .scopes = scopes,
					     .n_scopes = 1,
					     .rules = rules,
					     .n_rules = 3,
					     .bindings = bindings,
					     .n_bindings = 1 };

static void ignore(const struct kpol_event *event, void *userdata)
{
}

static const struct kpol_nl_events_ops ignore_events = { .event = ignore };

FIXTURE(reload)
{
	struct guest_worker worker;
	pid_t storm[GUSTS];
	int kmsg;
	unsigned int busy, waited;
	double loading, unloading, slowest;
};

FIXTURE_SETUP(reload)
{
	guest_copy("/bin/busybox", "/tmp/reload/true");
	guest_write(SECRET, "secret", 0644);
	guest_cgroup("reload/below");
	guest_cgroup("storm");
	self->worker = guest_worker_new("reload");
	self->kmsg = host_log_open();
	ASSERT_LE(0, self->kmsg);
	for (size_t i = 0; i < GUSTS; i++)
		self->storm[i] = blow(&storm[i]);
}

FIXTURE_TEARDOWN(reload)
{
	for (size_t i = 0; i < GUSTS; i++) {
		kill(self->storm[i], SIGKILL);
		waitpid(self->storm[i], NULL, 0);
	}
	guest_worker_end(&self->worker);
}

static void load(struct __test_metadata *_metadata, FIXTURE_DATA(reload) * self)
{
	double start = now(), took;

	ASSERT_EQ(0, module_load(""));
	took = now() - start;
	self->loading += took;
	self->slowest = took > self->slowest ? took : self->slowest;
}

/* By turns: nobody listens and events wait; somebody listens; somebody listens and has a load under
 * way. */
static void use(struct __test_metadata *_metadata, FIXTURE_DATA(reload) * self, unsigned int turn)
{
	struct kpol_nl_events *events = NULL;
	struct kpol_nl_status status;
	uint64_t generation;
	struct kpol_nl *nl;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_new(false, &nl));
	if (turn % 3) {
		ASSERT_EQ(0, kpol_nl_events_new(&ignore_events, NULL, &events));
	}
	ASSERT_EQ(0, kpol_nl_load(nl, &ruleset, "reload", false, NULL, NULL, &generation));
	EXPECT_EQ(1, generation);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, SECRET));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, "/tmp/reload/true"));
	ASSERT_EQ(0, kpol_nl_status_get(nl, &status));
	EXPECT_LT(0, status.verdicts[KPOL_CLASS_FILE].denied);
	EXPECT_EQ(status.hooks_known, status.hooks);
	self->waited += status.event_queued > 0;
	if (turn % 3 == 2) {
		ASSERT_EQ(0, kpol_nl_tx_begin(nl, "half", &id));
		ASSERT_EQ(0, kpol_nl_tx_add(nl, id, &ruleset, NULL, NULL));
	}
	/* Its sockets outlive the module in two of three turns. */
	if (turn % 2)
		kpol_nl_free(nl);
	double start = now();
	ASSERT_EQ(0, module_unload(&self->busy));
	self->unloading += now() - start;
	if (!(turn % 2))
		kpol_nl_free(nl);
	kpol_nl_events_free(events);
	EXPECT_EQ(0, guest_do(&self->worker, act_read, SECRET));
}

static unsigned int reloads(void)
{
	const char *given = getenv("KPOL_RELOADS");

	return given ? strtoul(given, NULL, 10) : RELOADS;
}

TEST_F_TIMEOUT(reload, comes_and_goes_under_load, 1100)
{
	const unsigned int n = reloads();
	static struct host_caches caches_before, caches_after;
	struct host_memory before = { 0 }, after;
	double start = now();

	for (unsigned int turn = 0; turn < n; turn++) {
		if (turn == WARM_UP)
			before = host_memory(&caches_before);
		load(_metadata, self);
		use(_metadata, self, turn);
		ASSERT_EQ(0, host_log_bad(self->kmsg)) TH_LOG("in turn %u", turn);
	}
	for (size_t i = 0; i < GUSTS; i++) {
		EXPECT_EQ(0, waitpid(self->storm[i], NULL, WNOHANG)) TH_LOG("gust %zu died", i);
	}
	after = host_memory(&caches_after);
	host_print_growth(&caches_before, &caches_after);
	TH_LOG("%u loads in %.0f s: load %.2f s (slowest %.2f), unload %.2f s; busy %u times, "
	       "events waited in %u",
	       n, now() - start, self->loading / n, self->slowest, self->unloading / n, self->busy,
	       self->waited);
	TH_LOG("KiB before and after: slab %ld %ld, vmalloc %ld %ld, percpu %ld %ld", before.slab,
	       after.slab, before.vmalloc, after.vmalloc, before.percpu, after.percpu);
	/* With 190 loads in between, a page each would be 760 KiB: what the module allocates is
	 * more. */
	EXPECT_GT(before.slab + 700, after.slab);
	EXPECT_GT(before.vmalloc + 700, after.vmalloc);
	EXPECT_GT(before.percpu + 300, after.percpu);
	EXPECT_EQ(0, after.kpol_areas);
	EXPECT_LT(n / 4, self->waited);

	/* And it still works. */
	load(_metadata, self);
	use(_metadata, self, 0);
}

TEST_HARNESS_MAIN
