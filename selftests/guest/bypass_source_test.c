// SPDX-License-Identifier: GPL-2.0-or-later
/* Nobody passes for another program: what fromSource means is what execve(2) was judged for. */
#include <errno.h>
#include <string.h>

#include "lib/act_source.h"
#include "lib/bypass_fixture.h"
#include "lib/program.h"

#define BASE "/tmp/source"
#define SECRET BASE "/secret"
#define MINE BASE "/mine"
#define PROGRAM BASE "/program" /* which may read SECRET */
#define OTHER BASE "/other" /* which may not be executed */
#define AS_PROGRAM PROGRAM " " SECRET

/* Enough to find out about oneself, and to open what one wants to be. */
#define ONLY_PROGRAM                                                                               \
	BYPASS_HEADER                                                                              \
	"  file:\n    action: Allow\n    matchPaths:\n    - {path: " MINE "}\n"                    \
	"    - {path: " PROGRAM "}\n    - {path: " SECRET ", fromSource: [{path: " PROGRAM "}]}\n" \
	"    matchDirectories: [{dir: /proc/, recursive: true}]\n"
#define ONLY_PROGRAM_BY_BLOCKS                                                \
	BYPASS_HEADER                                                         \
	"  file:\n    matchPaths:\n    - {path: " SECRET ", action: Block}\n" \
	"    - {path: " SECRET ", action: Audit, fromSource: [{path: " PROGRAM "}]}\n"
#define NO_OTHER \
	BYPASS_HEADER "  process:\n    action: Block\n    matchPaths: [{path: " OTHER "}]\n"

static void bypass_prepare(void)
{
	guest_write(SECRET, "secret", 0644);
	guest_write(MINE, "mine", 0644);
	program_make(PROGRAM, "");
	program_make(OTHER, "");
}

#define LET_PASS "  namespaceOps: {action: Allow, matchNamespaces: [{namespace: source}]}\n"

#define NO_MAP .missing = -EINVAL, .facility = "PR_SET_MM_MAP"

BYPASS(exe_file_of_another_program, .act = act_read_as, .arg = AS_PROGRAM, .policy = ONLY_PROGRAM,
       .still = act_read, .still_arg = MINE);
BYPASS(exe_file_of_another_program_by_map, .act = act_read_as_by_map, .arg = AS_PROGRAM,
       .policy = ONLY_PROGRAM, .still = act_read, .still_arg = MINE, NO_MAP);
BYPASS(exe_file_of_another_program_under_blocks, .act = act_read_as, .arg = AS_PROGRAM,
       .policy = ONLY_PROGRAM_BY_BLOCKS, .still = act_read, .still_arg = MINE);
BYPASS(loader_that_hides, .act = act_map_exec_in_disguise, .arg = OTHER, .policy = NO_OTHER,
       .still = act_map_exec, .still_arg = PROGRAM);
BYPASS(loader_that_hides_by_map, .act = act_map_exec_in_disguise_by_map, .arg = OTHER,
       .policy = NO_OTHER, .still = act_map_exec, .still_arg = PROGRAM, NO_MAP);

/* And it is that rule, and nothing on the way, which denies the rest. */
TEST(only_a_rule_lets_a_workload_pass_for_another)
{
	struct guest_worker worker;

	guest_unload();
	bypass_prepare();
	worker = guest_worker_new(BYPASS_CGROUP);
	ASSERT_EQ(0, guest_load(ONLY_PROGRAM));
	EXPECT_EQ(-EACCES, guest_do(&worker, act_read, SECRET));
	EXPECT_EQ(-EACCES, guest_do(&worker, act_read_as, AS_PROGRAM));
	ASSERT_EQ(0, guest_load(ONLY_PROGRAM LET_PASS));
	EXPECT_EQ(-EACCES, guest_do(&worker, act_read, SECRET));
	EXPECT_EQ(0, guest_do(&worker, act_read_as, AS_PROGRAM));
	ASSERT_EQ(0, guest_load(NO_OTHER LET_PASS));
	EXPECT_EQ(-EACCES, guest_do(&worker, act_map_exec, OTHER));
	EXPECT_EQ(0, guest_do(&worker, act_map_exec_in_disguise, OTHER));
	guest_unload();
	guest_worker_end(&worker);
}

TEST_HARNESS_MAIN
