// SPDX-License-Identifier: GPL-2.0-or-later
/* RuntimePolicy and KubeArmor documents into each other: their schemas say what both have. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "convert/convert.h"
#include "load/load.h"

#define CONTAINER_LABEL "kubearmor.io/container.name"

struct converting {
	struct kpol_input in;
	struct kpol_canon canon;
	enum kpol_convert_to to;
	bool observes; /* the bundle's mode */
	bool soft; /* the bundle's posture is not only block */
	size_t n_left;
};

static void converting_clear(struct converting *c)
{
	kpol_canon_clear(&c->canon);
}

#define tell(c, node, ...)                                                                        \
	kpol_diag_add((c)->in.diags, KPOL_WARNING, KPOL_CODE_CONVERT, (c)->in.file, (node)->line, \
		      0, __VA_ARGS__)

static const struct kpol_field *find_field(const struct kpol_schema *schema, const char *key)
{
	for (const struct kpol_field *field = schema->fields; field->key; field++)
		if (!strcmp(field->key, key))
			return field;
	return NULL;
}

static const struct kpol_canon_node *find_foreign(const struct kpol_schema *schema,
						  const struct kpol_canon_node *map);

static const struct kpol_canon_node *find_foreign_below(const struct kpol_field *field,
							const struct kpol_canon_node *value)
{
	const struct kpol_canon_node *found = NULL;

	if (!field->schema)
		return NULL;
	if (field->shape == KPOL_SHAPE_MAP)
		return find_foreign(field->schema, value);
	for (const struct kpol_canon_node *item = value->first; item && !found; item = item->next)
		found = find_foreign(field->schema, item);
	return found;
}

/* The first key at or below @map that the schema does not have, NULL: none. */
static const struct kpol_canon_node *find_foreign(const struct kpol_schema *schema,
						  const struct kpol_canon_node *map)
{
	const struct kpol_canon_node *found = NULL;

	for (const struct kpol_canon_node *child = map->first; child && child->key && !found;
	     child = child->next) {
		const struct kpol_field *field = find_field(schema, child->key->text);

		found = field ? find_foreign_below(field, child) : child;
	}
	return found;
}

static void remove_child(struct kpol_canon_node *map, const struct kpol_canon_node *child)
{
	struct kpol_canon_node **at = &map->first;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
}

static int set_text(struct converting *c, struct kpol_canon_node *node, const char *text)
{
	node->len = strlen(text);
	node->text = kpol_arena_text(&c->canon.arena, text, node->len);
	node->style = KPOL_CANON_QUOTED; /* printed plain where that is enough */
	return node->text ? 0 : -ENOMEM;
}

static const char *text_of(const struct kpol_canon_node *map, const char *key)
{
	const struct kpol_canon_node *node = kpol_canon_get(map, key);

	return node && node->kind == KPOL_CANON_SCALAR ? node->text : NULL;
}

static const char *target_kind(const struct converting *c, const struct kpol_canon_node *spec)
{
	if (c->to == KPOL_CONVERT_TO_RUNTIME)
		return "RuntimePolicy";
	return kpol_canon_get(spec, "nodeSelector") ? "KubeArmorHostPolicy" : "KubeArmorPolicy";
}

/* Keys of "spec" that say nothing about verdicts, or whose default is meant. */
static bool is_harmless(const struct kpol_canon_node *child)
{
	if (!strcmp(child->key->text, "mode"))
		return !strcmp(child->text, "enforce");
	return !strcmp(child->key->text, "owner") || !strcmp(child->key->text, "apparmor") ||
	       !strcmp(child->key->text, "device");
}

static bool is_selector(const struct kpol_canon_node *child)
{
	return !strcmp(child->key->text, "selector") || !strcmp(child->key->text, "nodeSelector");
}

/* Return: 1: goes on, 0: the document cannot be converted, or an error. */
static int take_child(struct converting *c, const struct kpol_schema *schema,
		      struct kpol_canon_node *spec, struct kpol_canon_node *child)
{
	const struct kpol_field *field = find_field(schema, child->key->text);
	const struct kpol_canon_node *foreign = field ? find_foreign_below(field, child) : child;
	int r;

	if (!foreign)
		return 1;
	if (is_harmless(child)) {
		r = strcmp(child->key->text, "mode")
			    ? tell(c, child, "\"%s\" has no counterpart and is left out",
				   child->key->text)
			    : 0;
		remove_child(spec, child);
		return r < 0 ? r : 1;
	}
	if (is_selector(child) || child->kind == KPOL_CANON_SCALAR ||
	    c->to == KPOL_CONVERT_TO_RUNTIME) {
		r = tell(c, foreign, "\"%s\" has no counterpart: this policy is %s",
			 foreign->key->text,
			 c->to == KPOL_CONVERT_TO_RUNTIME ? "left as it is" : "left out");
		return r;
	}
	r = tell(c, foreign, "\"%s\" has no counterpart: the section \"%s\" is left out",
		 foreign->key->text, child->key->text);
	remove_child(spec, child);
	return r < 0 ? r : 1;
}

static int take_spec(struct converting *c, const struct kpol_schema *schema,
		     struct kpol_canon_node *spec)
{
	struct kpol_canon_node *next;
	int r = 1;

	for (struct kpol_canon_node *child = spec->first; child && r > 0; child = next) {
		next = child->next;
		r = take_child(c, schema, spec, child);
	}
	return r;
}

/* matchContainers: [a, b] is a label of KubeArmor's. */
static int take_containers(struct converting *c, struct kpol_canon_node *spec)
{
	struct kpol_canon_node *selector = kpol_canon_get(spec, "selector");
	struct kpol_canon_node *list = kpol_canon_get(selector, "matchContainers");
	struct kpol_canon_node *labels = kpol_canon_get(selector, "matchLabels"), *label;
	_cleanup_(kpol_buffer_clear) struct kpol_buffer text = { 0 };

	if (!list || list->kind != KPOL_CANON_LIST || c->to != KPOL_CONVERT_TO_KUBEARMOR)
		return 0;
	for (const struct kpol_canon_node *item = list->first; item; item = item->next)
		kpol_buffer_printf(&text, "%s%s", item == list->first ? "[" : ", ", item->text);
	kpol_buffer_putc(&text, ']');
	label = kpol_arena_alloc(&c->canon.arena, sizeof(*label));
	if (text.failed || !label)
		return -ENOMEM;
	label->key = kpol_arena_alloc(&c->canon.arena, sizeof(*label->key));
	if (!label->key || set_text(c, label->key, CONTAINER_LABEL) < 0 ||
	    set_text(c, label, text.text) < 0)
		return -ENOMEM;
	if (labels) {
		remove_child(selector, list);
	} else {
		labels = list;
		labels->kind = KPOL_CANON_MAP;
		labels->first = NULL;
		labels->flow = false;
		if (set_text(c, labels->key, "matchLabels") < 0)
			return -ENOMEM;
	}
	label->next = labels->first;
	labels->first = label;
	return 0;
}

/* KubeArmor insists on the last slash of a directory. */
static int end_directories(struct converting *c, struct kpol_canon_node *node)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer text = { 0 };
	int r = 0;

	if (node->key && !strcmp(node->key->text, "dir") && node->len &&
	    node->text[node->len - 1] != '/') {
		kpol_buffer_printf(&text, "%s/", node->text);
		return text.failed ? -ENOMEM : set_text(c, node, text.text);
	}
	for (struct kpol_canon_node *child = node->first; child && r == 0; child = child->next)
		r = end_directories(c, child);
	return r;
}

static int tell_patterns(struct converting *c, const struct kpol_canon_node *node)
{
	int r = 0;

	if (node->key && !strcmp(node->key->text, "matchPatterns"))
		return tell(c, node, "KubeArmor accepts matchPatterns, but does not enforce them");
	for (const struct kpol_canon_node *child = node->first; child && r == 0;
	     child = child->next)
		r = tell_patterns(c, child);
	return r;
}

/* Return: 1: converted, 0: not, or an error. */
static int convert_policy(struct converting *c, struct kpol_canon_node *doc)
{
	struct kpol_canon_node *spec = kpol_canon_get(doc, "spec");
	struct kpol_canon_node *kind = kpol_canon_get(doc, "kind");
	struct kpol_canon_node *version = kpol_canon_get(doc, "apiVersion");
	const struct kpol_kind *target = kpol_kind_find(target_kind(c, spec));
	const struct kpol_field *field = find_field(target->schema, "spec");
	const char *mode = text_of(spec, "mode");
	int r;

	if (c->to == KPOL_CONVERT_TO_KUBEARMOR && c->observes && !mode) {
		r = tell(c, doc, "mode \"observe\" has no counterpart: this policy is left out");
		return r < 0 ? r : 0;
	}
	if (c->to == KPOL_CONVERT_TO_KUBEARMOR && c->soft) {
		r = tell(c, doc,
			 "the bundle's posture has no counterpart (KubeArmor reads it from "
			 "annotations of "
			 "the namespace): this policy is left out");
		return r < 0 ? r : 0;
	}
	r = take_containers(c, spec);
	if (r == 0)
		r = take_spec(c, field->schema, spec);
	if (r <= 0)
		return r;
	if (c->to == KPOL_CONVERT_TO_KUBEARMOR)
		r = end_directories(c, spec) < 0 ? -ENOMEM : tell_patterns(c, spec);
	if (r < 0 || set_text(c, kind, target->kind) < 0 ||
	    set_text(c, version, target->api_version) < 0)
		return -ENOMEM;
	return 1;
}

static bool has_soft_posture(const struct kpol_canon_node *spec)
{
	const struct kpol_canon_node *postures = spec ? kpol_canon_get(spec, "posture") : NULL;

	for (const struct kpol_canon_node *p = postures ? postures->first : NULL; p; p = p->next)
		if (p->kind == KPOL_CANON_SCALAR && strcmp(p->text, "block"))
			return true;
	return false;
}

/* Return: 1: keep it, 0: leave it out, or an error. */
static int convert_document(struct converting *c, struct kpol_canon_node *doc)
{
	const char *name = text_of(doc, "kind");
	const struct kpol_kind *kind = name ? kpol_kind_find(name) : NULL;
	const struct kpol_canon_node *spec = kpol_canon_get(doc, "spec");
	bool to_runtime = c->to == KPOL_CONVERT_TO_RUNTIME;
	int r;

	if (kind && !kind->policy) {
		c->observes =
			spec && text_of(spec, "mode") && !strcmp(text_of(spec, "mode"), "observe");
		c->soft = has_soft_posture(spec);
		if (to_runtime)
			return 1;
		return tell(c, doc, "a %s has no counterpart and is left out", kind->kind);
	}
	if (!kind || !spec || (kind->policy == KPOL_KIND_RUNTIME) == to_runtime)
		return 1;
	if (kind->policy == KPOL_KIND_KUBEARMOR_CLUSTER && to_runtime) {
		c->n_left++;
		r = tell(c, doc, "a RuntimePolicy has one namespace: this policy is left as it is");
		return r < 0 ? r : 1;
	}
	r = convert_policy(c, doc);
	if (r < 0)
		return r;
	c->n_left += r == 0;
	return r || to_runtime;
}

static int convert_documents(struct converting *c)
{
	struct kpol_canon_node **at = &c->canon.documents;
	int r;

	while (*at) {
		r = convert_document(c, *at);
		if (r < 0)
			return r;
		if (r)
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
	return 0;
}

static const struct kpol_schema *find_schema(const char *kind)
{
	const struct kpol_kind *found = kpol_kind_find(kind);

	return found ? found->schema : NULL;
}

/*
 * Only what loads is converted, and as it stands: a slip that the loader takes as it was meant could mean
 * something else in the other kind.
 */
static int check_loads(const struct kpol_input *in, const char *text, size_t len)
{
	_cleanup_(kpol_diags_clear) struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	int r = kpol_bundle_parse(in->file, text, len, &diags, &bundle);

	kpol_bundle_free(bundle);
	for (size_t i = 0; i < diags.n && r != -ENOMEM; i++) {
		const struct kpol_diag *d = &diags.items[i];
		bool slip = !strcmp(d->code, KPOL_CODE_MENDED);

		if (!slip && d->severity != KPOL_ERROR)
			continue;
		r = kpol_diag_add(in->diags, KPOL_ERROR, d->code, d->file, d->line, d->column,
				  slip ? "mend this first: %s" : "%s", d->message);
	}
	return r;
}

int kpol_convert_yaml(const char *file, const char *text, size_t len, enum kpol_convert_to to,
		      struct kpol_diags *diags, char **ret, size_t *ret_left)
{
	_cleanup_(converting_clear) struct converting c = { .in = { .file = file, .diags = diags },
							    .to = to };
	_cleanup_(kpol_buffer_clear) struct kpol_buffer out = { 0 };
	int r = check_loads(&c.in, text, len);

	if (r == 0)
		r = kpol_canon_parse(&c.in, text, len, &c.canon);
	if (r == 0)
		r = convert_documents(&c);
	if (r < 0)
		return r;
	kpol_canon_order(&c.canon, find_schema);
	kpol_canon_print(&c.canon, &out);
	*ret_left = c.n_left;
	return kpol_canon_format(&c.in, out.text ? out.text : "", out.len, find_schema, ret);
}
