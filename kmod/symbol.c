// SPDX-License-Identifier: GPL-2.0-only
/* Addresses of kernel functions that are not exported. */
#include "symbol.h"
#include <linux/kprobes.h>

void *kpol_symbol_find(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	void *address;

	if (register_kprobe(&probe))
		return NULL;
	address = probe.addr;
	unregister_kprobe(&probe);
	return address;
}
