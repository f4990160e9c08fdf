/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the live bundle says and nobody enforces, as the control socket shows it. */
#ifndef KPOLD_GAP_JSON_H
#define KPOLD_GAP_JSON_H

#include "base/jsonw.h"
#include "kpold/live.h"

/** kpold_json_gaps() - an array: policy, code, file, line, column, message of each. */
void kpold_json_gaps(struct kpol_jsonw *w, const char *key, const struct kpold_live *live);

/** kpold_gaps_count() - how many there are. */
size_t kpold_gaps_count(const struct kpold_live *live);

#endif /* KPOLD_GAP_JSON_H */
