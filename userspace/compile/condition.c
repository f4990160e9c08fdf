// SPDX-License-Identifier: GPL-2.0-or-later
/* An item's condition as the rows of a ruleset have it. */
#include "compile/condition.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"

struct record {
	uint8_t kind;
	uint16_t len;
	const char *bytes;
	uint8_t digest[KPOL_VERITY_MAX];
};

void kpol_hex_read(const char *text, uint8_t *ret, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char byte[3] = { text[2 * i], text[2 * i + 1], '\0' };

		ret[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
}

static struct record arg_record(const char *arg)
{
	size_t len = strlen(arg);

	/* One that is too long stays it, for the check of the row to say so. */
	return (struct record){ .kind = KPOL_CONDITION_ARG,
				.len = (uint16_t)(len > KPOL_ARG_MAX ? KPOL_ARG_MAX + 1 : len),
				.bytes = arg };
}

/* "9f86…", or with the name of its algorithm before: "sha512:9f86…" */
static struct record digest_record(enum kpol_digest of, const char *text)
{
	const char *colon = strchr(text, ':'), *hex = colon ? colon + 1 : text;
	struct record record = { .kind = KPOL_CONDITION_SHA256, .len = KPOL_DIGEST_LEN };

	if (of == KPOL_DIGEST_FS_VERITY) {
		record.len = (uint16_t)(strlen(hex) / 2);
		record.kind = record.len == KPOL_VERITY_MAX ? KPOL_CONDITION_VERITY_SHA512
							    : KPOL_CONDITION_VERITY_SHA256;
	}
	kpol_hex_read(hex, record.digest, record.len);
	return record;
}

static const char *record_bytes(const struct record *record)
{
	return record->bytes ? record->bytes : (const char *)record->digest;
}

static int compare_records(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int r = x->kind - y->kind;

	if (!r)
		r = memcmp(record_bytes(x), record_bytes(y), len);
	return r ? r : x->len - y->len;
}

static void put_record(struct kpol_buffer *out, const struct record *record)
{
	const char *bytes = record_bytes(record);

	kpol_buffer_putc(out, (char)record->kind);
	kpol_buffer_putc(out, (char)(record->len & 0xff));
	kpol_buffer_putc(out, (char)(record->len >> 8));
	for (size_t i = 0; i < record->len; i++)
		kpol_buffer_putc(out, bytes[i]);
}

static size_t collect(const struct kpol_item *item, struct record *records)
{
	size_t n = 0;

	for (size_t i = 0; i < item->args.n; i++)
		records[n++] = arg_record(item->args.items[i]);
	for (size_t i = 0; i < item->digests.n; i++)
		records[n++] = digest_record(item->digest, item->digests.items[i]);
	return n;
}

int kpol_condition_compile(const struct kpol_item *item, struct kpol_arena *strings,
			   struct kpol_rule *rule)
{
	_cleanup_free_ struct record *records =
		calloc(item->args.n + item->digests.n + 1, sizeof(*records));
	_cleanup_(kpol_buffer_clear) struct kpol_buffer out = { 0 };
	size_t n = 0;

	if (!records)
		return -ENOMEM;
	if (!item->args.n && !item->digests.n)
		return 0;
	n = collect(item, records);
	qsort(records, n, sizeof(*records), compare_records);
	for (size_t i = 0; i < n; i++)
		if (!i || compare_records(&records[i - 1], &records[i]))
			put_record(&out, &records[i]);
	if (out.failed)
		return -ENOMEM;
	rule->condition_len = (u32)out.len;
	rule->condition = (const u8 *)kpol_arena_text(strings, out.text, out.len);
	return rule->condition ? 0 : -ENOMEM;
}

int kpol_condition_compare(const struct kpol_rule *a, const struct kpol_rule *b)
{
	u32 x = kpol_rule_condition_len(a), y = kpol_rule_condition_len(b);

	if (x != y)
		return x < y ? -1 : 1;
	return x ? memcmp(a->condition, b->condition, x) : 0;
}
