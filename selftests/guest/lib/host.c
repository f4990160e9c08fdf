// SPDX-License-Identifier: GPL-2.0-or-later
/* How the machine under test fares: its memory and its log. */
#include "host.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long meminfo(const char *key)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "re");
	long value = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			value = atol(line + strlen(key));
	if (f)
		fclose(f);
	return value;
}

/* Areas that a function of the module has allocated and that are still there. */
static long count_areas(void)
{
	char line[512];
	FILE *f = fopen("/proc/vmallocinfo", "re");
	long n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += !!strstr(line, "[kpol]") || !!strstr(line, "kpol_");
	if (f)
		fclose(f);
	return n;
}

static void read_caches(struct host_caches *ret)
{
	char line[512];
	FILE *f = fopen("/proc/slabinfo", "re");

	ret->n = 0;
	while (f && ret->n < HOST_MAX_CACHES && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %*d %ld %ld", ret->cache[ret->n].name,
			   &ret->cache[ret->n].objects, &ret->cache[ret->n].size) == 3)
			ret->n++;
	if (f)
		fclose(f);
}

void host_print_growth(const struct host_caches *before, const struct host_caches *after)
{
	for (size_t i = 0; i < after->n; i++) {
		for (size_t k = 0; k < before->n; k++) {
			long more = after->cache[i].objects - before->cache[k].objects;

			if (!strcmp(after->cache[i].name, before->cache[k].name) &&
			    labs(more * after->cache[i].size) >= 16 * 1024)
				fprintf(stderr, "# %s: %+ld objects of %ld bytes\n",
					after->cache[i].name, more, after->cache[i].size);
		}
	}
}

struct host_memory host_memory(struct host_caches *ret_caches)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	sync();
	if (fd < 0 || write(fd, "3", 1) != 1)
		abort();
	close(fd);
	sleep(2); /* RCU callbacks */
	read_caches(ret_caches);
	return (struct host_memory){ meminfo("SUnreclaim:"), meminfo("VmallocUsed:"),
				     meminfo("Percpu:"), count_areas() };
}

long host_quarantine(void)
{
	char line[512];
	FILE *f = fopen("/proc/kallsyms", "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, " kasan_quarantine_put\n");
	if (f)
		fclose(f);
	return found ? meminfo("MemTotal:") / 32 : 0;
}

int host_log_open(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

unsigned int host_log_bad(int log)
{
	static const char *const bad[] = { "WARNING",	"BUG:", "Oops", "memory leak",
					   "self-test", "hung", "stall" };
	char record[4096];
	unsigned int n = 0;
	ssize_t len;

	while ((len = read(log, record, sizeof(record) - 1)) > 0) {
		record[len] = 0;
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			if (strstr(record, bad[i])) {
				fprintf(stderr, "# log: %s\n", record);
				n++;
				break;
			}
		}
	}
	return n;
}

int host_log_has(int log, const char *text)
{
	char record[4096];
	ssize_t len;
	int found = 0;

	while ((len = read(log, record, sizeof(record) - 1)) > 0) {
		record[len] = 0;
		found |= strstr(record, text) != NULL;
	}
	return found;
}
