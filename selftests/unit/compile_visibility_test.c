// SPDX-License-Identifier: GPL-2.0-or-later
/* Visibility: all that a namespace does is reported, and nothing else is decided than without it. */
#include "kselftest_harness.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "engine/decide.h"

#include "compile_case.h"

/* In the same namespace: one program, and nothing else. */
#define ALLOW                                                                          \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: w, namespace: " \
	"shop}\nspec:\n"                                                               \
	"  selector: {matchLabels: {app: web}}\n  action: Allow\n"                     \
	"  process: {matchPaths: [{path: /x}]}\n"

static struct kpol_label web = { (char *)"app", (char *)"web" };
static const struct kpol_workload pod = {
	.pod = (char *)"p", .namespace = (char *)"shop", .labels = &web, .n_labels = 1
};
static const struct kpol_workload elsewhere = { .pod = (char *)"q", .namespace = (char *)"other" };

TEST(words_are_read_and_others_passed_over)
{
	EXPECT_EQ(0, kpol_visibility_read(""));
	EXPECT_EQ(0, kpol_visibility_read("none"));
	EXPECT_EQ(1U << KPOL_CLASS_PROCESS, kpol_visibility_read("process"));
	EXPECT_EQ(1U << KPOL_CLASS_FILE | 1U << KPOL_CLASS_NETWORK | 1U << KPOL_CLASS_CAPABILITY,
		  kpol_visibility_read("file, network,syscalls,capabilities"));
	EXPECT_EQ(0, kpol_visibility_read("files"));
}

FIXTURE(visible)
{
	struct kpol_diags diags;
	struct kpol_bundle *bundle;
	struct kpol_ruleset *ruleset;
	struct kpol_table *table;
	uint32_t scope;
};

FIXTURE_SETUP(visible)
{
	struct kpol_table_error error;
	bool needed;

	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0,
		  kpol_bundle_parse("f.yaml", ALLOW, strlen(ALLOW), &self->diags, &self->bundle));
	ASSERT_EQ(0,
		  kpol_visibility_add(self->bundle, "shop",
				      kpol_visibility_read("process,file,network,capabilities")));
	ASSERT_EQ(0, kpol_visibility_add(self->bundle, "none", 0));
	EXPECT_EQ(2, self->bundle->n_policies);
	ASSERT_EQ(0, kpol_compile(self->bundle, &pod, 1, &self->diags, &self->ruleset));
	ASSERT_EQ(0, kpol_ruleset_table(self->ruleset, &error, &self->table));
	self->scope = kpol_compile_scope(self->bundle, self->ruleset, &pod, NULL, &needed);
	ASSERT_NE(0, self->scope);
}

FIXTURE_TEARDOWN(visible)
{
	kpol_table_free(self->table);
	kpol_ruleset_free(self->ruleset);
	kpol_bundle_free(self->bundle);
	kpol_diags_clear(&self->diags);
}

TEST_F(visible, pods_of_other_namespaces_are_not)
{
	bool needed;

	(void)kpol_compile_scope(self->bundle, self->ruleset, &elsewhere, NULL, &needed);
	EXPECT_FALSE(needed);
}

TEST_F(visible, what_is_denied_stays_so_and_what_is_allowed_is_reported)
{
	static const struct {
		struct kpol_access access;
		bool deny;
	} cases[] = {
		{ { .class = KPOL_CLASS_PROCESS, .op = KPOL_OP_EXEC, .object = "/x" }, false },
		{ { .class = KPOL_CLASS_PROCESS, .op = KPOL_OP_EXEC, .object = "/y" }, true },
		{ { .class = KPOL_CLASS_FILE, .op = KPOL_OP_READ, .object = "/etc/a" }, false },
		{ { .class = KPOL_CLASS_FILE, .op = KPOL_OP_UNLINK, .object = "/a" }, false },
		{ { .class = KPOL_CLASS_CAPABILITY, .op = KPOL_OP_CAPABLE, .object = "net_raw" },
		  false },
		{ { .class = KPOL_CLASS_NETWORK,
		    .op = KPOL_OP_SOCKET,
		    .family = AF_INET6,
		    .protocol = IPPROTO_TCP,
		    .socktype = SOCK_STREAM },
		  false },
		{ { .class = KPOL_CLASS_NETWORK,
		    .op = KPOL_OP_CONNECT,
		    .family = AF_INET,
		    .protocol = IPPROTO_UDP,
		    .socktype = SOCK_DGRAM,
		    .port = 53 },
		  false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kpol_access access = cases[i].access;
		struct kpol_decision decision;

		access.scope = self->scope;
		access.object_len = access.object ? (uint32_t)strlen(access.object) : 0;
		kpol_decide(self->table, &access, &decision);
		EXPECT_EQ(cases[i].deny, decision.deny) TH_LOG("case %zu", i);
		EXPECT_TRUE(decision.deny || decision.audit_rule) TH_LOG("case %zu", i);
	}
}

TEST_HARNESS_MAIN
