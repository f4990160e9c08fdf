// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of allowed programs that would not start: their interpreter, loader or own code is denied. */
#include "compile/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "compile/image.h"
#include "compile/root.h"
#include "engine/decide.h"

/* As the kernel: a script of a script of a script. */
#define DEPTH_MAX 4

DEFINE_CLEANUP(struct kpol_table *, kpol_table_free);

/* One allowed program, in one scope. @root: NULL: its files cannot be looked at. */
struct program {
	const struct kpol_lint *lint;
	const struct kpol_table *table;
	const struct kpol_rule *rule;
	const struct kpol_item *item;
	const char *root;
};

static bool is_denied(const struct program *p, u8 class, u32 op, const char *object,
		      const char *source)
{
	struct kpol_access access = { .scope = p->rule->scope,
				      .class = class,
				      .op = op,
				      .object = object,
				      .object_len = (u16)strlen(object),
				      .source = source,
				      .source_len = (u16)(source ? strlen(source) : 0) };
	struct kpol_decision decision;

	kpol_decide(p->table, &access, &decision);
	return decision.would_deny;
}

/* execve(2) maps a program and its loader; that is the program's own doing. */
static bool is_map_denied(const struct program *p, const char *object, const char *program)
{
	return is_denied(p, KPOL_CLASS_LIBRARY, KPOL_OP_MAP, object, program);
}

static int report_loader(const struct program *p, const char *what, const char *path)
{
	return kpol_lint_add(p->lint, KPOL_WARNING, KPOL_LINT_LOADER, p->item->place,
			     "this program cannot start: %s \"%s\" is mapped as code, and no "
			     "\"libraries\" rule allows it",
			     what, path);
}

static int report_interpreter(const struct program *p, const char *path, const char *what)
{
	return kpol_lint_add(p->lint, KPOL_WARNING, KPOL_LINT_INTERPRETER, p->item->place,
			     "this script cannot run: its interpreter \"%s\" %s", path, what);
}

/* What is not there is not a reason for a finding: it may come with a package. */
static int check_elf(const struct program *p, const char *path, const char *loader)
{
	_cleanup_free_ char *real = NULL;

	if (is_map_denied(p, path, path))
		return report_loader(
			p, strcmp(path, p->item->object) ? "its interpreter" : "the program", path);
	if (!loader || kpol_root_resolve(p->root, loader, NULL, &real) < 0 ||
	    !is_map_denied(p, real, path))
		return 0;
	return report_loader(p, "its loader", real);
}

static int read_image(const char *root, const char *path, struct kpol_image *ret)
{
	int fd = kpol_root_open(root, path), r;

	if (fd < 0)
		return fd;
	r = kpol_image_read(fd, ret);
	close(fd);
	return r;
}

/* A script, its interpreter, and whatever that one needs in turn. */
static int check_image(const struct program *p, const char *path, unsigned int depth)
{
	_cleanup_free_ char *real = NULL;
	struct kpol_image image;
	int r = read_image(p->root, path, &image);

	if (r < 0)
		return r;
	if (image.kind == KPOL_IMAGE_ELF)
		r = check_elf(p, path, image.helper);
	if (image.kind != KPOL_IMAGE_SCRIPT || !image.helper || depth == DEPTH_MAX ||
	    kpol_root_resolve(p->root, image.helper, NULL, &real) < 0)
		r = r < 0 ? r : 0;
	else if (is_denied(p, KPOL_CLASS_PROCESS, KPOL_OP_EXEC, real, p->rule->source))
		r = report_interpreter(p, real, "is not allowed to run");
	else if (is_denied(p, KPOL_CLASS_FILE, KPOL_OP_READ, path, real))
		r = report_interpreter(p, real, "may not read the script");
	else
		r = check_image(p, real, depth + 1);
	free(image.helper);
	return r;
}

static int report_absent(const struct program *p)
{
	if (p->lint->files->host_only)
		return 0; /* this machine may not be the one it runs on */
	return kpol_lint_add(p->lint, KPOL_NOTE, KPOL_LINT_ABSENT, p->item->place,
			     "\"%s\" is not there in %s", p->item->object, p->root);
}

/* Nobody can look whether it is a script, which is not mapped: its name may say so. */
static bool is_named_script(const char *path)
{
	static const char *const endings[] = { ".sh", ".py", ".pl", ".rb", ".js" };
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!strcmp(dot, endings[i]))
			return true;
	return false;
}

static int check_program(const struct program *p)
{
	const char *path = p->item->object;
	int r;

	if (!p->root) {
		if (is_named_script(path) || !is_map_denied(p, path, path))
			return 0;
		return report_loader(p, "the program", path);
	}
	r = check_image(p, path, 0);
	if (r == -ENOENT || r == -ENOTDIR)
		return report_absent(p);
	return r == -ENOMEM ? r : 0;
}

static bool is_allowed_program(const struct kpol_rule *rule)
{
	return rule->class == KPOL_CLASS_PROCESS && rule->match == KPOL_MATCH_PATH &&
	       rule->action == KPOL_ACTION_ALLOW;
}

/* Each item once, in the first scope that its policy is part of. */
static int check_rules(const struct kpol_lint *lint, const struct kpol_table *table)
{
	const struct kpol_ruleset *ruleset = lint->ruleset;
	_cleanup_free_ uint32_t *scopes = calloc(lint->bundle->n_policies + 1, sizeof(*scopes));
	int r = 0;

	if (!scopes)
		return -ENOMEM;
	for (size_t i = 0; i < ruleset->n_rules && r == 0; i++) {
		const struct kpol_rule *rule = &ruleset->rules[i];
		const struct kpol_policy *policy = &lint->bundle->policies[rule->policy - 1];
		struct program p = { lint, table, rule, &policy->items[ruleset->items[i]], NULL };

		if (!scopes[rule->policy])
			scopes[rule->policy] = rule->scope;
		if (!is_allowed_program(rule) || scopes[rule->policy] != rule->scope)
			continue;
		if (kpol_lint_looks(lint, policy))
			p.root = lint->files->root;
		r = check_program(&p);
	}
	return r;
}

int kpol_lint_programs(const struct kpol_lint *lint)
{
	_cleanup_(kpol_table_freep) struct kpol_table *table = NULL;
	struct kpol_table_error error;
	int r;

	if (!lint->ruleset->n_rules)
		return 0;
	r = kpol_ruleset_table(lint->ruleset, &error, &table);
	return r < 0 ? r : check_rules(lint, table);
}
