/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of answers, shown as aligned text, JSON or names. */
#ifndef KPOL_KPOLCTL_OUTPUT_H
#define KPOL_KPOLCTL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

/**
 * struct kpolctl_column - how one cell of a row comes from the row's JSON object
 * @title: "SOURCE".
 * @key: of the object; numbers, words and arrays of words are shown as they are, what is absent as
 * "-".
 * @text: instead of @key: returns a string to free(), NULL for "-".
 * @wide: only with -o wide.
 * @paint: the cell is a word with a colour of its own (kpolctl_paint()).
 */
struct kpolctl_column {
	const char *title;
	const char *key;
	char *(*text)(struct json_object *item);
	bool wide;
	bool paint;
};

/**
 * struct kpolctl_table - what to print
 * @kind: "RuleList".
 * @name: key, or NULL, of what -o name prints.
 * @columns: @n_columns of them.
 * @items: array of objects; borrowed; NULL: none.
 * @top: further members for the top of the JSON document, or NULL; borrowed.
 * @no_headers: this table never has a first line.
 */
struct kpolctl_table {
	const char *kind;
	const char *name;
	const struct kpolctl_column *columns;
	size_t n_columns;
	struct json_object *items;
	struct json_object *top;
	bool no_headers;
};

/** kpolctl_table_print() - to stdout, in the format of -o. Return: 0 or -ENOMEM. */
int kpolctl_table_print(const struct kpolctl_table *table);

/**
 * kpolctl_object_print() - one object as JSON, with apiVersion and kind before its own members
 * @plain: on one line, for streams.
 */
int kpolctl_object_print(const char *kind, struct json_object *object, bool plain);

/**
 * kpolctl_paint() - escape code for a word, "" when it has no colour or colours are off
 *
 * kpolctl_unpaint() ends it. Both return constant strings.
 */
const char *kpolctl_paint(const char *word);
const char *kpolctl_unpaint(const char *word);

/** kpolctl_cell_source() - "payments.yaml:12" from file and line, for @text. */
char *kpolctl_cell_source(struct json_object *item);

#endif /* KPOL_KPOLCTL_OUTPUT_H */
