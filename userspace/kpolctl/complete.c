// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers for the shell: what may stand at the cursor. */
#include "kpolctl/complete.h"

#include <stdio.h>
#include <string.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/crd.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/options.h"
#include "kpolctl/row.h"
#include "kpolctl/verbs.h"

#define TIMEOUT_S 1 /* a person is waiting with a finger on the key */

static void offer(const char *current, const char *candidate)
{
	_cleanup_free_ char *safe = kpolctl_escape(candidate);

	if (safe && !strncmp(safe, current, strlen(current)))
		puts(safe);
}

static void offer_live(const char *current, const char *what, const char *key, const char *prefix)
{
	struct kpolctl_request request = { .method = "Get", .timeout_s = TIMEOUT_S };
	_cleanup_json_ struct json_object *reply = NULL;
	struct json_object *items;

	request.parameters = json_object_new_object();
	json_object_object_add(request.parameters, "what", json_object_new_string(what));
	if (kpolctl_try(&request, &reply))
		return;
	items = kpolctl_field_array(reply, "items");
	for (size_t i = 0; items && i < json_object_array_length(items); i++) {
		const char *name =
			kpolctl_field_string(json_object_array_get_idx(items, i), key, "");
		char text[4200];

		snprintf(text, sizeof(text), "%s%s", prefix, name);
		if (*name)
			offer(current, text);
	}
}

static void offer_policies(const char *current)
{
	offer_live(current, "policies", "name", "");
}

static void offer_scopes(const char *current)
{
	offer_live(current, "scopes", "name", "");
}

static void offer_targets(const char *current)
{
	offer_live(current, "bindings", "path", "cgroup:");
}

static void offer_files(const char *current)
{
	(void)current;
	puts(":files");
}

static void offer_kinds(const char *current)
{
	for (size_t i = 0; kpolctl_crd_kinds[i]; i++)
		offer(current, kpolctl_crd_kinds[i]);
}

static void offer_verbs(const char *current)
{
	for (size_t i = 0; kpolctl_verbs[i]; i++)
		offer(current, kpolctl_verbs[i]->name);
}

/* What the words in capitals stand for; the others complete to nothing. */
static const struct {
	const char *placeholder;
	void (*offer)(const char *current);
} placeholders[] = {
	{ "FILE", offer_files },      { "DIR", offer_files },	 { "PATH", offer_files },
	{ "POLICY", offer_policies }, { "SCOPE", offer_scopes }, { "TARGET", offer_targets },
	{ "VERB", offer_verbs },      { "KIND", offer_kinds },
};

static void offer_word(const struct kpolctl_word *word, const char *current)
{
	struct kpolctl_alternatives alternatives;

	kpolctl_word_alternatives(word, &alternatives);
	for (size_t i = 0; alternatives.items[i]; i++) {
		const char *item = alternatives.items[i];
		bool known = false;

		for (size_t j = 0; j < sizeof(placeholders) / sizeof(placeholders[0]); j++) {
			if (strcmp(placeholders[j].placeholder, item))
				continue;
			placeholders[j].offer(current);
			known = true;
		}
		if (!known && item[0] >= 'a' && item[0] <= 'z')
			offer(current, item);
	}
}

static void offer_options(const char *const *rows, const char *current)
{
	struct kpolctl_option option;
	char name[64];

	for (size_t i = 0; rows && rows[i]; i++) {
		kpolctl_option_read(rows[i], &option);
		snprintf(name, sizeof(name), "%.*s", (int)option.name_len, option.name);
		offer(current, name);
	}
}

static bool names_option(const struct kpolctl_option *option, const char *word)
{
	if (option->short_name && word[0] == '-' && word[1] == option->short_name)
		return !word[2];
	return strlen(word) == option->name_len && !strncmp(word, option->name, option->name_len);
}

/* Is @word an option of @rows whose value is the next word? Then @ret is that value. */
static bool wants_value(const char *const *rows, const char *word, struct kpolctl_word *ret)
{
	struct kpolctl_option option;

	for (size_t i = 0; rows && rows[i]; i++) {
		kpolctl_option_read(rows[i], &option);
		if (option.value != KPOLCTL_VALUE_REQUIRED || !names_option(&option, word))
			continue;
		*ret = (struct kpolctl_word){ .text = option.value_name, .len = option.value_len };
		return true;
	}
	return false;
}

/**
 * struct line - the words before the cursor, understood
 * @n_words: of the verb's own.
 * @value_of_option: the cursor stands at an option's value, @value.
 */
struct line {
	const struct kpolctl_verb *verb;
	bool has_verb;
	size_t n_words;
	bool value_of_option;
	struct kpolctl_word value;
};

static void read_line_words(int n, char **words, struct line *ret)
{
	*ret = (struct line){ 0 };
	for (int i = 0; i < n; i++) {
		const char *const *own = ret->verb ? ret->verb->options : NULL;
		bool value = ret->value_of_option;

		ret->value_of_option =
			!value && (wants_value(own, words[i], &ret->value) ||
				   wants_value(kpolctl_option_rows, words[i], &ret->value));
		if (value || words[i][0] == '-')
			continue;
		if (ret->has_verb)
			ret->n_words++;
		else
			ret->verb = kpolctl_verb_find(words[i]);
		ret->has_verb = true;
	}
}

int kpolctl_complete(int argc, char **argv)
{
	const char *current = argc > 1 ? argv[argc - 1] : "";
	struct kpolctl_word word;
	struct line line;

	kpolctl_options_environment();
	read_line_words(argc > 1 ? argc - 2 : 0, argv + 1, &line);
	if (line.value_of_option) {
		offer_word(&line.value, current);
	} else if (current[0] == '-' && current[1]) {
		offer_options(line.verb ? line.verb->options : NULL, current);
		offer_options(kpolctl_option_rows, current);
	} else if (!line.has_verb) {
		offer_verbs(current);
	} else if (line.verb && kpolctl_word_read(line.verb->args, line.n_words, &word)) {
		offer_word(&word, current);
	}
	return KPOLCTL_OK;
}
