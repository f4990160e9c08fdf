// SPDX-License-Identifier: GPL-2.0-or-later
/* A node of 500 pods in a cluster of 10,000: what the daemon takes to know them all, and to follow one more change. */
#include "kselftest_harness.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "compile/compile.h"
#include "kpold/kube_private.h"
#include "load/load.h"

#include "../guest/lib/cluster.h"

#define PODS 10000
#define HERE 500
#define POLICIES 100
#define UPDATES 100
#define CHURN_SECONDS 4
#define CHURN_RATE 50

/* The daemon's end of the matter is this process; the server is a child, and does what a letter says. */
struct scale {
	pid_t server;
	int to, from;
	char dir[64];
};

static void make_uid(char uid[37], unsigned int i)
{
	snprintf(uid, 37, "%08x-39d6-4b83-9519-91f7c2c957f6", i);
}

static void put(struct cluster *c, unsigned int i, unsigned int app)
{
	char uid[37];

	make_uid(uid, i);
	cluster_put(
		c, "pods",
		"{\"metadata\":{\"uid\":\"%s\",\"namespace\":\"n%u\",\"name\":\"pod-%u\","
		"\"creationTimestamp\":\"2026-11-24T20:00:00Z\",\"labels\":{\"app\":\"app-%u\","
		"\"tier\":\"backend\"}},\"spec\":{\"nodeName\":\"%s\",\"containers\":[{\"name\":"
		"\"c\"}]},\"status\":{\"phase\":\"Running\",\"podIPs\":[{\"ip\":\"10.%u.%u.%u\"}]}"
		"}",
		uid, i % 50, i, app, i < HERE || i >= PODS ? "node-1" : "node-2", i >> 16,
		i >> 8 & 255, i & 255);
}

static void churn(struct cluster *c)
{
	char uid[37];

	for (unsigned int i = 0; i < CHURN_SECONDS * CHURN_RATE; i++) {
		put(c, PODS + i, i % 300);
		if (i >= CHURN_RATE) {
			make_uid(uid, PODS + i - CHURN_RATE);
			cluster_delete(c, "pods", uid);
		}
		usleep(1000000 / CHURN_RATE);
	}
}

static void serve(const char *dir, int from, int to)
{
	struct cluster c;
	char path[128], letter;
	unsigned int updates = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	cluster_start(&c, "kubearmorpolicies kubearmorhostpolicies kubearmorclusterpolicies");
	snprintf(path, sizeof(path), "%s/kubeconfig", dir);
	cluster_kubeconfig(&c, path);
	for (unsigned int i = 0; i < PODS; i++)
		put(&c, i, i % 300);
	letter = 'r';
	while (write(to, &letter, 1) == 1 && read(from, &letter, 1) == 1) {
		if (letter == 'u') {
			put(&c, updates % HERE, 300 + updates % 7);
			updates++;
		} else {
			churn(&c);
		}
	}
	_exit(0);
}

static void begin(struct scale *s)
{
	int there[2], back[2];
	char letter;

	strcpy(s->dir, "/tmp/kpol-scale-XXXXXX");
	if (!mkdtemp(s->dir) || pipe(there) < 0 || pipe(back) < 0)
		abort();
	s->server = fork();
	if (s->server == 0) {
		close(there[1]);
		close(back[0]);
		serve(s->dir, there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	s->to = there[1];
	s->from = back[0];
	if (read(s->from, &letter, 1) != 1)
		abort();
}

static void end(struct scale *s)
{
	char command[128];

	kill(s->server, SIGKILL);
	waitpid(s->server, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", s->dir);
	if (system(command) != 0)
		abort();
}

static void make_cgroups(const char *dir)
{
	char path[256], uid[37];

	snprintf(path, sizeof(path), "%s/cg/kubepods", dir);
	for (char *slash = strchr(path + strlen(dir) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	mkdir(path, 0700);
	for (unsigned int i = 0; i < HERE; i++) {
		make_uid(uid, i);
		snprintf(path, sizeof(path), "%s/cg/kubepods/pod%s", dir, uid);
		mkdir(path, 0700);
		for (int k = 0; k < 2; k++) {
			snprintf(path, sizeof(path), "%s/cg/kubepods/pod%s/c%d", dir, uid, k);
			mkdir(path, 0700);
		}
	}
}

/* Policies that each have a label of pods as selector and another as peer. */
static struct kpol_bundle *make_bundle(void)
{
	struct kpol_bundle *bundle = NULL;
	struct kpol_diags diags = { 0 };
	struct kpol_buffer yaml = { 0 };
	char *text;

	for (int i = 0; i < POLICIES; i++)
		kpol_buffer_printf(
			&yaml,
			"---\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: "
			"{name: p%d, namespace: n%d}\nspec:\n  selector: {matchLabels: "
			"{app: app-%d}}\n  network: {matchPeers: [{direction: egress, "
			"namespaces: ['*'], matchLabels: {app: app-%d}, action: Allow}]}\n"
			"  process: {matchPaths: [{path: /bin/app, action: Allow}]}\n",
			i, i % 50, i, i + 100);
	text = kpol_buffer_take(&yaml);
	if (kpol_bundle_parse("scale.yaml", text, strlen(text), &diags, &bundle) < 0)
		abort();
	free(text);
	kpol_diags_clear(&diags);
	return bundle;
}

static double cpu_ms(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static double wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static long resident_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[128];
	long kib = 0;

	malloc_trim(0);
	while (f && fgets(line, sizeof(line), f))
		(void)sscanf(line, "VmRSS: %ld", &kib);
	if (f)
		fclose(f);
	return kib;
}

static void run_for(sd_event *loop, double ms)
{
	double until = wall_ms() + ms;

	while (wall_ms() < until)
		sd_event_run(loop, 1000);
}

/* Until what is said of pod 0's label, or of its address, is @app. */
static bool has_app(const struct kpold_daemon *d, unsigned int pod, const char *app)
{
	char uid[37];
	const struct kpold_pod *found;

	make_uid(uid, pod);
	found = kpold_pods_find(&d->pods, uid);
	return found && found->n_labels && strcmp(found->labels[0].value, app) == 0;
}

FIXTURE(scale)
{
	struct scale s;
	struct kpold_config config;
	struct kpold_daemon d;
	struct kpol_ruleset *ruleset;
};

FIXTURE_SETUP(scale)
{
	char path[128], text[512], *moved = NULL;
	struct kpol_diags diags = { 0 };
	bool changed;

	memset(&self->d, 0, sizeof(self->d));
	begin(&self->s);
	make_cgroups(self->s.dir);
	ASSERT_EQ(0, kpold_config_init(&self->config));
	snprintf(text, sizeof(text),
		 "kubernetes=%s/kubeconfig\nnode=node-1\nkubernetes-policies=no\n", self->s.dir);
	ASSERT_EQ(0, kpold_config_parse(&self->config, "t", text, &diags));
	self->d.config = &self->config;
	ASSERT_LE(0, sd_event_new(&self->d.loop));
	ASSERT_EQ(0, kpol_store_open("", &moved, &self->d.store));
	snprintf(path, sizeof(path), "%s/proc/self", self->s.dir);
	snprintf(text, sizeof(text),
		 "mkdir -p %s; echo '1 1 0:1 / %s/cg rw - cgroup2 c rw' >%s/mountinfo", path,
		 self->s.dir, path);
	ASSERT_EQ(0, system(text));
	self->d.live.bundle = make_bundle();
	ASSERT_EQ(0, kpol_compile(self->d.live.bundle, NULL, 0, &diags, &self->d.live.ruleset));
	self->d.live.items_known = true;
	ASSERT_EQ(0, kpold_workloads_init(&self->d.workloads, self->s.dir, &self->d.cluster));
	self->d.workloads_known = true;
	ASSERT_EQ(0, kpold_kube_new(&self->d));
	ASSERT_EQ(0, kpold_workloads_scan(&self->d.workloads, &changed));
}

FIXTURE_TEARDOWN(scale)
{
	kpold_kube_free(self->d.kube);
	kpold_workloads_clear(&self->d.workloads);
	kpold_pods_clear(&self->d.pods);
	kpol_ruleset_free(self->d.live.ruleset);
	kpol_bundle_free(self->d.live.bundle);
	kpol_store_free(self->d.store);
	kpold_config_clear(&self->config);
	sd_event_unref(self->d.loop);
	end(&self->s);
}

static void sync_all(struct kpold_daemon *d)
{
	kpold_kube_peers_follow(d->kube);
	while (!d->kube->watches[KPOL_K8S_PODS].synced || !d->kube->peers.synced)
		if (sd_event_run(d->loop, 20000000) <= 0)
			abort();
}

TEST_F_TIMEOUT(scale, node_in_a_large_cluster_is_known_soon_and_in_little_memory, 120)
{
	double begun = wall_ms(), cpu = cpu_ms();
	long kib;

	sync_all(&self->d);
	TH_LOG("%u pods here, %u in all: %.0f ms, %.0f ms of CPU", HERE, PODS, wall_ms() - begun,
	       cpu_ms() - cpu);
	EXPECT_GE(5000, wall_ms() - begun);
	EXPECT_EQ(HERE, self->d.pods.n);
	kib = resident_kib();
	TH_LOG("%ld MiB resident", kib >> 10);
	EXPECT_GE(150L << 10, kib);
	/* All that have one of the hundred labels are in one set each. */
	ASSERT_EQ(0, kpold_kube_addresses(&self->d, self->d.live.ruleset));
	EXPECT_LT(3000, self->d.live.ruleset->addresses.n);
}

TEST_F_TIMEOUT(scale, changes_cost_little, 120)
{
	const struct kpol_workload *host = NULL;
	double cpu, begun, spent = 0;
	char app[16];
	bool needed;

	sync_all(&self->d);
	run_for(self->d.loop, 1500);
	for (unsigned int i = 0; i < UPDATES; i++) {
		cpu = cpu_ms();
		ASSERT_EQ(1, write(self->s.to, "u", 1));
		snprintf(app, sizeof(app), "app-%u", 300 + i % 7);
		begun = wall_ms();
		while (!has_app(&self->d, i, app) && wall_ms() - begun < 5000)
			sd_event_run(self->d.loop, 1000000);
		run_for(self->d.loop, 30); /* its address is looked up a moment later */
		spent += cpu_ms() - cpu;
		ASSERT_EQ(1, read(self->s.from, app, 1));
	}
	begun = cpu_ms();
	for (unsigned int i = 0; i < UPDATES; i++)
		(void)kpol_compile_scope(self->d.live.bundle, self->d.live.ruleset,
					 &self->d.workloads.items[i], host, &needed);
	spent += 3 * (cpu_ms() - begun); /* the pod's cgroup and its two containers' */
	TH_LOG("a change: %.2f ms of CPU", spent / UPDATES);
	EXPECT_GE(5, spent / UPDATES);
}

TEST_F_TIMEOUT(scale, churn_is_kept_up_with, 120)
{
	double cpu, begun;
	char letter;

	sync_all(&self->d);
	run_for(self->d.loop, 1500);
	cpu = cpu_ms();
	begun = wall_ms();
	ASSERT_EQ(1, write(self->s.to, "c", 1));
	while (wall_ms() - begun < CHURN_SECONDS * 1000 + 500)
		sd_event_run(self->d.loop, 100000);
	TH_LOG("%u pods come and go each second: %.0f %% of a processor", CHURN_RATE,
	       (cpu_ms() - cpu) / (wall_ms() - begun) * 100);
	EXPECT_GE(50, (cpu_ms() - cpu) / (wall_ms() - begun) * 100);
	EXPECT_EQ(HERE + CHURN_RATE, self->d.pods.n);
	ASSERT_EQ(1, read(self->s.from, &letter, 1));
}

TEST_HARNESS_MAIN
