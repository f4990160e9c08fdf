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

static const struct kpol_label labels[] = { { "zone", "a" } };

TEST_F(machine, units_and_slices_are_found)
{
	const struct kpol_workload *unit, *host;
	bool changed = false;

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, labels, 1));
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

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, NULL, 0));
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

TEST_F(machine, vanished_cgroup_is_remembered_for_its_late_events)
{
	uint64_t id;
	bool changed;
	char path[128];

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, NULL, 0));
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

	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, NULL, 0));
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
	ASSERT_EQ(0, kpold_workloads_init(&self->workloads, self->root, NULL, 0));
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
