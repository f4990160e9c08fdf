/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A binding made or taken back by hand. */
#ifndef KPOL_KPOLCTL_BINDING_H
#define KPOL_KPOLCTL_BINDING_H

/**
 * kpolctl_binding_call() - Bind or Unbind, told to a person
 * @target: "unit:NAME", "cgroup:/PATH", or short: "/PATH", "NAME.service", "NAME.slice".
 * @scope: NULL to unbind.
 *
 * Return: an exit code.
 */
int kpolctl_binding_call(const char *method, const char *target, const char *scope);

#endif /* KPOL_KPOLCTL_BINDING_H */
