/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A live policy as the control socket shows it. */
#ifndef KPOLD_POLICY_JSON_H
#define KPOLD_POLICY_JSON_H

#include "base/jsonw.h"
#include "kpold/live.h"

/** kpold_json_policy() - policy row @id of @live with all that its document says about it. */
void kpold_json_policy(struct kpol_jsonw *w, const struct kpold_live *live, uint32_t id);

#endif /* KPOLD_POLICY_JSON_H */
