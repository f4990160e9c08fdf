// SPDX-License-Identifier: GPL-2.0-or-later
/* Points in time as RFC 3339 has them. */
#include <stdio.h>
#include <time.h>

#include "format/record.h"

void kpol_time_format(uint64_t time_ns, char *buf)
{
	time_t seconds = (time_t)(time_ns / 1000000000ULL);
	unsigned int us = (unsigned int)(time_ns % 1000000000ULL / 1000);
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&seconds, &tm))
		n = strftime(buf, KPOL_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, KPOL_TIME_SIZE - n, ".%06uZ", us);
}
