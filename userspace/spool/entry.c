// SPDX-License-Identifier: GPL-2.0-or-later
/* An entry as it is kept: its size, its checksum, copies of it. */
#include "spool/entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/alloc.h"

uint64_t kpol_entry_size(const struct kpol_spool_entry *entry)
{
	return KPOL_ENTRY_OVERHEAD + strlen(entry->id) + entry->len;
}

bool kpol_entry_valid(const struct kpol_spool_entry *entry)
{
	return (unsigned int)entry->class < KPOL_SPOOL_CLASSES && entry->id && entry->id[0] &&
	       strlen(entry->id) < KPOL_SPOOL_ID_SIZE && (entry->bytes || entry->len == 0);
}

static bool digest(EVP_MD_CTX *ctx, const void *head, size_t head_len, const void *bytes,
		   size_t len, uint8_t *ret)
{
	return EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
	       EVP_DigestUpdate(ctx, head, head_len) && EVP_DigestUpdate(ctx, bytes, len) &&
	       EVP_DigestFinal_ex(ctx, ret, NULL);
}

int kpol_sum(const void *head, size_t head_len, const void *bytes, size_t len,
	     uint8_t ret[KPOL_SUM_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t whole[EVP_MAX_MD_SIZE];
	bool done = ctx && digest(ctx, head, head_len, bytes, len, whole);

	EVP_MD_CTX_free(ctx);
	if (!done)
		return -ENOMEM;
	memcpy(ret, whole, KPOL_SUM_SIZE);
	return 0;
}

int kpol_entry_sum(const struct kpol_spool_entry *entry, uint8_t ret[KPOL_SUM_SIZE])
{
	/* Of fixed size, so that no byte of the id can pass for one of the payload. */
	struct {
		uint64_t seq;
		int64_t at;
		uint64_t class;
		char id[KPOL_SPOOL_ID_SIZE];
	} head = { .seq = entry->seq, .at = entry->at, .class = entry->class };

	memcpy(head.id, entry->id, strnlen(entry->id, sizeof(head.id) - 1));
	return kpol_sum(&head, sizeof(head), entry->bytes, entry->len, ret);
}

/* One block holds the payload and, behind it, the id. */
int kpol_batch_add(struct kpol_spool_batch *batch, const struct kpol_spool_entry *entry)
{
	size_t id_size = strlen(entry->id) + 1;
	char *block = malloc(entry->len + id_size);
	struct kpol_spool_entry *item;

	if (!block)
		return -ENOMEM;
	item = kpol_append(&batch->items, &batch->n, sizeof(*item));
	if (!item) {
		free(block);
		return -ENOMEM;
	}
	if (entry->len)
		memcpy(block, entry->bytes, entry->len);
	memcpy(block + entry->len, entry->id, id_size);
	*item = *entry;
	item->bytes = block;
	item->id = block + entry->len;
	return 0;
}

void kpol_spool_batch_clear(struct kpol_spool_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		free((void *)batch->items[i].bytes);
	free(batch->items);
	*batch = (struct kpol_spool_batch){ 0 };
}

bool kpol_spool_loss_is_none(const struct kpol_spool_loss *loss)
{
	uint64_t dropped = 0;

	for (int c = 0; c < KPOL_SPOOL_CLASSES; c++)
		dropped |= loss->dropped[c];
	return (dropped | loss->corrupt | loss->files) == 0;
}

static void widen(struct kpol_spool_loss *loss, int64_t at, const char *id, bool first)
{
	int64_t *known = first ? &loss->first_at : &loss->last_at;
	char *known_id = first ? loss->first_id : loss->last_id;

	if (at == 0 || (*known && (first ? at >= *known : at < *known)))
		return;
	*known = at;
	memset(known_id, 0, KPOL_SPOOL_ID_SIZE);
	memcpy(known_id, id, strnlen(id, KPOL_SPOOL_ID_SIZE - 1));
}

void kpol_loss_add(struct kpol_spool_loss *loss, const struct kpol_spool_loss *more)
{
	for (int c = 0; c < KPOL_SPOOL_CLASSES; c++)
		loss->dropped[c] += more->dropped[c];
	loss->corrupt += more->corrupt;
	loss->files += more->files;
	widen(loss, more->first_at, more->first_id, true);
	widen(loss, more->last_at, more->last_id, false);
}

void kpol_loss_drop(struct kpol_spool_loss *loss, const struct kpol_spool_entry *entry)
{
	loss->dropped[entry->class]++;
	widen(loss, entry->at, entry->id, true);
	widen(loss, entry->at, entry->id, false);
}
