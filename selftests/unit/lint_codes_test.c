// SPDX-License-Identifier: GPL-2.0-or-later
/* Every code has a row and a paragraph, every paragraph and every code in the sources has a row; lint is quick. */
#include <dirent.h>
#include <time.h>

#include "base/file.h"

#include "lint_case.h"
#include "kselftest_harness.h"

static const char *const severities[] = {
	[KPOL_ERROR] = "Error.", [KPOL_WARNING] = "Warning.", [KPOL_NOTE] = "Note."
};

/* "## KPOL024 a Block rule …", a blank line, "Warning. …" */
TEST(every_code_has_a_paragraph_that_says_its_severity)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	ASSERT_EQ(0, kpol_file_read(TEST_TOP "/docs/lint.md", 1 << 20, &text, &len));
	for (const struct kpol_finding *f = kpol_findings; f->code; f++) {
		const char *word = severities[f->severity], *at;
		char heading[32];

		snprintf(heading, sizeof(heading), "\n## %s ", f->code);
		at = strstr(text, heading);
		EXPECT_NE(NULL, at) TH_LOG("%s has no paragraph", f->code);
		at = at ? strstr(at + 1, "\n\n") : NULL;
		EXPECT_TRUE(at && !strncmp(at + 2, word, strlen(word)))
		TH_LOG("%s: the paragraph does not begin with \"%s\"", f->code, word);
	}
}

/* Every "KPOLnnn" of a text is a row. */
static void expect_rows(struct __test_metadata *_metadata, const char *file, const char *text)
{
	for (const char *at = text; (at = strstr(at, "KPOL")); at += 4) {
		char code[8];

		if (strspn(at + 4, "0123456789") != 3)
			continue;
		snprintf(code, sizeof(code), "%.7s", at);
		EXPECT_NE(NULL, kpol_finding_get(code)) TH_LOG("%s: %s has no row", file, code);
	}
}

static void expect_rows_of_dir(struct __test_metadata *_metadata, const char *dir)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, NULL, alphasort);

	EXPECT_LT(2, n);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *text = NULL;
		char path[512];
		size_t len;

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		free(names[i]);
		if (kpol_file_read(path, 1 << 20, &text, &len) == 0)
			expect_rows(_metadata, path, text);
	}
	free(names);
}

TEST(every_code_that_is_written_anywhere_has_a_row)
{
	expect_rows_of_dir(_metadata, TEST_TOP "/docs");
	expect_rows_of_dir(_metadata, TEST_TOP "/userspace/load");
	expect_rows_of_dir(_metadata, TEST_TOP "/userspace/compile");
}

#define RULES_MANY 100000

/* Shapes of which each has been a way to be slow: links, directories and patterns in each other. */
static void add_rules(struct kpol_buffer *yaml)
{
	kpol_buffer_puts(yaml, "  file:\n    action: Allow\n    matchPaths:\n");
	for (int i = 0; i < RULES_MANY / 4; i++)
		kpol_buffer_printf(yaml, "    - path: /bin/%d\n", i);
	for (int i = 0; i < RULES_MANY / 4; i++)
		kpol_buffer_printf(yaml, "    - path: /usr/bin/%d\n", i);
	kpol_buffer_puts(yaml, "    matchDirectories:\n");
	for (int i = 0; i < RULES_MANY / 4; i++)
		kpol_buffer_printf(yaml, "    - dir: /srv/a/b/c/d/%d/\n", i);
	kpol_buffer_puts(yaml, "    matchPatterns:\n");
	for (int i = 0; i < RULES_MANY / 4; i++)
		kpol_buffer_printf(yaml, "    - pattern: /opt/%d/**\n", i);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

TEST(lint_of_100000_rules_takes_less_than_two_seconds)
{
	struct kpol_buffer yaml = { 0 };
	struct kpol_diags diags = { 0 };
	double before;

	kpol_buffer_puts(&yaml, POLICY);
	add_rules(&yaml);
	before = now();
	lint_yaml(yaml.text, NULL, &diags);
	EXPECT_LT(now() - before, 2.0);
	TH_LOG("%.2f s with loading and compiling", now() - before);
	EXPECT_EQ(0, diags.n_errors);
	EXPECT_EQ(0, diags.n_warnings);
	kpol_diags_clear(&diags);
	kpol_buffer_clear(&yaml);
}

#define POLICIES_MANY 900

TEST(lint_of_900_policies_that_share_takes_less_than_two_seconds)
{
	struct kpol_buffer yaml = { 0 };
	struct kpol_diags diags = { 0 };
	double before;

	kpol_buffer_puts(&yaml, BUNDLE NAMED("ns-a.all.v1", "{}") RULES("file", "matchPaths"));
	for (int i = 0; i < 1000; i++)
		kpol_buffer_printf(&yaml, "    - path: /etc/%d\n", i);
	for (int i = 0; i < POLICIES_MANY; i++) {
		kpol_buffer_printf(&yaml, "---\n" NAMED("ns-a.p%d.v1", "{matchLabels: {app: a%d}}"),
				   i, i);
		kpol_buffer_puts(&yaml, RULES("file", "matchPaths"));
		for (int k = 0; k < 100; k++)
			kpol_buffer_printf(&yaml, "    - path: /srv/%d\n", k);
	}
	before = now();
	lint_yaml(yaml.text, NULL, &diags);
	EXPECT_LT(now() - before, 2.0);
	TH_LOG("%.2f s with loading and compiling", now() - before);
	EXPECT_EQ(0, diags.n_errors);
	kpol_diags_clear(&diags);
	kpol_buffer_clear(&yaml);
}

TEST_HARNESS_MAIN
