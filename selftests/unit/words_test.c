// SPDX-License-Identifier: GPL-2.0-or-later
/* Words: numbers and their names, and the word somebody may have meant. */
#include <stddef.h>
#include <string.h>

#include <linux/kpol.h>

#include "base/words.h"

#include "kselftest_harness.h"

static const struct {
	enum kpol_words words;
	uint32_t value;
	const char *word;
} words[] = {
	{ KPOL_WORDS_CLASS, KPOL_CLASS_PTRACE, "ptrace" },
	{ KPOL_WORDS_OP, KPOL_OP_TRUNCATE, "truncate" },
	{ KPOL_WORDS_MATCH, KPOL_MATCH_GLOB, "pattern" },
	{ KPOL_WORDS_ACTION, KPOL_ACTION_BLOCK, "Block" },
	{ KPOL_WORDS_MODE, KPOL_MODE_OBSERVE, "observe" },
	{ KPOL_WORDS_VERDICT, KPOL_VERDICT_WOULD_DENY, "would-deny" },
	{ KPOL_WORDS_REASON, KPOL_REASON_NO_TABLE, "no-table" },
	{ KPOL_WORDS_HOOK, KPOL_HOOK_TESTED, "tested" },
	{ KPOL_WORDS_BIND, KPOL_BIND_UNIT, "unit" },
	{ KPOL_WORDS_PROTOCOL, 6, "tcp" },
};

TEST(word_and_number_lead_to_each_other)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		EXPECT_STREQ(words[i].word, kpol_word(words[i].words, words[i].value));
		EXPECT_EQ(words[i].value, kpol_word_value(words[i].words, words[i].word));
	}
}

TEST(every_number_of_the_contract_has_a_word)
{
	for (uint32_t i = 1; i <= KPOL_CLASS_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_CLASS, i));
	for (uint32_t i = 1; i <= KPOL_MATCH_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_MATCH, i));
	for (uint32_t i = 1; i <= KPOL_ACTION_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_ACTION, i));
	for (uint32_t i = 1; i <= KPOL_MODE_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_MODE, i));
	for (uint32_t i = 1; i <= KPOL_VERDICT_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_VERDICT, i));
	for (uint32_t i = 1; i <= KPOL_REASON_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_REASON, i));
	for (uint32_t i = 1; i <= KPOL_HOOK_LOST; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_HOOK, i));
	for (uint32_t i = 1; i <= KPOL_BIND_MAX; i++)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_BIND, i));
	for (uint32_t bit = 1; bit; bit <<= 1)
		EXPECT_STRNE("?", kpol_word(KPOL_WORDS_OP, bit));
}

TEST(unknown_words_and_numbers_have_no_partner)
{
	EXPECT_STREQ("?", kpol_word(KPOL_WORDS_CLASS, 99));
	EXPECT_EQ(0, kpol_word_value(KPOL_WORDS_ACTION, "block"));
	EXPECT_EQ(0, kpol_word_value(KPOL_WORDS_ACTION, ""));
}

static const struct {
	const char *typed, *meant;
} typos[] = {
	{ "blok", "Block" },
	{ "block", "Block" },
	{ "BLOCK", "Block" },
	{ "Alow", "Allow" },
	{ "Adit", "Audit" },
	{ "Aduit", "Audit" },
	{ "deny", NULL },
	{ "", NULL },
	{ "x", NULL },
	{ "a very long word that nobody can have meant, longer than any", NULL },
};

TEST(nearest_word_is_offered_only_when_it_is_near)
{
	for (size_t i = 0; i < sizeof(typos) / sizeof(typos[0]); i++) {
		const char *near = kpol_word_nearest(KPOL_WORDS_ACTION, typos[i].typed);

		EXPECT_STREQ(typos[i].meant ? typos[i].meant : "-", near ? near : "-");
	}
}

TEST_HARNESS_MAIN
