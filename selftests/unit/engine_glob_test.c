// SPDX-License-Identifier: GPL-2.0-or-later
/* Patterns: what they match, in a time that has a bound. */
#include "kselftest_harness.h"

#include <time.h>

#include "engine/glob.h"

#include "reference.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *pattern, *path;
	bool matches;
} glob_cases[] = {
	{ "/a", "/a", true },
	{ "/a", "/ab", false },
	{ "/*", "/a", true },
	{ "/*", "/", true },
	{ "/*", "/a/b", false },
	{ "/a/*", "/a/b", true },
	{ "/a/*", "/a", false },
	{ "/a/*/c", "/a/b/c", true },
	{ "/a/*/c", "/a/c", false },
	{ "/a/*/c", "/a/b/b/c", false },
	{ "/**", "/", true },
	{ "/**", "/a/b/c", true },
	{ "/a/**", "/a/b", true },
	{ "/a/**", "/a/", true },
	{ "/a/**", "/a", false },
	{ "/a/**", "/ab", false },
	{ "/**/sh", "/sh", true },
	{ "/**/sh", "/bin/sh", true },
	{ "/**/sh", "/usr/bin/sh", true },
	{ "/**/sh", "/bin/bash", false },
	{ "/**/sh", "/bin/sh/x", false },
	{ "/a/**/b", "/a/b", true },
	{ "/a/**/b", "/a/x/b", true },
	{ "/a/**/b", "/a/x/y/b", true },
	{ "/a/**/b", "/ab", false },
	{ "/**/sh*", "/sh", true },
	{ "/**/sh*", "/bin/sh5", true },
	{ "/**/sh*", "/bin/bash", false },
	{ "/**/sh*", "/bash", false },
	{ "/**/?", "/a/bc", false },
	{ "/**/?", "/a/b/c", true },
	{ "/**/[s]h", "/bin/bash", false },
	{ "/a/**/b/**/c*", "/a/b/c", true },
	{ "/a/**/b/**/c*", "/a/xb/c", false },
	{ "/a/**/b/**/c*", "/a/b/xc", false },
	{ "/a/**/b/**/c*", "/a/x/b/x/cd", true },
	{ "/a**/b", "/a/b", true },
	{ "/a**/b", "/ax/y/b", true },
	{ "/a**/b", "/ab", false },
	{ "/a/**/**/b", "/a/b", true },
	{ "/a/**/*/b", "/a/b", false },
	{ "/a/**/*/b", "/a/x/b", true },
	{ "/a**?", "/a", false },
	{ "/a**?", "/ax", true },
	{ "/a**?", "/a/x", true },
	{ "/a**?", "/a/", false },
	{ "/a***b", "/axb", true },
	{ "/a***b", "/a/x/b", true },
	{ "/a***b", "/ab", true },
	{ "/***", "/a/b", true },
	{ "/**[ab]", "/x/a", true },
	{ "/**[ab]", "/x/c", false },
	{ "/**\\*", "/x/*", true },
	{ "/**\\*", "/x/a", false },
	{ "/**.log", "/var/x.log", true },
	{ "/**.log", "/var/x.log/y", false },
	{ "/*.log", "/x.log", true },
	{ "/*.log", "/.log", true },
	{ "/*.log", "/v/x.log", false },
	{ "/*.tar.gz", "/x.tar.gz", true },
	{ "/*.tar.gz", "/x.gz", false },
	{ "/a*a", "/a", false },
	{ "/a*a", "/aa", true },
	{ "/?", "/a", true },
	{ "/?", "/", false },
	{ "/?", "//", false },
	{ "/a?b", "/a/b", false },
	{ "/[abc]", "/b", true },
	{ "/[a-c]", "/b", true },
	{ "/[a-c]", "/d", false },
	{ "/[!a-c]", "/d", true },
	{ "/[!a-c]", "/b", false },
	{ "/x[!a]y", "/x/y", false },
	{ "/x[/]y", "/x/y", false },
	{ "/[]a]", "/]", true },
	{ "/[!]a]", "/]", false },
	{ "/[!]a]", "/b", true },
	{ "/[a-]", "/-", true },
	{ "/[\\a]", "/\\", true },
	{ "/[\x80-\xff]", "/\xc3", true },
	{ "/[*]", "/*", true },
	{ "/[*]", "/a", false },
	{ "/\\*", "/*", true },
	{ "/\\*", "/a", false },
	{ "/\\[a]", "/[a]", true },
	{ "/a\\/b*", "/a/bc", true },
	{ "/{a,b}", "/{a,b}", true },
	{ "/{a,b}", "/a", false },
	{ "/*/*/*", "/a/b/c", true },
	{ "/*/*/*", "/a/b", false },
	{ "/a/**/b", "/a/xb", false },
	{ "/a/**/b", "/x/a/b", false },
	{ "/a**/b", "/ax/b", true },
	{ "/**/x", "/ax", false },
	{ "/**/*.log", "/x.log", true },
	{ "/**/*.log", "/a/b/x.log", true },
	{ "/**/*.log", "/a/x.log/y", false },
	{ "/**/x/**", "/x/a", true },
	{ "/**/x/**", "/a/x/b/c", true },
	{ "/**/x/**", "/a/x", false },
	{ "/**/x/**", "/a/xx/b", false },
	{ "/**/x/**/y", "/x/y", true },
	{ "/**/x/**/y", "/a/x/b/x/y", true },
	{ "/**/x/**/y", "/a/x/by", false },
	{ "/**/**/x*", "/x", true },
	{ "/**/*/x*", "/x", false },
	{ "/a/b*/c", "/a/b/c", true },
	{ "/a/b*/c", "/a/bx/c", true },
	{ "/a/b*/c", "/a/bx/y/c", false },
	{ "/*a*b*c", "/xaybzc", true },
	{ "/*a*b*c", "/xaybz", false },
};

TEST(patterns_match_as_documented)
{
	for (size_t i = 0; i < N(glob_cases); i++) {
		const char *pattern = glob_cases[i].pattern, *path = glob_cases[i].path,
			   *reason = "";

		ASSERT_EQ(0, kpol_glob_check(pattern, strlen(pattern), &reason))
		TH_LOG("%s: %s", pattern, reason);
		EXPECT_EQ(glob_cases[i].matches,
			  kpol_glob_match(pattern, strlen(pattern), path, strlen(path)))
		TH_LOG("%s on %s", pattern, path);
		EXPECT_EQ(glob_cases[i].matches, reference_glob(pattern, path, false))
		TH_LOG("reference: %s on %s", pattern, path);
	}
}

/* A path need not end in a NUL, and its end is its end. */
TEST(patterns_do_not_look_behind_the_path)
{
	EXPECT_EQ(true, kpol_glob_match("/a/*", 4, "/a/bc/d", 5));
	EXPECT_EQ(false, kpol_glob_match("/a/*c", 5, "/a/bc/d", 4));
	EXPECT_EQ(true, kpol_glob_match("/a/?cxx", 5, "/a/bc", 5));
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* @begin, then @unit as often as it fits, then @end. */
static const struct {
	const char *begin, *unit, *end;
} hostile_patterns[] = {
	{ "", "*", "b" },	    { "", "**", "b" },		{ "", "*a", "b" },
	{ "", "**a", "b" },	    { "", "?*", "b" },		{ "", "**/", "b" },
	{ "", "/**", "/b" },	    { "", "*/", "b" },		{ "", "[a/]*", "b" },
	{ "", "a*", "*?b" },	    { "", "[!b]", "*b" },	{ "", "*?", "b" },
	{ "", "\\a*", "b" },	    { "", "**?", "[b]" },	{ "", "*a", "*b*" },
	{ "", "**a", "**b*" },	    { "", "**a/", "**[b]*" },	{ "", "*a*", "c*" },
	{ "**", "a", "[b]*" },	    { "**", "?", "[b]*" },	{ "**/", "a/", "*b?" },
	{ "**/*", "a*", "c*" },	    { "*", "a", "[b]*" },	{ "**", "a*a", "**[b]?" },
	{ "**", "[a/]", "[b]**" },  { "**", "a**a", "[b]*" },	{ "", "/**/?", "/**/b/*" },
	{ "", "**/*/", "*[b]/?*" }, { "**", "aaaaaaa*", "c*" },
};

/* Patterns as they are in tickets, each on the longest path. */
static const char *const hostile_whole[] = {
	"/*a*a*a*a*b",	 "/**a/**a/**b",	  "/**/**/**/**/**/**/**/b", "/*a*a*a*a*c*",
	"/**a/**a/**c*", "/**/*a*/**/*a*/**/*c*", "/**/a/**/a/**/a/**/c/*",
};

/*
 * Paths of the longest length, none of which ends in what a pattern asks for: all "a", "a" in components of
 * one and of a hundred letters, and with the one letter that is missing in the middle.
 */
static char hostile_paths[5][KPOL_PATH_MAX + 1];

static void make_hostile_paths(void)
{
	for (size_t i = 0; i < N(hostile_paths); i++)
		memset(hostile_paths[i], 'a', KPOL_PATH_MAX);
	for (size_t i = 0; i < KPOL_PATH_MAX; i++) {
		if (!i || i % 2 == 0)
			hostile_paths[1][i] = '/';
		if (i % 100 == 0)
			hostile_paths[2][i] = hostile_paths[4][i] = '/';
	}
	hostile_paths[0][0] = hostile_paths[3][0] = '/';
	hostile_paths[3][KPOL_PATH_MAX / 2] = 'b';
	hostile_paths[4][KPOL_PATH_MAX - 1] = 'b';
}

/* The longest of all paths and patterns, on a slow machine and with sanitizers. */
#define HOSTILE_SECONDS 2.0

static double time_hostile(struct __test_metadata *_metadata, const char *pattern)
{
	u32 len = strlen(pattern);
	const char *reason = "";
	double start = seconds(), took;
	u32 matches = 0;

	ASSERT_EQ(0, kpol_glob_check(pattern, len, &reason)) TH_LOG("%s: %s", pattern, reason);
	for (size_t i = 0; i < N(hostile_paths); i++)
		matches += kpol_glob_match(pattern, len, hostile_paths[i], KPOL_PATH_MAX);
	took = (seconds() - start) / N(hostile_paths);
	EXPECT_GT(HOSTILE_SECONDS, took) TH_LOG("%.20s… took %.3f s", pattern, took);
	return took;
}

/* A matcher that backtracks would not live to see the end. */
TEST(hostile_patterns_take_bounded_time)
{
	double worst = 0, took;
	const char *slowest = "";

	make_hostile_paths();
	for (size_t i = 0; i < N(hostile_whole); i++) {
		took = time_hostile(_metadata, hostile_whole[i]);
		if (took > worst)
			slowest = hostile_whole[i];
		worst = took > worst ? took : worst;
	}
	for (size_t i = 0; i < N(hostile_patterns); i++) {
		size_t room = KPOL_GLOB_MAX - 1 - strlen(hostile_patterns[i].end);
		char pattern[KPOL_GLOB_MAX] = "/";

		strcat(pattern, hostile_patterns[i].begin);
		while (strlen(pattern) + strlen(hostile_patterns[i].unit) <= room)
			strcat(pattern, hostile_patterns[i].unit);
		strcat(pattern, hostile_patterns[i].end);
		took = time_hostile(_metadata, pattern);
		if (took > worst)
			slowest = hostile_patterns[i].unit;
		worst = took > worst ? took : worst;
	}
	fprintf(stderr, "# slowest hostile pattern (%s): %.1f ms\n", slowest, worst * 1e3);
}

/* What is slow for the quick matcher goes to the thorough one: both say the same, which a scan that tries all
 * confirms. */
TEST(hostile_patterns_match_what_they_should)
{
	static const char *const paths[] = {
		"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
		"/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/b/a/a/a/a/b",
		"/aaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaacaaaaaaaaaaaa/aaaa/c/x",
	};

	for (size_t i = 0; i < N(hostile_patterns); i++)
		for (size_t k = 0; k < N(paths) * 6; k++) {
			char pattern[KPOL_GLOB_MAX] = "/";
			const char *path = paths[k % N(paths)];

			strcat(pattern, hostile_patterns[i].begin);
			for (size_t n = 0; n <= 3 * (k / N(paths)); n++)
				strcat(pattern, hostile_patterns[i].unit);
			strcat(pattern, hostile_patterns[i].end);
			EXPECT_EQ(reference_glob(pattern, path, false),
				  kpol_glob_match(pattern, strlen(pattern), path, strlen(path)))
			TH_LOG("%s on %s", pattern, path);
		}
}

TEST_HARNESS_MAIN
