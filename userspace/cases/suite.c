// SPDX-License-Identifier: GPL-2.0-or-later
/* A test file: from text through the loader's tree and walk to a suite. */
#include "cases/suite.h"

#include <errno.h>
#include <search.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "load/load.h"
#include "load/scan.h"
#include "load/tree.h"

static const char *const verdicts[] = { [KPOL_VERDICT_ALLOW] = "allow",
					[KPOL_VERDICT_DENY] = "deny",
					[KPOL_VERDICT_WOULD_DENY] = "would-deny",
					[KPOL_VERDICT_AUDIT] = "audit" };

const char *kpol_suite_verdict(uint8_t verdict)
{
	return verdict && verdict <= KPOL_VERDICT_MAX ? verdicts[verdict] : "?";
}

static int check_head(const struct kpol_input *in, const struct kpol_node *doc)
{
	const struct kpol_node *kind = kpol_node_get(doc, "kind");
	const struct kpol_node *version = kpol_node_get(doc, "apiVersion");

	if (doc->kind == KPOL_NODE_BAD)
		return -EINVAL;
	if (doc->kind != KPOL_NODE_MAP)
		return kpol_input_error(in, KPOL_CODE_SHAPE, doc,
					"a document must be a mapping, not %s",
					kpol_node_kind_name(doc));
	if (kind && kind->kind == KPOL_NODE_SCALAR && strcmp(kind->text, KPOL_SUITE_KIND))
		return kpol_input_error(in, KPOL_CODE_VALUE, kind,
					"kind \"%s\" holds no tests (they are of kind \"%s\")",
					kind->text, KPOL_SUITE_KIND);
	if (version && version->kind == KPOL_NODE_SCALAR && strcmp(version->text, KPOL_API_VERSION))
		return kpol_input_error(in, KPOL_CODE_VALUE, version,
					"apiVersion \"%s\" has no %s (did you mean \"%s\"?)",
					version->text, KPOL_SUITE_KIND, KPOL_API_VERSION);
	return 0;
}

static int take_document(const struct kpol_input *in, const struct kpol_node *doc,
			 struct kpol_suite *suite)
{
	int r = check_head(in, doc);

	if (r == 0)
		r = kpol_schema_walk(in, &kpol_suite_schema, doc);
	return r < 0 ? r : kpol_suite_build(doc, suite);
}

static int take_documents(const struct kpol_input *in, const struct kpol_tree *tree,
			  struct kpol_suite *suite)
{
	int r, result = 0;

	for (const struct kpol_node *doc = tree->documents; doc; doc = doc->next) {
		if (kpol_node_is_null(doc))
			continue;
		r = take_document(in, doc, suite);
		if (r == -ENOMEM)
			return r;
		result = r < 0 ? r : result;
	}
	if (result == 0 && !suite->n_cases)
		return kpol_diag_add(in->diags, KPOL_ERROR, KPOL_CODE_MISSING, in->file, 0, 0,
				     "there is no case in this file");
	return result;
}

int kpol_suite_parse(const char *file, const char *text, size_t len, struct kpol_diags *diags,
		     struct kpol_suite *ret)
{
	_cleanup_(kpol_tree_clear) struct kpol_tree tree = { 0 };
	struct kpol_input in = { .file = file, .diags = diags };
	int r, tree_r;

	ret->file = strdup(file);
	if (!ret->file)
		return -ENOMEM;
	r = kpol_scan_text(&in, text, len);
	if (r < 0)
		return r;
	tree_r = kpol_tree_parse(&in, text, len, &tree);
	if (tree_r == -ENOMEM || !tree.complete)
		return tree_r;
	r = take_documents(&in, &tree, ret);
	kpol_diags_sort(diags);
	return r < 0 ? r : tree_r;
}

int kpol_suite_load(const char *file, struct kpol_diags *diags, struct kpol_suite *ret)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = kpol_file_read(file, KPOL_BUNDLE_BYTES_MAX, &text, &len);

	if (r < 0) {
		kpol_diag_add(diags, KPOL_ERROR, KPOL_CODE_YAML, file, 0, 0, "%s",
			      r == -EFBIG ? "larger than 64 MiB" : strerror(-r));
		return r == -EFBIG ? -EINVAL : r;
	}
	return kpol_suite_parse(file, text, len, diags, ret);
}

static void keep(void *node)
{
	(void)node; /* the arena has it */
}

void kpol_suite_clear(struct kpol_suite *suite)
{
	for (size_t i = 0; i < suite->n_workloads; i++) {
		struct kpol_suite_workload *w = &suite->workloads[i];
		struct kpol_workload node = { .labels = w->node, .n_labels = w->n_node };

		kpol_workload_clear(&w->workload);
		kpol_workload_clear(&node);
	}
	free(suite->workloads);
	free(suite->cases);
	free(suite->file);
	tdestroy(suite->tree, keep);
	kpol_arena_clear(&suite->arena);
	memset(suite, 0, sizeof(*suite));
}
