/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The births connection: the socket the module tells of new cgroups on. */
#ifndef KPOL_NL_BIRTHS_H
#define KPOL_NL_BIRTHS_H

#include <stdint.h>

#include "nl/conn.h"

struct kpol_nl_births;

/**
 * struct kpol_nl_birth - one new cgroup, in which nothing runs yet
 * @cgroup: inode number of its directory.
 * @path: below the cgroup2 root, "/" first; "": too long to be told.
 * @scope: what it is bound to already, 0: nothing.
 */
struct kpol_nl_birth {
	uint64_t cgroup;
	const char *path;
	uint32_t scope;
};

/**
 * struct kpol_nl_births_ops - who takes what arrives
 * @birth: valid during the call.
 * @missed: some were not told, or could not be read: look at the hierarchy itself.
 */
struct kpol_nl_births_ops {
	void (*birth)(const struct kpol_nl_birth *birth, void *userdata);
	void (*missed)(void *userdata);
};

/**
 * kpol_nl_births_new() - hear of each cgroup made from now on
 * @ops, @userdata: kept.
 * @ret_births: free with kpol_nl_births_free().
 *
 * Return: 0; -ENODEV: no module, or one that does not tell; -EPERM; or the errno of a socket call.
 */
int kpol_nl_births_new(const struct kpol_nl_births_ops *ops, void *userdata,
		       struct kpol_nl_births **ret_births);

/** kpol_nl_births_new_fd() - over any datagram socket, for tests. */
int kpol_nl_births_new_fd(int fd, uint16_t family, const struct kpol_nl_births_ops *ops,
			  void *userdata, struct kpol_nl_births **ret_births);

void kpol_nl_births_free(struct kpol_nl_births *births);
DEFINE_CLEANUP(struct kpol_nl_births *, kpol_nl_births_free)

/** kpol_nl_births_fd() - to poll for reading. */
int kpol_nl_births_fd(const struct kpol_nl_births *births);

/**
 * kpol_nl_births_read() - take what has arrived, without waiting
 *
 * Return: datagrams read, 0: none waiting; -errno: the socket is broken.
 */
int kpol_nl_births_read(struct kpol_nl_births *births);

#endif /* KPOL_NL_BIRTHS_H */
