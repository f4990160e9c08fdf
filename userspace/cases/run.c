// SPDX-License-Identifier: GPL-2.0-or-later
/* A run: every case of a suite judged by the engine against a bundle. */
#include "cases/run.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/nearest.h"
#include "compile/set.h"
#include "compile/verdict.h"

#define CODE_POLICY "KPOL050" /* docs/lint.md */

/**
 * struct kpol_world - the bundle on one kind of machine
 * @host: the machine with its labels; no label: it is not known.
 */
struct kpol_world {
	struct kpol_workload host;
	struct kpol_ruleset *ruleset;
	struct kpol_table *table;
};

static bool same_labels(const struct kpol_world *world, const struct kpol_suite_workload *w)
{
	if (world->host.n_labels != w->n_node)
		return false;
	for (size_t i = 0; i < w->n_node; i++)
		if (strcmp(world->host.labels[i].key, w->node[i].key) ||
		    strcmp(world->host.labels[i].value, w->node[i].value))
			return false;
	return true;
}

static struct kpol_world *find_world(struct kpol_run *run, const struct kpol_suite_workload *w)
{
	static char root[] = "/";
	struct kpol_world *world;

	for (size_t i = 0; i < run->n_worlds; i++)
		if (same_labels(&run->worlds[i], w))
			return &run->worlds[i];
	world = kpol_append(&run->worlds, &run->n_worlds, sizeof(*world));
	if (world)
		world->host = (struct kpol_workload){ .cgroup = root,
						      .labels = w->node,
						      .n_labels = w->n_node };
	return world;
}

static bool is_host(const struct kpol_workload *w)
{
	return w->cgroup && !strcmp(w->cgroup, "/");
}

/* The workloads of a world as an array; the strings stay the suite's. */
static struct kpol_workload *world_workloads(const struct kpol_run *run,
					     const struct kpol_world *world, size_t *ret_n)
{
	struct kpol_workload *list = calloc(run->suite->n_workloads + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; list && i < run->suite->n_workloads; i++) {
		const struct kpol_suite_workload *w = &run->suite->workloads[i];

		if (same_labels(world, w) && !is_host(&w->workload))
			list[n++] = w->workload;
	}
	if (list && world->host.n_labels)
		list[n++] = world->host;
	*ret_n = n;
	return list;
}

static int compile_world(struct kpol_run *run, struct kpol_world *world, struct kpol_diags *diags)
{
	_cleanup_free_ struct kpol_workload *list = NULL;
	struct kpol_table_error error;
	size_t n;
	int r;

	list = world_workloads(run, world, &n);
	if (!list)
		return -ENOMEM;
	r = kpol_compile(run->bundle, list, n, diags, &world->ruleset);
	if (r < 0)
		return r;
	for (size_t i = 0; run->suite->mode && i < world->ruleset->n_policies; i++)
		world->ruleset->policies[i].mode = run->suite->mode;
	return kpol_ruleset_table(world->ruleset, &error, &world->table);
}

/** struct home - where a workload's cases are judged; @scope 0: nowhere. */
struct home {
	const struct kpol_world *world;
	uint32_t scope;
};

static int find_home(struct kpol_run *run, const struct kpol_suite_workload *w,
		     struct kpol_diags *diags, struct home *ret)
{
	struct kpol_world *world = find_world(run, w);
	const struct kpol_workload *asked = &w->workload;
	bool needed;
	int r = world ? 0 : -ENOMEM;

	if (r == 0 && !world->ruleset)
		r = compile_world(run, world, diags);
	if (r < 0)
		return r;
	if (is_host(asked) && world->host.n_labels)
		asked = &world->host;
	ret->world = world;
	ret->scope = kpol_compile_scope(run->bundle, world->ruleset, asked,
					world->host.n_labels ? &world->host : NULL, &needed);
	return needed && !ret->scope ? -ENOMEM : 0;
}

static int find_sets(const struct home *home, const struct kpol_workload *workload,
		     const struct kpol_case *c, struct kpol_case_result *ret)
{
	const struct kpol_case_peer *peer = c->peer;
	const char *namespace;

	if (!peer)
		return 0;
	namespace = peer->namespace	  ? peer->namespace
		    : workload->namespace ? workload->namespace
					  : "default";
	return kpol_set_ids(home->world->ruleset, namespace, peer->labels, peer->n_labels,
			    &ret->sets, &ret->n_sets);
}

static void judge(const struct home *home, const struct kpol_case *c, struct kpol_case_result *ret)
{
	struct kpol_access access = kpol_case_access(c, ret);
	struct kpol_decision *d = &ret->decision;
	uint32_t id;

	ret->verdict = KPOL_VERDICT_ALLOW;
	ret->ruleset = home->world->ruleset;
	ret->table = home->world->table;
	ret->scope = access.scope = home->scope;
	if (!home->scope)
		return;
	kpol_decide(home->world->table, &access, d);
	ret->verdict = kpol_decision_verdict(d);
	id = kpol_decision_rule(d);
	ret->rule = id ? &ret->ruleset->rules[id - 1] : NULL;
}

/* "payments" is enough for "ns/payments". */
static bool is_policy(const char *wanted, const char *name)
{
	const char *slash = strrchr(name, '/');

	return !strcmp(wanted, name) || (slash && !strcmp(wanted, slash + 1));
}

/* A directory may be written with its slash. */
static bool is_object(const char *wanted, const struct kpol_rule *rule)
{
	size_t len = strlen(wanted);

	while (rule->match == KPOL_MATCH_DIR && len && wanted[len - 1] == '/')
		len--;
	return rule->object && len == rule->object_len && !memcmp(wanted, rule->object, len);
}

struct kpol_access kpol_case_access(const struct kpol_case *c,
				    const struct kpol_case_result *result)
{
	struct kpol_access access = c->access;

	if (c->peer) {
		access.sets = result->sets;
		access.n_sets = (u16)result->n_sets;
	}
	access.scope = result->scope;
	return access;
}

uint32_t kpol_case_policy(const struct kpol_case_result *result)
{
	return result->rule ? result->rule->policy : kpol_decision_policy(&result->decision);
}

static enum kpol_case_fault compare(const struct kpol_case *c, const struct kpol_case_result *got)
{
	const struct kpol_expected_rule *want = &c->rule;
	uint32_t policy = kpol_case_policy(got);

	if (c->verdict != got->verdict)
		return KPOL_CASE_VERDICT;
	if (want->by_seal && !kpol_decision_sealed(&got->decision))
		return KPOL_CASE_NOT_SEAL;
	if (want->by_default && got->rule)
		return KPOL_CASE_RULE_DECIDED;
	if ((want->by_rule || want->line || want->object) && !got->rule)
		return KPOL_CASE_RULE_MISSING;
	if (want->policy &&
	    !(policy && is_policy(want->policy, got->ruleset->policies[policy - 1].name)))
		return KPOL_CASE_POLICY;
	if (want->line && want->line != got->rule->line)
		return KPOL_CASE_LINE;
	if (want->object && !is_object(want->object, got->rule))
		return KPOL_CASE_OBJECT;
	return KPOL_CASE_PASSED;
}

static int check_policy(const struct kpol_run *run, const struct kpol_ruleset *ruleset,
			const struct kpol_case *c, struct kpol_diags *diags)
{
	struct kpol_nearest_search search = { .word = c->rule.policy };

	if (!c->rule.policy)
		return 0;
	for (size_t i = 0; i < ruleset->n_policies; i++) {
		if (is_policy(c->rule.policy, ruleset->policies[i].name))
			return 0;
		kpol_nearest_try(&search, ruleset->policies[i].name);
		kpol_nearest_try(&search, run->bundle->policies[i].name);
	}
	return kpol_diag_add(diags, KPOL_ERROR, CODE_POLICY, run->suite->file, c->rule.place.line,
			     c->rule.place.column, "%s has no policy \"%s\"%s%s%s",
			     run->bundle->file, c->rule.policy,
			     search.best ? " (did you mean \"" : "", search.best ? search.best : "",
			     search.best ? "\"?)" : "");
}

static int judge_all(struct kpol_run *run, const struct home *homes, struct kpol_diags *diags)
{
	const struct kpol_suite *suite = run->suite;
	int r, result = 0;

	for (size_t i = 0; i < suite->n_cases; i++) {
		const struct kpol_case *c = &suite->cases[i];

		r = find_sets(&homes[c->workload], &suite->workloads[c->workload].workload, c,
			      &run->results[i]);
		if (r < 0)
			return r;
		judge(&homes[c->workload], c, &run->results[i]);
		run->results[i].fault = compare(c, &run->results[i]);
		run->n_passed += run->results[i].fault == KPOL_CASE_PASSED;
		r = check_policy(run, run->results[i].ruleset, c, diags);
		if (r < 0)
			result = r;
	}
	return result;
}

int kpol_run_suite(const struct kpol_bundle *bundle, const struct kpol_suite *suite,
		   struct kpol_diags *diags, struct kpol_run *ret)
{
	_cleanup_free_ struct home *homes = calloc(suite->n_workloads + 1, sizeof(*homes));
	size_t n_worlds = 0;
	int r = 0;

	ret->bundle = bundle;
	ret->suite = suite;
	ret->results = calloc(suite->n_cases + 1, sizeof(*ret->results));
	if (!homes || !ret->results)
		return -ENOMEM;
	/* All worlds first: their array moves while it grows. */
	for (size_t i = 0; i < suite->n_workloads; i++)
		if (!find_world(ret, &suite->workloads[i]))
			return -ENOMEM;
	n_worlds = ret->n_worlds;
	for (size_t i = 0; i < suite->n_workloads && r == 0; i++)
		r = find_home(ret, &suite->workloads[i], diags, &homes[i]);
	if (r < 0 || ret->n_worlds != n_worlds)
		return r < 0 ? r : -EINVAL;
	return judge_all(ret, homes, diags);
}

static void mark(const struct kpol_ruleset *ruleset, uint32_t id, uint8_t *const *seen)
{
	if (id)
		seen[ruleset->rules[id - 1].policy - 1][ruleset->items[id - 1]] = 1;
}

void kpol_run_seen(const struct kpol_run *run, uint8_t *const *seen)
{
	for (size_t i = 0; i < run->suite->n_cases; i++) {
		const struct kpol_case_result *result = &run->results[i];

		if (!result->scope)
			continue;
		mark(result->ruleset, result->decision.rule, seen);
		mark(result->ruleset, result->decision.would_rule, seen);
		mark(result->ruleset, result->decision.audit_rule, seen);
	}
}

void kpol_run_clear(struct kpol_run *run)
{
	for (size_t i = 0; i < run->n_worlds; i++) {
		kpol_table_free(run->worlds[i].table);
		kpol_ruleset_free(run->worlds[i].ruleset);
	}
	for (size_t i = 0; run->results && i < run->suite->n_cases; i++)
		free(run->results[i].sets);
	free(run->worlds);
	free(run->results);
	memset(run, 0, sizeof(*run));
}
