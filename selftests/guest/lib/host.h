/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the machine under test fares: its memory and its log. */
#ifndef KPOL_GUEST_HOST_H
#define KPOL_GUEST_HOST_H

#include <stddef.h>

/* Memory, in KiB, as far as a module could leak it. */
struct host_memory {
	long slab, vmalloc, percpu;
	long kpol_areas; /* areas that a function of the module has allocated */
};

#define HOST_MAX_CACHES 512

/* Slab caches and what their objects take, so that a growth has a name. */
struct host_caches {
	size_t n;
	struct {
		char name[64];
		long objects, size;
	} cache[HOST_MAX_CACHES];
};

/** host_memory() - what is left when all that can be given back has been; takes 2 s. */
struct host_memory host_memory(struct host_caches *ret_caches);

/**
 * host_quarantine() - KiB that the kernel keeps although they were freed, to catch who still uses them
 *
 * KASAN's quarantine is a 32nd of memory (QUARANTINE_FRACTION in mm/kasan/quarantine.c); a leak is kmemleak's to find
 * there. 0 on a kernel without KASAN.
 */
long host_quarantine(void);

/** host_print_growth() - to stderr: which caches have grown by 16 KiB or more. */
void host_print_growth(const struct host_caches *before, const struct host_caches *after);

/** host_log_open() - the kernel's log from here on. Return: a descriptor or -1. */
int host_log_open(void);

/** host_log_bad() - warnings and failed self-tests since the last look; they go to stderr. */
unsigned int host_log_bad(int log);

/** host_log_has() - is there a line with @text since the last look? */
int host_log_has(int log, const char *text);

#endif /* KPOL_GUEST_HOST_H */
