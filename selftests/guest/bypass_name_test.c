// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs whose names look like what a table or a kernel says: none passes for one that is allowed. */
#include <errno.h>
#include <stdio.h>

#include "lib/bypass_fixture.h"
#include "lib/program.h"

#define BASE "/tmp/name"
#define GOOD BASE "/good"
#define PROGRAM GOOD "/program"

/* A rule of each kind that a path can match. */
#define ALL_KINDS                                                                                  \
	BYPASS_HEADER                                                                              \
	"  process:\n    action: Allow\n    matchPaths: [{path: " BASE                             \
	"/exact}, {execname: program}]\n    matchDirectories: [{dir: " GOOD                        \
	"/, recursive: true}, {dir: " BASE "/flat/}]\n    matchPatterns:\n    - {pattern: \"" BASE \
	"/some/**/tool\"}\n    - {pattern: \"" BASE                                                \
	"/one-?\"}\n    - {pattern: \"/**/lib*.so\"}\n"

static const char *const names[] = {
	BASE "/exact (deleted)",
	BASE "/exact\n",
	BASE "/exact\001",
	BASE "/ exact",
	BASE "/exac",
	BASE "/program (deleted)",
	BASE "/program\n",
	BASE "/ program",
	BASE "/good (deleted)",
	BASE "/goods",
	BASE "/*",
	BASE "/**",
	BASE "/?",
	BASE "/[a-z]",
	BASE "/{exact,x}",
	BASE "/\\exact",
	BASE "/\001\377",
	BASE "/some/tool.d",
	BASE "/some/**.d",
	BASE "/one-",
	BASE "/one-22",
	BASE "/lib.so.d",
	BASE "/user",
	BASE "/leave-cgroup",
	BASE "/source",
	BASE "/bind",
	BASE "/(unreachable)",
	BASE "/flat/deeper/x",
};

/* Return: 0: all of them ran, -EACCES: none did, -EEXIST: some did. */
static int execute_all(const char *unused)
{
	size_t ran = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int r = act_execute(names[i]);

		if (r && r != -EACCES)
			return r;
		ran += !r;
	}
	return !ran ? -EACCES : ran == ARRAY_SIZE(names) ? 0 : -EEXIST;
}

static void bypass_prepare(void)
{
	program_make(PROGRAM, "");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		program_make(names[i], "");
}

BYPASS(program_named_like_a_key, .act = execute_all, .policy = ALL_KINDS, .still = act_execute,
       .still_arg = PROGRAM);

TEST_HARNESS_MAIN
