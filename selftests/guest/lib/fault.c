// SPDX-License-Identifier: GPL-2.0-or-later
/* Allocations that fail, by the kernel's own fault injection. */
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAULTS "/sys/kernel/debug/"

/* Even this may fail for want of memory: it is tried again. */
static void put(const char *path, const char *value)
{
	for (int tries = 0; tries < 1000; tries++) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);
		bool done = fd >= 0 && write(fd, value, strlen(value)) > 0;

		close(fd);
		if (done)
			return;
	}
	fprintf(stderr, "# %s: %s\n", path, strerror(errno));
}

bool fault_here(void)
{
	return !access(FAULTS "failslab", F_OK) && !access("/proc/thread-self/fail-nth", F_OK);
}

static const char *verbosity(void)
{
	const char *given = getenv("KPOL_FAULT_VERBOSE");

	return given ? given : "0";
}

void fault_prepare(void)
{
	put(FAULTS "failslab/ignore-gfp-wait", "N");
	put(FAULTS "failslab/verbose", verbosity());
	put(FAULTS "fail_page_alloc/ignore-gfp-wait", "N");
	put(FAULTS "fail_page_alloc/ignore-gfp-highmem", "N");
	put(FAULTS "fail_page_alloc/min-order", "0");
	put(FAULTS "fail_page_alloc/verbose", verbosity());
}

void fault_everywhere(const char *percent)
{
	put(FAULTS "failslab/task-filter", "N");
	put(FAULTS "failslab/times", "-1");
	put(FAULTS "failslab/probability", percent);
	put(FAULTS "fail_page_alloc/task-filter", "N");
	put(FAULTS "fail_page_alloc/times", "-1");
	put(FAULTS "fail_page_alloc/probability", percent);
}

void fault_large(const char *percent)
{
	put(FAULTS "failslab/cache-filter", strcmp(percent, "0") ? "Y" : "N");
	put(FAULTS "failslab/task-filter", "Y");
	put(FAULTS "failslab/times", "-1");
	put(FAULTS "failslab/probability", percent);
	put(FAULTS "fail_page_alloc/min-order", strcmp(percent, "0") ? "2" : "0");
	put(FAULTS "fail_page_alloc/task-filter", "Y");
	put(FAULTS "fail_page_alloc/times", "-1");
	put(FAULTS "fail_page_alloc/probability", percent);
}

int fault_nth_open(void)
{
	return open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
}

void fault_nth_set(int fd, unsigned int nth)
{
	char number[16];
	int len = snprintf(number, sizeof(number), "%u", nth);

	if (pwrite(fd, number, len, 0) != len)
		_exit(99);
}

unsigned int fault_nth_end(int fd)
{
	char number[16] = "";

	if (pread(fd, number, sizeof(number) - 1, 0) < 0)
		_exit(99);
	fault_nth_set(fd, 0);
	return strtoul(number, NULL, 10);
}

void fault_mark_task(void)
{
	put("/proc/self/make-it-fail", "1");
}
