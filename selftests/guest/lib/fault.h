/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocations that fail, by the kernel's own fault injection. */
#ifndef KPOL_GUEST_FAULT_H
#define KPOL_GUEST_FAULT_H

#include <stdbool.h>

/** fault_here() - can this kernel let allocations fail? */
bool fault_here(void);

/**
 * fault_prepare() - everything that can be refused is, also to who could wait, and without a word in the log
 *
 * With KPOL_FAULT_VERBOSE=2, in the environment or on the kernel command line, the log shows where each failure was.
 */
void fault_prepare(void);

/** fault_everywhere() - of everybody's allocations so many in a hundred fail, until told "0". */
void fault_everywhere(const char *percent);

/**
 * fault_large() - the same with all that is larger than a page, for tasks that are marked
 *
 * There are two ways to get such: pages in a row, or a place for single ones. Marked tasks get neither; vmap_area is
 * marked on the kernel's command line (slub_debug=A,vmap_area).
 */
void fault_large(const char *percent);

/** fault_mark_task() - the calling process is one of them, and what it executes. */
void fault_mark_task(void);

/** fault_nth_open() - the calling task's descriptor: opened before anything may fail. Return: it, or -1. */
int fault_nth_open(void);

/** fault_nth_set() - from now on the @nth allocation of this task fails, once. */
void fault_nth_set(int fd, unsigned int nth);

/** fault_nth_end() - stop. Return: how many allocations were still to come before the one that fails; 0: it failed. */
unsigned int fault_nth_end(int fd);

#endif /* KPOL_GUEST_FAULT_H */
