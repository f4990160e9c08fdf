// SPDX-License-Identifier: GPL-2.0-or-later
/* A table of answers. */
#include "kpolctl/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/options.h"
#include "kpolctl/verb.h"

#define GAP 2 /* spaces between columns */

/* "read,write" for an array of words. Return: a string to free(), NULL if it is empty. */
static char *join_words(struct json_object *array)
{
	char *text = NULL;
	size_t len = 0, n = json_object_array_length(array);
	FILE *out = n ? open_memstream(&text, &len) : NULL;

	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? "," : "",
			json_object_get_string(json_object_array_get_idx(array, i)));
	fclose(out);
	return text;
}

static char *field_text(struct json_object *item, const char *key)
{
	struct json_object *value = kpolctl_field(item, key);

	if (json_object_is_type(value, json_type_array))
		return join_words(value);
	if (json_object_is_type(value, json_type_boolean))
		return strdup(json_object_get_boolean(value) ? "yes" : "no");
	return value ? strdup(json_object_get_string(value)) : NULL;
}

/* Return: what stands in the cell, safe to print, to be freed; NULL without memory. */
static char *cell_text(const struct kpolctl_column *column, struct json_object *item)
{
	_cleanup_free_ char *text =
		column->text ? column->text(item) : field_text(item, column->key);

	return kpolctl_escape(text && *text ? text : "-");
}

static bool is_shown(const struct kpolctl_column *column)
{
	return !column->wide || kpolctl_output == KPOLCTL_WIDE;
}

static size_t n_items(const struct kpolctl_table *table)
{
	return table->items ? json_object_array_length(table->items) : 0;
}

static void free_cells(char **cells, size_t n)
{
	for (size_t i = 0; cells && i < n; i++)
		free(cells[i]);
	free(cells);
}

/* Return: n_items × n_columns strings, row by row; hidden columns are NULL. */
static char **fill_cells(const struct kpolctl_table *table)
{
	size_t rows = n_items(table), n = table->n_columns;
	char **cells = calloc(rows * n + 1, sizeof(*cells));

	for (size_t i = 0; cells && i < rows * n; i++) {
		if (!is_shown(&table->columns[i % n]))
			continue;
		cells[i] = cell_text(&table->columns[i % n],
				     json_object_array_get_idx(table->items, i / n));
		if (!cells[i]) {
			free_cells(cells, i);
			return NULL;
		}
	}
	return cells;
}

static size_t column_width(const struct kpolctl_table *table, char **cells, size_t column,
			   bool headers)
{
	size_t width = headers ? strlen(table->columns[column].title) : 0;

	for (size_t row = 0; row < n_items(table); row++) {
		size_t w = kpolctl_text_width(cells[row * table->n_columns + column]);

		width = w > width ? w : width;
	}
	return width;
}

/* Prints a cell and the space up to the next one; @pad is 0 in the last column. */
static void print_cell(const char *text, size_t pad, bool paint)
{
	size_t width = kpolctl_text_width(text);

	printf("%s%s%s%*s", paint ? kpolctl_paint(text) : "", text,
	       paint ? kpolctl_unpaint(text) : "", pad ? (int)(pad - width) : 0, "");
}

static void print_row(const struct kpolctl_table *table, char **cells, const size_t *widths)
{
	size_t last = table->n_columns;

	while (last > 0 && !is_shown(&table->columns[last - 1]))
		last--;
	for (size_t i = 0; i < last; i++) {
		const struct kpolctl_column *column = &table->columns[i];

		if (is_shown(column))
			print_cell(cells ? cells[i] : column->title,
				   i + 1 < last ? widths[i] + GAP : 0, cells && column->paint);
	}
	putchar('\n');
}

static int print_text(const struct kpolctl_table *table)
{
	bool headers = !kpolctl_options.no_headers && !table->no_headers && n_items(table);
	size_t n = table->n_columns;
	char **cells = fill_cells(table);
	_cleanup_free_ size_t *widths = calloc(n + 1, sizeof(*widths));

	if (!cells || !widths) {
		free_cells(cells, n_items(table) * n);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		if (is_shown(&table->columns[i]))
			widths[i] = column_width(table, cells, i, headers);
	if (headers)
		print_row(table, NULL, widths);
	for (size_t row = 0; row < n_items(table); row++)
		print_row(table, cells + row * n, widths);
	free_cells(cells, n_items(table) * n);
	return 0;
}

static int print_names(const struct kpolctl_table *table)
{
	for (size_t i = 0; i < n_items(table); i++) {
		struct json_object *item = json_object_array_get_idx(table->items, i);
		_cleanup_free_ char *text = field_text(item, table->name), *safe = NULL;

		safe = kpolctl_escape(text ? text : "-");
		if (!safe)
			return -ENOMEM;
		puts(safe);
	}
	return 0;
}

static void add_members(struct json_object *to, struct json_object *from)
{
	if (!from)
		return;
	json_object_object_foreach(from, key, value)
		json_object_object_add(to, key, json_object_get(value));
}

int kpolctl_object_print(const char *kind, struct json_object *object, bool plain)
{
	_cleanup_json_ struct json_object *document = json_object_new_object();
	_cleanup_free_ char *safe = NULL;
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	flags |= plain ? JSON_C_TO_STRING_PLAIN : JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	json_object_object_add(document, "apiVersion", json_object_new_string("kpol/v1"));
	json_object_object_add(document, "kind", json_object_new_string(kind));
	add_members(document, object);
	safe = kpolctl_escape_json(json_object_to_json_string_ext(document, flags));
	if (!safe)
		return -ENOMEM;
	puts(safe);
	return 0;
}

static int print_json(const struct kpolctl_table *table)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();

	add_members(object, table->top);
	json_object_object_add(object, "items",
			       table->items ? json_object_get(table->items)
					    : json_object_new_array());
	return kpolctl_object_print(table->kind, object, false);
}

int kpolctl_table_print(const struct kpolctl_table *table)
{
	if (kpolctl_output == KPOLCTL_JSON)
		return print_json(table);
	if (kpolctl_output == KPOLCTL_NAME && table->name)
		return print_names(table);
	return print_text(table);
}

char *kpolctl_cell_source(struct json_object *item)
{
	const char *file = kpolctl_field_string(item, "file", NULL);
	char *text = NULL;

	if (!file)
		return NULL;
	if (asprintf(&text, "%s:%lu", file, (unsigned long)kpolctl_field_number(item, "line")) < 0)
		return NULL;
	return text;
}
