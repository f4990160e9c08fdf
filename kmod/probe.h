/* SPDX-License-Identifier: GPL-2.0-only */
/* The self-test at load: a real operation for each hook, which the hook must stop. */
#ifndef KPOL_PROBE_H
#define KPOL_PROBE_H

#include <linux/jump_label.h>

struct ftrace_regs;

DECLARE_STATIC_KEY_FALSE(kpol_probe_key);

/** kpol_probe_running() - is the self-test under way? Costs a no-op when it is not. */
static __always_inline bool kpol_probe_running(void)
{
	return static_branch_unlikely(&kpol_probe_key);
}

/**
 * kpol_probe_hit() - is this call the one that the self-test is making for this hook?
 * @ip: where ftrace called back.
 * @fregs: the arguments of the function there.
 *
 * Return: true: it was, and the hooked function now returns the self-test's own errno.
 */
bool kpol_probe_hit(unsigned long ip, struct ftrace_regs *fregs);

/**
 * struct kpol_probe - how one hook is tried; lists end with an empty one
 * @name: of the hook.
 * @run: the operation. Return: 0 or more: it was not stopped; else a negative errno.
 */
struct kpol_probe {
	const char *name;
	long (*run)(void);
};

extern const struct kpol_probe kpol_probes_surface[];

/**
 * kpol_probe_run() - try every attached hook and set its state
 *
 * Each operation is harmless should its hook not stop it. A hook whose operation cannot be tried here (no
 * /proc, no loopback) stays UNTESTED; one that did not fire becomes FAILED.
 *
 * Context: module init, in the task that loads the module.
 */
void kpol_probe_run(void);

#endif /* KPOL_PROBE_H */
