/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request connection to kpol.ko: a generic netlink socket and what the kernel last said on it.
 */
#ifndef KPOL_NL_CONN_H
#define KPOL_NL_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/kpol.h>

#include "base/cleanup.h"

struct kpol_nl;

/**
 * struct kpol_nl_error - what the kernel said about the last request that failed
 * @rule: id of the rule it complained about, 0: none. The "rule 17: " is not in @message.
 * @message: one sentence, "" if the kernel gave none.
 */
struct kpol_nl_error {
	uint32_t rule;
	char message[256];
};

/**
 * kpol_nl_new() - connect to the module
 * @load: let the kernel load the module if it is not there (it asks modprobe).
 * @ret_nl: free with kpol_nl_free().
 *
 * All functions that take a connection answer -ENODEV once the module is gone; the connection is
 * then of no further use.
 *
 * Return:
 * * 0		- connected
 * * -ENODEV	- the module is not loaded, or we are not in the initial network namespace
 * * -ENOMEM	- no memory
 * * -errno	- of socket(2) and bind(2)
 */
int kpol_nl_new(bool load, struct kpol_nl **ret_nl);

/**
 * kpol_nl_new_fd() - a connection over any datagram socket, for tests that play the kernel
 * @fd: taken over on success.
 * @family: number of the generic netlink family.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_nl_new_fd(int fd, uint16_t family, struct kpol_nl **ret_nl);

void kpol_nl_free(struct kpol_nl *nl);
DEFINE_CLEANUP(struct kpol_nl *, kpol_nl_free)

/** kpol_nl_last_error() - never NULL; meaningful after a call that failed. */
const struct kpol_nl_error *kpol_nl_last_error(const struct kpol_nl *nl);

/** kpol_nl_present() - is the module loaded? Never loads it. Return: 1, 0 or -errno. */
int kpol_nl_present(void);

#endif /* KPOL_NL_CONN_H */
