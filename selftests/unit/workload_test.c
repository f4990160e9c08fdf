// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding workloads: where cgroup2 is, what runs in it, and what its container is called. */
#include "kselftest_harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kpold/cgroup.h"
#include "kpold/container.h"
#include "kpold/copy.h"
#include "kpold/workload.h"

FIXTURE(machine)
{
	char root[64];
	struct kpold_workloads workloads;
};

static void write_file(const char *root, const char *path, const char *text)
{
	char command[512], full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	snprintf(command, sizeof(command), "mkdir -p $(dirname '%s')", full);
	if (system(command) != 0)
		abort();
	file = fopen(full, "w");
	fputs(text, file);
	fclose(file);
}

static void make_cgroup(const char *root, const char *path)
{
	char command[512];

	snprintf(command, sizeof(command), "mkdir -p '%s/cg%s'", root, path);
	if (system(command) != 0)
		abort();
}

FIXTURE_SETUP(machine)
{
	char mountinfo[512];

	memset(&self->workloads, 0, sizeof(self->workloads));
	strcpy(self->root, "/tmp/kpol-machine-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	snprintf(mountinfo, sizeof(mountinfo),
		 "30 22 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
		 "31 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
		 "35 30 0:37 /sub %s/wrong rw,relatime - cgroup2 cgroup2 rw\n"
		 "40 30 0:37 / %s/cg rw,relatime shared:9 - cgroup2 cgroup2 rw\n",
		 self->root, self->root);
	write_file(self->root, "/proc/self/mountinfo", mountinfo);
	make_cgroup(self->root, "/system.slice/payd.service");
}

FIXTURE_TEARDOWN(machine)
{
	char command[128];

	kpold_workloads_clear(&self->workloads);
	snprintf(command, sizeof(command), "rm -rf %s", self->root);
	ASSERT_EQ(0, system(command));
}

static const struct kpold_cluster no_cluster;
static const struct kpol_label labels[] = { { "zone", "a" } };

TEST_F(machine, units_and_slices_are_found)
{
	const struct kpol_workload *unit, *host;
	bool changed = false;

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &no_cluster));
	self->workloads.labels = labels;
	self->workloads.n_labels = 1;
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_TRUE(changed);
	EXPECT_EQ(3, self->workloads.n);
	unit = kpold_workloads_find_unit(&self->workloads, "payd.service");
	ASSERT_NE(NULL, unit);
	EXPECT_STREQ("/system.slice/payd.service", unit->cgroup);
	EXPECT_EQ(unit, kpold_workloads_find(&self->workloads, unit->cgroup_id));
	host = kpold_workloads_find_path(&self->workloads, "/");
	ASSERT_NE(NULL, host);
	ASSERT_EQ(1, host->n_labels);
	EXPECT_STREQ("zone", host->labels[0].key);
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_FALSE(changed);
}

TEST_F(machine, cgroup_told_of_is_found_before_the_next_scan)
{
	const struct kpol_workload *added = NULL, *again = NULL;
	bool changed;

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &no_cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	for (uint64_t id = 40; id > 30; id--)
		ASSERT_EQ(0, kpold_workloads_add(&self->workloads, "/system.slice/new.service", id,
						 &added));
	EXPECT_STREQ("new.service", added->unit);
	EXPECT_EQ(13, self->workloads.n);
	ASSERT_EQ(0, kpold_workloads_add(&self->workloads, "/other", 31, &again));
	EXPECT_EQ(added, again);
	for (uint64_t id = 31; id <= 40; id++)
		EXPECT_NE(NULL, kpold_workloads_find(&self->workloads, id));
	EXPECT_EQ(NULL, kpold_workloads_find(&self->workloads, 30));
	/* They are in no hierarchy, so they go again. */
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_TRUE(changed);
	EXPECT_EQ(3, self->workloads.n);
}

/* In a pod: its own part first, then the machine's hierarchy as a host path. */
TEST_F(machine, whole_hierarchy_is_found_beside_our_own_part)
{
	char mountinfo[512], path[128], *found = NULL;

	snprintf(path, sizeof(path), "%s/info", self->root);
	snprintf(mountinfo, sizeof(mountinfo),
		 "35 30 0:37 /../other /wrong rw - cgroup2 cgroup2 rw\n"
		 "36 30 0:37 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
		 "37 30 0:37 /../../.. /host/cgroup rw - cgroup2 cgroup2 rw\n"
		 "38 30 0:37 / /later rw - cgroup2 cgroup2 rw\n");
	write_file(self->root, "/info", mountinfo);
	ASSERT_EQ(0, kpold_cgroup_mount(path, &found));
	EXPECT_STREQ("/host/cgroup", found);
	free(found);
}

TEST_F(machine, vanished_cgroup_is_remembered_for_its_late_events)
{
	uint64_t id;
	bool changed;
	char path[128];

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &no_cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	id = kpold_workloads_find_unit(&self->workloads, "payd.service")->cgroup_id;
	snprintf(path, sizeof(path), "%s/cg/system.slice/payd.service", self->root);
	ASSERT_EQ(0, rmdir(path));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_TRUE(changed);
	EXPECT_EQ(NULL, kpold_workloads_find_unit(&self->workloads, "payd.service"));
	ASSERT_NE(NULL, kpold_workloads_find(&self->workloads, id));
	EXPECT_STREQ("payd.service", kpold_workloads_find(&self->workloads, id)->unit);
}

TEST_F(machine, new_cgroup_wakes_the_watch)
{
	char buf[4096];
	bool changed;

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &no_cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	make_cgroup(self->root, "/system.slice/new.service");
	EXPECT_LT(0, read(self->workloads.inotify, buf, sizeof(buf)));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_TRUE(changed);
	make_cgroup(self->root, "/system.slice/new.service/deep");
	EXPECT_LT(0, read(self->workloads.inotify, buf, sizeof(buf)));
}

TEST_F(machine, container_gets_its_name_when_the_runtime_has_written_it)
{
	const struct kpol_workload *pod;
	bool changed;

	make_cgroup(self->root, "/kubepods.slice/cri-containerd-abc.scope");
	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &no_cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	pod = kpold_workloads_find_unit(&self->workloads, "cri-containerd-abc.scope");
	ASSERT_NE(NULL, pod);
	EXPECT_STREQ("abc", pod->container);
	write_file(self->root,
		   "/run/containerd/io.containerd.runtime.v2.task/k8s.io/abc/config.json",
		   "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\","
		   "\"io.kubernetes.cri.sandbox-namespace\":\"payments\"}}");
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_TRUE(changed);
	pod = kpold_workloads_find_unit(&self->workloads, "cri-containerd-abc.scope");
	EXPECT_STREQ("web", pod->container);
	EXPECT_STREQ("payments", pod->namespace);
}

TEST_F(machine, what_a_container_makes_below_itself_is_still_that_container)
{
	static const char *const below[] = {
		"/a/docker-c1.scope/x",
		"/a/docker-c1.scope/docker-c2.scope",
		"/a/docker-c1.scope/docker-c2.scope/payd.service",
	};
	const struct kpol_workload *found = NULL;
	bool changed;

	write_file(self->root, "/var/lib/docker/containers/c1/config.v2.json",
		   "{\"Name\":\"/one\"}");
	write_file(self->root, "/var/lib/docker/containers/c2/config.v2.json",
		   "{\"Name\":\"/two\"}");
	make_cgroup(self->root, below[2]);
	make_cgroup(self->root, below[0]);
	make_cgroup(self->root, "/a/docker-c2.scope");
	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &no_cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		found = kpold_workloads_find_path(&self->workloads, below[i]);
		ASSERT_NE(NULL, found);
		EXPECT_STREQ("one", found->container) TH_LOG("%s", below[i]);
	}
	found = kpold_workloads_find_path(&self->workloads, "/a/docker-c2.scope");
	EXPECT_STREQ("two", found->container);
	ASSERT_EQ(0, kpold_workloads_add(&self->workloads, "/a/docker-c1.scope/docker-c3.scope",
					 999999, &found));
	EXPECT_STREQ("one", found->container);
}

#define UID_A "11111111-2222-3333-4444-555555555555"
#define UID_B "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
#define HASH "0123456789abcdef0123456789abcdef"
#define POD_A "/kubepods/pod" UID_A
#define POD_B "/kubepods/burstable/pod" UID_B
#define POD_S "/kubepods/pod" HASH

/* A node whose API server has told of pod A alone. */
struct cluster_case {
	struct kpold_pods pods;
	struct kpol_strv roots;
	struct kpold_cluster cluster;
};

static void cluster_begin(struct cluster_case *c)
{
	struct kpold_pod pod = { .cgroup_uid = strdup(UID_A),
				 .uid = strdup(UID_A),
				 .namespace = strdup("shop"),
				 .name = strdup("web-1") };

	*c = (struct cluster_case){ .cluster = { .pods = &c->pods, .roots = &c->roots } };
	if (kpold_label_add(&pod.labels, &pod.n_labels, "app", "web") < 0 ||
	    kpold_label_add(&pod.containers, &pod.n_containers, "late", "by-api") < 0 ||
	    kpold_pods_put(&c->pods, &pod) < 0 ||
	    kpol_strv_add(&c->roots, "/kubepods", strlen("/kubepods")) < 0)
		abort();
}

static void cluster_end(struct cluster_case *c)
{
	kpold_pods_clear(&c->pods);
	kpol_strv_clear(&c->roots);
}

static const struct {
	const char *path;
	enum kpol_role role;
	const char *pod, *container, *namespace;
} cgroups_of_pods[] = {
	{ "/kubepods", KPOL_ROLE_PENDING, NULL, NULL, NULL },
	{ "/kubepods/burstable", KPOL_ROLE_PENDING, NULL, NULL, NULL },
	{ POD_A, KPOL_ROLE_ORDINARY, "web-1", NULL, "shop" },
	{ POD_A "/c1", KPOL_ROLE_ORDINARY, "web-1", "by-runtime", "shop" },
	{ POD_A "/late", KPOL_ROLE_ORDINARY, "web-1", "by-api", "shop" },
	{ POD_A "/nobody", KPOL_ROLE_ORDINARY, "web-1", "nobody", "shop" },
	{ POD_A "/sandbox", KPOL_ROLE_RUNTIME, "web-1", "POD", "shop" },
	{ POD_A "/crio-conmon-c1.scope", KPOL_ROLE_RUNTIME, "web-1", NULL, "shop" },
	/* A container cannot make itself a sandbox, a monitor or another pod. */
	{ POD_A "/c1/sandbox", KPOL_ROLE_ORDINARY, "web-1", "by-runtime", "shop" },
	{ POD_A "/c1/crio-conmon-c1.scope", KPOL_ROLE_ORDINARY, "web-1", "by-runtime", "shop" },
	{ POD_A "/c1/kubepods/pod" UID_B, KPOL_ROLE_ORDINARY, "web-1", "by-runtime", "shop" },
	{ POD_B, KPOL_ROLE_PENDING, NULL, NULL, NULL },
	{ POD_B "/c2", KPOL_ROLE_PENDING, NULL, "c2", NULL },
	{ POD_B "/c2/deeper", KPOL_ROLE_PENDING, NULL, "c2", NULL },
	{ POD_S, KPOL_ROLE_PENDING, NULL, NULL, NULL },
	/* Not where pods are. */
	{ "/user.slice/kubepods/pod" UID_A, KPOL_ROLE_ORDINARY, NULL, NULL, NULL },
	{ "/docker-d1.scope", KPOL_ROLE_ORDINARY, NULL, "d1", "" },
	{ "/machine.slice/libpod-l1.scope", KPOL_ROLE_ORDINARY, NULL, "l1", "" },
	{ "/machine.slice/libpod-conmon-l1.scope", KPOL_ROLE_RUNTIME, NULL, NULL, NULL },
	/* Who may make cgroups below a service's makes no monitor. */
	{ "/system.slice/a.service/libpod-conmon-l1.scope", KPOL_ROLE_ORDINARY, NULL, "conmon-l1",
	  "" },
};

static void write_runtime(const char *root)
{
	write_file(root, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/c1/config.json",
		   "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"by-runtime\"}}");
	write_file(root, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/sandbox/config.json",
		   "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\"}}");
}

TEST_F(machine, pods_are_known_by_where_they_are)
{
	struct cluster_case c;
	bool changed;

	cluster_begin(&c);
	write_runtime(self->root);
	for (size_t i = 0; i < sizeof(cgroups_of_pods) / sizeof(cgroups_of_pods[0]); i++)
		make_cgroup(self->root, cgroups_of_pods[i].path);
	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &c.cluster));
	for (int scan = 0; scan < 2; scan++) {
		ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
		EXPECT_EQ(scan == 0, changed);
		for (size_t i = 0; i < sizeof(cgroups_of_pods) / sizeof(cgroups_of_pods[0]); i++) {
			const struct kpol_workload *found = kpold_workloads_find_path(
				&self->workloads, cgroups_of_pods[i].path);

			ASSERT_NE(NULL, found);
			EXPECT_EQ(cgroups_of_pods[i].role, found->role)
			TH_LOG("%s", found->cgroup);
			EXPECT_STREQ(cgroups_of_pods[i].pod ? cgroups_of_pods[i].pod : "-",
				     found->pod ? found->pod : "-")
			TH_LOG("%s", found->cgroup);
			EXPECT_STREQ(cgroups_of_pods[i].container ? cgroups_of_pods[i].container
								  : "-",
				     found->container ? found->container : "-")
			TH_LOG("%s", found->cgroup);
			EXPECT_STREQ(cgroups_of_pods[i].namespace ? cgroups_of_pods[i].namespace
								  : "-",
				     found->namespace ? found->namespace : "-")
			TH_LOG("%s", found->cgroup);
			EXPECT_EQ(found->pod ? 1 : 0, found->n_labels) TH_LOG("%s", found->cgroup);
		}
	}
	cluster_end(&c);
}

static int count_changed(const struct kpol_workload *workload, void *userdata)
{
	unsigned int *n = userdata;

	(void)workload;
	(*n)++;
	return 0;
}

TEST_F(machine, pod_that_becomes_known_is_looked_at_alone)
{
	struct kpold_pod pod = { .cgroup_uid = strdup(UID_B),
				 .uid = strdup(UID_B),
				 .namespace = strdup("shop"),
				 .name = strdup("db-1") };
	struct cluster_case c;
	unsigned int n = 0;
	bool changed;

	cluster_begin(&c);
	make_cgroup(self->root, POD_A "/c1");
	make_cgroup(self->root, POD_B "/c2/deeper");
	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &c.cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_TRUE(kpold_workloads_has_pod(&self->workloads, UID_B));
	EXPECT_FALSE(kpold_workloads_has_pod(&self->workloads, HASH));
	ASSERT_EQ(0, kpold_pods_put(&c.pods, &pod));
	ASSERT_EQ(0, kpold_workloads_pod_changed(&self->workloads, UID_B, count_changed, &n));
	EXPECT_EQ(3, n);
	EXPECT_STREQ("db-1", kpold_workloads_find_path(&self->workloads, POD_B "/c2/deeper")->pod);
	ASSERT_EQ(0, kpold_workloads_pod_changed(&self->workloads, UID_B, count_changed, &n));
	EXPECT_EQ(3, n);
	cluster_end(&c);
}

TEST_F(machine, static_pod_is_not_held_back)
{
	struct cluster_case c;
	bool changed;

	cluster_begin(&c);
	c.cluster.spare_static = true;
	make_cgroup(self->root, POD_S "/c1");
	make_cgroup(self->root, POD_B);
	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, &c.cluster));
	ASSERT_EQ(0, kpold_workloads_scan(&self->workloads, &changed));
	EXPECT_EQ(KPOL_ROLE_RUNTIME,
		  kpold_workloads_find_path(&self->workloads, POD_S "/c1")->role);
	EXPECT_EQ(KPOL_ROLE_PENDING, kpold_workloads_find_path(&self->workloads, POD_B)->role);
	cluster_end(&c);
}

FIXTURE(container)
{
	char root[64];
};

FIXTURE_SETUP(container)
{
	strcpy(self->root, "/tmp/kpol-container-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
}

FIXTURE_TEARDOWN(container)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", self->root);
	ASSERT_EQ(0, system(command));
}

FIXTURE_VARIANT(container)
{
	const char *directory;
	const char *file;
	const char *text;
	int result;
	const char *name;
};

#define CONTAINER(label, ...)                 \
	FIXTURE_VARIANT_ADD(container, label) \
	{                                     \
		__VA_ARGS__                   \
	}

#define TASK "/run/containerd/io.containerd.runtime.v2.task/"
#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

CONTAINER(kubernetes, "cri-containerd-c1.scope", TASK "k8s.io/c1/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\"}}", 0, "web");
CONTAINER(nerdctl, "nerdctl-c1.scope", TASK "default/c1/config.json",
	  "{\"annotations\":{\"nerdctl/name\":\"db\"}}", 0, "db");
CONTAINER(docker, "docker-c1.scope", "/var/lib/docker/containers/c1/config.v2.json",
	  "{\"Name\":\"/proxy\"}", 0, "proxy");
CONTAINER(podman, "libpod-c1.scope",
	  "/var/lib/containers/storage/overlay-containers/containers.json",
	  "[{\"id\":\"x\",\"names\":[\"no\"]},{\"id\":\"c1\",\"names\":[\"job\"]}]", 0, "job");
CONTAINER(cgroupfs_driver, HEX64, TASK "k8s.io/" HEX64 "/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"w\"}}", 0, "w");
CONTAINER(sandbox_of_containerd, "cri-containerd-c1.scope", TASK "k8s.io/c1/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\"}}", 0, "POD");
CONTAINER(sandbox_of_crio, "crio-c1.scope",
	  "/run/containers/storage/overlay-containers/c1/userdata/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
	  "\"io.kubernetes.container.name\":\"\"}}",
	  0, "POD");
CONTAINER(sandbox_of_docker, "docker-c1.scope", "/var/lib/docker/containers/c1/config.v2.json",
	  "{\"Name\":\"/k8s_POD_x\",\"Config\":{\"Labels\":{"
	  "\"io.kubernetes.docker.type\":\"podsandbox\"}}}",
	  0, "POD");
CONTAINER(docker_in_a_pod, "docker-c1.scope", "/var/lib/docker/containers/c1/config.v2.json",
	  "{\"Name\":\"/k8s_web_x\",\"Config\":{\"Labels\":{"
	  "\"io.kubernetes.container.name\":\"web\"}}}",
	  0, "web");
CONTAINER(container_called_sandbox_is_none, "cri-containerd-c1.scope", TASK "k8s.io/c1/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
	  "\"io.kubernetes.cri.container-name\":\"sandbox\"}}",
	  0, "sandbox");
CONTAINER(not_written_yet, "cri-containerd-c1.scope", "/none", "", -EAGAIN, "c1");
CONTAINER(not_json, "cri-containerd-c1.scope", TASK "k8s.io/c1/config.json", "{\"annot", -EAGAIN,
	  "c1");
CONTAINER(no_annotations, "cri-containerd-c1.scope", TASK "k8s.io/c1/config.json", "{}", -EAGAIN,
	  "c1");
CONTAINER(annotations_of_another_type, "cri-containerd-c1.scope", TASK "k8s.io/c1/config.json",
	  "{\"annotations\":[1]}", -EAGAIN, "c1");
CONTAINER(service_is_none, "payd.service", "/none", "", -ENOENT, NULL);
CONTAINER(pattern_is_no_id, "docker-*.scope", "/none", "", -ENOENT, NULL);
CONTAINER(dots_are_no_id, "docker-...scope", "/none", "", -ENOENT, NULL);

TEST_F(container, is_named)
{
	struct kpold_container found = { NULL };

	write_file(self->root, variant->file, variant->text);
	EXPECT_EQ(variant->result, kpold_container_find(self->root, variant->directory, &found));
	if (variant->name)
		EXPECT_STREQ(variant->name, found.name);
	free(found.name);
	free(found.namespace);
}

TEST_HARNESS_MAIN
