// SPDX-License-Identifier: GPL-2.0-or-later
/* Time limits on a machine that is slow on purpose. */
#include "slow.h"

#include <stdlib.h>

unsigned int slow_times(void)
{
	const char *given = getenv("KPOL_SLOW");
	unsigned int times = given ? strtoul(given, NULL, 10) : 1;

	return times ? times : 1;
}

unsigned int __real_alarm(unsigned int seconds);
unsigned int __wrap_alarm(unsigned int seconds);

/* What the linker puts in the place of alarm(2), which is how kselftest ends a test that takes too
 * long. */
unsigned int __wrap_alarm(unsigned int seconds)
{
	return __real_alarm(seconds * slow_times());
}
