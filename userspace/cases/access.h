/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of an access: operations and transports. */
#ifndef KPOL_CASES_ACCESS_H
#define KPOL_CASES_ACCESS_H

#include "engine/decide.h"

/** kpol_op_find() - the KPOL_OP_* bit of a word; "open" is read, "ptrace" is trace. 0: none. */
uint32_t kpol_op_find(const char *word);

/** kpol_op_words - every word that kpol_op_find() knows, NULL-terminated. */
extern const char *const kpol_op_words[];

/** kpol_op_class() - the class an operation belongs to, 0: none. */
uint8_t kpol_op_class(uint32_t op);

/** struct kpol_transport - what socket(2) is given for a protocol's name. */
struct kpol_transport {
	const char *name;
	uint8_t socktype;
	uint8_t protocol;
};

/** kpol_transport_find() - by name, NULL if there is none. */
const struct kpol_transport *kpol_transport_find(const char *name);

/** kpol_transport_words - their names, NULL-terminated. */
extern const char *const kpol_transport_words[];

/** kpol_access_address() - take in "10.0.0.1", "2001:db8::1", or "*": unknown. Return: 0 or
 * -EINVAL. */
int kpol_access_address(const char *text, struct kpol_access *access);

/** kpol_facts_set_sha256() - note the SHA-256 of a program, 64 hexadecimal digits that have been checked. */
void kpol_facts_set_sha256(struct kpol_facts *facts, const char *hex);

/** kpol_facts_set_verity() - note its fs-verity digest, "sha256:" or "sha512:" and the digits. */
void kpol_facts_set_verity(struct kpol_facts *facts, const char *text);

#endif /* KPOL_CASES_ACCESS_H */
