/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts: what an execution's arguments and its file hold, found out where one may sleep. */
#ifndef KPOL_FACTS_H
#define KPOL_FACTS_H

#include "engine/condition.h"

struct linux_binprm;
struct kpol_gathered;

/** kpol_gathered_new() - room for the facts of one execution; NULL: no memory. */
struct kpol_gathered *kpol_gathered_new(void);
void kpol_gathered_free(struct kpol_gathered *gathered);

/** kpol_gathered_facts() - what is known so far; lives as long as @gathered, which may be NULL. */
const struct kpol_facts *kpol_gathered_facts(const struct kpol_gathered *gathered);

/**
 * kpol_gathered_add() - find out more
 * @wanted: KPOL_FACT_*; what cannot be found out is not known afterwards.
 * @bprm: in security_bprm_check().
 *
 * The arguments are read from the memory that the program will find them in: nobody but the task that executes can
 * reach it yet. A file's content is known only where nobody can write to it until the program runs.
 *
 * Context: process context, the task that executes. Sleeps.
 */
void kpol_gathered_add(struct kpol_gathered *gathered, u32 wanted, struct linux_binprm *bprm);

/** kpol_facts_init() - find what the kernel does not export. Return: 0 or -ENOMEM. */
int kpol_facts_init(void);

#endif /* KPOL_FACTS_H */
