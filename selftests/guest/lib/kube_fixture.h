/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A node of a cluster: an API server, a kpold that follows it, and pods whose containers are started as a runtime does it. */
#ifndef KPOL_GUEST_KUBE_FIXTURE_H
#define KPOL_GUEST_KUBE_FIXTURE_H

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

#include "cluster.h"
#include "guest.h"
#include "nl/status.h"
#include "program.h"
#include "slow.h"

#define CGROUPS "/sys/fs/cgroup"
#define GOOD "/opt/kube/good"
#define EVIL "/opt/kube/evil"
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

static inline void write_config(const char *container, const char *annotation, const char *value)
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

#endif /* KPOL_GUEST_KUBE_FIXTURE_H */
