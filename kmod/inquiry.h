/* SPDX-License-Identifier: GPL-2.0-only */
/* An inquiry: an execution whose verdict hangs on more than its path, judged where one may sleep. */
#ifndef KPOL_INQUIRY_H
#define KPOL_INQUIRY_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct ftrace_regs;
struct linux_binprm;

extern atomic_t kpol_inquiry_passing;

bool kpol_inquiry_find(const struct linux_binprm *bprm);

/**
 * kpol_inquiry_passes() - is this execution one that was found to be allowed, on its way to the kernel's own function?
 *
 * Context: any.
 */
static inline bool kpol_inquiry_passes(const struct linux_binprm *bprm)
{
	return unlikely(atomic_read(&kpol_inquiry_passing)) && kpol_inquiry_find(bprm);
}

/**
 * kpol_inquiry_begin() - have the execution judged in process context, instead of the function hooked
 * @fregs: of security_bprm_check().
 *
 * The module stays as long as the inquiry goes on.
 *
 * Context: the hook. Return: false: it cannot, because the module is about to go.
 */
bool kpol_inquiry_begin(struct ftrace_regs *fregs);

/** kpol_inquiry_init() - find the function that an allowed execution goes on to. Return: 0 or -ENOMEM. */
int kpol_inquiry_init(void);

#endif /* KPOL_INQUIRY_H */
