/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An io_uring spoken to by its system calls: one request at a time. */
#ifndef KPOL_GUEST_URING_H
#define KPOL_GUEST_URING_H

#include <linux/io_uring.h>

/**
 * struct uring - one ring, used by one thread
 * @fd: of the ring.
 * @submission, @completion: the queues, shared with the kernel; @params says what is where in them.
 */
struct uring {
	int fd;
	char *submission;
	char *completion;
	struct io_uring_sqe *requests;
	struct io_uring_params params;
};

/**
 * uring_open() - make a ring
 * @flags: IORING_SETUP_*. With IORING_SETUP_SQPOLL a kernel thread takes the requests.
 *
 * Return: 0 or a negative errno; -ENOSYS: this kernel has no io_uring.
 */
int uring_open(struct uring *ret, unsigned int flags);

/** uring_submit() - start on a copy of @request. Return: 0 or a negative errno. */
int uring_submit(struct uring *ring, const struct io_uring_sqe *request);

/** uring_wait() - wait for the next request that is done. Return: its result, or a negative errno.
 */
int uring_wait(struct uring *ring);

/** uring_do() - uring_submit(), then uring_wait(). */
int uring_do(struct uring *ring, const struct io_uring_sqe *request);

/** uring_register_self() - the caller's credentials as a personality. Return: its id or -errno. */
int uring_register_self(const struct uring *ring);

void uring_close(struct uring *ring);

#endif /* KPOL_GUEST_URING_H */
