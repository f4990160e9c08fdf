// SPDX-License-Identifier: GPL-2.0-or-later
/* The canonical form: what becomes of a text, and that it says the same. */
#include <errno.h>
#include <ftw.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "canon/canon.h"
#include "cases/suite.h"

#include "digest.h"
#include "kselftest_harness.h"

static const struct kpol_schema *find_schema(const char *kind)
{
	const struct kpol_kind *found = kpol_kind_find(kind);

	if (!strcmp(kind, KPOL_SUITE_KIND))
		return &kpol_suite_schema;
	return found ? found->schema : NULL;
}

static int format(const char *text, size_t len, char **ret)
{
	struct kpol_input in = { .file = "f.yaml" };

	return kpol_canon_format(&in, text, len, find_schema, ret);
}

FIXTURE(form){};
FIXTURE_SETUP(form)
{
}
FIXTURE_TEARDOWN(form)
{
}
FIXTURE_VARIANT(form)
{
	const char *text;
	const char *expected;
};

#define FORM(name, from, to)                 \
	FIXTURE_VARIANT_ADD(form, name)      \
	{                                    \
		.text = from, .expected = to \
	}

FORM(indentation_is_two, "a:\n    b: 1\n    c:\n    - x\n    -   y\n",
     "a:\n  b: 1\n  c:\n    - x\n    - y\n");
FORM(entries_begin_behind_the_dash, "a:\n-\n  b: 1\n  c: 2\n", "a:\n  - b: 1\n    c: 2\n");
FORM(nested_lists, "a:\n- - x\n  - y\n- - z\n", "a:\n  - - x\n    - y\n  - - z\n");
FORM(quotes_only_where_needed,
     "a: \"x\"\nb: '/y/*'\nc: \"true\"\nq: '12'\ne: \"\"\nf: '# x'\ng: \"a: b\"\n",
     "a: x\nb: /y/*\nc: \"true\"\nq: \"12\"\ne: \"\"\nf: \"# x\"\ng: \"a: b\"\n");
FORM(quotes_within_brackets, "a: ['x', '{y}', \"1.2.3.4/8\", '::1']\n",
     "a: [x, \"{y}\", 1.2.3.4/8, \"::1\"]\n");
FORM(quotes_and_backslashes, "a: \"say \\\"x\\\"\"\nb: '\\*'\nc: \"\\t\\u202e\"\n",
     "a: say \"x\"\nb: '\\*'\nc: \"\\t\\u202E\"\n");
FORM(null_and_text_differ, "a:\nb: ~\nc: \"~\"\nq: 'null'\n", "a:\nb: ~\nc: \"~\"\nq: \"null\"\n");
FORM(brackets_stay_on_one_line, "a: {b: 1,   c: [x,y]}\nq: []\ne: {  }\n",
     "a: {b: 1, c: [x, y]}\nq: []\ne: {}\n");
FORM(brackets_over_lines_are_joined, "a: [x,\n    y]\n", "a: [x, y]\n");
FORM(brackets_with_a_comment_are_opened, "a: [x, # why\n    y]\n", "a:\n  - x  # why\n  - y\n");
FORM(long_brackets_are_opened,
     "a: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
     "ccccccccccccc]\n",
     "a:\n  - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  - "
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
     "  - ccccccccccccc\n");
FORM(comments_before_and_behind,
     "# top\na: 1 # one\n\n\n   # two\nb:  # of b\n  # of c\n  c: 3\n# end\n",
     "# top\na: 1  # one\n\n# two\nb:  # of b\n  # of c\n  c: 3\n# end\n");
FORM(comments_of_entries, "a:\n# first\n- x # X\n# second\n- y: 1 # Y\n  z: 2 # Z\n",
     "a:\n  # first\n  - x  # X\n  # second\n  - y: 1  # Y\n    z: 2  # Z\n");
FORM(comments_between_documents, "a: 1\n# end of the first\n---\n# of the second\nb: 2\n",
     "a: 1\n---\n# end of the first\n# of the second\nb: 2\n");
FORM(comment_behind_the_last_value_in_brackets, "a: [x,\n  y\n  # end\n  ]\nb: 1\n",
     "a:\n  - x\n  # end\n  - y\nb: 1\n");
FORM(comment_in_empty_brackets, "a: [\n  # none\n  ]\nb: 1\n", "a: []  # none\nb: 1\n");
FORM(empty_documents_go, "a: 1\n---\n# x\n---\n---\nb: 2\n", "a: 1\n---\n# x\nb: 2\n");
FORM(comment_in_quotes_is_none, "a: \"x # y\"\n", "a: \"x # y\"\n");
FORM(comment_of_a_block, "a: | # why\n  x\n  y\nb: 1\n", "a: |  # why\n  x\n  y\nb: 1\n");
FORM(lines_stay_lines, "a: |\n    x\n      y\n\n    z\nb: |-\n   q\nc: >\n  one\n  two\n",
     "a: |\n  x\n    y\n\n  z\nb: |-\n  q\nc: |\n  one two\n");
FORM(trailing_empty_lines_are_kept_in_quotes, "a: |+\n  x\n\nb: 1\n", "a: \"x\\n\\n\"\n\nb: 1\n");
FORM(folded_plain_text_is_joined, "a: x\n  y\n", "a: x y\n");
FORM(umlauts, "a: \"gr\xc3\xbc\xc3\x9f\" # \xe2\x82\xac\nb: 1 # x\n",
     "a: gr\xc3\xbc\xc3\x9f  # \xe2\x82\xac\nb: 1  # x\n");
FORM(carriage_returns_go, "a: 1 # x\r\nb: 2\r\n", "a: 1  # x\nb: 2\n");
FORM(byte_order_mark_goes, "\xef\xbb\xbf# x\na: 1\n", "# x\na: 1\n");
FORM(keys_in_the_order_of_the_schema,
     "kind: RuntimePolicy\nspec: {process: {action: Block, matchPaths: [{action: Allow, path: "
     "/x}]}, mode: observe}\n"
     "metadata: {namespace: n, name: m}\napiVersion: kpol.io/v1\n",
     "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: m, namespace: n}\n"
     "spec: {mode: observe, process: {matchPaths: [{path: /x, action: Allow}], action: Block}}\n");
FORM(comments_move_with_their_key,
     "# head\nkind: RuntimePolicy\n# of the name\nmetadata:\n  # space\n  namespace: n\n  name: m "
     "# name\napiVersion: kpol.io/v1 # v\n",
     "# head\napiVersion: kpol.io/v1  # v\nkind: RuntimePolicy\n# of the name\nmetadata:\n  name: "
     "m  # name\n  # space\n"
     "  namespace: n\n");
FORM(labels_keep_their_order,
     "kind: RuntimePolicy\nspec: {selector: {matchLabels: {z: '1', a: b}}}\n",
     "kind: RuntimePolicy\nspec: {selector: {matchLabels: {z: \"1\", a: b}}}\n");
FORM(unknown_keys_go_last, "x: 1\nkind: RuntimePolicy\n", "kind: RuntimePolicy\nx: 1\n");
FORM(comment_of_a_first_key_that_comes_first_only_now,
     "kind: RuntimePolicy\nspec:\n  process:\n    matchPaths:\n      - action: Allow\n        # "
     "the path\n        path: /x\n",
     "kind: RuntimePolicy\nspec:\n  process:\n    matchPaths:\n      # the path\n      - path: "
     "/x\n        action: Allow\n");

TEST_F(form, is_canonical)
{
	_cleanup_free_ char *once = NULL, *twice = NULL;

	ASSERT_EQ(0, format(variant->text, strlen(variant->text), &once));
	EXPECT_STREQ(variant->expected, once);
	ASSERT_EQ(0, format(once, strlen(once), &twice));
	EXPECT_STREQ(once, twice);
}

TEST(what_the_loader_refuses_is_refused)
{
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(-EINVAL, format("a: &x 1\n", 8, &text));
	EXPECT_EQ(-EINVAL, format("a: 1\na: 2\n", 10, &text));
	EXPECT_EQ(-EINVAL, format("a: [\n", 5, &text));
	EXPECT_EQ(NULL, text);
}

static struct {
	size_t n_files, n_formatted, n_bundles, n_bad;
} walked;

/* Idempotent, and the compiled rules stay. */
static int check_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	_cleanup_free_ char *text = NULL, *once = NULL, *twice = NULL, *before = NULL,
			    *after = NULL;
	size_t len;
	int r;

	if (type != FTW_F || kpol_file_read(path, 1 << 20, &text, &len) < 0)
		return 0;
	walked.n_files++;
	r = format(text, len, &once);
	if (r == -EINVAL)
		return 0;
	walked.n_formatted++;
	if (r < 0 || format(once, strlen(once), &twice) < 0 || strcmp(once, twice)) {
		fprintf(stderr, "# %s: %d, not the same a second time\n", path, r);
		walked.n_bad++;
		return 0;
	}
	before = digest_of(text, len);
	after = digest_of(once, strlen(once));
	walked.n_bundles += *before != '\0';
	if (strcmp(before, after)) {
		fprintf(stderr, "# %s: %s became %s\n", path, before, after);
		walked.n_bad++;
	}
	return 0;
}

TEST(every_yaml_of_the_tree_says_the_same)
{
	ASSERT_EQ(0, nftw(TEST_TOP "/policies", check_file, 16, FTW_PHYS));
	EXPECT_LT(20, walked.n_formatted);
	EXPECT_EQ(walked.n_files, walked.n_formatted);
	ASSERT_EQ(0, nftw(TEST_DATA, check_file, 16, FTW_PHYS));
	EXPECT_LT(14, walked.n_bundles);
	EXPECT_EQ(0, walked.n_bad);
}

TEST(every_text_the_fuzzer_found_says_the_same)
{
	ASSERT_EQ(0, nftw(TEST_TOP "/selftests/fuzz/corpus/load", check_file, 16, FTW_PHYS));
	EXPECT_LT(100, walked.n_formatted);
	EXPECT_EQ(0, walked.n_bad);
	TH_LOG("%zu texts, %zu formatted, %zu bundles", walked.n_files, walked.n_formatted,
	       walked.n_bundles);
}

TEST_HARNESS_MAIN
