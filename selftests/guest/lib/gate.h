/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the gate is tried with: a ruleset that is live meanwhile, rows made by hand so that they can
 * be wrong. */
#ifndef KPOL_GUEST_GATE_H
#define KPOL_GUEST_GATE_H

#include <netlink/msg.h>
#include <stddef.h>
#include <stdint.h>

#include "compile/ruleset.h"
#include "nl/conn.h"

#define GATE_CGROUP "gate"
#define GATE_SECRET "/tmp/gate/secret"
#define GATE_HOST "/tmp/gate/host"
#define GATE_SET "labels:a=b@c" /* of the good rows */

/* Policy 1, enforced: rule 1 blocks GATE_SECRET for GATE_CGROUP, rule 2 GATE_HOST for the host. */
extern const struct kpol_ruleset gate_live;

/** gate_open() - a connection by a family's number, without asking for it; or end the process. */
struct kpol_nl *gate_open(uint16_t family);

enum gate_kind { GATE_U32 = 1, GATE_STRING, GATE_BYTES, GATE_GONE };

/**
 * struct gate_attr - one attribute that replaces the good row's of that type, or is added
 * @len: of GATE_BYTES.
 */
struct gate_attr {
	int type;
	enum gate_kind kind;
	uint32_t number;
	const char *bytes;
	int len;
};

#define NUMBER(type, value)                    \
	{                                      \
		type, GATE_U32, value, NULL, 0 \
	}
#define TEXT(type, value)                      \
	{                                      \
		type, GATE_STRING, 0, value, 0 \
	}
#define RAW(type, value, len)                   \
	{                                       \
		type, GATE_BYTES, 0, value, len \
	}
#define WITHOUT(type)                       \
	{                                   \
		type, GATE_GONE, 0, NULL, 0 \
	}

/* The letter a, again and again, and at last a NUL. */
extern const char gate_letters[5000];

/* A name of one letter too many. */
#define LONG_NAME(type) \
	RAW(type, gate_letters + sizeof(gate_letters) - KPOL_NAME_MAX - 2, KPOL_NAME_MAX + 2)

/* The answer to who goes on with a transaction that is another's, or over. */
#define NO_TRANSACTION "this socket has no such transaction: begin one first"

/* A row is changed by an array of this many; what is left of it is zero. */
#define GATE_CHANGES 8
extern const struct gate_attr gate_no_changes[GATE_CHANGES];

void gate_put_attr(struct nl_msg *msg, const struct gate_attr *attr);

/**
 * gate_rows_msg() - a message that adds six good rows: a policy, a scope, a set, a rule, a binding, an address
 * @id: of the transaction.
 * @nest: which of them, by enum kpol_a_tx, has @changes; 0: none.
 * @nested: NLA_F_NESTED, or 0 to leave the flag out.
 *
 * Return: 0 or a negative errno; the message is the caller's.
 */
int gate_rows_msg(struct kpol_nl *nl, uint32_t id, int nest, const struct gate_attr *changes,
		  int nested, struct nl_msg **ret_msg);

/** gate_add_rows() - the same, sent. Return: what the module answers. */
int gate_add_rows(struct kpol_nl *nl, uint32_t id, int nest, const struct gate_attr *changes,
		  int nested);

/** gate_digest() - of the good rule with these changes: a wrong one hides what else is wrong. */
void gate_digest(const struct gate_attr *changes, uint8_t digest[KPOL_DIGEST_LEN]);

#endif /* KPOL_GUEST_GATE_H */
