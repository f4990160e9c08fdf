/* SPDX-License-Identifier: GPL-2.0-only */
/* Argument and instruction pointer access by name: not needed from 6.2 on. */
#ifndef KPOL_COMPAT_LINUX_FTRACE_H
#define KPOL_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define ftrace_regs_get_argument(fregs, n) regs_get_kernel_argument(&(fregs)->regs, n)
#define ftrace_regs_set_instruction_pointer(fregs, ip) ftrace_instruction_pointer_set(fregs, ip)
#endif

#endif /* KPOL_COMPAT_LINUX_FTRACE_H */
