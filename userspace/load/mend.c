// SPDX-License-Identifier: GPL-2.0-or-later
/* The mending of values, and the way down to all of them. */
#include "load/mend.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "load/scalar.h"

/* Go reads "audit" and "Audit" alike where KubeArmor compares without case, so people write both. */
static int mend_word(struct kpol_mend *m, const struct kpol_field *field, struct kpol_node *value)
{
	for (const char *const *word = field->scalar->words; word && *word; word++) {
		if (strcasecmp(*word, value->text) || !strcmp(*word, value->text))
			continue;
		if (kpol_input_warn(m->in, KPOL_CODE_MENDED, value, "%s \"%s\" is taken as \"%s\"",
				    field->key, value->text, *word) < 0)
			return -ENOMEM;
		value->text = *word;
		break;
	}
	return 0;
}

static int mend_dir(struct kpol_mend *m, struct kpol_node *value)
{
	char *text;

	if (value->text[0] != '/' || value->text[value->len - 1] == '/')
		return 0;
	if (kpol_input_warn(m->in, KPOL_CODE_MENDED, value,
			    "dir \"%s\" has no \"/\" at its end: taken as \"%s/\"", value->text,
			    value->text) < 0)
		return -ENOMEM;
	text = kpol_arena_alloc(m->arena, value->len + 2);
	if (!text)
		return -ENOMEM;
	memcpy(text, value->text, value->len);
	text[value->len++] = '/';
	text[value->len] = '\0';
	value->text = text;
	return 0;
}

static int mend_scalar(struct kpol_mend *m, const struct kpol_field *field, struct kpol_node *value)
{
	if (value->kind != KPOL_NODE_SCALAR || !value->len)
		return 0;
	if (field->scalar == &kpol_scalar_action)
		return mend_word(m, field, value);
	if (field->scalar == &kpol_scalar_slash_dir)
		return mend_dir(m, value);
	return 0;
}

/* A label called "action" is legal and hardly meant: the policy then selects nothing. */
static int warn_label(struct kpol_mend *m, const struct kpol_node *labels)
{
	kpol_for_each_node(value, labels)
	{
		const char *key = value->key->text;

		if ((!strcmp(key, "action") || !strcmp(key, "severity")) &&
		    kpol_input_warn(m->in, KPOL_CODE_LABEL, value->key,
				    "\"%s\" is taken as a label that a workload must have: does it "
				    "belong under \"spec\"?",
				    key) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int mend_map(struct kpol_mend *m, const struct kpol_mend_level *level)
{
	struct kpol_node *next;
	int r = 0;

	for (struct kpol_node *value = level->map->first; value && r == 0; value = next) {
		const struct kpol_field *field = NULL;

		next = value->next;
		if (value->key->kind != KPOL_NODE_SCALAR)
			continue;
		field = kpol_field_find(level->schema, value->key->text);
		if (!field) {
			r = kpol_mend_key(m, level, value);
			continue;
		}
		r = kpol_mend_field(m, level, field, value);
		/* What is below may have been moved up, to the end of this mapping. */
		next = value->next;
	}
	return r;
}

static int mend_list(struct kpol_mend *m, const struct kpol_mend_level *outer,
		     const struct kpol_field *field, struct kpol_node *list)
{
	struct kpol_mend_level level = {
		.outer = outer, .schema = field->schema, .name = field->key, .entry = true
	};
	int r = 0;

	if (list->kind != KPOL_NODE_LIST)
		return 0;
	for (level.map = list->first; level.map && r == 0; level.map = level.map->next)
		if (level.map->kind == KPOL_NODE_MAP)
			r = mend_map(m, &level);
	return r;
}

int kpol_mend_field(struct kpol_mend *m, const struct kpol_mend_level *level,
		    const struct kpol_field *field, struct kpol_node *value)
{
	struct kpol_mend_level inner = { level, field->schema, value, field->key, false };

	switch (field->shape) {
	case KPOL_SHAPE_SCALAR:
		return mend_scalar(m, field, value);
	case KPOL_SHAPE_MAP:
		return value->kind == KPOL_NODE_MAP ? mend_map(m, &inner) : 0;
	case KPOL_SHAPE_MAPS:
		return mend_list(m, level, field, value);
	case KPOL_SHAPE_LABELS:
		return value->kind == KPOL_NODE_MAP && !(field->flags & KPOL_FIELD_DESCRIPTIVE)
			       ? warn_label(m, value)
			       : 0;
	default:
		return 0;
	}
}

int kpol_mend(const struct kpol_input *in, const struct kpol_schema *schema, struct kpol_node *doc,
	      struct kpol_arena *arena)
{
	struct kpol_mend m = { in, arena, KPOL_MEND_MAX };
	struct kpol_mend_level level = { .schema = schema, .map = doc, .name = "" };

	return mend_map(&m, &level);
}
