// SPDX-License-Identifier: GPL-2.0-or-later
/* The conformance table, judged by the engine; the guest tries the same table for real. */
#include "base/cleanup.h"

#include "conform_access.h"
#include "kselftest_harness.h"

#define LEAST_CASES 300

/* The rows of KUBEARMOR.md's decision procedure and of DESIGN.md §3: each has cases, and no others. */
static const char *const rows[] = {
	/* order of lookups */
	"exact-source",
	"dir-source",
	"exact",
	"execname",
	"dir",
	/* directories */
	"dir-longest",
	"dir-hint",
	"dir-children",
	"dir-itself",
	"path-length",
	/* source */
	"source-exec",
	"source-file",
	"source-network",
	"source-symlink",
	/* what a process match means */
	"args",
	"pts",
	"owner-process",
	"script",
	/* what a file match means */
	"owner-file",
	"owner-new",
	"readonly-open",
	"readonly-change",
	"held",
	"path-hooks",
	/* network */
	"network-type",
	"network-family",
	"network-calls",
	"network-source",
	"network-list",
	/* consequences */
	"exact-allow-in-blocked-dir",
	"deeper-dir",
	"source-beats-global",
	"same-key-twice",
	"execname-source",
	/* defaults */
	"audit",
	"default-per-class",
	"default-without-allow",
	"default-observed",
	"posture",
	"unenforced",
	"inheritance",
	"host",
	/* DESIGN.md §3, beyond KubeArmor */
	"patterns",
	"specificity",
	"unresolved",
	"symlink",
	"peers",
	"ports",
	"libraries",
	"loader",
	"ptrace",
	"observe-and-enforce",
	"two-policies",
	"ops",
	"words",
	"sealed",
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

FIXTURE(conformance)
{
	struct conform_table table;
};

FIXTURE_SETUP(conformance)
{
	conform_read(&self->table, TEST_TOP "/selftests/conformance");
	for (size_t i = 0; i < self->table.diags.n; i++) {
		_cleanup_free_ char *text = kpol_diag_format(&self->table.diags.items[i]);

		TH_LOG("%s", text);
	}
	ASSERT_EQ(0, self->table.diags.n);
}

FIXTURE_TEARDOWN(conformance)
{
	conform_clear(&self->table);
}

#define for_each_group(g, t) \
	for (struct conform_group *g = (t)->groups; g < (t)->groups + (t)->n_groups; g++)
#define for_each_case(c, g) \
	for (struct conform_case *c = (g)->cases; c < (g)->cases + (g)->n_cases; c++)

/* Loads a group with its table; logs why it cannot be loaded. */
static struct kpol_table *open_group(struct __test_metadata *_metadata,
				     const struct conform_group *g, struct conform_loaded *loaded)
{
	struct kpol_table_error error;
	struct kpol_table *table = NULL;
	int r = conform_load(g, 1, loaded);

	if (r == 0)
		r = kpol_ruleset_table(loaded->ruleset, &error, &table);
	for (size_t i = 0; r < 0 && i < loaded->diags.n; i++) {
		_cleanup_free_ char *text = kpol_diag_format(&loaded->diags.items[i]);

		TH_LOG("%s", text);
	}
	EXPECT_EQ(0, r) TH_LOG("%s:%u: %s", g->file, g->line, g->name);
	return table;
}

/* Calls @check with what the engine says about every case. */
static void each_case(struct __test_metadata *_metadata, struct conform_table *t,
		      void (*check)(struct __test_metadata *_metadata,
				    const struct conform_group *g, const struct conform_case *c,
				    const struct kpol_ruleset *ruleset,
				    const struct conform_seen *seen))
{
	for_each_group(g, t)
	{
		struct conform_loaded loaded = { 0 };
		struct kpol_table *table = open_group(_metadata, g, &loaded);
		struct conform_seen seen;

		for_each_case(c, g)
		{
			if (!table)
				break;
			conform_decide(c, loaded.ruleset, table, loaded.scope, &seen);
			check(_metadata, g, c, loaded.ruleset, &seen);
		}
		kpol_table_free(table);
		conform_unload(&loaded);
	}
}

static void check_holds(struct __test_metadata *_metadata, const struct conform_group *g,
			const struct conform_case *c, const struct kpol_ruleset *ruleset,
			const struct conform_seen *seen)
{
	const char *wrong = conform_judge(g, c, ruleset, seen, false);

	EXPECT_EQ(NULL, wrong)
	TH_LOG("%s:%u: %s: %s %s by %s: %s: expected %s by %s, got %s by line %u of %s", g->file,
	       c->line, g->name, c->act, c->object, c->by, wrong, c->verdict,
	       c->rule ? c->rule : "-", seen->verdict, seen->line, seen->policy);
}

TEST_F(conformance, every_case_holds)
{
	each_case(_metadata, &self->table, check_holds);
}

/* The same case with another verdict, and with another line, must not hold. */
static void check_can_fail(struct __test_metadata *_metadata, const struct conform_group *g,
			   const struct conform_case *c, const struct kpol_ruleset *ruleset,
			   const struct conform_seen *seen)
{
	struct conform_case other = *c;

	other.verdict = strcmp(c->verdict, "deny") ? "deny" : "allow";
	EXPECT_NE(NULL, conform_judge(g, &other, ruleset, seen, false))
	TH_LOG("%s:%u: another verdict goes unnoticed", g->file, c->line);
	other = *c;
	other.rule = c->rule && !strcmp(c->rule, "default") ? "unresolved" : "default";
	EXPECT_NE(NULL, conform_judge(g, &other, ruleset, seen, false))
	TH_LOG("%s:%u: another reason goes unnoticed", g->file, c->line);
}

TEST_F(conformance, every_case_can_fail)
{
	each_case(_metadata, &self->table, check_can_fail);
}

static bool is_verdict(const char *word)
{
	return !strcmp(word, "allow") || !strcmp(word, "deny") || !strcmp(word, "would") ||
	       !strcmp(word, "audit");
}

/* A rule of the design, a finding, or what the documents say is not protected. */
static bool is_reason(const char *why)
{
	static const char *const starts[] = { "§3.", "KPOL", "threat model: " };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(why, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static void check_difference(struct __test_metadata *_metadata, const struct conform_group *g,
			     const struct conform_case *c)
{
	EXPECT_TRUE(is_verdict(c->verdict)) TH_LOG("%s:%u", g->file, c->line);
	if (!c->kubearmor)
		return;
	EXPECT_TRUE(is_verdict(c->kubearmor)) TH_LOG("%s:%u", g->file, c->line);
	EXPECT_STRNE(c->kubearmor, c->verdict) TH_LOG("%s:%u", g->file, c->line);
	EXPECT_TRUE(is_reason(c->why))
	TH_LOG("%s:%u", g->file, c->line);
}

TEST_F(conformance, every_difference_is_explained)
{
	for_each_group(g, &self->table) for_each_case(c, g) check_difference(_metadata, g, c);
}

static bool is_same(const struct conform_case *a, const struct conform_case *b)
{
	return !strcmp(a->act, b->act) && !strcmp(a->by, b->by) && !strcmp(a->object, b->object);
}

/* The fold would keep the second event back, and the second case says nothing new. */
TEST_F(conformance, no_case_is_there_twice)
{
	for_each_group(g, &self->table) for (size_t i = 0; i < g->n_cases; i++) for (size_t j = 0;
										     j < i; j++)
	{
		EXPECT_FALSE(is_same(&g->cases[i], &g->cases[j]))
		TH_LOG("%s:%u and %u", g->file, g->cases[i].line, g->cases[j].line);
	}
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

TEST_F(conformance, every_row_has_cases)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		size_t n = 0;

		for_each_group(g, &self->table) if (has_word(g->rows, rows[i])) n += g->n_cases;
		EXPECT_LT(0, n) TH_LOG("row %s", rows[i]);
	}
	for_each_group(g, &self->table)
	{
		const char *at = g->rows;
		size_t known = 0, words = 1;

		for (size_t i = 0; i < N_ROWS; i++)
			known += has_word(g->rows, rows[i]);
		for (; (at = strchr(at, ' ')); at++)
			words++;
		EXPECT_EQ(words, known) TH_LOG("%s:%u: rows: %s", g->file, g->line, g->rows);
	}
}

/* How many cases try an act; NULL: one that does not exist. */
static size_t count_acts(const struct conform_table *t, const struct conform_act *act)
{
	size_t n = 0;

	for_each_group(g, t) for_each_case(c, g) n += conform_act_find(c->act) == act;
	return n;
}

TEST_F(conformance, every_act_is_tried)
{
	for (size_t i = 0; i < sizeof(conform_acts) / sizeof(conform_acts[0]); i++) {
		EXPECT_LT(0, count_acts(&self->table, &conform_acts[i]))
		TH_LOG("%s", conform_acts[i].name);
	}
	EXPECT_EQ(0, count_acts(&self->table, NULL));
}

TEST_F(conformance, there_are_enough_cases)
{
	size_t differ = 0;

	for_each_group(g, &self->table) for_each_case(c, g) differ += c->kubearmor != NULL;
	EXPECT_LE(LEAST_CASES, self->table.n_cases);
	TH_LOG("%zu cases under %zu policies; KubeArmor answers %zu otherwise", self->table.n_cases,
	       self->table.n_groups, differ);
}

TEST_HARNESS_MAIN
