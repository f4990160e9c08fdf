// SPDX-License-Identifier: GPL-2.0-or-later
/* A verb's command line, read by the verb's own row. */
#include "kpolctl/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "kpolctl/message.h"
#include "kpolctl/row.h"

static const char *option_row(const struct kpolctl_verb *verb, size_t i)
{
	return verb->options && i < KPOLCTL_OPTIONS_MAX ? verb->options[i] : NULL;
}

/* Does @arg name @option? *ret_value is what follows in the same word, NULL if nothing does. */
static bool option_matches(const struct kpolctl_option *option, const char *arg,
			   const char **ret_value)
{
	const char *rest = NULL;

	if (!strncmp(arg, option->name, option->name_len))
		rest = arg + option->name_len;
	else if (option->short_name && arg[0] == '-' && arg[1] == option->short_name)
		rest = arg + 2;
	if (!rest || (*rest && (*rest != '=' || option->value == KPOLCTL_VALUE_NONE)))
		return false;
	*ret_value = *rest ? rest + 1 : NULL;
	return true;
}

static int unknown_option(const struct kpolctl_verb *verb, const char *arg)
{
	char names[KPOLCTL_OPTIONS_MAX][40], given[40];
	const char *list[KPOLCTL_OPTIONS_MAX + 1] = { NULL };
	struct kpolctl_option option;

	for (size_t i = 0; option_row(verb, i); i++) {
		kpolctl_option_read(option_row(verb, i), &option);
		snprintf(names[i], sizeof(names[i]), "%.*s", (int)option.name_len, option.name);
		list[i] = names[i];
	}
	snprintf(given, sizeof(given), "%.*s", (int)strcspn(arg, "="), arg);
	return kpolctl_fail_unknown("option", given, kpol_nearest(list, given));
}

/* Takes the option at argv[*i], and its value if that is the next word. */
static int take_option(struct kpolctl_args *args, char **argv, int *i)
{
	struct kpolctl_option option;
	const char *value = NULL;

	for (size_t row = 0; option_row(args->verb, row); row++) {
		kpolctl_option_read(option_row(args->verb, row), &option);
		if (!option_matches(&option, argv[*i], &value))
			continue;
		if (option.value == KPOLCTL_VALUE_REQUIRED && !value && !(value = argv[++*i]))
			return kpolctl_fail(KPOLCTL_USAGE, "%s: %.*s needs a value",
					    args->verb->name, (int)option.name_len, option.name);
		args->options[row] = value ? value : "";
		return 0;
	}
	return unknown_option(args->verb, argv[*i]);
}

static int check_word(const struct kpolctl_word *word, const char *given)
{
	struct kpolctl_alternatives alternatives;

	if (!kpolctl_word_alternatives(word, &alternatives))
		return 0;
	for (size_t i = 0; alternatives.items[i]; i++)
		if (!strcmp(alternatives.items[i], given))
			return 0;
	if (kpol_nearest(alternatives.items, given))
		return kpolctl_fail_unknown("word", given, kpol_nearest(alternatives.items, given));
	return kpolctl_fail(KPOLCTL_USAGE, "\"%s\" is none of %.*s", given, (int)word->len,
			    word->text);
}

static int check_words(const struct kpolctl_args *args)
{
	const struct kpolctl_verb *verb = args->verb;
	struct kpolctl_word word;
	int r;

	for (int i = 0; i < args->n_words; i++) {
		if (!kpolctl_word_read(verb->args, (size_t)i, &word))
			return kpolctl_fail(KPOLCTL_USAGE,
					    "%s: \"%s\" is one word too many (kpolctl %s%s%s)",
					    verb->name, args->words[i], verb->name,
					    verb->args ? " " : "", verb->args ? verb->args : "");
		r = check_word(&word, args->words[i]);
		if (r)
			return r;
	}
	if (kpolctl_word_read(verb->args, (size_t)args->n_words, &word) && !word.optional &&
	    !(word.many && args->n_words))
		return kpolctl_fail(KPOLCTL_USAGE, "%s needs %.*s (kpolctl %s %s)", verb->name,
				    (int)word.len, word.text, verb->name, verb->args);
	return 0;
}

int kpolctl_args_read(const struct kpolctl_verb *verb, int argc, char **argv,
		      struct kpolctl_args *ret)
{
	bool only_words = false;
	int r;

	*ret = (struct kpolctl_args){ .verb = verb, .words = argv + 1 };
	for (int i = 1; i < argc; i++) {
		if (!only_words && !strcmp(argv[i], "--")) {
			only_words = true;
		} else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
			r = take_option(ret, argv, &i);
			if (r)
				return r;
		} else {
			ret->words[ret->n_words++] = argv[i];
		}
	}
	return check_words(ret);
}

const char *kpolctl_args_option(const struct kpolctl_args *args, const char *name)
{
	struct kpolctl_option option;

	for (size_t i = 0; option_row(args->verb, i); i++) {
		kpolctl_option_read(option_row(args->verb, i), &option);
		if (strlen(name) == option.name_len && !strncmp(name, option.name, option.name_len))
			return args->options[i];
	}
	return NULL;
}

const char *kpolctl_args_word(const struct kpolctl_args *args, int index)
{
	return index < args->n_words ? args->words[index] : NULL;
}

int kpolctl_number_read(const char *what, const char *text, unsigned long least, unsigned long most,
			unsigned long *ret)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || end == text || text[0] < '0' || text[0] > '9' || number < least ||
	    number > most)
		return kpolctl_fail(KPOLCTL_USAGE, "%s \"%s\" is no number between %lu and %lu",
				    what, text, least, most);
	*ret = number;
	return 0;
}
