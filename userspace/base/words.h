/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words people read for the numbers of the netlink contract. */
#ifndef KPOL_BASE_WORDS_H
#define KPOL_BASE_WORDS_H

#include <stdint.h>

/**
 * enum kpol_words - which vocabulary
 * @KPOL_WORDS_OP: values are single KPOL_OP_* bits.
 */
enum kpol_words {
	KPOL_WORDS_CLASS,
	KPOL_WORDS_OP,
	KPOL_WORDS_MATCH,
	KPOL_WORDS_ACTION,
	KPOL_WORDS_MODE,
	KPOL_WORDS_VERDICT,
	KPOL_WORDS_REASON,
	KPOL_WORDS_HOOK,
	KPOL_WORDS_BIND,
	KPOL_WORDS_PROTOCOL, /* IPPROTO_* */
};

/** kpol_word() - the word for a number, or "?" (never NULL). */
const char *kpol_word(enum kpol_words words, uint32_t value);

/** kpol_word_value() - the number for a word, case-sensitive; 0 if there is none. */
uint32_t kpol_word_value(enum kpol_words words, const char *word);

/**
 * kpol_word_nearest() - the word a person may have meant
 *
 * Return: the word of the vocabulary with the smallest edit distance, NULL if none is near (more
 * than a third of its length away).
 */
const char *kpol_word_nearest(enum kpol_words words, const char *word);

/** kpol_nearest() - the same over any NULL-terminated list. */
const char *kpol_nearest(const char *const *candidates, const char *word);

#endif /* KPOL_BASE_WORDS_H */
