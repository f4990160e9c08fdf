// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of paths that are symbolic links: rules are matched after them (DESIGN.md §3.8). */
#include "compile/lint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/root.h"

/* What one policy's paths are looked up in: its items by class, kind and object. */
struct paths {
	const struct kpol_lint *lint;
	const char *root; /* NULL: nowhere to look */
	struct kpol_root_memo *memo;
	const struct kpol_item **sorted;
	size_t n;
};

static bool has_path(const struct kpol_item *item)
{
	return item->match == KPOL_MATCH_PATH || item->match == KPOL_MATCH_DIR ||
	       item->match == KPOL_MATCH_GLOB;
}

static int compare_items(const void *a, const void *b)
{
	const struct kpol_item *x = *(const struct kpol_item *const *)a;
	const struct kpol_item *y = *(const struct kpol_item *const *)b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->match != y->match)
		return x->match < y->match ? -1 : 1;
	return strcmp(x->object, y->object);
}

static bool has_twin(const struct paths *p, const struct kpol_item *item, const char *real)
{
	struct kpol_item key = { .class = item->class,
				 .match = item->match,
				 .object = (char *)real };
	const struct kpol_item *pointer = &key;

	return bsearch(&pointer, p->sorted, p->n, sizeof(struct kpol_item *), compare_items);
}

/* Since "merged /usr" these are symbolic links almost everywhere. */
static bool is_under_usual_link(const char *path)
{
	static const char *const links[] = { "/bin", "/sbin", "/lib", "/lib64" };

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		size_t len = strlen(links[i]);

		if (!strncmp(path, links[i], len) && (path[len] == '/' || !path[len]))
			return true;
	}
	return false;
}

/* Where a path leads; @path NULL: nowhere else. @looked: the files say so, else it is usual. */
struct real {
	char *path;
	bool looked;
};

static void real_clear(struct real *real)
{
	free(real->path);
}

/* Follow the first @literal bytes of @path, which are directories. Return: 0 or -ENOMEM. */
static int find_real(const struct paths *p, const char *path, size_t literal, struct real *ret)
{
	_cleanup_free_ char *head = strndup(path, literal), *real = NULL;
	int r = head && p->root ? kpol_root_resolve(p->root, head, p->memo, &real) : -ENOENT;

	if (!head || r == -ENOMEM)
		return -ENOMEM;
	ret->looked = r == 0;
	if (ret->looked ? !strcmp(real, head) : !is_under_usual_link(path))
		return 0;
	if (asprintf(&ret->path, "%s%s%s", real ? "" : "/usr", real ? real : head, path + literal) <
	    0) {
		ret->path = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* A pattern's directories before its first wildcard; all of any other path. */
static size_t literal_len(const struct kpol_item *item)
{
	size_t len = strlen(item->object);

	if (item->match != KPOL_MATCH_GLOB)
		return len;
	len = strcspn(item->object, "*?[\\{");
	while (len && item->object[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

static int check_object(const struct paths *p, const struct kpol_item *item)
{
	_cleanup_(real_clear) struct real real = { 0 };
	int r = find_real(p, item->object, literal_len(item), &real);

	if (r < 0 || !real.path || has_twin(p, item, real.path))
		return r;
	return kpol_lint_add(p->lint, KPOL_WARNING, KPOL_LINT_SYMLINK, item->place,
			     "\"%s\" is reached as \"%s\" %s%s, where this rule matches nothing: "
			     "name both",
			     item->object, real.path, real.looked ? "in " : "on most systems",
			     real.looked ? p->root : "");
}

/* A program is known by its real path, so a source that is a link is nobody. */
static int check_source(const struct paths *p, const struct kpol_item *item, const char *source)
{
	_cleanup_(real_clear) struct real real = { 0 };
	int r = find_real(p, source, strlen(source), &real);

	if (r < 0 || !real.path || kpol_strv_has(&item->sources, real.path))
		return r;
	return kpol_lint_add(p->lint, KPOL_WARNING, KPOL_LINT_SYMLINK, item->place,
			     "the source \"%s\" runs as \"%s\" %s%s, which this rule does not "
			     "name: name both",
			     source, real.path, real.looked ? "in " : "on most systems",
			     real.looked ? p->root : "");
}

static int check_item(const struct paths *p, const struct kpol_item *item)
{
	int r = has_path(item) ? check_object(p, item) : 0;

	for (size_t i = 0; i < item->sources.n && r == 0; i++)
		r = check_source(p, item, item->sources.items[i]);
	return r;
}

int kpol_lint_symlinks(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	_cleanup_free_ const struct kpol_item **sorted =
		calloc(policy->n_items + 1, sizeof(struct kpol_item *));
	_cleanup_(kpol_root_memo_clear) struct kpol_root_memo memo = { 0 };
	struct paths p = { .lint = lint, .memo = &memo, .sorted = sorted };
	int r = 0;

	if (!sorted)
		return -ENOMEM;
	if (kpol_lint_looks(lint, policy))
		p.root = lint->files->root;
	for (size_t i = 0; i < policy->n_items; i++)
		if (has_path(&policy->items[i]))
			sorted[p.n++] = &policy->items[i];
	qsort(sorted, p.n, sizeof(struct kpol_item *), compare_items);
	for (size_t i = 0; i < policy->n_items && r == 0; i++)
		if (!policy->items[i].left_out)
			r = check_item(&p, &policy->items[i]);
	return r;
}
