// SPDX-License-Identifier: GPL-2.0-or-later
/* The corpus of the bundle's fuzz target, replayed: what once broke stays mended. */
#include "../fuzz/load_fuzz.c"

#include "kselftest_harness.h"
#include "replay.h"

TEST(corpus_runs_through)
{
	EXPECT_LT(20, replay(TEST_TOP "/selftests/fuzz/corpus/load"));
}

TEST(good_and_bad_examples_run_through)
{
	EXPECT_LT(1, replay(TEST_DATA "/good"));
	EXPECT_LT(1, replay(TEST_DATA "/bad"));
	EXPECT_LT(3, replay(TEST_TOP "/policies/examples"));
}

TEST_HARNESS_MAIN
