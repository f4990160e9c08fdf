// SPDX-License-Identifier: GPL-2.0-or-later
/* New cgroups: they are told before anything runs in them, and a free scope keeps one out of its pattern's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "compile/ruleset.h"
#include "lib/act.h"
#include "lib/guest.h"
#include "nl/births.h"
#include "nl/control.h"
#include "nl/status.h"

#define SECRET "/tmp/birth/secret"
#define CGROUPS "/sys/fs/cgroup"

static struct kpol_policy_row policies[] = { { .name = "birth", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row scopes[] = { { .name = "pods", .flags = KPOL_SCOPE_CONTAINER },
					  { .name = "free", .flags = KPOL_SCOPE_FREE } };
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
};
static struct kpol_binding_row bindings[] = {
	{ .kind = KPOL_BIND_GLOB, .path = "/pods/*", .scope = 1 },
};

/* Whatever is in /pods may not read the secret. */
static const struct kpol_ruleset pods = { .policies = policies,
					  .n_policies = 1,
					  .scopes = scopes,
					  .n_scopes = 2,
					  .rules = rules,
					  .n_rules = 1,
					  .bindings = bindings,
					  .n_bindings = 1 };

#define HEARD_MAX 64

struct heard {
	struct kpol_nl_births *births;
	unsigned int n, missed;
	struct {
		uint64_t cgroup;
		uint32_t scope;
		char path[KPOL_PATH_MAX + 1];
	} items[HEARD_MAX];
};

static void on_birth(const struct kpol_nl_birth *birth, void *userdata)
{
	struct heard *heard = userdata;

	if (heard->n == HEARD_MAX)
		return;
	heard->items[heard->n].cgroup = birth->cgroup;
	heard->items[heard->n].scope = birth->scope;
	strcpy(heard->items[heard->n].path, birth->path);
	heard->n++;
}

static void on_missed(void *userdata)
{
	((struct heard *)userdata)->missed++;
}

static const struct kpol_nl_births_ops ops = { .birth = on_birth, .missed = on_missed };

/* What has been sent by now: it is sent before mkdir(2) returns. */
static void hear(struct heard *heard)
{
	while (kpol_nl_births_read(heard->births) > 0)
		;
}

static uint64_t generation(void)
{
	struct kpol_nl_status status;

	return kpol_nl_status_get(guest_nl(), &status) < 0 ? 0 : status.generation;
}

static void remove_cgroup(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), CGROUPS "/%s", name);
	rmdir(path);
}

FIXTURE(birth)
{
	struct heard heard;
};

FIXTURE_SETUP(birth)
{
	static const char *const old[] = { "pods/a/b", "pods/a", "pods/b", "pods/c", "elsewhere" };

	guest_write(SECRET, "secret", 0644);
	guest_unload();
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		remove_cgroup(old[i]);
	guest_cgroup("pods");
	ASSERT_EQ(0, kpol_nl_births_new(&ops, &self->heard, &self->heard.births));
}

FIXTURE_TEARDOWN(birth)
{
	guest_unload();
	kpol_nl_births_free(self->heard.births);
}

TEST_F(birth, each_new_cgroup_is_told_with_its_id_and_path)
{
	uint64_t a = guest_cgroup("pods/a"), b = guest_cgroup("pods/a/b");

	hear(&self->heard);
	ASSERT_EQ(2, self->heard.n);
	EXPECT_EQ(a, self->heard.items[0].cgroup);
	EXPECT_STREQ("/pods/a", self->heard.items[0].path);
	EXPECT_EQ(b, self->heard.items[1].cgroup);
	EXPECT_STREQ("/pods/a/b", self->heard.items[1].path);
	EXPECT_EQ(0, self->heard.missed);
}

TEST_F(birth, what_it_is_bound_to_is_told)
{
	ASSERT_EQ(0, guest_commit(&pods));
	guest_cgroup("pods/a");
	guest_cgroup("elsewhere");
	hear(&self->heard);
	ASSERT_EQ(2, self->heard.n);
	EXPECT_EQ(1, self->heard.items[0].scope);
	EXPECT_EQ(0, self->heard.items[1].scope);
}

TEST_F(birth, who_does_not_listen_in_time_is_told_that_he_missed_some)
{
	int small = 8192;
	char name[64];

	ASSERT_EQ(0, setsockopt(kpol_nl_births_fd(self->heard.births), SOL_SOCKET, SO_RCVBUFFORCE,
				&small, sizeof(small)));
	for (int i = 0; i < HEARD_MAX; i++) {
		snprintf(name, sizeof(name), "pods/c%d", i);
		guest_cgroup(name);
		remove_cgroup(name);
	}
	hear(&self->heard);
	EXPECT_LT(0, self->heard.missed);
	EXPECT_GT(HEARD_MAX, self->heard.n);
	self->heard.n = self->heard.missed = 0;
	guest_cgroup("pods/b");
	hear(&self->heard);
	EXPECT_EQ(1, self->heard.n);
	EXPECT_EQ(0, self->heard.missed);
}

TEST_F(birth, nobody_without_the_capability_hears_it)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct heard heard = { 0 };

		if (setuid(1000))
			_exit(1);
		_exit(kpol_nl_births_new(&ops, &heard, &heard.births) == -EPERM ? 0 : 2);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(birth, a_pattern_confines_from_the_first_moment_and_a_free_scope_frees)
{
	struct guest_worker a = guest_worker_new("pods/a"), b = guest_worker_new("pods/b");
	struct kpol_binding_row row = { .kind = KPOL_BIND_ID,
					.cgroup = guest_cgroup("pods/b"),
					.scope = 2 };

	EXPECT_EQ(0, guest_do(&a, act_read, SECRET));
	ASSERT_EQ(0, guest_commit(&pods));
	EXPECT_EQ(-EACCES, guest_do(&a, act_read, SECRET));
	EXPECT_EQ(-EACCES, guest_do(&b, act_read, SECRET));
	ASSERT_EQ(0, kpol_nl_binding_add(guest_nl(), &row, generation()));
	EXPECT_EQ(-EACCES, guest_do(&a, act_read, SECRET));
	EXPECT_EQ(0, guest_do(&b, act_read, SECRET));
	ASSERT_EQ(0, kpol_nl_binding_del(guest_nl(), &row));
	EXPECT_EQ(-EACCES, guest_do(&b, act_read, SECRET));
	guest_worker_end(&a);
	guest_worker_end(&b);
}

TEST_F(birth, nobody_enters_a_free_scope)
{
	struct kpol_binding_row row = { .kind = KPOL_BIND_ID, .scope = 2 };
	struct guest_worker worker = guest_worker_new("elsewhere");
	struct kpol_nl_status status;

	row.cgroup = guest_cgroup("pods/b");
	ASSERT_EQ(0, guest_commit(&pods));
	ASSERT_EQ(0, kpol_nl_binding_add(guest_nl(), &row, generation()));
	EXPECT_EQ(0, guest_do(&worker, guest_join, "pods/b"));
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	EXPECT_EQ(0, status.entering);
	/* But from there into a scope, as from anywhere outside. */
	guest_cgroup("pods/a");
	EXPECT_EQ(0, guest_do(&worker, guest_join, "pods/a"));
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	EXPECT_EQ(1, status.entering);
	guest_worker_end(&worker);
}

TEST_HARNESS_MAIN
