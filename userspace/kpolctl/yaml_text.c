// SPDX-License-Identifier: GPL-2.0-or-later
/* A JSON value as YAML. */
#include "kpolctl/yaml_text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

static bool emit(yaml_emitter_t *emitter, yaml_event_t *event, int made)
{
	return made && yaml_emitter_emit(emitter, event);
}

/* Words that some reader of YAML takes for something else. */
static bool is_reserved(const char *text)
{
	static const char *const words[] = { "true", "false", "yes", "no", "on",
					     "off",  "null",  "y",   "n" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(words[i], text))
			return true;
	return false;
}

/* Plain where nobody can misread it. */
static yaml_scalar_style_t style_of(const char *text)
{
	bool letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');

	if (letter && !is_reserved(text) && !strpbrk(text, ":#"))
		return YAML_PLAIN_SCALAR_STYLE;
	return YAML_SINGLE_QUOTED_SCALAR_STYLE;
}

static bool emit_text(yaml_emitter_t *emitter, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;

	return emit(emitter, &event,
		    yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
						 (int)strlen(text), 1, 1, style));
}

static bool emit_value(yaml_emitter_t *emitter, struct json_object *value);

static bool emit_object(yaml_emitter_t *emitter, struct json_object *object)
{
	yaml_event_t event;

	if (!emit(emitter, &event,
		  yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
						      YAML_BLOCK_MAPPING_STYLE)))
		return false;
	json_object_object_foreach(object, key, member)
	{
		if (!emit_text(emitter, key, style_of(key)) || !emit_value(emitter, member))
			return false;
	}
	return emit(emitter, &event, yaml_mapping_end_event_initialize(&event));
}

static bool emit_array(yaml_emitter_t *emitter, struct json_object *array)
{
	yaml_event_t event;

	if (!emit(emitter, &event,
		  yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
						       YAML_BLOCK_SEQUENCE_STYLE)))
		return false;
	for (size_t i = 0; i < json_object_array_length(array); i++)
		if (!emit_value(emitter, json_object_array_get_idx(array, i)))
			return false;
	return emit(emitter, &event, yaml_sequence_end_event_initialize(&event));
}

static bool emit_value(yaml_emitter_t *emitter, struct json_object *value)
{
	const char *text;

	switch (json_object_get_type(value)) {
	case json_type_object:
		return emit_object(emitter, value);
	case json_type_array:
		return emit_array(emitter, value);
	case json_type_string:
		text = json_object_get_string(value);
		return emit_text(emitter, text, style_of(text));
	default:
		return emit_text(emitter, json_object_to_json_string(value),
				 YAML_PLAIN_SCALAR_STYLE);
	}
}

static bool emit_document(yaml_emitter_t *emitter, struct json_object *value)
{
	yaml_event_t event;

	return emit(emitter, &event,
		    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)) &&
	       emit(emitter, &event,
		    yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)) &&
	       emit_value(emitter, value) &&
	       emit(emitter, &event, yaml_document_end_event_initialize(&event, 1)) &&
	       emit(emitter, &event, yaml_stream_end_event_initialize(&event));
}

int kpolctl_yaml_print(FILE *out, struct json_object *value)
{
	yaml_emitter_t emitter;
	bool done;

	if (!yaml_emitter_initialize(&emitter))
		return -ENOMEM;
	yaml_emitter_set_output_file(&emitter, out);
	yaml_emitter_set_unicode(&emitter, 1);
	/* No line is broken: a pattern is read as a whole. */
	yaml_emitter_set_width(&emitter, -1);
	done = emit_document(&emitter, value);
	yaml_emitter_delete(&emitter);
	return done && !ferror(out) ? 0 : -EIO;
}
