// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of rules that are about too much: a Block of what all programs need, an Allow of everything. */
#include "compile/lint.h"

#include <errno.h>
#include <string.h>

#include "base/brace.h"
#include "base/cleanup.h"

/* Directories whose loss stops most programs; @flat: the files right in them are enough. */
static const struct vital {
	const char *path;
	bool flat;
} vital[] = {
	{ "", true },	       { "/bin", true },       { "/dev", true },      { "/etc", true },
	{ "/lib", true },      { "/lib64", true },     { "/proc", false },    { "/run", false },
	{ "/sbin", true },     { "/sys", false },      { "/usr", false },     { "/usr/bin", true },
	{ "/usr/lib", false }, { "/usr/lib64", true }, { "/usr/sbin", true }, { "/var", false },
};

static bool is_vital(const char *dir, size_t len, bool deep)
{
	for (size_t i = 0; i < sizeof(vital) / sizeof(vital[0]); i++)
		if (strlen(vital[i].path) == len && !strncmp(vital[i].path, dir, len))
			return deep || vital[i].flat;
	return false;
}

/*
 * The directory that a pattern covers: all before its last parts, if those are nothing but stars.
 * "/etc/" + "*" is the files of /etc, "/etc/" + "**" and what is longer all below.
 */
static bool covered_dir(const char *pattern, size_t *ret_len, bool *ret_deep)
{
	size_t len = strlen(pattern), stars = len;

	while (stars && (pattern[stars - 1] == '*' ||
			 (pattern[stars - 1] == '/' && stars < len && pattern[stars] == '*')))
		stars--;
	/* The slash in front of the first star stands at @stars now, if there is one. */
	if (stars == len || pattern[stars] != '/')
		return false;
	*ret_len = stars;
	*ret_deep = strstr(pattern + stars, "**") != NULL;
	return *ret_deep || !strchr(pattern + stars + 1, '/');
}

static bool is_broad_pattern(const char *pattern)
{
	size_t len;
	bool deep;

	return covered_dir(pattern, &len, &deep) && is_vital(pattern, len, deep);
}

/* One of the patterns that the braces stand for is enough. */
static int is_broad_glob(const char *object, bool *ret)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv patterns = { 0 };
	int r = kpol_brace_expand(object, &patterns);

	*ret = false;
	for (size_t i = 0; i < patterns.n && !*ret; i++)
		*ret = is_broad_pattern(patterns.items[i]);
	return r == -ENOMEM ? r : 0;
}

/* "0.0.0.0/0" is anybody too. */
static bool is_anybody(const struct kpol_item *item)
{
	for (size_t i = 0; i < item->n_peers; i++)
		if (!item->peers[i].prefix)
			return true;
	return !item->n_peers && !item->n_pods;
}

static int is_broad(const struct kpol_item *item, bool *ret)
{
	*ret = false;
	switch (item->match) {
	case KPOL_MATCH_DIR:
		*ret = is_vital(item->object, strlen(item->object), item->recursive);
		return 0;
	case KPOL_MATCH_GLOB:
		return is_broad_glob(item->object, ret);
	case KPOL_MATCH_PEER:
		*ret = !item->protocol && !item->socktypes && !item->n_ports && is_anybody(item);
		return 0;
	default:
		return 0;
	}
}

/* Elsewhere a Block of everything is what most workloads can live with. */
static bool may_be_broad(uint8_t class)
{
	return kpol_class_has_paths(class) || class == KPOL_CLASS_NETWORK;
}

/* A Block of one program's view, or of changes alone, is a normal thing to want. */
static int check_block(const struct kpol_lint *lint, const struct kpol_item *item)
{
	bool broad;

	if (item->action != KPOL_ACTION_BLOCK || item->sources.n || item->read_only ||
	    item->left_out || !may_be_broad(item->class))
		return 0;
	if (item->class == KPOL_CLASS_FILE && !(item->ops & KPOL_OP_READ))
		return 0;
	if (is_broad(item, &broad) < 0)
		return -ENOMEM;
	if (!broad)
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_BROAD, item->place,
			     "this Block rule covers so much that most programs will fail");
}

static bool is_everything(const struct kpol_item *item)
{
	size_t len;
	bool deep;

	if (item->match == KPOL_MATCH_DIR)
		return item->recursive && !*item->object;
	return item->match == KPOL_MATCH_GLOB && covered_dir(item->object, &len, &deep) && !len &&
	       deep;
}

/* Classes in which something is denied by name: there "allow the rest" is a way to write it. */
static unsigned int blocked_classes(const struct kpol_policy *policy)
{
	unsigned int classes = 0;

	for (size_t i = 0; i < policy->n_items; i++)
		if (policy->items[i].action == KPOL_ACTION_BLOCK || policy->items[i].read_only ||
		    policy->items[i].owner_only || policy->items[i].no_terminal ||
		    policy->items[i].args.n)
			classes |= 1U << policy->items[i].class;
	return classes;
}

static int check_allow(const struct kpol_lint *lint, const struct kpol_item *item,
		       unsigned int blocked)
{
	if (item->action != KPOL_ACTION_ALLOW || item->sources.n || item->left_out ||
	    blocked & (1U << item->class) || !is_everything(item))
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_EVERYTHING, item->place,
			     "this Allow rule is for everything: an allowlist with it denies "
			     "nothing");
}

int kpol_lint_broad(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	unsigned int blocked = blocked_classes(policy);
	int r = 0;

	for (size_t i = 0; i < policy->n_items && r == 0; i++) {
		r = check_block(lint, &policy->items[i]);
		if (r == 0)
			r = check_allow(lint, &policy->items[i], blocked);
	}
	return r;
}
