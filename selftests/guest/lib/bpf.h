/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The smallest BPF program there is, put on a kernel function by bpf(2) alone. */
#ifndef KPOL_GUEST_BPF_H
#define KPOL_GUEST_BPF_H

#include <stdint.h>

/** bpf_function_id() - a function's number in the kernel's BTF. Return: > 0, or -errno; -ENOSYS: this
 * kernel has no BTF, -ENOENT: no such function. */
int bpf_function_id(const char *name);

/**
 * bpf_attach_nothing() - attach a program that returns 0 and does nothing else
 * @program_type: BPF_PROG_TYPE_LSM or BPF_PROG_TYPE_TRACING. @attach_type: BPF_LSM_MAC, BPF_TRACE_FENTRY.
 * @function: by bpf_function_id().
 *
 * Return: a descriptor that keeps it attached, or -errno.
 */
int bpf_attach_nothing(uint32_t program_type, uint32_t attach_type, int function);

#endif /* KPOL_GUEST_BPF_H */
