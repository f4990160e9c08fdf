// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of single items: rules too broad, rules on paths that are symlinks almost everywhere. */
#include "compile/lint.h"

#include <stdlib.h>
#include <string.h>

/* Directories whose loss stops most programs. */
static const char *const vital[] = {
	"",	"/bin",	    "/dev",	"/etc", "/lib",	      "/lib64",	   "/proc", "/sbin", "/sys",
	"/usr", "/usr/bin", "/usr/lib", "/run", "/usr/lib64", "/usr/sbin", "/var",  NULL,
};

static bool is_vital(const char *dir, size_t len)
{
	for (const char *const *v = vital; *v; v++)
		if (strlen(*v) == len && !strncmp(*v, dir, len))
			return true;
	return false;
}

/* Does the pattern cover everything in a vital directory? "/etc/" + "*", "/" + "**", … */
static bool is_broad_pattern(const char *pattern)
{
	size_t len = strlen(pattern), stars = 0;

	while (stars < len && pattern[len - 1 - stars] == '*')
		stars++;
	if (!stars || stars == len || pattern[len - 1 - stars] != '/')
		return false;
	return is_vital(pattern, len - 1 - stars);
}

static bool is_broad(const struct kpol_item *item)
{
	switch (item->match) {
	case KPOL_MATCH_DIR:
		return item->recursive && is_vital(item->object, strlen(item->object));
	case KPOL_MATCH_GLOB:
		return is_broad_pattern(item->object);
	case KPOL_MATCH_PEER:
		return !item->protocol && !item->socktypes && !item->n_peers && !item->n_ports;
	default:
		return false;
	}
}

/* A Block of one program's view, or of changes alone, is a normal thing to want. */
static int check_broad(const struct kpol_lint *lint, const struct kpol_item *item)
{
	if (item->action != KPOL_ACTION_BLOCK || item->sources.n || item->read_only ||
	    item->left_out || item->class == KPOL_CLASS_PTRACE || !is_broad(item))
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_BROAD, item->place,
			     "this Block rule covers so much that most programs will fail");
}

/* Since "merged /usr" these are symlinks, and rules are matched after symlinks (DESIGN.md §3.8). */
static bool is_under_symlink(const char *path)
{
	static const char *const links[] = { "/bin", "/sbin", "/lib", "/lib64" };

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		size_t len = strlen(links[i]);

		if (!strncmp(path, links[i], len) && (path[len] == '/' || !path[len]))
			return true;
	}
	return false;
}

static bool has_twin(const struct kpol_policy *policy, const struct kpol_item *item)
{
	for (size_t i = 0; i < policy->n_items; i++) {
		const struct kpol_item *other = &policy->items[i];

		if (other->class == item->class && other->match == item->match && other->object &&
		    !strncmp(other->object, "/usr", 4) && !strcmp(other->object + 4, item->object))
			return true;
	}
	return false;
}

static int check_symlink(const struct kpol_lint *lint, const struct kpol_policy *policy,
			 const struct kpol_item *item)
{
	if (item->match != KPOL_MATCH_PATH && item->match != KPOL_MATCH_DIR &&
	    item->match != KPOL_MATCH_GLOB)
		return 0;
	if (!is_under_symlink(item->object) || has_twin(policy, item))
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SYMLINK, item->place,
			     "\"%s\" is reached as \"/usr%s\" on most systems, where this rule "
			     "matches nothing: name both",
			     item->object, item->object);
}

int kpol_lint_item(const struct kpol_lint *lint, const struct kpol_policy *policy,
		   const struct kpol_item *item)
{
	int r = check_broad(lint, item);

	return r < 0 ? r : check_symlink(lint, policy, item);
}
