/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of the spool share: a directory, entries that can be told apart, and a look at what is there. */
#ifndef KPOL_SPOOL_CASE_H
#define KPOL_SPOOL_CASE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool/spool.h"

#define BOOT "3d7a1f0c-39d6-4b83-9519-91f7c2c957f6"

static const struct kpol_spool_options roomy = {
	.max_bytes = 64 * 1024 * 1024,
	.max_entries = 1000000,
	.memory_bytes = 4 * 1024 * 1024,
	.sync = KPOL_SPOOL_SYNC_NEVER,
};

/* Memory, where the test is not about the disk: there are many files to make. */
static inline char *case_dir(char *dir, size_t size)
{
	snprintf(dir, size, "%s/kpol-spool-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	return mkdtemp(dir);
}

static inline void case_remove(const char *dir)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		abort();
}

/* Bytes that follow from the number, so that whoever reads them can tell whether they are right. */
static inline void case_fill(unsigned char *bytes, size_t len, unsigned long number)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(number * 31 + i * 7 + (number >> 8));
}

static inline int case_append(struct kpol_spool *spool, enum kpol_spool_class class,
			      unsigned long number, size_t len)
{
	struct kpol_spool_entry entry = { .class = class, .len = len };
	unsigned char *bytes = malloc(len + 1);
	char id[KPOL_SPOOL_ID_SIZE];
	int r;

	snprintf(id, sizeof(id), BOOT "-%lu", number);
	case_fill(bytes, len, number);
	entry.id = id;
	entry.bytes = bytes;
	r = kpol_spool_append(spool, &entry, 1);
	free(bytes);
	return r;
}

static inline unsigned long case_number(const struct kpol_spool_entry *entry)
{
	return strncmp(entry->id, BOOT "-", sizeof(BOOT)) == 0
		       ? strtoul(entry->id + sizeof(BOOT), NULL, 10)
		       : 0;
}

static inline bool case_is_right(const struct kpol_spool_entry *entry)
{
	unsigned char *bytes = malloc(entry->len + 1);
	bool right;

	case_fill(bytes, entry->len, case_number(entry));
	right = case_number(entry) && memcmp(bytes, entry->bytes, entry->len) == 0;
	free(bytes);
	return right;
}

static inline struct kpol_spool *case_open(const char *dir,
					   const struct kpol_spool_options *options)
{
	struct kpol_spool *spool = NULL;
	int r = kpol_spool_open(dir, "siem", options, &spool);

	if (r < 0)
		fprintf(stderr, "# spool in %s: %s\n", dir, strerror(-r));
	return r < 0 ? NULL : spool;
}

/**
 * struct case_view - everything a spool hands out
 * @wrong: payloads that are not what was appended. @order: every number is above the one before.
 */
struct case_view {
	unsigned long numbers[8192];
	size_t n;
	size_t wrong;
	bool order;
	uint64_t last_seq;
};

static inline int case_look(struct kpol_spool *spool, struct case_view *view)
{
	uint64_t after = 0;

	memset(view, 0, sizeof(*view));
	view->order = true;
	for (;;) {
		struct kpol_spool_batch batch = { 0 };
		int r = kpol_spool_peek(spool, after, 100, &batch);

		if (r < 0 || batch.n == 0)
			return r;
		for (size_t i = 0; i < batch.n && view->n < 8192; i++) {
			unsigned long number = case_number(&batch.items[i]);

			view->wrong += !case_is_right(&batch.items[i]);
			if (batch.items[i].seq <= after ||
			    (view->n && number <= view->numbers[view->n - 1]))
				view->order = false;
			after = view->last_seq = batch.items[i].seq;
			view->numbers[view->n++] = number;
		}
		kpol_spool_batch_clear(&batch);
	}
}

#endif /* KPOL_SPOOL_CASE_H */
