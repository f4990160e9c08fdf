/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A verb's command line, read by the verb's own row. */
#ifndef KPOL_KPOLCTL_ARGS_H
#define KPOL_KPOLCTL_ARGS_H

#include "kpolctl/verb.h"

#define KPOLCTL_OPTIONS_MAX 16

/**
 * struct kpolctl_args - what was given
 * @options: per option row its value; "" when given without one, NULL when not given.
 * @words: everything else, @n_words of them, in the order given; at most as many as the row has.
 */
struct kpolctl_args {
	const struct kpolctl_verb *verb;
	const char *options[KPOLCTL_OPTIONS_MAX];
	char **words;
	int n_words;
};

/**
 * kpolctl_args_read() - read argv by the verb's row
 * @argv: argv[0] is the verb; it is reordered: words come first.
 *
 * Unknown options, missing or surplus words, and words outside a closed set ("observe|enforce") are
 * refused with a sentence on stderr. Return: 0 or KPOLCTL_USAGE.
 */
int kpolctl_args_read(const struct kpolctl_verb *verb, int argc, char **argv,
		      struct kpolctl_args *ret);

/** kpolctl_args_option() - value of "--name": "" without a value, NULL when not given. */
const char *kpolctl_args_option(const struct kpolctl_args *args, const char *name);

/** kpolctl_args_word() - the @index-th word, NULL when there are fewer. */
const char *kpolctl_args_word(const struct kpolctl_args *args, int index);

/**
 * kpolctl_number_read() - a whole number between @least and @most
 * @what: for the message, "--last". Return: 0 or KPOLCTL_USAGE after saying why.
 */
int kpolctl_number_read(const char *what, const char *text, unsigned long least, unsigned long most,
			unsigned long *ret);

#endif /* KPOL_KPOLCTL_ARGS_H */
