/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading attributes that may be missing, short or newer than we are. */
#ifndef KPOL_NL_ATTR_H
#define KPOL_NL_ATTR_H

#include <netlink/attr.h>
#include <stddef.h>
#include <stdint.h>

/** kpol_nl_attr_u32() - the value, 0 if @attr is NULL or too short. */
uint32_t kpol_nl_attr_u32(const struct nlattr *attr);

/** kpol_nl_attr_u64() - the value, 0 if @attr is NULL or too short. */
uint64_t kpol_nl_attr_u64(const struct nlattr *attr);

/**
 * kpol_nl_attr_string() - copy a string, with or without its NUL on the wire
 * @attr: may be NULL.
 * @buf: always terminated; a string that does not fit is cut.
 *
 * Return: length of the copy.
 */
size_t kpol_nl_attr_string(const struct nlattr *attr, char *buf, size_t size);

/**
 * kpol_nl_attr_strdup() - allocate a copy
 * @ret: a string to free(), or NULL when @attr is NULL.
 *
 * Return: its length, 0 without one, or -ENOMEM.
 */
int kpol_nl_attr_strdup(const struct nlattr *attr, char **ret);

/** kpol_nl_attr_bytes() - copy at most @size bytes. Return: how many. */
size_t kpol_nl_attr_bytes(const struct nlattr *attr, void *buf, size_t size);

#endif /* KPOL_NL_ATTR_H */
