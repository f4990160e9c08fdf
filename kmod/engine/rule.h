/* SPDX-License-Identifier: GPL-2.0-only */
/* A compiled rule: one row of a ruleset. */
#ifndef KPOL_ENGINE_RULE_H
#define KPOL_ENGINE_RULE_H

#include "port.h"
#include <linux/kpol.h>

/**
 * struct kpol_rule - one compiled row
 * @object: path, name, pattern or directory (without its last slash, so "/" is ""), or a word; NUL-terminated.
 *	Owned by whoever built the row; must outlive the table. NULL for ANY and PEER.
 * @source: path of the acting program, or NULL for any. Same lifetime as @object.
 * @addr: of PEER, network byte order; an IPv4 address fills the first four bytes.
 * @set: of PEER: id of the address set that the peer is in, which then stands for @addr; 0: none.
 * @condition: of all others: records in the order of enum kpol_condition, see condition.h; NULL: none. Same
 *	lifetime as @object.
 * @socktypes: bit (1 << SOCK_x) per socket type; 0: any.
 * @port_first: host byte order.
 * @port_last: host byte order; 0: any port.
 *
 * The numbers are those of include/uapi/linux/kpol.h. Ids count from 1.
 */
struct kpol_rule {
	const char *object;
	const char *source;
	u32 id;
	u32 scope;
	u32 policy;
	u32 line;
	u32 ops;
	u16 object_len;
	u16 source_len;
	u8 class;
	u8 match;
	u8 action;
	u8 flags;
	u8 family;
	u8 protocol;
	u8 prefix;
	u8 socktypes;
	u16 port_first;
	u16 port_last;
	u32 set;
	union {
		u8 addr[16];
		struct {
			const u8 *condition;
			u32 condition_len;
		};
	};
};

/**
 * kpol_rule_check() - is this row one the engine can decide with?
 * @rule: the row; its strings must be NUL-terminated at their stated length.
 * @ret_reason: set to a constant English sentence part when the answer is no.
 *
 * Return: 0, or -EINVAL with @ret_reason filled.
 */
int kpol_rule_check(const struct kpol_rule *rule, const char **ret_reason);

/**
 * kpol_class_ops() - the operations that exist in a class
 * @class: enum kpol_class.
 *
 * Return: a mask of KPOL_OP_*; 0 for a class that does not exist.
 */
u32 kpol_class_ops(u32 class);

/** kpol_class_has_paths() - are this class's objects paths? */
static inline bool kpol_class_has_paths(u32 class)
{
	return class == KPOL_CLASS_PROCESS || class == KPOL_CLASS_LIBRARY ||
	       class == KPOL_CLASS_FILE;
}

/** kpol_op_has_path() - is the object of this operation a path? Memory that no file holds has none. */
static inline bool kpol_op_has_path(u32 class, u32 op)
{
	return kpol_class_has_paths(class) && op != KPOL_OP_PROTECT;
}

/** kpol_class_has_words() - are this class's objects words, and not paths? */
bool kpol_class_has_words(u32 class);

/* Bytes that kpol_rule_encode() writes before the two strings. */
#define KPOL_RULE_ENCODED 60

/**
 * kpol_rule_encode() - the fixed part of a row's canonical form
 * @rule: the row.
 * @buf: KPOL_RULE_ENCODED bytes, little-endian fields in the order of enum kpol_a_rule.
 *
 * A ruleset's digest is SHA-256 over, for each rule in order: these bytes, then the object's, then
 * the source's, then the condition's (lengths are among the fixed bytes, so no two rulesets share one encoding);
 * then over the names of the address sets in order, each with its NUL. What is in the sets is not part of it.
 */
void kpol_rule_encode(const struct kpol_rule *rule, u8 *buf);

#endif /* KPOL_ENGINE_RULE_H */
