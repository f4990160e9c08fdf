/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a fuzz target, which the test includes, over the files of a directory. */
#ifndef KPOL_UNIT_REPLAY_H
#define KPOL_UNIT_REPLAY_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* replay() - feed the target every file below @path. Return: how many. */
static inline int replay(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int n = 0;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *bytes = NULL;
		char file[512];
		size_t len;

		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.' || kpol_file_read(file, 1 << 20, &bytes, &len) < 0)
			continue;
		LLVMFuzzerTestOneInput((const uint8_t *)bytes, len);
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

#endif /* KPOL_UNIT_REPLAY_H */
