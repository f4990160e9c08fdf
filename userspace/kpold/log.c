// SPDX-License-Identifier: GPL-2.0-or-later
/* What the daemon says to its administrator. */
#include "kpold/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>

#include "base/cleanup.h"
#include "base/text.h"

/* $JOURNAL_STREAM is "device:inode" of the stream that systemd gave us, see systemd.exec(5). */
static int stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(2, &st) == 0 &&
	       st.st_dev == device && st.st_ino == inode;
}

void kpold_log(int priority, const char *format, ...)
{
	_cleanup_free_ char *text = NULL, *safe = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		text = NULL;
	else
		safe = kpol_text_escape(text, (size_t)n);
	if (!safe)
		return;
	if (stderr_is_journal())
		sd_journal_print(priority, "%s", safe);
	else
		fprintf(stderr, "kpold: %s\n", safe);
}
