// SPDX-License-Identifier: GPL-2.0-or-later
/* Silences: the annotation that says which findings of lint are known, and why. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "load/build.h"

/* An annotation, so that KubeArmor's documents can have it too and Kubernetes keeps it. */
#define ANNOTATION "kpol.io/lint-ignore"

static char *copy_trimmed(const char *text, size_t len)
{
	while (len && *text == ' ') {
		text++;
		len--;
	}
	while (len && text[len - 1] == ' ')
		len--;
	return strndup(text, len);
}

/* Where the reason begins: behind a colon that a blank or the end follows, so that "::1" is none. */
static size_t find_colon(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] == ':' && (i + 1 == len || line[i + 1] == ' '))
			return i;
	return len;
}

/* "KPOL030 /bin/sh: busybox has no merged /usr" */
static int add_line(struct kpol_silences *silences, const char *line, size_t len,
		    struct kpol_place place)
{
	size_t colon = find_colon(line, len), code = 0;
	struct kpol_silence *silence;

	while (code < colon && line[code] != ' ')
		code++;
	silence = kpol_append(&silences->items, &silences->n, sizeof(*silence));
	if (!silence)
		return -ENOMEM;
	silence->place = place;
	silence->code = strndup(line, code);
	silence->reason = copy_trimmed(line + colon + (colon < len), len - colon - (colon < len));
	if (code < colon)
		silence->object = copy_trimmed(line + code, colon - code);
	return silence->code && silence->reason && (silence->object || code == colon) ? 0 : -ENOMEM;
}

int kpol_build_silences(const struct kpol_node *doc, struct kpol_silences *ret)
{
	const struct kpol_node *metadata = kpol_node_get(doc, "metadata");
	const struct kpol_node *value =
		kpol_node_get(kpol_node_get(metadata, "annotations"), ANNOTATION);
	struct kpol_place place;
	size_t len;

	ret->first_line = doc->line;
	if (!value || value->kind != KPOL_NODE_SCALAR)
		return 0;
	place = (struct kpol_place){ value->line, value->column };
	if (strchr(value->text, '\n')) /* a block: its text begins on the line behind "|" */
		place.line++;
	for (const char *at = value->text; *at; at += len + (at[len] == '\n'), place.line++) {
		const char *start = at + strspn(at, " ");

		len = strcspn(at, "\n");
		if (start < at + len && add_line(ret, start, len - (size_t)(start - at), place) < 0)
			return -ENOMEM;
	}
	return 0;
}
