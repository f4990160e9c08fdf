/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors handed from one process to another. */
#ifndef KPOL_GUEST_DESCRIPTOR_H
#define KPOL_GUEST_DESCRIPTOR_H

/** descriptor_post() - put @fd under way in a Unix socket of its own, and close it. Return: 0 or -errno. */
int descriptor_post(int fd);

/** descriptor_take() - receive what is under way. Return: a descriptor, or -EACCES: it was not let in. */
int descriptor_take(void);

#endif /* KPOL_GUEST_DESCRIPTOR_H */
