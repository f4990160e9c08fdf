// SPDX-License-Identifier: GPL-2.0-or-later
/* Text: UTF-8, escaping, JSON, braces. */
#include <errno.h>

#include "base/arena.h"
#include "base/brace.h"
#include "base/cleanup.h"
#include "base/jsonw.h"
#include "base/text.h"

#include "kselftest_harness.h"

static const struct {
	const char *bytes;
	size_t valid; /* bytes before the first that is wrong */
} utf8_cases[] = {
	{ "plain", 5 },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9 },
	{ "a\x80", 1 }, /* continuation alone */
	{ "ab\xc0\xaf", 2 }, /* overlong "/" */
	{ "\xe0\x80\xaf", 0 }, /* overlong "/" in three */
	{ "\xed\xa0\x80", 0 }, /* surrogate */
	{ "\xf4\x90\x80\x80", 0 }, /* past U+10FFFF */
	{ "a\xe2\x82", 1 }, /* cut short */
	{ "\xff", 0 },
};

TEST(bytes_that_are_not_utf8_are_found_where_they_are)
{
	for (size_t i = 0; i < sizeof(utf8_cases) / sizeof(utf8_cases[0]); i++) {
		size_t len = strlen(utf8_cases[i].bytes), offset = len;

		EXPECT_EQ(utf8_cases[i].valid == len,
			  kpol_utf8_valid(utf8_cases[i].bytes, len, &offset));
		EXPECT_EQ(utf8_cases[i].valid, offset);
	}
}

static const struct {
	const char *bytes, *escaped;
} escape_cases[] = {
	{ "/bin/sh", "/bin/sh" },
	{ "a\nb\x1b[31m", "a\\x0ab\\x1b[31m" },
	{ "\xff\xfe", "\\xff\\xfe" },
	{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	{ "\xe2\x80\xae"
	  "abc",
	  "\\xe2\\x80\\xae"
	  "abc" }, /* right-to-left override */
	{ "\xc2\x9b"
	  "31m",
	  "\\xc2\\x9b"
	  "31m" }, /* C1 CSI */
	{ "back\\slash", "back\\slash" },
};

TEST(what_could_move_a_cursor_is_escaped)
{
	for (size_t i = 0; i < sizeof(escape_cases) / sizeof(escape_cases[0]); i++) {
		_cleanup_free_ char *text =
			kpol_text_escape(escape_cases[i].bytes, strlen(escape_cases[i].bytes));

		EXPECT_STREQ(escape_cases[i].escaped, text);
	}
}

TEST(json_strings_survive_any_byte)
{
	struct kpol_jsonw w = { 0 };
	_cleanup_free_ char *text = NULL;

	kpol_jsonw_object_begin(&w, NULL);
	kpol_jsonw_string(&w, "path", "a\"b\\c\n\x01\xff\xe2\x80\xa8");
	kpol_jsonw_string_if(&w, "absent", NULL);
	kpol_jsonw_array_begin(&w, "list");
	kpol_jsonw_uint(&w, NULL, UINT64_MAX);
	kpol_jsonw_int(&w, NULL, -1);
	kpol_jsonw_bool(&w, NULL, true);
	kpol_jsonw_null(&w, NULL);
	kpol_jsonw_array_end(&w);
	kpol_jsonw_object_begin(&w, "empty");
	kpol_jsonw_object_end(&w);
	kpol_jsonw_object_end(&w);
	text = kpol_jsonw_take(&w);
	EXPECT_STREQ("{\"path\":\"a\\\"b\\\\c\\n\\u0001\\\\xff\\u2028\","
		     "\"list\":[18446744073709551615,-1,true,null],\"empty\":{}}",
		     text);
}

static const struct {
	const char *pattern;
	int result;
	const char *expanded; /* joined by blanks */
} brace_cases[] = {
	{ "/plain", 0, "/plain" },
	{ "/{a,b}", 0, "/a /b" },
	{ "/{a,b}/{c,d}", 0, "/a/c /a/d /b/c /b/d" },
	{ "/{a,{b,c}d}", 0, "/a /bd /cd" },
	{ "/{a}", 0, "/a" },
	{ "/x{,.bak}", 0, "/x /x.bak" },
	{ "/\\{a,b\\}", 0, "/\\{a,b\\}" },
	{ "/[{,}]x", 0, "/[{,}]x" },
	{ "/{a,[,}]b}", 0, "/a /[,}]b" },
	{ "/{a", -EINVAL, "" },
	{ "/a}", -EINVAL, "" },
	{ "/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", 0, NULL }, /* 64: just allowed */
	{ "/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", -E2BIG, "" },
	{ "/{{{{{{{{{{a,b},c},d},e},f},g},h},i},j},k}", 0, NULL },
};

static char *join(const struct kpol_strv *strv)
{
	struct kpol_buffer buffer = { 0 };

	for (size_t i = 0; i < strv->n; i++)
		kpol_buffer_printf(&buffer, "%s%s", i ? " " : "", strv->items[i]);
	return kpol_buffer_take(&buffer);
}

TEST(braces_expand_within_their_bound)
{
	for (size_t i = 0; i < sizeof(brace_cases) / sizeof(brace_cases[0]); i++) {
		_cleanup_(kpol_strv_clear) struct kpol_strv strv = { 0 };
		_cleanup_free_ char *text = NULL;

		EXPECT_EQ(brace_cases[i].result, kpol_brace_expand(brace_cases[i].pattern, &strv));
		text = join(&strv);
		if (brace_cases[i].expanded)
			EXPECT_STREQ(brace_cases[i].expanded, text);
	}
}

TEST(arena_gives_separate_memory_of_any_size)
{
	struct kpol_arena arena = { 0 };
	char *small = kpol_arena_text(&arena, "abc", 3);
	char *large = kpol_arena_alloc(&arena, 1 << 20);

	ASSERT_NE(NULL, small);
	ASSERT_NE(NULL, large);
	memset(large, 1, 1 << 20);
	EXPECT_STREQ("abc", small);
	EXPECT_EQ(0, (uintptr_t)large % _Alignof(max_align_t));
	kpol_arena_clear(&arena);
	EXPECT_EQ(NULL, arena.chunks);
}

TEST_HARNESS_MAIN
