/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A verb's row read as a grammar: its options and its words. */
#ifndef KPOL_KPOLCTL_ROW_H
#define KPOL_KPOLCTL_ROW_H

#include <stdbool.h>
#include <stddef.h>

enum kpolctl_value { KPOLCTL_VALUE_NONE, KPOLCTL_VALUE_OPTIONAL, KPOLCTL_VALUE_REQUIRED };

/**
 * struct kpolctl_option - one line of verb->options
 * @name: "--dry-run", @name_len bytes of the row, not NUL-terminated.
 * @short_name: 'f' of "-f, --follow", 0: none.
 * @what: text after the tab.
 * @value_name: "kernel" of "--dry-run[=kernel]", @value_len bytes.
 */
struct kpolctl_option {
	const char *name;
	size_t name_len;
	char short_name;
	enum kpolctl_value value;
	const char *value_name;
	size_t value_len;
	const char *what;
};

/**
 * kpolctl_option_read() - take a row apart
 * @row: "-f, --follow\t…", "--last N\t…", "--dry-run[=kernel]\t…", "--top=N\t…".
 */
void kpolctl_option_read(const char *row, struct kpolctl_option *ret);

/**
 * struct kpolctl_word - one word of verb->args
 * @text: without brackets and dots, @len bytes, not NUL-terminated.
 * @optional: it stood in brackets. @many: three dots follow.
 */
struct kpolctl_word {
	const char *text;
	size_t len;
	bool optional;
	bool many;
};

/**
 * kpolctl_word_read() - the @index-th word of "POLICY observe|enforce", "[N]", "FILE..."
 *
 * The last word is repeated for indexes past it when it is "many". Return: false past the end.
 */
bool kpolctl_word_read(const char *args, size_t index, struct kpolctl_word *ret);

/* Room for the alternatives of one word. */
#define KPOLCTL_ALTERNATIVES_MAX 8
#define KPOLCTL_ALTERNATIVE_LEN 32

/** struct kpolctl_alternatives - "observe|enforce" as strings. */
struct kpolctl_alternatives {
	char text[KPOLCTL_ALTERNATIVES_MAX][KPOLCTL_ALTERNATIVE_LEN];
	const char *items[KPOLCTL_ALTERNATIVES_MAX + 1]; /* NULL-terminated, into @text */
};

/**
 * kpolctl_word_alternatives() - split a word at its bars
 *
 * Return: true when they are all there is to say: no alternative is a placeholder in capitals.
 */
bool kpolctl_word_alternatives(const struct kpolctl_word *word, struct kpolctl_alternatives *ret);

#endif /* KPOL_KPOLCTL_ROW_H */
