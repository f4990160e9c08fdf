// SPDX-License-Identifier: GPL-2.0-or-later
/* The YAML tree: what is refused, and where it says so. */
#include <errno.h>

#include "load/load.h"
#include "load/scan.h"
#include "load/tree.h"

#include "findings.h"
#include "kselftest_harness.h"

/* @text may have NULs: its size counts. */
FIXTURE(refused){};
FIXTURE_SETUP(refused)
{
}
FIXTURE_TEARDOWN(refused)
{
}
FIXTURE_VARIANT(refused)
{
	const char *text;
	size_t len;
	const char *expected;
};

#define REFUSED(name, yaml, message)                                       \
	FIXTURE_VARIANT_ADD(refused, name)                                 \
	{                                                                  \
		.text = yaml, .len = sizeof(yaml) - 1, .expected = message \
	}

REFUSED(anchor, "a: &x 1\n", "f:1:4: anchors (&x) are not allowed\n");
REFUSED(anchor_on_a_mapping, "a: &x\n  b: 1\n", "f:1:4: anchors (&x) are not allowed\n");
REFUSED(alias, "a: &x 1\nb: *x\n",
	"f:1:4: anchors (&x) are not allowed\nf:2:4: aliases (*x) are not allowed\n");
REFUSED(tag, "a: !!str 1\n", "f:1:4: tags (tag:yaml.org,2002:str) are not allowed\n");
REFUSED(local_tag, "a: !x 1\n", "f:1:4: tags (!x) are not allowed\n");
REFUSED(tag_directive, "%TAG ! tag:x,2000:\n---\na: 1\n",
	"f:1:1: tag directives (%TAG) are not allowed\n");
REFUSED(merge_key, "a:\n  <<: {b: 1}\n", "f:2:3: merge keys (<<) are not allowed\n");
REFUSED(duplicate_key, "a: 1\nb: 2\na: 3\n",
	"f:3:1: duplicate key \"a\": it is already on line 1\n");
REFUSED(duplicate_key_in_other_quotes, "a: 1\n\"a\": 3\n",
	"f:2:1: duplicate key \"a\": it is already on line 1\n");
REFUSED(three_duplicates_are_two_errors, "a: 1\na: 2\na: 3\n",
	"f:2:1: duplicate key \"a\": it is already on line 1\n"
	"f:3:1: duplicate key \"a\": it is already on line 1\n");
REFUSED(duplicate_among_many,
	"{a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1, k: 1, l: 1, m: 1, n: 1, "
	"o: 1, p: 1, q: 1, c: 2}\n",
	"f:1:104: duplicate key \"c\": it is already on line 1\n");
REFUSED(list_as_key, "? [a]\n: 1\n", "f:1:3: a key must be a word, not a list\n");
REFUSED(mapping_as_key, "{a: 1}: 2\n", "f:1:1: a key must be a word, not a mapping\n");
REFUSED(nul_byte, "a: x\0y\n", "f:1:5: NUL character (U+0000)\n");
REFUSED(nul_in_quotes, "a: \"x\\0y\"\n", "f:1:4: NUL character in a value\n");
REFUSED(control_character, "a: \x1b[0m\n", "f:1:4: control character (U+001B)\n");
REFUSED(not_utf8, "a: 1\nb: \xff\n", "f:2:4: not UTF-8: byte 0xff\n");
REFUSED(utf16,
	"\xff\xfe"
	"a\0",
	"f:1:1: not UTF-8: byte 0xff\n");
REFUSED(overlong_slash, "a: \xc0\xaf\n", "f:1:4: not UTF-8: byte 0xc0\n");
REFUSED(hidden_carriage_return, "a: 1\rb: 2\n",
	"f:1:5: carriage return without a line feed (U+000D)\n");
REFUSED(unicode_line_break,
	"a: 1 # x\xe2\x80\xa8"
	"b: 2\n",
	"f:1:9: Unicode line break (U+2028)\n");
REFUSED(tab_as_indent, "a:\n\tb: 1\n",
	"f:2:1: a value cannot begin with this character (tabs cannot indent; quote it if it is "
	"text)\n");
REFUSED(unclosed_quote, "a: \"x\n",
	"f:2:1: not YAML: found unexpected end of stream, while scanning a quoted scalar that "
	"began "
	"on line 1\n");
REFUSED(unclosed_list, "a: [1, 2\nb: 3\n",
	"f:2:2: not YAML: did not find expected ',' or ']', while parsing a flow sequence that "
	"began on line 1\n");
REFUSED(wrong_indent, "a:\n  b: 1\n c: 2\n",
	"f:3:2: not YAML: did not find expected key, while parsing a block mapping that began on "
	"line 1\n");
REFUSED(columns_count_characters, "\"\xc3\xa4\xc3\xa4\": &x 1\n",
	"f:1:7: anchors (&x) are not allowed\n");
REFUSED(windows_line_ends_count_once, "a: 1\r\nb: &x 1\r\n",
	"f:2:4: anchors (&x) are not allowed\n");
REFUSED(byte_order_mark_takes_no_column,
	"\xef\xbb\xbf"
	"a: &x 1\n",
	"f:1:4: anchors (&x) are not allowed\n");

TEST_F(refused, with_its_place)
{
	struct kpol_diags diags = { 0 };
	struct kpol_input in = { .file = "f", .diags = &diags };
	struct kpol_tree tree = { 0 };
	_cleanup_free_ char *text = NULL;
	int r;

	r = kpol_scan_text(&in, variant->text, variant->len);
	if (r == 0)
		r = kpol_tree_parse(&in, variant->text, variant->len, &tree);
	EXPECT_EQ(-EINVAL, r);
	text = findings_text(&diags);
	EXPECT_STREQ(variant->expected, text);
	kpol_tree_clear(&tree);
	kpol_diags_clear(&diags);
}

/* Nested @depth lists in one document. */
static int parse_nested(size_t depth, char **ret_text)
{
	struct kpol_diags diags = { 0 };
	struct kpol_input in = { .file = "f", .diags = &diags };
	struct kpol_tree tree = { 0 };
	_cleanup_free_ char *yaml = calloc(2 * depth + 1, 1);
	int r;

	memset(yaml, '[', depth);
	memset(yaml + depth, ']', depth);
	r = kpol_tree_parse(&in, yaml, 2 * depth, &tree);
	*ret_text = findings_text(&diags);
	kpol_tree_clear(&tree);
	kpol_diags_clear(&diags);
	return r;
}

TEST(nesting_stops_at_its_limit)
{
	char *text;

	EXPECT_EQ(0, parse_nested(KPOL_BUNDLE_DEPTH_MAX, &text));
	EXPECT_STREQ("", text);
	free(text);
	EXPECT_EQ(-EINVAL, parse_nested(KPOL_BUNDLE_DEPTH_MAX + 1, &text));
	EXPECT_STREQ("f:1:33: nested deeper than 32 levels\n", text);
	free(text);
	EXPECT_EQ(-EINVAL, parse_nested(1000000, &text));
	EXPECT_STREQ("f:1:33: nested deeper than 32 levels\n", text);
	free(text);
}

TEST(places_and_quotes_are_kept)
{
	static const char yaml[] = "top:\n  - one\n  - 'two'\n--- second\n";
	struct kpol_diags diags = { 0 };
	struct kpol_input in = { .file = "f", .diags = &diags };
	struct kpol_tree tree = { 0 };
	const struct kpol_node *list;

	ASSERT_EQ(0, kpol_tree_parse(&in, yaml, sizeof(yaml) - 1, &tree));
	list = kpol_node_get(tree.documents, "top");
	ASSERT_NE(NULL, list);
	EXPECT_EQ(2, list->n);
	EXPECT_EQ(1, list->key->line);
	EXPECT_STREQ("one", list->first->text);
	EXPECT_EQ(2, list->first->line);
	EXPECT_EQ(5, list->first->column);
	EXPECT_TRUE(list->first->plain);
	EXPECT_FALSE(list->first->next->plain);
	ASSERT_NE(NULL, tree.documents->next);
	EXPECT_STREQ("second", tree.documents->next->text);
	EXPECT_EQ(NULL, tree.documents->next->next);
	kpol_tree_clear(&tree);
}

TEST(invisible_characters_are_warned_of)
{
	static const char yaml[] = "a: x\xe2\x80\xae"
				   "y\n";
	struct kpol_diags diags = { 0 };
	struct kpol_input in = { .file = "f", .diags = &diags };
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(0, kpol_scan_text(&in, yaml, sizeof(yaml) - 1));
	text = findings_text(&diags);
	EXPECT_STREQ("f:1:5: warning: invisible character U+202E can make this line read as "
		     "something else [KPOL010]\n",
		     text);
	kpol_diags_clear(&diags);
}

TEST_HARNESS_MAIN
