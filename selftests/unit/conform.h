/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The conformance table: policies, what is tried under each, and what must come of it. */
#ifndef KPOL_UNIT_CONFORM_H
#define KPOL_UNIT_CONFORM_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compile/compile.h"
#include "load/load.h"
#include "load/tree.h"

#define CONFORM_GROUPS_MAX 128
#define CONFORM_CASES_MAX 64
#define CONFORM_FILES_MAX 16
#define CONFORM_PATH_MAX 1024

/**
 * struct conform_case - one access and what must come of it
 * @act: a row of conform_acts. @object: what it needs: a path, two paths, an address.
 * @by: path of the program that acts, "user": the test's own as another user, "-": as root,
 *	"terminal": as root with a controlling terminal.
 * @verdict: "allow", "deny", "would" (allowed, reported as denied in enforce) or "audit".
 * @rule: label of the line that decides ("# label" ends it in the policy), "default",
 *	"default NAME" where several policies could, "unresolved", "sealed"; NULL: no rule matches.
 * @kubearmor: its verdict where that is another one, and @why; both NULL: the same.
 */
struct conform_case {
	const char *act;
	const char *object;
	const char *by;
	const char *verdict;
	const char *rule;
	const char *kubearmor;
	const char *why;
	unsigned int line;
};

/**
 * struct conform_group - one policy file and its cases
 * @rows: of the decision procedure that the cases are about, separated by spaces.
 * @host: the policies are the host's: the workload is no container.
 */
struct conform_group {
	const char *file;
	const char *name;
	const char *rows;
	const char *policy;
	bool host;
	struct conform_case cases[CONFORM_CASES_MAX];
	size_t n_cases;
	unsigned int line;
};

struct conform_table {
	struct conform_group *groups;
	size_t n_groups, n_cases;
	struct kpol_tree trees[CONFORM_FILES_MAX];
	char *files[CONFORM_FILES_MAX];
	size_t n_files;
	struct kpol_diags diags;
};

static inline void conform_complain(struct conform_table *t, const char *file,
				    const struct kpol_node *at, const char *what)
{
	kpol_diag_add(&t->diags, KPOL_ERROR, "CONFORM", file, at->line, at->column, "%s", what);
}

/* [act, object, by, verdict, rule, kubearmor, why]: the last three may be absent, rule may be "-". */
static inline void conform_read_case(struct conform_table *t, struct conform_group *g,
				     const struct kpol_node *list)
{
	struct conform_case *c = &g->cases[g->n_cases];
	const char **columns[] = { &c->act,  &c->object,    &c->by, &c->verdict,
				   &c->rule, &c->kubearmor, &c->why };
	size_t i = 0;

	kpol_for_each_node(cell, list)
	{
		if (i == sizeof(columns) / sizeof(columns[0]) || cell->kind != KPOL_NODE_SCALAR) {
			conform_complain(t, g->file, cell, "this is no case");
			return;
		}
		*columns[i++] = cell->text;
	}
	c->line = list->line;
	if (i < 4 || i == 6 || g->n_cases + 1 == CONFORM_CASES_MAX) {
		conform_complain(t, g->file, list, "too few columns, or too many cases");
		return;
	}
	if (c->rule && !strcmp(c->rule, "-"))
		c->rule = NULL;
	g->n_cases++;
	t->n_cases++;
}

static inline void conform_read_group(struct conform_table *t, const char *file,
				      const struct kpol_node *doc)
{
	struct conform_group *g = &t->groups[t->n_groups];
	const char *host = kpol_node_text(doc, "host");

	*g = (struct conform_group){ .file = file,
				     .name = kpol_node_text(doc, "group"),
				     .rows = kpol_node_text(doc, "rows"),
				     .policy = kpol_node_text(doc, "policy"),
				     .host = host && !strcmp(host, "true"),
				     .line = doc->line };
	if (!g->name || !g->rows || !g->policy || t->n_groups + 1 == CONFORM_GROUPS_MAX) {
		conform_complain(t, file, doc, "a group has a name, rows and a policy");
		return;
	}
	t->n_groups++;
	kpol_for_each_node(c, kpol_node_get(doc, "cases")) conform_read_case(t, g, c);
}

static inline void conform_read_file(struct conform_table *t, const char *dir, const char *name)
{
	struct kpol_tree *tree = &t->trees[t->n_files];
	struct kpol_input in = { .diags = &t->diags };
	char *path, *text;
	size_t len;

	if (t->n_files == CONFORM_FILES_MAX || asprintf(&path, "%s/%s", dir, name) < 0)
		return;
	in.file = t->files[t->n_files++] = path;
	if (kpol_file_read(path, 1 << 20, &text, &len) < 0)
		return;
	kpol_tree_parse(&in, text, len, tree);
	free(text);
	for (const struct kpol_node *doc = tree->documents; doc; doc = doc->next)
		if (!kpol_node_is_null(doc))
			conform_read_group(t, path, doc);
}

static inline int conform_is_yaml(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".yaml");
}

/* All files of @dir, in the order of their names; what is wrong with them is in @diags. */
static inline void conform_read(struct conform_table *t, const char *dir)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, conform_is_yaml, alphasort);

	t->groups = calloc(CONFORM_GROUPS_MAX, sizeof(*t->groups));
	for (int i = 0; i < n; i++) {
		conform_read_file(t, dir, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static inline void conform_clear(struct conform_table *t)
{
	for (size_t i = 0; i < t->n_files; i++) {
		kpol_tree_clear(&t->trees[i]);
		free(t->files[i]);
	}
	free(t->groups);
	kpol_diags_clear(&t->diags);
}

/* The line of the policy that ends in "# label", 0: none or more than one. */
static inline unsigned int conform_label_line(const char *policy, const char *label)
{
	unsigned int line = 1, found = 0;
	size_t len = strlen(label);

	for (const char *at = policy; at; at = strchr(at, '\n'), at += !!at, line += !!at) {
		size_t end = strcspn(at, "\n");

		if (end < len + 2 || strncmp(at + end - len, label, len) ||
		    strncmp(at + end - len - 2, "# ", 2))
			continue;
		if (found)
			return 0;
		found = line;
	}
	return found;
}

/* A workload that every policy of the table selects: a container, or a cgroup of the host. */
static inline struct kpol_workload conform_workload(const struct conform_group *g,
						    uint64_t cgroup_id)
{
	static struct kpol_label label = { (char *)"app", (char *)"conform" };
	struct kpol_workload workload = { .cgroup = (char *)"/conform", .cgroup_id = cgroup_id };

	if (g->host)
		return workload;
	workload.container = (char *)"main";
	workload.namespace = (char *)"default";
	workload.labels = &label;
	workload.n_labels = 1;
	return workload;
}

/**
 * struct conform_loaded - a group's policies, loaded and compiled
 * @scope: the workload's.
 */
struct conform_loaded {
	struct kpol_bundle *bundle;
	struct kpol_ruleset *ruleset;
	struct kpol_diags diags;
	uint32_t scope;
};

static inline int conform_load(const struct conform_group *g, uint64_t cgroup_id,
			       struct conform_loaded *ret)
{
	struct kpol_workload workload = conform_workload(g, cgroup_id);
	bool needed;
	int r = kpol_bundle_parse("policy", g->policy, strlen(g->policy), &ret->diags,
				  &ret->bundle);

	if (r == 0)
		r = kpol_compile(ret->bundle, &workload, 1, &ret->diags, &ret->ruleset);
	if (r < 0)
		return r;
	ret->scope = kpol_compile_scope(ret->bundle, ret->ruleset, &workload, NULL, &needed);
	return ret->scope ? 0 : -1;
}

static inline void conform_unload(struct conform_loaded *loaded)
{
	kpol_ruleset_free(loaded->ruleset);
	kpol_bundle_free(loaded->bundle);
	kpol_diags_clear(&loaded->diags);
	memset(loaded, 0, sizeof(*loaded));
}

/**
 * struct conform_seen - what came of a case
 * @verdict: as in the table. @line: of the rule behind it, 0: none.
 * @policy: whose default it was or whose rule, "" when nobody decided.
 */
struct conform_seen {
	const char *verdict;
	unsigned int line;
	bool unresolved;
	bool sealed;
	char policy[KPOL_NAME_MAX + 1];
};

/* The policy whose document has this line. */
static inline const struct kpol_policy_row *conform_policy_of(const struct kpol_ruleset *ruleset,
							      unsigned int line)
{
	const struct kpol_policy_row *found = NULL;

	for (size_t i = 0; i < ruleset->n_policies; i++)
		if (ruleset->policies[i].line <= line)
			found = &ruleset->policies[i];
	return found;
}

static inline bool conform_is_policy(const struct kpol_ruleset *ruleset, const char *name,
				     const char *policy)
{
	const char *bare = strchr(policy, '/');

	if (!*name)
		return *policy && ruleset->n_policies == 1;
	return !strcmp(name, bare ? bare + 1 : policy);
}

/**
 * conform_judge() - is this what the table says?
 * @events: only what events tell is known: not which rule allowed.
 *
 * Return: NULL, or what is wrong.
 */
static inline const char *conform_judge(const struct conform_group *g, const struct conform_case *c,
					const struct kpol_ruleset *ruleset,
					const struct conform_seen *seen, bool events)
{
	unsigned int line;

	if (strcmp(c->verdict, seen->verdict))
		return "another verdict";
	if (events && !strcmp(c->verdict, "allow"))
		return NULL;
	if (!c->rule)
		return seen->line || strcmp(c->verdict, "allow") ? "a rule decided" : NULL;
	if (!strcmp(c->rule, "unresolved"))
		return seen->line || !seen->unresolved ? "the object was found" : NULL;
	if (!strcmp(c->rule, "sealed"))
		return seen->line || !seen->sealed ? "it was not the seal" : NULL;
	if (!strncmp(c->rule, "default", 7))
		return seen->line	  ? "a rule decided, not the default"
		       : seen->sealed	  ? "the seal decided, not the default"
		       : seen->unresolved ? "the object was not found"
		       : conform_is_policy(ruleset, c->rule + 7 + (c->rule[7] == ' '), seen->policy)
			       ? NULL
			       : "the default of another policy";
	line = conform_label_line(g->policy, c->rule);
	if (!line)
		return "no line, or several, end in this label";
	if (line != seen->line)
		return "another line decided";
	if (strcmp(conform_policy_of(ruleset, line)->name, seen->policy))
		return "another policy decided";
	return NULL;
}

#endif /* KPOL_UNIT_CONFORM_H */
