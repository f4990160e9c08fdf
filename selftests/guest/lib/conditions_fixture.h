/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fixture of the tests of conditions: programs that do nothing, and one that says what it was given. */
#ifndef KPOL_GUEST_CONDITIONS_FIXTURE_H
#define KPOL_GUEST_CONDITIONS_FIXTURE_H

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "act.h"
#include "guest.h"
#include "program.h"

#define CGROUP "conditions"
#define TOOL "/tmp/c/tool" /* ends at once, whatever its arguments are */
#define SCRIPT "/tmp/c/script"
#define INTERPRETER "/tmp/c/interp"
#define LAST \
	"/tmp/c/last" /* a copy of this program, which says whether its last argument is "good" */

#define HEADER                                                                               \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: conditions}\nspec:\n" \
	"  selector: {matchCgroups: [/" CGROUP "]}\n"
#define PROCESS(action, paths) \
	HEADER "  process:\n    action: " action "\n    matchPaths: [" paths "]\n"

/* How LAST tells what it was given. */
#define GIVEN_GOOD 10
#define GIVEN_OTHER 11

__attribute__((constructor)) static void tell_last_argument(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--tell"))
		_exit(strcmp(argv[2], "good") ? GIVEN_OTHER : GIVEN_GOOD);
}

FIXTURE(conditions)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_SETUP(conditions)
{
	guest_unload();
	program_make(TOOL, "");
	guest_copy("/proc/self/exe", LAST);
	program_make(INTERPRETER, "");
	guest_write(SCRIPT, "#!" INTERPRETER " -s\n", 0755);
	self->worker = guest_worker_new(CGROUP);
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(conditions)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->worker);
}

#define DO(act, arg) guest_do(&self->worker, act, arg)

#define ARGS "allowedArgs: [\"-m\", pydoc]"

#endif /* KPOL_GUEST_CONDITIONS_FIXTURE_H */
