/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row of a ruleset as netlink attributes, in both directions. */
#ifndef KPOL_NL_ROW_H
#define KPOL_NL_ROW_H

#include <netlink/msg.h>

#include "base/arena.h"
#include "compile/ruleset.h"

/*
 * kpol_nl_put_*() append one row to a message, as a nest of type @nest or, with @nest 0, as
 * attributes of the message itself.
 *
 * Return: 0, or -EMSGSIZE: it does not fit any more, the message is as it was.
 */
int kpol_nl_put_policy(struct nl_msg *msg, int nest, uint32_t id,
		       const struct kpol_policy_row *policy);
int kpol_nl_put_scope(struct nl_msg *msg, int nest, uint32_t id,
		      const struct kpol_scope_row *scope);
int kpol_nl_put_rule(struct nl_msg *msg, int nest, const struct kpol_rule *rule);
int kpol_nl_put_set(struct nl_msg *msg, int nest, uint32_t id, const struct kpol_set_row *set);
int kpol_nl_put_address(struct nl_msg *msg, int nest, const struct kpol_address_row *address);
int kpol_nl_put_binding(struct nl_msg *msg, int nest, const struct kpol_binding_row *binding);

/*
 * kpol_nl_get_*() read one row from parsed attributes; its strings are allocated, a rule's in an arena.
 *
 * Return: the row's id (0 for a binding or an address), -EBADMSG: essential attributes are missing, -ENOMEM.
 */
int kpol_nl_get_policy(struct nlattr **attrs, struct kpol_policy_row *ret);
int kpol_nl_get_scope(struct nlattr **attrs, struct kpol_scope_row *ret);
int kpol_nl_get_rule(struct nlattr **attrs, struct kpol_arena *strings, struct kpol_rule *ret);
int kpol_nl_get_set(struct nlattr **attrs, struct kpol_set_row *ret);
int kpol_nl_get_address(struct nlattr **attrs, struct kpol_address_row *ret);
int kpol_nl_get_binding(struct nlattr **attrs, struct kpol_binding_row *ret);

#endif /* KPOL_NL_ROW_H */
