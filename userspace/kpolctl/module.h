/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module asked directly over netlink, for when kpold is dead. */
#ifndef KPOL_KPOLCTL_MODULE_H
#define KPOL_KPOLCTL_MODULE_H

#include <stdint.h>

#include <json-c/json.h>

/**
 * kpolctl_module_status() - the "module" member of Status, read from the kernel
 *
 * Return: 0; -ENODEV: the module is not loaded; -EPERM; else the errno of netlink.
 */
int kpolctl_module_status(struct json_object **ret);

/**
 * kpolctl_module_mode_set() - the global switch
 * @mode: enum kpol_mode.
 *
 * Return: as kpolctl_module_status().
 */
int kpolctl_module_mode_set(uint32_t mode);

/** kpolctl_module_lock() - keep the module until the next boot. Return: as kpolctl_module_status(). */
int kpolctl_module_lock(void);

/** kpolctl_module_fail() - tell the errno of any of them as a sentence. Return: its exit code. */
int kpolctl_module_fail(int error);

#endif /* KPOL_KPOLCTL_MODULE_H */
