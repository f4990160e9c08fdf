/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a decision comes to: one verdict, and whose word it is. */
#ifndef KPOL_COMPILE_VERDICT_H
#define KPOL_COMPILE_VERDICT_H

#include "engine/decide.h"

/** kpol_decision_verdict() - enum kpol_verdict, as the event would have it. */
static inline u8 kpol_decision_verdict(const struct kpol_decision *d)
{
	if (d->deny)
		return KPOL_VERDICT_DENY;
	if (d->would_deny)
		return KPOL_VERDICT_WOULD_DENY;
	return d->audit_rule || d->audit_policy || d->watched ? KPOL_VERDICT_AUDIT
							      : KPOL_VERDICT_ALLOW;
}

/** kpol_decision_rule() - the rule that the verdict is from, 0: none. */
static inline u32 kpol_decision_rule(const struct kpol_decision *d)
{
	switch (kpol_decision_verdict(d)) {
	case KPOL_VERDICT_WOULD_DENY:
		return d->would_rule;
	case KPOL_VERDICT_AUDIT:
		return d->audit_rule;
	default:
		return d->rule;
	}
}

/** kpol_decision_policy() - where no rule is, the policy whose default the verdict is, 0: none. */
static inline u32 kpol_decision_policy(const struct kpol_decision *d)
{
	switch (kpol_decision_verdict(d)) {
	case KPOL_VERDICT_DENY:
		return d->policy;
	case KPOL_VERDICT_WOULD_DENY:
		return d->would_policy;
	default:
		return d->audit_policy ? d->audit_policy : d->watched;
	}
}

/** kpol_decision_sealed() - is the verdict the seal's, or a guard's, and no rule's own? */
static inline bool kpol_decision_sealed(const struct kpol_decision *d)
{
	switch (kpol_decision_verdict(d)) {
	case KPOL_VERDICT_DENY:
		return d->sealed || d->guarded;
	case KPOL_VERDICT_WOULD_DENY:
		return d->would_sealed || d->would_guarded;
	case KPOL_VERDICT_AUDIT:
		return !d->audit_rule && !d->audit_policy;
	default:
		return false;
	}
}

#endif /* KPOL_COMPILE_VERDICT_H */
