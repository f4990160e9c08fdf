// SPDX-License-Identifier: GPL-2.0-or-later
/* The fuzz target's corpus, replayed: what once broke stays mended. */
#include <dirent.h>
#include <stdio.h>

#include "../fuzz/load_fuzz.c"

#include "base/cleanup.h"
#include "base/file.h"
#include "kselftest_harness.h"

static int replay(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int n = 0;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *text = NULL;
		char file[512];
		size_t len;

		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.' || kpol_file_read(file, 1 << 20, &text, &len) < 0)
			continue;
		LLVMFuzzerTestOneInput((const uint8_t *)text, len);
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

TEST(corpus_runs_through)
{
	EXPECT_GT(replay(TEST_TOP "/selftests/fuzz/corpus/load"), 20);
}

TEST(good_and_bad_examples_run_through)
{
	EXPECT_GT(replay(TEST_DATA "/good"), 1);
	EXPECT_GT(replay(TEST_DATA "/bad"), 1);
	EXPECT_GT(replay(TEST_TOP "/policies/examples"), 3);
}

TEST_HARNESS_MAIN
