// SPDX-License-Identifier: GPL-2.0-only
/* Addresses of kernel functions that are not exported. */
#include "symbol.h"
#include <linux/kprobes.h>

void *kpol_symbol_find(const char *name)
{
	/* Disabled: it is looked up and registered, but the function is never patched. */
	struct kprobe probe = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	void *address;

	if (register_kprobe(&probe))
		return NULL;
	address = probe.addr;
	unregister_kprobe(&probe);
	return address;
}
