// SPDX-License-Identifier: GPL-2.0-or-later
/* The corpus of the fuzz target for what API servers send, replayed: what once broke stays mended. */
#include "../fuzz/k8s_fuzz.c"

#include "kselftest_harness.h"
#include "replay.h"

TEST(corpus_runs_through)
{
	EXPECT_LT(5, replay(TEST_TOP "/selftests/fuzz/corpus/k8s"));
}

TEST_HARNESS_MAIN
