// SPDX-License-Identifier: GPL-2.0-or-later
/* The corpus of the fuzz target for the formats, replayed: what once broke stays mended. */
#include "../fuzz/format_fuzz.c"

#include "kselftest_harness.h"
#include "replay.h"

TEST(corpus_runs_through)
{
	EXPECT_LT(5, replay(TEST_TOP "/selftests/fuzz/corpus/format"));
}

TEST_HARNESS_MAIN
