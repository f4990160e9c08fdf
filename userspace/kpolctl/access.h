/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An access as a person writes it: "exec /bin/sh", "connect 10.0.0.1:443". */
#ifndef KPOL_KPOLCTL_ACCESS_H
#define KPOL_KPOLCTL_ACCESS_H

#include "engine/decide.h"

/** struct kpolctl_asked - the words of the command line; NULL: not given. @args: separated by spaces. */
struct kpolctl_asked {
	const char *op;
	const char *object;
	const char *source;
	const char *protocol;
	const char *args;
	const char *sha256;
	bool owner;
	bool terminal;
};

/**
 * struct kpolctl_access - an access with what it points to; end with kpolctl_access_clear()
 * @args: what @facts point to.
 */
struct kpolctl_access {
	struct kpol_access access;
	struct kpol_facts facts;
	char *args;
};

void kpolctl_access_clear(struct kpolctl_access *access);

/**
 * kpolctl_access_read() - the words as an access
 * @ret: borrows the other words; scope is 0.
 *
 * "open" is another word for read. What is wrong is told on stderr. Return: 0 or KPOLCTL_USAGE.
 */
int kpolctl_access_read(const struct kpolctl_asked *asked, struct kpolctl_access *ret);

#endif /* KPOL_KPOLCTL_ACCESS_H */
