// SPDX-License-Identifier: GPL-2.0-or-later
/* The mending of keys that stand where they are not known. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "load/mend.h"

/* What became of a key. */
enum fate { LEFT, MENDED };

static const struct kpol_node *find(const struct kpol_node *map, const char *key)
{
	kpol_for_each_node(value, map) if (value->key->kind == KPOL_NODE_SCALAR &&
					   !strcmp(value->key->text, key)) return value;
	return NULL;
}

static void unlink_value(struct kpol_node *map, struct kpol_node *value)
{
	struct kpol_node **link = &map->first;

	while (*link != value)
		link = &(*link)->next;
	*link = value->next;
	value->next = NULL;
	map->n--;
}

static void append_value(struct kpol_node *map, struct kpol_node *value)
{
	struct kpol_node **link = &map->first;

	while (*link)
		link = &(*link)->next;
	*link = value;
	map->n++;
}

static int rename_key(struct kpol_mend *m, const struct kpol_mend_level *level,
		      const struct kpol_field *field, struct kpol_node *value)
{
	if (kpol_input_warn(m->in, KPOL_CODE_MENDED, value->key, "key \"%s\" is taken as \"%s\"",
			    value->key->text, field->key) < 0)
		return -ENOMEM;
	value->key->text = field->key;
	value->key->len = (uint32_t)strlen(field->key);
	return kpol_mend_field(m, level, field, value) < 0 ? -ENOMEM : MENDED;
}

static bool ends_in_slash(const struct kpol_node *value)
{
	return value->kind == KPOL_NODE_SCALAR && value->len && value->text[value->len - 1] == '/';
}

/* The key that this one is another way to write of: in another case, as Go's JSON reader takes it,
 * or "path" in a list whose entries have another name for the same. */
static const struct kpol_field *find_meant(const struct kpol_mend_level *level,
					   const struct kpol_node *value)
{
	const char *key = value->key->text;

	for (const struct kpol_field *field = level->schema->fields; field->key; field++) {
		if (find(level->map, field->key))
			continue;
		if (!strcasecmp(field->key, key))
			return field;
		if (strcmp(key, "path") || value->kind != KPOL_NODE_SCALAR)
			continue;
		if (!strcmp(field->key, "pattern") ||
		    (!strcmp(field->key, "dir") && ends_in_slash(value)))
			return field;
	}
	return NULL;
}

static void name_place(const struct kpol_mend_level *level, char name[64])
{
	if (!level->outer)
		snprintf(name, 64, "the document");
	else
		snprintf(name, 64, "%s\"%s\"", level->entry ? "an entry of " : "", level->name);
}

static int move(struct kpol_mend *m, const struct kpol_mend_level *from, struct kpol_node *value,
		const struct kpol_mend_level *to)
{
	char name[64];

	name_place(to, name);
	if (kpol_input_warn(m->in, KPOL_CODE_MENDED, value->key,
			    "\"%s\" is taken as if it stood under %s", value->key->text, name) < 0)
		return -ENOMEM;
	unlink_value(from->map, value);
	append_value(to->map, value);
	return MENDED;
}

static int ignore(struct kpol_mend *m, const struct kpol_mend_level *level, struct kpol_node *value,
		  const char *near)
{
	int r;

	if (near)
		r = kpol_input_warn(m->in, KPOL_CODE_IGNORED, value->key,
				    "unknown key \"%s\" is ignored (did you mean \"%s\"?)",
				    value->key->text, near);
	else
		r = kpol_input_warn(m->in, KPOL_CODE_IGNORED, value->key,
				    "unknown key \"%s\" is ignored", value->key->text);
	unlink_value(level->map, value);
	return r < 0 ? r : MENDED;
}

/* "process:" with nothing behind it, and then its lists: those are known here too, so that moving
 * the key alone would leave them to the wrong section. */
static bool leaves_its_keys(const struct kpol_mend_level *level, const struct kpol_field *field)
{
	for (const struct kpol_field *f = field->schema ? field->schema->fields : NULL; f && f->key;
	     f++)
		if (f->schema && kpol_field_find(level->schema, f->key))
			return true;
	return false;
}

static int move_up(struct kpol_mend *m, const struct kpol_mend_level *level,
		   struct kpol_node *value, const struct kpol_mend_level *home,
		   const struct kpol_field *field)
{
	const struct kpol_node *there = find(home->map, value->key->text);

	if (there && there->kind == KPOL_NODE_SCALAR && value->kind == KPOL_NODE_SCALAR &&
	    (!strcmp(there->text, value->text) || field->flags & KPOL_FIELD_DESCRIPTIVE))
		return ignore(m, level, value, NULL);
	if (there || (kpol_node_is_null(value) && leaves_its_keys(level, field)))
		return LEFT;
	return move(m, level, value, home);
}

/* The one section of @level that has @key: the only one that knows it, or the only one of those
 * that is there and has nothing behind it. */
static const struct kpol_field *find_section(const struct kpol_mend_level *level, const char *key)
{
	const struct kpol_field *only = NULL, *empty = NULL;
	unsigned int n = 0, n_empty = 0;

	for (const struct kpol_field *f = level->schema->fields; f->key; f++) {
		const struct kpol_node *there = find(level->map, f->key);

		if (f->shape != KPOL_SHAPE_MAP || !kpol_field_find(f->schema, key))
			continue;
		only = f;
		n++;
		if (!there || !kpol_node_is_null(there))
			continue;
		empty = f;
		n_empty++;
	}
	if (n == 1)
		return only;
	return n_empty == 1 ? empty : NULL;
}

static struct kpol_node *node_new(struct kpol_mend *m, const struct kpol_node *like, uint8_t kind,
				  const char *text)
{
	struct kpol_node *node = kpol_arena_alloc(m->arena, sizeof(*node));

	if (!node)
		return NULL;
	*node = (struct kpol_node){ .kind = kind,
				    .text = text,
				    .len = (uint32_t)strlen(text),
				    .line = like->line,
				    .column = like->column,
				    .plain = true };
	return node;
}

/* The mapping behind @key, made if there is none; NULL: no memory, or something else is there. */
static struct kpol_node *section_get(struct kpol_mend *m, struct kpol_node *map, const char *key,
				     const struct kpol_node *like)
{
	struct kpol_node *section = (struct kpol_node *)find(map, key);

	if (!section) {
		section = node_new(m, like, KPOL_NODE_MAP, "");
		if (section)
			section->key = node_new(m, like, KPOL_NODE_SCALAR, key);
		if (!section || !section->key)
			return NULL;
		append_value(map, section);
	} else if (kpol_node_is_null(section)) {
		section->kind = KPOL_NODE_MAP;
	}
	return section->kind == KPOL_NODE_MAP ? section : NULL;
}

static int move_down(struct kpol_mend *m, const struct kpol_mend_level *level,
		     struct kpol_node *value, const struct kpol_mend_level *around,
		     const struct kpol_field *section)
{
	struct kpol_mend_level inner = { around, section->schema, NULL, section->key, false };
	const struct kpol_field *field = kpol_field_find(section->schema, value->key->text);
	const struct kpol_node *there = find(around->map, section->key);
	int r;

	if (there && (find(there, value->key->text) ||
		      (there->kind != KPOL_NODE_MAP && !kpol_node_is_null(there))))
		return LEFT;
	inner.map = section_get(m, around->map, section->key, value->key);
	if (!inner.map)
		return -ENOMEM;
	r = move(m, level, value, &inner);
	if (r < 0)
		return r;
	return kpol_mend_field(m, &inner, field, value) < 0 ? -ENOMEM : MENDED;
}

/* From where the key stands outwards: whose key is it? */
static int bring_home(struct kpol_mend *m, const struct kpol_mend_level *level,
		      struct kpol_node *value)
{
	for (const struct kpol_mend_level *at = level; at; at = at->outer) {
		const struct kpol_field *field = kpol_field_find(at->schema, value->key->text);

		if (field)
			return move_up(m, level, value, at, field);
		field = find_section(at, value->key->text);
		if (field)
			return move_down(m, level, value, at, field);
	}
	return LEFT;
}

static bool is_selector(const struct kpol_mend_level *level)
{
	return !strcmp(level->name, "selector") || !strcmp(level->name, "nodeSelector");
}

/* "selector: { app: web }": a selector has no single values of its own. */
static int take_label(struct kpol_mend *m, const struct kpol_mend_level *level,
		      struct kpol_node *value)
{
	struct kpol_mend_level labels = { .outer = level, .name = "matchLabels" };
	const struct kpol_node *there = find(level->map, "matchLabels");

	if (!kpol_field_find(level->schema, "matchLabels") || value->kind != KPOL_NODE_SCALAR ||
	    kpol_node_is_null(value) || (there && there->kind != KPOL_NODE_MAP) ||
	    (there && find(there, value->key->text)))
		return LEFT;
	labels.map = section_get(m, level->map, "matchLabels", value->key);
	return labels.map ? move(m, level, value, &labels) : -ENOMEM;
}

/* A word on what to do, or a condition, under whatever key. */
static bool may_matter(const struct kpol_node *value)
{
	static const char *const words[] = { "allow", "audit", "block", "deny", "true", "false" };

	if (kpol_node_is_null(value))
		return false;
	if (value->kind != KPOL_NODE_SCALAR)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(words[i], value->text))
			return true;
	return false;
}

/* Can a rule or a condition be lost with it? */
static bool is_harmless(const struct kpol_mend_level *level, const struct kpol_node *value,
			const char *near)
{
	if (near)
		return kpol_field_find(level->schema, near)->flags & KPOL_FIELD_DESCRIPTIVE;
	if (level->outer && !level->entry && !strcmp(level->name, "metadata"))
		return true;
	return !level->entry && !is_selector(level) && !may_matter(value);
}

static bool is_known_elsewhere(struct kpol_mend *m, const char *key)
{
	struct kpol_buffer homes = { 0 };
	bool known = kpol_schema_homes(m->in->root, key, &homes) > 0;

	kpol_buffer_clear(&homes);
	return known;
}

static int mend_unknown(struct kpol_mend *m, const struct kpol_mend_level *level,
			struct kpol_node *value)
{
	const char *near = kpol_schema_nearest(level->schema, value->key->text);

	if (!near && is_known_elsewhere(m, value->key->text))
		return LEFT;
	if (!near && is_selector(level))
		return take_label(m, level, value);
	return is_harmless(level, value, near) ? ignore(m, level, value, near) : LEFT;
}

int kpol_mend_key(struct kpol_mend *m, const struct kpol_mend_level *level, struct kpol_node *value)
{
	const struct kpol_field *meant;
	int r;

	if (!m->left)
		return 0;
	m->left--;
	meant = find_meant(level, value);
	if (meant)
		r = rename_key(m, level, meant, value);
	else if (kpol_node_is_null(value) && !strcmp(value->key->text, level->name))
		r = ignore(m, level, value, NULL);
	else
		r = bring_home(m, level, value);
	if (r == LEFT)
		r = mend_unknown(m, level, value);
	return r < 0 ? r : 0;
}
