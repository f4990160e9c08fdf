/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Orders for the module: its own commands with what belongs to them, right or wrong as chance has it. */
#ifndef KPOL_GUEST_ORDERS_H
#define KPOL_GUEST_ORDERS_H

#include <stdint.h>

#include "compile/ruleset.h"
#include "wire.h"

#define ORDERS_KNOWN 4 /* rulesets that are committed on purpose have 0 to so many rules */
#define ORDERS_BROKEN 1000 /* no count of good rules */

/**
 * struct orders - what all of them have in common
 * @family: the module's.
 * @generation: as the last status had it.
 * @sent: how many there were.
 * @digest: of the known rulesets.
 */
struct orders {
	uint16_t family;
	uint64_t generation, sent;
	uint8_t digest[ORDERS_KNOWN + 1][KPOL_DIGEST_LEN];
};

/**
 * struct orders_tx - a transaction as one socket has it
 * @rules: good ones since it began; ORDERS_BROKEN: not only good ones.
 */
struct orders_tx {
	uint32_t id;
	unsigned int rules;
};

/** orders_init() - the digests; ends the program without memory. */
void orders_init(struct orders *orders);

/** orders_find() - which of the known rulesets has this digest. Return: its rules; -1: none has. */
int orders_find(const struct orders *orders, const uint8_t *digest);

/** orders_add() - one message more, as far as there is room. */
void orders_add(struct wire *wire, struct orders *orders, struct orders_tx *tx);

#endif /* KPOL_GUEST_ORDERS_H */
