/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The methods of the control socket, as docs/control.md has them. */
#ifndef KPOLD_METHOD_H
#define KPOLD_METHOD_H

#include "kpold/call.h"

/** struct kpold_method - one row. @run: begins a reply or an error; for a stream, neither. */
struct kpold_method {
	const char *name;
	void (*run)(struct kpold_call *call);
};

/** kpold_method_find() - by full name, "io.kpol.Load"; NULL: there is none. */
const struct kpold_method *kpold_method_find(const char *name);

void kpold_method_load(struct kpold_call *call);
void kpold_method_diff(struct kpold_call *call);
void kpold_method_plan(struct kpold_call *call);
void kpold_method_rollback(struct kpold_call *call);
void kpold_method_status(struct kpold_call *call);
void kpold_method_get(struct kpold_call *call);
void kpold_method_set_mode(struct kpold_call *call);
void kpold_method_set_global_mode(struct kpold_call *call);
void kpold_method_note_lock(struct kpold_call *call);
void kpold_method_explain(struct kpold_call *call);
void kpold_method_events(struct kpold_call *call);
void kpold_method_bind(struct kpold_call *call);
void kpold_method_unbind(struct kpold_call *call);

#endif /* KPOLD_METHOD_H */
