// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of the bundle's header and of each policy's name, selector and drift. */
#include "compile/lint.h"

#include <ctype.h>
#include <string.h>

#include "compile/selector.h"

static const struct kpol_place whole_file = { 0, 0 };

/* An owner of its own is enough for a policy. */
static bool has_owner(const struct kpol_bundle *bundle)
{
	for (size_t i = 0; i < bundle->n_policies; i++)
		if (!bundle->policies[i].owner)
			return bundle->owner != NULL;
	return true;
}

static int check_header(const struct kpol_lint *lint)
{
	const struct kpol_bundle *bundle = lint->bundle;
	bool owner = has_owner(bundle);

	if (!owner && !bundle->version)
		return kpol_lint_add(
			lint, KPOL_WARNING, KPOL_LINT_HEADER, whole_file,
			"the bundle has no owner and no version: a PolicyBundle document "
			"names them");
	if (!owner)
		return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_HEADER, whole_file,
				     "the bundle has no owner: nobody can be asked about a denial");
	if (!bundle->version)
		return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_HEADER, whole_file,
				     "the bundle has no version: two states of it look alike");
	return 0;
}

static bool has_tags(const struct kpol_policy *policy)
{
	for (size_t i = 0; i < policy->n_items; i++)
		if (policy->items[i].tags.n)
			return true;
	return policy->tags.n > 0;
}

/* Tags name frameworks in KubeArmor's documents. */
static int check_frameworks(const struct kpol_lint *lint)
{
	const struct kpol_bundle *bundle = lint->bundle;

	if (bundle->frameworks.n)
		return 0;
	for (size_t i = 0; i < bundle->n_policies; i++)
		if (!has_tags(&bundle->policies[i]))
			return kpol_lint_add(
				lint, KPOL_NOTE, KPOL_LINT_FRAMEWORK, whole_file,
				"no framework says why: \"frameworks\" of the PolicyBundle, or "
				"\"tags\" of policy \"%s\" (CIS, NIST, MITRE ids)",
				bundle->policies[i].name);
	return 0;
}

static bool has_soft_allow(const struct kpol_policy *policy)
{
	for (size_t i = 0; i < policy->n_items; i++)
		if (policy->items[i].action == KPOL_ACTION_ALLOW &&
		    kpol_posture_flags(&policy->postures, policy->items[i].class))
			return true;
	return false;
}

/* Block is what holds without a word, so only the others can be meant to change something. */
static int check_posture(const struct kpol_lint *lint)
{
	const struct kpol_bundle *bundle = lint->bundle;
	const struct kpol_postures *p = &bundle->postures;

	if (p->process <= KPOL_POSTURE_BLOCK && p->file <= KPOL_POSTURE_BLOCK &&
	    p->network <= KPOL_POSTURE_BLOCK && p->capabilities <= KPOL_POSTURE_BLOCK)
		return 0;
	for (size_t i = 0; i < bundle->n_policies; i++)
		if (has_soft_allow(&bundle->policies[i]))
			return 0;
	return kpol_lint_add(lint, KPOL_NOTE, KPOL_LINT_POSTURE, bundle->postures_place,
			     "this posture changes nothing: no policy has an Allow rule that it is "
			     "about");
}

int kpol_lint_bundle(const struct kpol_lint *lint)
{
	int r = check_header(lint);

	if (r == 0)
		r = check_posture(lint);
	return r < 0 ? r : check_frameworks(lint);
}

static bool contains_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (!strncasecmp(text, word, len))
			return true;
	return false;
}

static bool is_named_allowlist(const char *name)
{
	static const char *const words[] = { "allowlist", "allow-list", "allow_list", "whitelist" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (contains_word(name, words[i]))
			return true;
	return false;
}

static bool has_action(const struct kpol_policy *policy, uint8_t action)
{
	for (size_t i = 0; i < policy->n_items; i++)
		if (policy->items[i].action == action)
			return true;
	return false;
}

static int check_named_allowlist(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	if (!is_named_allowlist(policy->name) || !has_action(policy, KPOL_ACTION_BLOCK) ||
	    has_action(policy, KPOL_ACTION_ALLOW))
		return 0;
	return kpol_lint_add(
		lint, KPOL_WARNING, KPOL_LINT_NAMED_ALLOWLIST, policy->place,
		"\"%s\" is named an allowlist, but its action is Block: it denies what "
		"it lists and allows everything else",
		policy->name);
}

static int check_empty(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	if (policy->n_items)
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_EMPTY, policy->place,
			     "policy \"%s\" has no rule that is enforced", policy->name);
}

/* A unit is a service of the host, a container is not: both at once selects nothing. */
static int check_selector(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	const struct kpol_selector *s = &policy->selector;

	if (s->host)
		return 0;
	if (s->units.n && (s->containers.n || s->n_labels))
		return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SELECTOR, s->place,
				     "this selects nothing, unless a container runs inside a unit: "
				     "all kinds of a selector must match");
	if (s->units.n || s->cgroups.n || s->containers.n || s->n_labels || s->n_exprs)
		return 0;
	if (!policy->namespace)
		return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SELECTOR, s->place,
				     "there is no selector: this is for every container of every "
				     "namespace");
	return kpol_lint_add(
		lint, KPOL_WARNING, KPOL_LINT_SELECTOR, s->place,
		"there is no selector: this is for every container of namespace \"%s\" "
		"and for nothing else",
		policy->namespace);
}

static int check_units(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	const struct kpol_strv *units = &policy->selector.units;
	int r = 0;

	for (size_t i = 0; i < units->n && r == 0; i++)
		if (!strchr(units->items[i], '.'))
			r = kpol_lint_add(
				lint, KPOL_WARNING, KPOL_LINT_UNIT, policy->selector.place,
				"unit \"%s\" has no suffix (did you mean \"%s.service\"?)",
				units->items[i], units->items[i]);
	return r;
}

static bool is_version(const char *text)
{
	if (*text++ != 'v' || !isdigit((unsigned char)*text))
		return false;
	return text[strspn(text, "0123456789")] == '\0';
}

/* ns-<namespace>.<intent>.v<N> */
static bool is_conventional(const char *name)
{
	const char *intent = strchr(name, '.'), *version = strrchr(name, '.');

	return !strncmp(name, "ns-", 3) && intent && intent > name + 3 && version > intent + 1 &&
	       is_version(version + 1);
}

/* An Allow rule is never the reason for an event by itself, but its class's default is. */
static int check_severity(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	bool all = policy->severity || !policy->n_items;

	for (size_t i = 0; i < policy->n_items && !all; i++) {
		if (!policy->items[i].severity)
			break;
		all = i + 1 == policy->n_items;
	}
	if (all)
		return 0;
	return kpol_lint_add(lint, KPOL_NOTE, KPOL_LINT_SEVERITY, policy->place,
			     "policy \"%s\" has rules without a severity (1 to 10)", policy->name);
}

/* A name that says another namespace than the policy has. */
static int check_namespace(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	const char *said = policy->name + strlen("ns-");
	size_t len = strcspn(said, ".");

	if (!policy->namespace || !strcmp(policy->namespace, "default") ||
	    (strlen(policy->namespace) == len && !strncmp(policy->namespace, said, len)))
		return 0;
	return kpol_lint_add(lint, KPOL_NOTE, KPOL_LINT_NAME, policy->place,
			     "name \"%s\" says namespace \"%.*s\", but the policy is in \"%s\"",
			     policy->name, (int)len, said, policy->namespace);
}

static int check_name(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	if (is_conventional(policy->name))
		return check_namespace(lint, policy);
	return kpol_lint_add(lint, KPOL_NOTE, KPOL_LINT_NAME, policy->place,
			     "name \"%s\" does not say namespace, intent and version "
			     "(ns-<namespace>.<intent>.v<N>)",
			     policy->name);
}

int kpol_lint_policy(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	static int (*const checks[])(const struct kpol_lint *, const struct kpol_policy *) = {
		check_named_allowlist, check_empty, check_selector,
		check_units,	       check_name,  check_severity,
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && r == 0; i++)
		r = checks[i](lint, policy);
	return r;
}
