// SPDX-License-Identifier: GPL-2.0-or-later
/* Pods and containers: those that nothing is known of, those that are known, and what the runtime has beside them. */
#include "kselftest_harness.h"

#include "engine/decide.h"

#include "compile_case.h"

#define ONHOST                                                                      \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: h}\nspec:\n" \
	"  nodeSelector: {}\n" RULE "---\n"

static struct kpol_label web = { (char *)"app", (char *)"web" };

/* Cgroups of one node: what they are to policies, and where the kubelet puts them. */
static const struct kpol_workload node[] = {
	{ .cgroup = (char *)"/" },
	{ .cgroup = (char *)"/pods", .role = KPOL_ROLE_PENDING },
	{ .cgroup = (char *)"/pods/burst", .role = KPOL_ROLE_PENDING },
	{ .cgroup = (char *)"/pods/burst/new", .role = KPOL_ROLE_PENDING },
	{ .cgroup = (char *)"/pods/web",
	  .pod = (char *)"web-1",
	  .namespace = (char *)"default",
	  .labels = &web,
	  .n_labels = 1 },
	{ .cgroup = (char *)"/pods/web/c",
	  .pod = (char *)"web-1",
	  .container = (char *)"c",
	  .namespace = (char *)"default",
	  .labels = &web,
	  .n_labels = 1 },
	{ .cgroup = (char *)"/pods/web/pause",
	  .pod = (char *)"web-1",
	  .container = (char *)"POD",
	  .namespace = (char *)"default",
	  .labels = &web,
	  .n_labels = 1,
	  .role = KPOL_ROLE_RUNTIME },
	{ .cgroup = (char *)"/pods/other", .pod = (char *)"x", .namespace = (char *)"default" },
};

#define N_NODE (sizeof(node) / sizeof(node[0]))

static char *roots[] = { (char *)"/pods", (char *)"/system.slice/*/pods" };

FIXTURE(pods)
{
	struct kpol_diags diags;
	struct kpol_bundle *bundle;
	struct kpol_ruleset *ruleset;
	char *text;
};

FIXTURE_SETUP(pods)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(pods)
{
	free(self->text);
	kpol_ruleset_free(self->ruleset);
	kpol_bundle_free(self->bundle);
	kpol_diags_clear(&self->diags);
}

static void begin(FIXTURE_DATA(pods) * self, const char *yaml, enum kpol_mode pending,
		  const struct kpol_workload *workloads, size_t n)
{
	const struct kpol_strv list = { .items = roots, .n = 2 };

	if (kpol_bundle_parse("f.yaml", yaml, strlen(yaml), &self->diags, &self->bundle) == 0 &&
	    kpol_pending_add(self->bundle, KPOL_PENDING_PODS, &list, pending) == 0 &&
	    kpol_compile(self->bundle, workloads, n, &self->diags, &self->ruleset) == 0)
		self->text = ruleset_scopes(self->ruleset);
}

TEST_F(pods, of_a_node_are_where_their_labels_say_or_pending)
{
	begin(self, ONHOST WEB, KPOL_MODE_ENFORCE, node, N_NODE);
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("host [host]: 1\nlabels:app=web@default [container]: 2\n"
		     "pending pods [container]: 3\nunconfined [free]:\n"
		     "path / -> host\npath /pods -> pending pods\n"
		     "path /pods/other -> unconfined\n"
		     "path /pods/web -> labels:app=web@default\n"
		     "path /pods/web/pause -> unconfined\n"
		     "pattern /system.slice/*/pods -> pending pods\n",
		     self->text);
}

TEST_F(pods, that_begin_while_nobody_looks_are_pending)
{
	begin(self, WEB, KPOL_MODE_OBSERVE, NULL, 0);
	ASSERT_NE(NULL, self->text);
	EXPECT_STREQ("labels:app=web@default [container]: 1\npending pods [container] [host]: 2\n"
		     "unconfined [free]:\npath /pods -> pending pods\n"
		     "pattern /system.slice/*/pods -> pending pods\n",
		     self->text);
}

TEST_F(pods, each_find_their_scope_when_they_appear)
{
	static const char *const expected[N_NODE] = {
		"host",
		"pending pods",
		"pending pods",
		"pending pods",
		"labels:app=web@default",
		"labels:app=web@default",
		"unconfined",
		"unconfined",
	};

	begin(self, ONHOST WEB, KPOL_MODE_ENFORCE, NULL, 0);
	ASSERT_NE(NULL, self->text);
	for (size_t i = 0; i < N_NODE; i++) {
		bool needed;
		uint32_t scope =
			kpol_compile_scope(self->bundle, self->ruleset, &node[i], NULL, &needed);

		ASSERT_NE(0, scope) TH_LOG("%s", node[i].cgroup);
		EXPECT_STREQ(expected[i], self->ruleset->scopes[scope - 1].name)
		TH_LOG("%s", node[i].cgroup);
		EXPECT_EQ(needed, strcmp(expected[i], "unconfined") != 0);
	}
}

/* What the policy of pending pods does to an execution in one. */
static struct kpol_decision judge(struct kpol_ruleset *ruleset, const char *scope)
{
	struct kpol_decision decision = { 0 };
	struct kpol_table_error error;
	struct kpol_table *table = NULL;
	struct kpol_access access = { .class = KPOL_CLASS_PROCESS,
				      .op = KPOL_OP_EXEC,
				      .object = "/bin/sh",
				      .object_len = 7 };

	for (uint32_t i = 0; i < ruleset->n_scopes; i++)
		if (!strcmp(ruleset->scopes[i].name, scope))
			access.scope = i + 1;
	if (kpol_ruleset_table(ruleset, &error, &table) < 0)
		abort();
	kpol_decide(table, &access, &decision);
	kpol_table_free(table);
	return decision;
}

TEST_F(pods, pending_execute_nothing_when_that_is_asked_for)
{
	struct kpol_decision decision;

	begin(self, WEB, KPOL_MODE_ENFORCE, NULL, 0);
	ASSERT_NE(NULL, self->text);
	decision = judge(self->ruleset, "pending pods");
	EXPECT_TRUE(decision.deny);
}

TEST_F(pods, pending_are_observed_when_that_is_asked_for)
{
	struct kpol_decision decision;

	begin(self, WEB, KPOL_MODE_OBSERVE, NULL, 0);
	ASSERT_NE(NULL, self->text);
	decision = judge(self->ruleset, "pending pods");
	EXPECT_FALSE(decision.deny);
	EXPECT_TRUE(decision.would_deny);
}

TEST_F(pods, pending_are_let_be_when_that_is_asked_for)
{
	struct kpol_decision decision;

	begin(self, WEB, KPOL_MODE_OFF, NULL, 0);
	ASSERT_NE(NULL, self->text);
	decision = judge(self->ruleset, "pending pods");
	EXPECT_FALSE(decision.deny);
	EXPECT_FALSE(decision.would_deny);
}

static char *container_roots[] = { (char *)"/docker/*", (char *)"/system.slice/docker-*.scope",
				   (char *)"/machine.slice/libpod-*.scope" };

static const struct kpol_workload machine[] = {
	{ .cgroup = (char *)"/" },
	{ .cgroup = (char *)"/docker/1",
	  .container = (char *)"web",
	  .labels = &web,
	  .n_labels = 1 },
	{ .cgroup = (char *)"/docker/2", .container = (char *)"other" },
	{ .cgroup = (char *)"/docker/builder" },
	{ .cgroup = (char *)"/machine.slice/libpod-conmon-1.scope", .role = KPOL_ROLE_RUNTIME },
};

/* Returns what the scopes and bindings are, or NULL. */
static const char *begin_containers(FIXTURE_DATA(pods) * self, const char *yaml,
				    enum kpol_mode pending, size_t n)
{
	const struct kpol_strv list = { .items = container_roots, .n = 3 };

	if (kpol_bundle_parse("f.yaml", yaml, strlen(yaml), &self->diags, &self->bundle) == 0 &&
	    kpol_pending_add(self->bundle, KPOL_PENDING_CONTAINERS, &list, pending) == 0 &&
	    kpol_compile(self->bundle, machine, n, &self->diags, &self->ruleset) == 0)
		self->text = ruleset_scopes(self->ruleset);
	return self->text;
}

/* A daemon in such a container is not heard before it is known: that is no pod, and nobody starts it again by itself. */
TEST_F(pods, containers_beside_them_begin_pending_and_are_bound_out_of_it)
{
	ASSERT_NE(NULL, begin_containers(self, WEB, KPOL_MODE_OBSERVE, 5));
	EXPECT_STREQ("labels:app=web@default [container]: 1\npending containers [container]: 2\n"
		     "unconfined [free]:\npath /docker/1 -> labels:app=web@default\n"
		     "path /docker/2 -> unconfined\npath /docker/builder -> unconfined\n"
		     "path /machine.slice/libpod-conmon-1.scope -> unconfined\n"
		     "pattern /docker/* -> pending containers\n"
		     "pattern /machine.slice/libpod-*.scope -> pending containers\n"
		     "pattern /system.slice/docker-*.scope -> pending containers\n",
		     self->text);
	EXPECT_TRUE(judge(self->ruleset, "pending containers").would_deny);
}

TEST_F(pods, containers_that_no_policy_is_for_are_not_pending)
{
	ASSERT_NE(NULL, begin_containers(self, ONHOST A, KPOL_MODE_ENFORCE, 1));
	EXPECT_EQ(NULL, strstr(self->text, "pending")) TH_LOG("%s", self->text);
	EXPECT_EQ(2, self->bundle->n_policies);
}

TEST_F(pods, containers_that_a_pattern_of_a_policy_may_match_begin_with_that_policy)
{
	ASSERT_NE(NULL, begin_containers(self, CG("d", "/docker/*") CG("s", "/system.slice/*") WEB,
					 KPOL_MODE_ENFORCE, 1));
	EXPECT_NE(NULL, strstr(self->text, "pattern /docker/* -> cgroup:/docker/*\n"))
	TH_LOG("%s", self->text);
	EXPECT_NE(NULL, strstr(self->text, "pattern /machine.slice/libpod-*.scope -> pending"))
	TH_LOG("%s", self->text);
	EXPECT_EQ(NULL, strstr(self->text, "docker-*")) TH_LOG("%s", self->text);
}

TEST_HARNESS_MAIN
