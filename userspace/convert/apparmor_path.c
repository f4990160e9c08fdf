// SPDX-License-Identifier: GPL-2.0-or-later
/* AppArmor's paths: variables written out, patterns as this tree has them. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/brace.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "convert/apparmor.h"

#define DEPTH_MAX 8 /* variables within variables */

static struct kpol_aa_variable *find(const struct kpol_aa_variables *variables, const char *name,
				     size_t len)
{
	for (size_t i = 0; i < variables->n; i++)
		if (strlen(variables->items[i].name) == len &&
		    !strncmp(variables->items[i].name, name, len))
			return &variables->items[i];
	return NULL;
}

int kpol_aa_variables_set(struct kpol_aa_variables *variables, const char *name, bool more,
			  char *const *values, size_t n)
{
	size_t len = strcspn(name + 2, "}");
	struct kpol_aa_variable *variable = find(variables, name + 2, len);
	int r = 0;

	if (!variable) {
		variable = kpol_append(&variables->items, &variables->n, sizeof(*variable));
		if (!variable)
			return -ENOMEM;
		variable->name = strndup(name + 2, len);
	}
	if (!variable->name)
		return -ENOMEM;
	if (!more)
		kpol_strv_clear(&variable->values);
	for (size_t i = 0; i < n && r == 0; i++)
		r = kpol_strv_add(&variable->values, values[i], strlen(values[i]));
	return r;
}

struct expanding {
	const struct kpol_aa_variables *variables;
	struct kpol_buffer out;
	char *missing;
	int depth;
};

static int expand(struct expanding *x, const char *text, size_t len);

static int expand_values(struct expanding *x, const struct kpol_aa_variable *variable)
{
	size_t n = variable->values.n;
	int r = 0;

	if (++x->depth > DEPTH_MAX)
		return -EINVAL;
	if (n > 1)
		kpol_buffer_putc(&x->out, '{');
	for (size_t i = 0; i < n && r == 0; i++) {
		if (i)
			kpol_buffer_putc(&x->out, ',');
		r = expand(x, variable->values.items[i], strlen(variable->values.items[i]));
	}
	if (n > 1)
		kpol_buffer_putc(&x->out, '}');
	x->depth--;
	return r;
}

static int expand(struct expanding *x, const char *text, size_t len)
{
	const char *end = text + len;
	int r = 0;

	while (text < end && r == 0) {
		size_t name = text + 2 < end ? strcspn(text + 2, "}") : 0;
		const struct kpol_aa_variable *variable;

		if (text[0] != '@' || text + 1 == end || text[1] != '{') {
			kpol_buffer_putc(&x->out, *text++);
			continue;
		}
		variable = find(x->variables, text + 2, name);
		if (!variable) {
			x->missing = strndup(text, name + 3);
			return x->missing ? -ENOENT : -ENOMEM;
		}
		r = expand_values(x, variable);
		text += name + 3;
	}
	return r;
}

/* "[^a]" is "[!a]" here, "//" from joined values is one slash, and "/dir/" is the directory. */
static void tidy(char *path)
{
	char *to = path;
	bool negated;

	for (const char *from = path; *from; from++) {
		if (*from == '/' && to > path && to[-1] == '/')
			continue;
		negated = *from == '^' && to > path && to[-1] == '[';
		*to++ = negated ? '!' : *from;
	}
	if (to > path + 1 && to[-1] == '/')
		to--;
	*to = '\0';
}

/* "{/srv,/var}/x" begins with no slash: it is two paths. */
static int add_paths(const char *text, struct kpol_strv *ret)
{
	int r = *text == '{' ? kpol_brace_expand(text, ret)
			     : kpol_strv_add(ret, text, strlen(text));

	for (size_t i = 0; i < ret->n && r == 0; i++)
		tidy(ret->items[i]);
	return r == -E2BIG ? -EINVAL : r;
}

int kpol_aa_expand(const struct kpol_aa_variables *variables, const char *path,
		   struct kpol_strv *ret, char **ret_missing)
{
	struct expanding x = { .variables = variables };
	int r = expand(&x, path, strlen(path));
	_cleanup_free_ char *text = kpol_buffer_take(&x.out);

	if (r == -ENOENT)
		*ret_missing = x.missing;
	if (r < 0)
		return r;
	return text ? add_paths(text, ret) : -ENOMEM;
}

void kpol_aa_variables_clear(struct kpol_aa_variables *variables)
{
	for (size_t i = 0; i < variables->n; i++) {
		free(variables->items[i].name);
		kpol_strv_clear(&variables->items[i].values);
	}
	free(variables->items);
	*variables = (struct kpol_aa_variables){ 0 };
}
