// SPDX-License-Identifier: GPL-2.0-or-later
/* A node of a cluster: the daemon follows an API server, pods come, change and go, and no moment is unguarded. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/cluster.h"
#include "lib/guest.h"
#include "lib/program.h"
#include "lib/slow.h"
#include "nl/status.h"

#define STARTS 500

/* What is measured is measured that often: other guests have the same processors. */
#define TIMES 5

#define CGROUPS "/sys/fs/cgroup"
#define GOOD "/opt/kube/good"
#define EVIL "/opt/kube/evil"
#define SELF "/opt/kube/self"
#define PAUSE "/opt/kube/pause"
#define TASKS "/run/containerd/io.containerd.runtime.v2.task/k8s.io/"
#define DIRECTORY "/tmp/kube"

/* Programs of pods with app=web: the good one, and nothing else. */
static const char allow_good[] =
	"{\"metadata\":{\"uid\":\"p-%s\",\"namespace\":\"shop\",\"name\":\"%s\",\"generation\":1},"
	"\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\"}},\"process\":{\"matchPaths\":"
	"[{\"path\":\"%s\"}]},\"action\":\"Allow\"}}";

FIXTURE(node)
{
	struct cluster cluster;
	pid_t daemon;
};

static void settings(FIXTURE_DATA(node) * self, const char *pending)
{
	FILE *file = fopen(DIRECTORY "/kpold.conf", "we");

	fprintf(file,
		"kubernetes=" DIRECTORY "/kubeconfig\nnode=node-1\npending=%s\n"
		"state=" DIRECTORY "/state\nsocket=" DIRECTORY "/control\nexporters=syslog\n"
		"syslog-socket=" DIRECTORY "/none\nautoload=no\nboot-guard=0\n",
		pending);
	fclose(file);
}

static void start_daemon(FIXTURE_DATA(node) * self)
{
	self->daemon = fork();
	if (self->daemon)
		return;
	(void)!freopen(DIRECTORY "/kpold.log", "a", stderr);
	execlp("kpold", "kpold", "--config", DIRECTORY "/kpold.conf", NULL);
	_exit(127);
}

static void stop_daemon(FIXTURE_DATA(node) * self)
{
	if (self->daemon > 0) {
		kill(self->daemon, SIGKILL);
		waitpid(self->daemon, NULL, 0);
	}
	self->daemon = 0;
}

static void print_log(void)
{
	(void)!system("tail -n 30 " DIRECTORY "/kpold.log | sed 's/^/# /' >&2");
	(void)!system("for what in pods bindings; do kpolctl --socket " DIRECTORY
		      "/control get $what -o wide; done 2>&1 | sed 's/^/# /' >&2");
}

static uint64_t generation(void)
{
	struct kpol_nl_status status;

	return kpol_nl_status_get(guest_nl(), &status) < 0 ? 0 : status.generation;
}

static bool is_newer(const void *than)
{
	return generation() > *(const uint64_t *)than;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Until @is says so. Return: µs it took, -1: it was never so. */
static int64_t wait_until(bool (*is)(const void *arg), const void *arg)
{
	int64_t begin = now_us(), end = begin + 20000000LL * slow_times();

	while (now_us() < end) {
		if (is(arg))
			return now_us() - begin;
		usleep(2000);
	}
	print_log();
	return -1;
}

static void make_pod_cgroup(const char *uid, const char *container)
{
	char name[256];

	guest_cgroup("kubepods");
	snprintf(name, sizeof(name), "kubepods/pod%s", uid);
	guest_cgroup(name);
	if (!container)
		return;
	snprintf(name, sizeof(name), "kubepods/pod%s/%s", uid, container);
	guest_cgroup(name);
}

static void remove_pod_cgroup(const char *uid, const char *container)
{
	char path[256];

	snprintf(path, sizeof(path), CGROUPS "/kubepods/pod%s/%s", uid, container);
	rmdir(path);
	snprintf(path, sizeof(path), CGROUPS "/kubepods/pod%s", uid);
	rmdir(path);
}

/*
 * As a runtime does it: born in the container's cgroup, with mounts of its own; the program is the first it executes.
 * The child does nothing else: the API server's threads may have held locks that it will never see released.
 */
static int start_arguments(const char *uid, const char *container, char **argv)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP | CLONE_NEWNS,
				   .exit_signal = SIGCHLD };
	char path[256];
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), CGROUPS "/kubepods/pod%s/%s", uid, container);
	args.cgroup = (__u64)open(path, O_PATH | O_CLOEXEC);
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0) {
		execv(argv[0], argv);
		_exit(errno);
	}
	close((int)args.cgroup);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -ECHILD;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

static int start_container(const char *uid, const char *container, const char *program)
{
	char *argv[] = { (char *)program, NULL };

	return start_arguments(uid, container, argv);
}

static void write_config(const char *container, const char *annotation, const char *value)
{
	char path[256], text[256];

	snprintf(path, sizeof(path), TASKS "%s/config.json", container);
	snprintf(text, sizeof(text), "{\"annotations\":{\"%s\":\"%s\"}}", annotation, value);
	guest_write(path, text, 0600);
}

static void put_pod(FIXTURE_DATA(node) * self, const char *uid, const char *app)
{
	cluster_put(&self->cluster, "pods",
		    "{\"metadata\":{\"uid\":\"%s\",\"namespace\":\"shop\",\"name\":\"pod-%.8s\","
		    "\"labels\":{\"app\":\"%s\"}},\"spec\":{\"nodeName\":\"node-1\",\"containers\":"
		    "[{\"name\":\"c\"}]},\"status\":{\"phase\":\"Pending\"}}",
		    uid, uid, app);
}

static void make_uid(char uid[37], unsigned int i)
{
	snprintf(uid, 37, "%08x-2222-4333-8444-555555555555", i);
}

struct start {
	const char *uid, *container, *program;
	int result;
};

static bool ends_like_that(const void *arg)
{
	const struct start *start = arg;

	return start_container(start->uid, start->container, start->program) == start->result;
}

#define EVENTUALLY(u, c, p, r)                                                  \
	EXPECT_LE(0, wait_until(ends_like_that, &(struct start){ u, c, p, r })) \
	TH_LOG("%s in %s of %s never came to %d", p, c, u, r)

static void write_program(const char *path)
{
	int fd;

	guest_write(path, "", 0755);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0 || program_write(fd) < 0)
		abort();
	close(fd);
}

FIXTURE_SETUP(node)
{
	uint64_t before = generation();

	system("rm -rf " DIRECTORY " " TASKS);
	mkdir(DIRECTORY, 0700);
	write_program(GOOD);
	write_program(EVIL);
	write_program(PAUSE);
	cluster_start(&self->cluster, "kubearmorpolicies kubearmorhostpolicies "
				      "kubearmorclusterpolicies");
	cluster_kubeconfig(&self->cluster, DIRECTORY "/kubeconfig");
	cluster_put(
		&self->cluster, "nodes",
		"{\"metadata\":{\"uid\":\"n\",\"name\":\"node-1\",\"labels\":{\"zone\":\"a\"}}}");
	cluster_put(&self->cluster, "namespaces",
		    "{\"metadata\":{\"uid\":\"ns\",\"name\":\"shop\"}}");
	cluster_put(&self->cluster, "runtimepolicies", allow_good, "web", "web", GOOD);
	settings(self, "deny-exec");
	start_daemon(self);
	ASSERT_LE(0, wait_until(is_newer, &before));
}

FIXTURE_TEARDOWN(node)
{
	stop_daemon(self);
	if (!_metadata->passed)
		print_log();
	guest_unload();
	close(self->cluster.fd);
}

/* Half of the pods the API server tells of first, half it tells of when they have begun. */
TEST_F_TIMEOUT(node, container_whose_first_instruction_is_the_attack_is_denied_500_times, 240)
{
	unsigned int denied = 0, worked = 0;
	int64_t begin = now_us();
	char uid[37];

	for (unsigned int i = 0; i < STARTS; i++) {
		make_uid(uid, i);
		if (i % 2 == 0)
			put_pod(self, uid, "web");
		make_pod_cgroup(uid, "c");
		denied += start_container(uid, "c", EVIL) == -EACCES;
		if (i % 2)
			put_pod(self, uid, "web");
		denied += start_container(uid, "c", EVIL) == -EACCES;
		worked += wait_until(ends_like_that, &(struct start){ uid, "c", GOOD, 0 }) >= 0;
		denied += start_container(uid, "c", EVIL) == -EACCES;
		cluster_delete(&self->cluster, "pods", uid);
		remove_pod_cgroup(uid, "c");
	}
	EXPECT_EQ(3 * STARTS, denied);
	EXPECT_EQ(STARTS, worked);
	TH_LOG("%u starts, %lld ms each", STARTS, (long long)(now_us() - begin) / 1000 / STARTS);
}

TEST_F_TIMEOUT(node, pod_without_a_policy_executes_what_it_likes, 60)
{
	char uid[37];

	make_uid(uid, 1);
	put_pod(self, uid, "other");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", EVIL, 0);
	remove_pod_cgroup(uid, "c");
}

TEST_F_TIMEOUT(node, policy_follows_the_labels, 120)
{
	int64_t there, back, slowest, best = INT64_MAX;
	char uid[37];

	make_uid(uid, 2);
	put_pod(self, uid, "other");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", EVIL, 0);
	for (int i = 0; i < TIMES; i++) {
		put_pod(self, uid, "web");
		there = wait_until(ends_like_that, &(struct start){ uid, "c", EVIL, -EACCES });
		ASSERT_LE(0, there);
		put_pod(self, uid, "other");
		back = wait_until(ends_like_that, &(struct start){ uid, "c", EVIL, 0 });
		ASSERT_LE(0, back);
		TH_LOG("confined %lld ms after the label came, let go %lld ms after it went",
		       (long long)there / 1000, (long long)back / 1000);
		slowest = there > back ? there : back;
		best = slowest < best ? slowest : best;
	}
	EXPECT_GE(100000 * slow_times(), best);
	remove_pod_cgroup(uid, "c");
}

TEST_F_TIMEOUT(node, policy_follows_its_resource, 120)
{
	char uid[37];

	make_uid(uid, 3);
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", EVIL, -EACCES);
	EVENTUALLY(uid, "c", GOOD, 0);
	cluster_put(&self->cluster, "runtimepolicies", allow_good, "web", "web", EVIL);
	EVENTUALLY(uid, "c", EVIL, 0);
	EVENTUALLY(uid, "c", GOOD, -EACCES);
	cluster_delete(&self->cluster, "runtimepolicies", "p-web");
	EVENTUALLY(uid, "c", GOOD, 0);
	remove_pod_cgroup(uid, "c");
}

TEST_F_TIMEOUT(node, rejected_policy_is_told_and_keeps_no_other_out, 120)
{
	char uid[37];

	make_uid(uid, 12);
	cluster_put(&self->cluster, "runtimepolicies",
		    "{\"metadata\":{\"uid\":\"p-bad\",\"namespace\":\"shop\",\"name\":\"bad\","
		    "\"generation\":7},\"spec\":{\"selector\":{},\"process\":{\"matchPaths\":"
		    "[{\"path\":\"/bin/sh\",\"action\":\"Blok\"}]}}}");
	cluster_put(&self->cluster, "runtimepolicies",
		    "{\"metadata\":{\"uid\":\"p-host\",\"namespace\":\"shop\",\"name\":\"host\"},"
		    "\"spec\":{\"nodeSelector\":{},\"process\":{\"matchPaths\":"
		    "[{\"path\":\"/bin/kpolctl\",\"action\":\"Block\"}]}}}");
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(uid, "c", EVIL));
	EXPECT_TRUE(cluster_written(&self->cluster, 20000,
				    "PATCH /apis/kpol.io/v1/namespaces/shop/runtimepolicies/bad/"
				    "status?fieldManager=kpold-node-1",
				    "did you mean \\\"Block\\\""));
	EXPECT_TRUE(cluster_written(&self->cluster, 20000,
				    "PATCH /apis/kpol.io/v1/namespaces/shop/runtimepolicies/bad/",
				    "\"observedGeneration\":7"));
	EXPECT_TRUE(cluster_written(&self->cluster, 20000, "POST /api/v1/namespaces/shop/events",
				    "PolicyRejected"));
	EXPECT_TRUE(cluster_written(&self->cluster, 20000,
				    "PATCH /apis/kpol.io/v1/namespaces/shop/runtimepolicies/host/",
				    "may select hosts, units or cgroups"));
	EXPECT_TRUE(cluster_written(&self->cluster, 20000,
				    "PATCH /apis/kpol.io/v1/namespaces/shop/runtimepolicies/web/",
				    "\"pods\":1"));
	remove_pod_cgroup(uid, "c");
}

TEST_F_TIMEOUT(node, pods_are_listed_with_what_holds_for_them, 120)
{
	char uid[37];

	make_uid(uid, 13);
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", EVIL, -EACCES);
	EVENTUALLY(uid, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(uid, "c", EVIL));
	usleep(500000 * slow_times());
	EXPECT_EQ(0, system("kpolctl --socket " DIRECTORY "/control get pods >" DIRECTORY
			    "/pods; grep -q 'shop *pod-0000000d *bound *enforce *shop/web .*"
			    "exec " EVIL "' " DIRECTORY "/pods || { cat " DIRECTORY
			    "/pods >&2; false; }"));
	EXPECT_NE(0, system("kpolctl --socket " DIRECTORY "/control rollback >" DIRECTORY
			    "/said 2>&1"));
	EXPECT_EQ(0, system("grep -q 'custom resources' " DIRECTORY "/said || { cat " DIRECTORY
			    "/said >&2; false; }"));
	remove_pod_cgroup(uid, "c");
}

static bool host_may(const void *arg)
{
	return act_exec(EVIL) == *(const int *)arg;
}

TEST_F_TIMEOUT(node, host_policy_follows_the_labels_of_the_node, 120)
{
	static const int denied = -EACCES, allowed = 0;

	EXPECT_EQ(0, act_exec(EVIL));
	cluster_put(&self->cluster, "runtimepolicies",
		    "{\"metadata\":{\"uid\":\"p-zone\",\"namespace\":\"kpol-system\",\"name\":"
		    "\"zone\"},"
		    "\"spec\":{\"nodeSelector\":{\"matchLabels\":{\"zone\":\"a\"}},\"process\":"
		    "{\"matchPaths\":[{\"path\":\"" EVIL "\"}]},\"action\":\"Block\"}}");
	EXPECT_LE(0, wait_until(host_may, &denied));
	cluster_put(
		&self->cluster, "nodes",
		"{\"metadata\":{\"uid\":\"n\",\"name\":\"node-1\",\"labels\":{\"zone\":\"b\"}}}");
	EXPECT_LE(0, wait_until(host_may, &allowed));
}

TEST_F_TIMEOUT(node, posture_follows_the_annotations_of_the_namespace, 120)
{
	char uid[37];

	make_uid(uid, 4);
	self->cluster.gone = "kubearmorhostpolicies kubearmorclusterpolicies";
	cluster_delete(&self->cluster, "runtimepolicies", "p-web");
	cluster_put(&self->cluster, "kubearmorpolicies", allow_good, "armor", "armor", GOOD);
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", EVIL, -EACCES);
	EVENTUALLY(uid, "c", GOOD, 0);
	cluster_put(&self->cluster, "namespaces",
		    "{\"metadata\":{\"uid\":\"ns\",\"name\":\"shop\",\"annotations\":"
		    "{\"kubearmor-file-posture\":\"audit\"}}}");
	EVENTUALLY(uid, "c", EVIL, 0);
	cluster_put(&self->cluster, "namespaces",
		    "{\"metadata\":{\"uid\":\"ns\",\"name\":\"shop\"}}");
	EVENTUALLY(uid, "c", EVIL, -EACCES);
	remove_pod_cgroup(uid, "c");
}

TEST_F_TIMEOUT(node, sandbox_of_a_pod_is_none_of_its_programs, 60)
{
	char uid[37];

	make_uid(uid, 5);
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(uid, "c", PAUSE));
	write_config("sandbox1", "io.kubernetes.cri.container-type", "sandbox");
	make_pod_cgroup(uid, "sandbox1");
	EVENTUALLY(uid, "sandbox1", PAUSE, 0);
	/* Whoever makes that name below a container gets nothing by it. */
	make_pod_cgroup(uid, "c/sandbox1");
	usleep(300000);
	EXPECT_EQ(-EACCES, start_container(uid, "c/sandbox1", PAUSE));
	remove_pod_cgroup(uid, "c/sandbox1");
	remove_pod_cgroup(uid, "sandbox1");
	remove_pod_cgroup(uid, "c");
}

TEST_F_TIMEOUT(node, container_of_its_own_policy_has_its_own_scope, 60)
{
	char uid[37];

	make_uid(uid, 6);
	cluster_put(&self->cluster, "runtimepolicies",
		    "{\"metadata\":{\"uid\":\"p-side\",\"namespace\":\"shop\",\"name\":\"side\"},"
		    "\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\","
		    "\"kubearmor.io/container.name\":\"side\"}},\"process\":{\"matchPaths\":"
		    "[{\"path\":\"" PAUSE "\"}]},\"action\":\"Allow\"}}");
	put_pod(self, uid, "web");
	write_config("c1", "io.kubernetes.cri.container-name", "main");
	write_config("c2", "io.kubernetes.cri.container-name", "side");
	make_pod_cgroup(uid, "c1");
	make_pod_cgroup(uid, "c2");
	EVENTUALLY(uid, "c2", PAUSE, 0);
	EXPECT_EQ(0, start_container(uid, "c2", GOOD));
	EXPECT_EQ(0, start_container(uid, "c1", GOOD));
	EXPECT_EQ(-EACCES, start_container(uid, "c1", PAUSE));
	EXPECT_EQ(-EACCES, start_container(uid, "c2", EVIL));
	remove_pod_cgroup(uid, "c1");
	remove_pod_cgroup(uid, "c2");
}

TEST_F_TIMEOUT(node, module_holds_new_pods_back_while_the_daemon_is_dead, 120)
{
	char old[37], new[37];

	make_uid(old, 7);
	make_uid(new, 8);
	put_pod(self, old, "web");
	make_pod_cgroup(old, "c");
	EVENTUALLY(old, "c", GOOD, 0);
	stop_daemon(self);
	put_pod(self, new, "web");
	make_pod_cgroup(new, "c");
	EXPECT_EQ(-EACCES, start_container(new, "c", EVIL));
	EXPECT_EQ(-EACCES, start_container(new, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(old, "c", EVIL));
	EXPECT_EQ(0, start_container(old, "c", GOOD));
	start_daemon(self);
	EVENTUALLY(new, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(new, "c", EVIL));
	remove_pod_cgroup(old, "c");
	remove_pod_cgroup(new, "c");
}

/* Also through a restart of the daemon, and with the server's word that the pod is deleted while it still runs. */
TEST_F_TIMEOUT(node, what_was_known_stays_enforced_while_the_server_is_away, 180)
{
	char known[37], new[37], deleted[37];
	uint64_t before;

	make_uid(known, 9);
	make_uid(new, 10);
	make_uid(deleted, 11);
	put_pod(self, known, "web");
	put_pod(self, deleted, "web");
	make_pod_cgroup(known, "c");
	make_pod_cgroup(deleted, "c");
	EVENTUALLY(known, "c", GOOD, 0);
	EVENTUALLY(deleted, "c", GOOD, 0);
	cluster_delete(&self->cluster, "pods", deleted);
	usleep(1500000 * slow_times()); /* until it is written down */
	EXPECT_EQ(0, start_container(deleted, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(deleted, "c", EVIL));
	cluster_away(&self->cluster, true);
	EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
	stop_daemon(self);
	start_daemon(self);
	put_pod(self, new, "other");
	make_pod_cgroup(new, "c");
	for (int i = 0; i < 10; i++) {
		EXPECT_EQ(0, start_container(known, "c", GOOD));
		EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
		EXPECT_EQ(-EACCES, start_container(new, "c", EVIL));
		usleep(200000);
	}
	before = generation();
	EXPECT_EQ(0, system("kpolctl --socket " DIRECTORY "/control status -o json >" DIRECTORY
			    "/status; grep -q 'the API server has not told of pods' " DIRECTORY
			    "/status || { cat " DIRECTORY "/status >&2; false; }"));
	EXPECT_EQ(before, generation());
	cluster_away(&self->cluster, false);
	EVENTUALLY(new, "c", EVIL, 0);
	EXPECT_EQ(0, start_container(known, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
	remove_pod_cgroup(known, "c");
	remove_pod_cgroup(new, "c");
	remove_pod_cgroup(deleted, "c");
}

/* A node whose daemon begins while the server is away, and knows of nothing: no ruleset, no pods. */
TEST_F_TIMEOUT(node, pods_are_held_back_on_a_node_that_has_never_seen_the_server, 120)
{
	char uid[37];

	make_uid(uid, 15);
	stop_daemon(self);
	cluster_away(&self->cluster, true);
	guest_unload();
	system("rm -rf " DIRECTORY "/state");
	make_pod_cgroup(uid, "c");
	EXPECT_EQ(0, start_container(uid, "c", EVIL));
	start_daemon(self);
	EVENTUALLY(uid, "c", EVIL, -EACCES);
	put_pod(self, uid, "web");
	cluster_away(&self->cluster, false);
	EVENTUALLY(uid, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(uid, "c", EVIL));
	remove_pod_cgroup(uid, "c");
}

/* A copy of the test's own, as guest_run() has it, connects; nobody listens anywhere. */
static int connect_from(const char *uid, const char *address)
{
	char what[64], act[32], *argv[] = { SELF, "--act", act, what, NULL };

	snprintf(what, sizeof(what), "tcp4 %s 80", address);
	snprintf(act, sizeof(act), "%lx", (unsigned long)act_connect);
	return start_arguments(uid, "c", argv);
}

struct connection {
	const char *uid, *address;
	int result;
};

static bool connects_like_that(const void *arg)
{
	const struct connection *connection = arg;

	return connect_from(connection->uid, connection->address) == connection->result;
}

#define MEETS(u, a, r)                                                                \
	EXPECT_LE(0, wait_until(connects_like_that, &(struct connection){ u, a, r })) \
	TH_LOG("a connection to %s never came to %d", a, r)

static void put_peer(FIXTURE_DATA(node) * self, const char *uid, const char *app,
		     const char *address)
{
	cluster_put(&self->cluster, "pods",
		    "{\"metadata\":{\"uid\":\"%s\",\"namespace\":\"shop\",\"name\":\"peer-%s\","
		    "\"creationTimestamp\":\"2026-11-24T20:00:00Z\",\"labels\":{\"app\":\"%s\"}},"
		    "\"spec\":{\"nodeName\":\"node-2\"},\"status\":{\"phase\":\"Running\","
		    "\"podIP\":\"%s\",\"podIPs\":[{\"ip\":\"%s\"}]}}",
		    uid, uid, app, address, address);
}

TEST_F_TIMEOUT(node, peers_by_label_follow_the_pods_of_the_cluster, 400)
{
	char client[37];

	make_uid(client, 14);
	guest_copy("/proc/self/exe", SELF);
	put_peer(self, "s1", "server", "127.0.0.10");
	put_pod(self, client, "client");
	make_pod_cgroup(client, "c");
	MEETS(client, "127.0.0.10", -ECONNREFUSED);
	MEETS(client, "127.0.0.11", -ECONNREFUSED);
	cluster_put(&self->cluster, "runtimepolicies",
		    "{\"metadata\":{\"uid\":\"p-net\",\"namespace\":\"shop\",\"name\":\"net\"},"
		    "\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"client\"}},\"network\":"
		    "{\"matchPeers\":[{\"direction\":\"egress\",\"matchLabels\":"
		    "{\"app\":\"server\"}}]},\"action\":\"Allow\"}}");
	MEETS(client, "127.0.0.11", -EACCES);
	MEETS(client, "127.0.0.10", -ECONNREFUSED);
	put_peer(self, "s2", "server", "127.0.0.11");
	MEETS(client, "127.0.0.11", -ECONNREFUSED);
	put_peer(self, "s1", "other", "127.0.0.10");
	MEETS(client, "127.0.0.10", -EACCES);
	/* Its address goes to a pod with other labels. */
	cluster_delete(&self->cluster, "pods", "s2");
	put_peer(self, "s3", "other", "127.0.0.11");
	MEETS(client, "127.0.0.11", -EACCES);
	put_peer(self, "s1", "server", "127.0.0.10");
	MEETS(client, "127.0.0.10", -ECONNREFUSED);
	cluster_away(&self->cluster, true);
	stop_daemon(self);
	start_daemon(self);
	for (int i = 0; i < 5; i++) {
		EXPECT_EQ(-ECONNREFUSED, connect_from(client, "127.0.0.10"));
		EXPECT_EQ(-EACCES, connect_from(client, "127.0.0.11"));
		usleep(300000);
	}
	cluster_away(&self->cluster, false);
	remove_pod_cgroup(client, "c");
}

TEST_HARNESS_MAIN
