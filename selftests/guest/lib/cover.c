// SPDX-License-Identifier: GPL-2.0-or-later
/* Which places in the module's code a task has reached, as the kernel's KCOV tells it. */
#include "cover.h"

#include <fcntl.h>
#include <linux/kcov.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define WORDS (1U << 18) /* of the buffer; what does not fit is not seen */
#define SLOTS (1U << 16) /* far more than the module has places */

static unsigned long base; /* of the module: where it is differs from load to load */
static unsigned long *buffer; /* how many, then the places */
static unsigned long seen[SLOTS];
static unsigned int n_seen;

bool cover_open(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, WORDS))
		return false;
	buffer = mmap(NULL, WORDS * sizeof(*buffer), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return buffer != MAP_FAILED && !ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC);
}

void cover_rebase(void)
{
	FILE *f = fopen("/sys/module/kpol/sections/.text", "re");

	if (f && fscanf(f, "%lx", &base) != 1)
		base = 0;
	if (f)
		fclose(f);
}

void cover_begin(void)
{
	__atomic_store_n(&buffer[0], 0, __ATOMIC_RELAXED);
}

/* Return: true if that is news. */
static bool note(unsigned long place)
{
	unsigned int slot = (place * 0x9e3779b97f4a7c15UL) >> 48;

	while (seen[slot] && seen[slot] != place)
		slot = (slot + 1) % SLOTS;
	if (seen[slot])
		return false;
	if (n_seen == SLOTS / 2)
		abort();
	seen[slot] = place;
	n_seen++;
	return true;
}

unsigned int cover_end(void)
{
	unsigned long n = __atomic_load_n(&buffer[0], __ATOMIC_RELAXED);
	unsigned int news = 0;

	for (unsigned long i = 1; i <= n; i++)
		news += note(buffer[i] - base);
	return news;
}

unsigned int cover_places(void)
{
	return n_seen;
}
