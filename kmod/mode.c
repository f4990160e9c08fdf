// SPDX-License-Identifier: GPL-2.0-only
/* The global switch: enforce, observe or off; and the lock. */
#include "mode.h"
#include "ruleset.h"

#include <linux/module.h>
#include <linux/string.h>

u8 kpol_mode_now = KPOL_MODE_ENFORCE;

static char *mode;
module_param(mode, charp, 0400);
MODULE_PARM_DESC(mode, "observe or off: wins over everything until reboot");

static u8 boot_mode;

u8 kpol_mode_boot(void)
{
	return boot_mode;
}

int kpol_mode_set(u8 value)
{
	if (boot_mode)
		return -EPERM;
	WRITE_ONCE(kpol_mode_now, value);
	return 0;
}

static bool locked;

bool kpol_mode_is_locked(void)
{
	return READ_ONCE(locked);
}

void kpol_mode_lock(void)
{
	if (locked)
		return;
	__module_get(THIS_MODULE);
	WRITE_ONCE(locked, true);
	pr_notice("kpol: locked, stays until the next boot\n");
}

int kpol_mode_init(void)
{
	if (!mode || !strcmp(mode, "enforce"))
		return 0;
	if (!strcmp(mode, "observe")) {
		boot_mode = KPOL_MODE_OBSERVE;
	} else if (!strcmp(mode, "off")) {
		boot_mode = KPOL_MODE_OFF;
		kpol_ruleset_lock();
		kpol_ruleset_set_off(true);
		kpol_ruleset_unlock();
	} else {
		pr_err("kpol: mode=%s is not one of enforce, observe, off\n", mode);
		return -EINVAL;
	}
	kpol_mode_now = boot_mode;
	pr_notice("kpol: mode=%s was given at boot and wins until reboot\n", mode);
	return 0;
}
