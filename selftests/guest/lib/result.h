/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a system call returned, as an act returns it. */
#ifndef KPOL_GUEST_RESULT_H
#define KPOL_GUEST_RESULT_H

#include <errno.h>
#include <unistd.h>

/* Return: 0, or -errno where @r says that there is one. */
static inline int result(long r)
{
	return r < 0 ? -errno : 0;
}

/* Of a descriptor that was only got to see whether it can be had. */
static inline int close_result(long fd)
{
	int r = result(fd);

	if (!r)
		close((int)fd);
	return r;
}

#endif /* KPOL_GUEST_RESULT_H */
