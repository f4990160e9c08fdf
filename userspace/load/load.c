// SPDX-License-Identifier: GPL-2.0-or-later
/* From YAML text to the model: scan, tree, then document by document walk and build. */
#include "load/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/nearest.h"
#include "load/build.h"
#include "load/mend.h"
#include "load/scan.h"
#include "load/tree.h"

DEFINE_CLEANUP(struct kpol_bundle *, kpol_bundle_free);

struct load {
	struct kpol_input in;
	struct kpol_gaps gaps;
	struct kpol_arena *arena;
	struct kpol_bundle *bundle;
	uint8_t mode;
	bool failed;
};

static int report_kind(const struct kpol_input *in, const struct kpol_node *node)
{
	struct kpol_nearest_search search = { .word = node->text };

	for (const struct kpol_kind *kind = kpol_kinds; kind->kind; kind++)
		kpol_nearest_try(&search, kind->kind);
	if (search.best)
		return kpol_input_error(in, KPOL_CODE_VALUE, node,
					"unknown kind \"%s\" (did you mean \"%s\"?)", node->text,
					search.best);
	return kpol_input_error(in, KPOL_CODE_VALUE, node, "unknown kind \"%s\"", node->text);
}

static int check_version(const struct kpol_input *in, const struct kpol_kind *kind,
			 const struct kpol_node *doc)
{
	const struct kpol_node *version = kpol_node_get(doc, "apiVersion");

	/* A missing one is the walk's to report. */
	if (!version || version->kind != KPOL_NODE_SCALAR ||
	    !strcmp(version->text, kind->api_version))
		return 0;
	return kpol_input_error(in, KPOL_CODE_VALUE, version,
				"apiVersion \"%s\" has no %s (did you mean \"%s\"?)", version->text,
				kind->kind, kind->api_version);
}

static int find_kind(const struct kpol_input *in, const struct kpol_node *doc,
		     const struct kpol_kind **ret)
{
	const struct kpol_node *node = kpol_node_get(doc, "kind");
	const struct kpol_kind *kind;

	if (doc->kind == KPOL_NODE_BAD)
		return -EINVAL;
	if (doc->kind != KPOL_NODE_MAP)
		return kpol_input_error(in, KPOL_CODE_SHAPE, doc,
					"a document must be a mapping, not %s",
					kpol_node_kind_name(doc));
	if (!node || node->kind != KPOL_NODE_SCALAR)
		return kpol_input_error(in, KPOL_CODE_MISSING, doc, "\"kind\" is missing");
	kind = kpol_kind_find(node->text);
	if (!kind)
		return report_kind(in, node);
	*ret = kind;
	return 0;
}

static int compare_gaps(const void *a, const void *b)
{
	const struct kpol_gap *x = a, *y = b;

	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	return x->place.column < y->place.column ? -1 : x->place.column > y->place.column;
}

static int build_document(struct load *load, const struct kpol_kind *kind,
			  const struct kpol_node *doc)
{
	struct kpol_gaps *gaps = &load->gaps;
	struct kpol_bundle *bundle = load->bundle;
	int r;

	if (!kind->policy)
		return kpol_build_header(doc, bundle, &load->mode);
	r = kpol_build_policy(&load->in, kind->policy, load->mode, doc, bundle);
	if (r < 0)
		return r;
	if (gaps->n > 1)
		qsort(gaps->items, gaps->n, sizeof(*gaps->items), compare_gaps);
	bundle->policies[bundle->n_policies - 1].gaps = *gaps;
	*gaps = (struct kpol_gaps){ 0 };
	return 0;
}

static int load_document(struct load *load, struct kpol_node *doc, bool first)
{
	const struct kpol_kind *kind = NULL;
	int r, version;

	r = find_kind(&load->in, doc, &kind);
	if (r < 0)
		return r;
	if (!kind->policy && !first)
		return kpol_input_error(&load->in, KPOL_CODE_SHAPE, kpol_node_get(doc, "kind"),
					"a PolicyBundle must be the first document");
	version = check_version(&load->in, kind, doc);
	load->in.root = kind->schema;
	kpol_gaps_clear(&load->gaps);
	if (kind->lenient && kpol_mend(&load->in, kind->schema, doc, load->arena) < 0)
		return -ENOMEM;
	r = kpol_schema_walk(&load->in, kind->schema, doc);
	if (r < 0 || version < 0)
		return r < 0 ? r : version;
	return build_document(load, kind, doc);
}

static int load_documents(struct load *load, const struct kpol_tree *tree)
{
	bool first = true;
	int r;

	for (struct kpol_node *doc = tree->documents; doc; doc = doc->next) {
		if (kpol_node_is_null(doc))
			continue;
		r = load_document(load, doc, first);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			load->failed = true;
		first = false;
	}
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static int compare_policies(const void *a, const void *b)
{
	const struct kpol_policy *x = *(struct kpol_policy *const *)a;
	const struct kpol_policy *y = *(struct kpol_policy *const *)b;
	int r = strcmp(x->name, y->name);

	if (!r)
		r = strcmp(x->namespace ? x->namespace : "", y->namespace ? y->namespace : "");
	if (!r)
		r = x->place.line < y->place.line ? -1 : x->place.line > y->place.line;
	return r;
}

static int report_duplicate(struct load *load, const struct kpol_policy *first,
			    const struct kpol_policy *second)
{
	load->failed = true;
	return kpol_diag_add(load->in.diags, KPOL_ERROR, KPOL_CODE_DUPLICATE, load->in.file,
			     second->place.line, second->place.column,
			     "policy \"%s%s%s\" is already on line %u",
			     second->namespace ? second->namespace : "",
			     second->namespace ? "/" : "", second->name, first->place.line);
}

static int check_unique(struct load *load)
{
	const struct kpol_bundle *bundle = load->bundle;
	_cleanup_free_ struct kpol_policy **sorted = calloc(bundle->n_policies + 1, sizeof(void *));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < bundle->n_policies; i++)
		sorted[i] = &bundle->policies[i];
	qsort(sorted, bundle->n_policies, sizeof(void *), compare_policies);
	for (size_t i = 1; i < bundle->n_policies; i++)
		if (same_text(sorted[i - 1]->name, sorted[i]->name) &&
		    same_text(sorted[i - 1]->namespace, sorted[i]->namespace) &&
		    report_duplicate(load, sorted[i - 1], sorted[i]) == -ENOMEM)
			return -ENOMEM;
	return 0;
}

static int check_counts(struct load *load, const struct kpol_tree *tree)
{
	size_t n = load->bundle->n_policies;

	if (n > KPOL_POLICIES_MAX)
		return kpol_diag_add(load->in.diags, KPOL_ERROR, KPOL_CODE_LIMIT, load->in.file, 0,
				     0, "%zu policies, at most %d are allowed", n,
				     KPOL_POLICIES_MAX);
	if (load->failed || !tree->complete || !n == load->bundle->empty)
		return 0;
	return kpol_diag_add(load->in.diags, KPOL_ERROR, KPOL_CODE_MISSING, load->in.file, 0, 0,
			     n ? "the header says \"empty: true\", and there are policies"
			       : "there is no policy in this file");
}

static int load_text(struct load *load, const char *text, size_t len)
{
	_cleanup_(kpol_tree_clear) struct kpol_tree tree = { 0 };
	int r;

	r = kpol_scan_text(&load->in, text, len);
	if (r < 0)
		return r;
	r = kpol_tree_parse(&load->in, text, len, &tree);
	if (r == -ENOMEM || !tree.complete)
		return r;
	load->failed = r < 0;
	load->arena = &tree.arena;
	r = load_documents(load, &tree);
	if (r < 0)
		return r;
	r = check_counts(load, &tree);
	if (r < 0)
		return r;
	r = check_unique(load);
	if (r < 0)
		return r;
	return load->failed ? -EINVAL : 0;
}

/* "dir/payments.yaml" is the bundle "payments" until a header says better. */
static char *default_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');

	if (!strcmp(file, "-"))
		return strdup("stdin");
	return strndup(base, dot && dot != base ? (size_t)(dot - base) : strlen(base));
}

static struct kpol_bundle *bundle_new(const char *file, const char *text, size_t len)
{
	_cleanup_(kpol_bundle_freep) struct kpol_bundle *bundle = calloc(1, sizeof(*bundle));

	if (!bundle)
		return NULL;
	bundle->file = strdup(file);
	bundle->name = default_name(file);
	bundle->text = malloc(len + 1);
	if (!bundle->file || !bundle->name || !bundle->text)
		return NULL;
	if (len)
		memcpy(bundle->text, text, len);
	bundle->text[len] = '\0';
	bundle->text_len = len;
	return TAKE_PTR(bundle);
}

int kpol_bundle_parse(const char *file, const char *text, size_t len, struct kpol_diags *diags,
		      struct kpol_bundle **ret_bundle)
{
	_cleanup_(kpol_bundle_freep) struct kpol_bundle *bundle = NULL;
	struct load load = { .in = { .file = file, .diags = diags }, .mode = KPOL_MODE_ENFORCE };
	int r;

	if (len > KPOL_BUNDLE_BYTES_MAX)
		return kpol_diag_add(diags, KPOL_ERROR, KPOL_CODE_LIMIT, file, 0, 0,
				     "larger than %u MiB", KPOL_BUNDLE_BYTES_MAX >> 20);
	bundle = bundle_new(file, text, len);
	if (!bundle)
		return -ENOMEM;
	load.bundle = bundle;
	load.in.gaps = &load.gaps;
	r = load_text(&load, text, len);
	kpol_gaps_clear(&load.gaps);
	if (diags)
		kpol_diags_sort(diags);
	if (r < 0)
		return r;
	*ret_bundle = TAKE_PTR(bundle);
	return 0;
}

int kpol_bundle_load(const char *file, struct kpol_diags *diags, struct kpol_bundle **ret_bundle)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	r = kpol_file_read(file, KPOL_BUNDLE_BYTES_MAX, &text, &len);
	if (r == -EFBIG)
		return kpol_diag_add(diags, KPOL_ERROR, KPOL_CODE_LIMIT, file, 0, 0,
				     "larger than %u MiB", KPOL_BUNDLE_BYTES_MAX >> 20);
	if (r < 0) {
		kpol_diag_add(diags, KPOL_ERROR, KPOL_CODE_YAML, file, 0, 0, "%s", strerror(-r));
		return r;
	}
	return kpol_bundle_parse(file, text, len, diags, ret_bundle);
}
