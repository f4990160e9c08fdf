/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module loaded and unloaded with the kernel's own calls: nothing in between that could hide an
 * error. */
#ifndef KPOL_GUEST_MODULE_H
#define KPOL_GUEST_MODULE_H

/** module_load() - kpol.ko with @parameters, "name=value …". Return: 0 or a negative errno. */
int module_load(const char *parameters);

/** module_load_named() - another module that the suite ships. Return: the same. */
int module_load_named(const char *name, const char *parameters);

/**
 * module_unload() - kpol.ko
 * @busy: counts how often somebody held it, who was just asking for its status.
 *
 * Return: 0 or a negative errno.
 */
int module_unload(unsigned int *busy);

/** module_unload_named() - another module, at once. */
int module_unload_named(const char *name);

#endif /* KPOL_GUEST_MODULE_H */
