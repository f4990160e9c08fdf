/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry as it is kept: its size, its checksum, copies of it. */
#ifndef KPOL_SPOOL_ENTRY_H
#define KPOL_SPOOL_ENTRY_H

#include "spool/spool.h"

#define KPOL_ENTRY_OVERHEAD 64
#define KPOL_SUM_SIZE 16

/** kpol_entry_size() - what it counts for, in bytes. */
uint64_t kpol_entry_size(const struct kpol_spool_entry *entry);

/** kpol_entry_valid() - may it be appended? */
bool kpol_entry_valid(const struct kpol_spool_entry *entry);

/** kpol_sum() - the first KPOL_SUM_SIZE bytes of the SHA-256 of two pieces. Return: 0 or -ENOMEM. */
int kpol_sum(const void *head, size_t head_len, const void *bytes, size_t len,
	     uint8_t ret[KPOL_SUM_SIZE]);

/** kpol_entry_sum() - over all of an entry. Return: 0 or -ENOMEM. */
int kpol_entry_sum(const struct kpol_spool_entry *entry, uint8_t ret[KPOL_SUM_SIZE]);

/** kpol_batch_add() - append a copy. Return: 0 or -ENOMEM. */
int kpol_batch_add(struct kpol_spool_batch *batch, const struct kpol_spool_entry *entry);

/** kpol_loss_add() - @loss and @more together. */
void kpol_loss_add(struct kpol_spool_loss *loss, const struct kpol_spool_loss *more);

/** kpol_loss_drop() - one more entry was dropped. */
void kpol_loss_drop(struct kpol_spool_loss *loss, const struct kpol_spool_entry *entry);

#endif /* KPOL_SPOOL_ENTRY_H */
