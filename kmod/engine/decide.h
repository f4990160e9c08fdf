/* SPDX-License-Identifier: GPL-2.0-only */
/* The decision: one access against one table, pure. */
#ifndef KPOL_ENGINE_DECIDE_H
#define KPOL_ENGINE_DECIDE_H

#include "condition.h"
#include "table.h"

/**
 * struct kpol_access - what a task tries
 * @scope: 1..n_scopes of the table.
 * @class: enum kpol_class.
 * @op: exactly one KPOL_OP_* bit of that class.
 * @object: absolute path (need not be NUL-terminated), or NULL: it has none that can be found. A word in
 *	classes that have words. Unused for NETWORK, PTRACE, PERF and SIGNAL.
 * @source: path of the acting program, or NULL when unknown or not needed
 *	(see kpol_table_needs()).
 * @owner: the acting task's filesystem uid owns the object.
 * @terminal: the acting task has a controlling terminal.
 * @directory: the object is a directory; what does not know says no.
 * @family: AF_*; AF_INET6 with an IPv4-mapped address is judged as AF_INET.
 * @socktype: SOCK_*.
 * @protocol: IPPROTO_*, resolved (a SOCK_STREAM with protocol 0 is TCP); 0 outside IP.
 * @has_addr: @addr is known.
 * @addr: network byte order, 4 or 16 bytes. The peer, or for BIND and LISTEN the local address.
 * @sets: of NETWORK: ids of the address sets that @addr is in, ascending; must be filled where the table says
 *	KPOL_NEEDS_SETS. @n_sets: how many, at most KPOL_SETS_MAX; 0 in other classes.
 * @facts: of an execution, where a condition asks for more than its path; NULL: nothing of that is known.
 * @port: host byte order. Of the peer for CONNECT and SEND, local for BIND, LISTEN and ACCEPT.
 */
struct kpol_access {
	u32 scope;
	u32 op;
	u8 class;
	bool owner;
	bool terminal;
	bool directory;
	u16 object_len;
	u16 source_len;
	const char *object;
	const char *source;
	union {
		const struct kpol_facts *facts;
		const u32 *sets;
	};
	u8 family;
	u8 socktype;
	u8 protocol;
	bool has_addr;
	u16 port;
	u16 n_sets;
	u8 addr[16];
};

/**
 * struct kpol_decision - the answer
 * @deny: what the enforced policies say, with the Allow rules of observed policies added.
 * @would_deny: what all policies would say in enforce.
 * @rule: id of the rule behind @deny's value, 0: none matched.
 * @would_rule: id of the rule behind @would_deny's value, 0: none matched.
 * @audit_rule: id of the most specific Audit rule that matched, 0: none.
 * @policy: an enforced policy that makes the class an allowlist, 0: none; who denied when @rule is 0.
 * @would_policy: the same whatever the mode; who would deny when @would_rule is 0.
 * @audit_policy: a policy that has what no rule matches reported, where that is all there is; else 0.
 * @sealed: the seal denies, where rules and defaults do not; @policy is who seals.
 * @would_sealed: the same of @would_deny and @would_policy.
 * @watched: nothing denies, but the scope has rules for programs or files of this policy, and what paths mean
 *	is about to change: to be reported. 0: nothing of that.
 * @unresolved: the object had no path, or its path took the patterns more than KPOL_MATCH_STEPS; then a
 *	pattern that could not be answered is taken to match if it forbids or audits, and not if it allows.
 * @missing: KPOL_FACT_* that are not known and that the answer hangs on. Until they are, it is the safe one, and
 *	@unresolved: an Allow does not match for its digest, whatever else has a condition does; no argument passes.
 * @guarded: @rule does not match the object, but forbids the change (see guard.h).
 * @would_guarded: the same of @would_rule.
 */
struct kpol_decision {
	bool deny;
	bool would_deny;
	bool unresolved;
	bool guarded;
	bool would_guarded;
	bool sealed;
	bool would_sealed;
	u8 missing;
	u32 rule;
	u32 would_rule;
	u32 audit_rule;
	u32 policy;
	u32 would_policy;
	u32 audit_policy;
	u32 watched;
};

/**
 * kpol_rule_is_static() - does the rule do the same, whatever its action says?
 *
 * One with the owner flag or with arguments: whoever passes is allowed, all others are denied. As an Audit it is
 * about the others.
 */
bool kpol_rule_is_static(const struct kpol_rule *rule);

/** kpol_rule_passes() - is the access, which the rule matches, one that a static rule lets pass? */
bool kpol_rule_passes(const struct kpol_rule *rule, const struct kpol_access *access);

/**
 * kpol_decide() - judge one access
 * @table: the live table.
 * @access: see there.
 * @ret: always filled.
 *
 * Order: rules with a source before rules without; then exact path, name, glob (more literal
 * characters first), longest directory; for the network an address set as a whole address, then the
 * longest prefix, then the narrowest port range, then a named protocol. Block beats Allow among equals. Cost depends on the length of the path
 * and on how many rules share one key (at most KPOL_KEY_RULES_MAX), not on the number of rules.
 * A change of a file is also judged by the guards that the table has derived.
 *
 * Context: any; no lock, no allocation. The caller keeps @table alive.
 */
void kpol_decide(const struct kpol_table *table, const struct kpol_access *access,
		 struct kpol_decision *ret);

#endif /* KPOL_ENGINE_DECIDE_H */
