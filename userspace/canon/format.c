// SPDX-License-Identifier: GPL-2.0-or-later
/* From text to canonical text, with a proof that nothing was lost. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "canon/canon.h"

static bool is_null(const struct kpol_canon_node *node)
{
	return node->style == KPOL_CANON_PLAIN &&
	       (!node->len || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}

static bool is_bool(const struct kpol_canon_node *node)
{
	return node->style == KPOL_CANON_PLAIN &&
	       (!strcmp(node->text, "true") || !strcmp(node->text, "false"));
}

static bool same_node(const struct kpol_canon_node *a, const struct kpol_canon_node *b);

static bool same_children(const struct kpol_canon_node *a, const struct kpol_canon_node *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (!same_node(a, b))
			return false;
	return !a && !b;
}

/* A key is a word, whatever its quotes. */
static bool same_key(const struct kpol_canon_node *a, const struct kpol_canon_node *b)
{
	return !a == !b && (!a || (a->len == b->len && !memcmp(a->text, b->text, a->len)));
}

static bool same_node(const struct kpol_canon_node *a, const struct kpol_canon_node *b)
{
	if (a->kind != b->kind || !same_key(a->key, b->key))
		return false;
	if (a->kind != KPOL_CANON_SCALAR)
		return same_children(a->first, b->first);
	return a->len == b->len && !memcmp(a->text, b->text, a->len) && is_null(a) == is_null(b) &&
	       is_bool(a) == is_bool(b);
}

bool kpol_canon_same(const struct kpol_canon *a, const struct kpol_canon *b)
{
	return a->n_comments == b->n_comments && same_children(a->documents, b->documents);
}

/* Return: 0, -EBADE, -ENOMEM. */
static int check_result(const struct kpol_canon *canon, const char *text)
{
	_cleanup_(kpol_canon_clear) struct kpol_canon again = { 0 };
	struct kpol_input nobody = { .file = "" };
	int r = kpol_canon_parse(&nobody, text, strlen(text), &again);

	if (r == -ENOMEM)
		return r;
	return r == 0 && kpol_canon_same(canon, &again) ? 0 : -EBADE;
}

int kpol_canon_format(const struct kpol_input *in, const char *text, size_t len,
		      kpol_canon_schema *find, char **ret)
{
	_cleanup_(kpol_canon_clear) struct kpol_canon canon = { 0 };
	_cleanup_(kpol_buffer_clear) struct kpol_buffer out = { 0 };
	_cleanup_free_ char *result = NULL;
	int r = kpol_canon_parse(in, text, len, &canon);

	if (r < 0)
		return r;
	kpol_canon_order(&canon, find);
	kpol_canon_print(&canon, &out);
	result = kpol_buffer_take(&out);
	if (!result)
		return -ENOMEM;
	r = check_result(&canon, result);
	if (r == 0)
		*ret = TAKE_PTR(result);
	return r;
}
