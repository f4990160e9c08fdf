/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ownership written at the declaration: what frees a variable when its block ends. */
#ifndef KPOL_BASE_CLEANUP_H
#define KPOL_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

/* DEFINE_CLEANUP(struct kpol_nl *, kpol_nl_free) makes kpol_nl_freep() for _cleanup_(). */
#define DEFINE_CLEANUP(type, func)          \
	static inline void func##p(type *p) \
	{                                   \
		if (*p)                     \
			func(*p);           \
	}

/* The value, whose owner is now the caller. */
#define TAKE_PTR(p)                         \
	({                                  \
		__typeof__(p) _taken = (p); \
		(p) = NULL;                 \
		_taken;                     \
	})

#define TAKE_FD(fd)                \
	({                         \
		int _taken = (fd); \
		(fd) = -1;         \
		_taken;            \
	})

static inline void kpol_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void kpol_cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void kpol_cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define _cleanup_free_ _cleanup_(kpol_cleanup_free)
#define _cleanup_close_ _cleanup_(kpol_cleanup_close)
#define _cleanup_fclose_ _cleanup_(kpol_cleanup_fclose)

#endif /* KPOL_BASE_CLEANUP_H */
