/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of a YAML stream: plain data, nothing YAML can do beyond it. */
#ifndef KPOL_LOAD_TREE_H
#define KPOL_LOAD_TREE_H

#include "load/input.h"

/* Values and keys in one stream: bounds memory to 640 MiB, ten times what a bundle of 100,000 rules
 * takes. */
#define KPOL_TREE_NODES_MAX 10000000U

/**
 * struct kpol_tree - zero-initialise; end with kpol_tree_clear()
 * @documents: linked by next.
 * @complete: the stream was read to its end.
 */
struct kpol_tree {
	struct kpol_arena arena;
	struct kpol_node *documents;
	size_t n_nodes;
	bool complete;
};

/**
 * kpol_tree_parse() - read a stream
 *
 * Refuses, each at its place: anchors, aliases, tags, merge keys, duplicate keys, keys that are no
 * plain value, NUL in a value, nesting beyond KPOL_BUNDLE_DEPTH_MAX. Reading goes on after all but
 * the last, so that one run reports everything; it ends at text that is no YAML.
 *
 * Return: 0; -EINVAL with errors reported, the tree holds what could be read; -ENOMEM.
 */
int kpol_tree_parse(const struct kpol_input *in, const char *text, size_t len,
		    struct kpol_tree *tree);

void kpol_tree_clear(struct kpol_tree *tree);

#endif /* KPOL_LOAD_TREE_H */
