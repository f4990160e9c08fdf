// SPDX-License-Identifier: GPL-2.0-only
/* Addresses of kernel functions that are not exported. */
#include "symbol.h"
#include <linux/kprobes.h>
#include <linux/slab.h>

/* A name that is not there is an answer; without memory there is none. */
static int register_all(struct kprobe *probes, struct kprobe **registered, const char *const *names,
			void **addresses, u32 n, u32 *ret_registered)
{
	u32 i, n_registered = 0;
	int err = 0;

	for (i = 0; i < n && err != -ENOMEM; i++) {
		/* Disabled: it is looked up and registered, but the function is never patched. */
		probes[i].symbol_name = names[i];
		probes[i].flags = KPROBE_FLAG_DISABLED;
		addresses[i] = NULL;
		err = register_kprobe(&probes[i]);
		if (err)
			continue;
		addresses[i] = probes[i].addr;
		registered[n_registered++] = &probes[i];
	}
	*ret_registered = n_registered;
	return err == -ENOMEM ? err : 0;
}

int kpol_symbols_find(const char *const *names, void **ret_addresses, u32 n)
{
	struct kprobe *probes = kcalloc(n, sizeof(*probes), GFP_KERNEL);
	struct kprobe **registered = kcalloc(n, sizeof(*registered), GFP_KERNEL);
	int err = probes && registered ? 0 : -ENOMEM;
	u32 n_registered;

	if (!err) {
		err = register_all(probes, registered, names, ret_addresses, n, &n_registered);
		/* All at once, because this waits for a grace period. */
		if (n_registered)
			unregister_kprobes(registered, n_registered);
	}
	kfree(registered);
	kfree(probes);
	return err;
}
