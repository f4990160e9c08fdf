// SPDX-License-Identifier: GPL-2.0-or-later
/* An io_uring spoken to by its system calls: one request at a time. */
#include "uring.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 4
#define IDLE_MS 1000 /* how long a polling thread spins before it has to be woken */

static void *map(const struct uring *ring, size_t size, off_t what)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, what);
}

static size_t submission_size(const struct uring *ring)
{
	return ring->params.sq_off.array + ring->params.sq_entries * sizeof(unsigned int);
}

static size_t completion_size(const struct uring *ring)
{
	return ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe);
}

static size_t requests_size(const struct uring *ring)
{
	return ring->params.sq_entries * sizeof(struct io_uring_sqe);
}

int uring_open(struct uring *ret, unsigned int flags)
{
	struct uring ring = { .params = { .flags = flags, .sq_thread_idle = IDLE_MS } };

	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &ring.params);
	if (ring.fd < 0)
		return -errno;
	ring.submission = map(&ring, submission_size(&ring), IORING_OFF_SQ_RING);
	ring.completion = map(&ring, completion_size(&ring), IORING_OFF_CQ_RING);
	ring.requests = map(&ring, requests_size(&ring), IORING_OFF_SQES);
	if (ring.submission == MAP_FAILED || ring.completion == MAP_FAILED ||
	    ring.requests == MAP_FAILED) {
		close(ring.fd);
		return -ENOMEM;
	}
	*ret = ring;
	return 0;
}

static unsigned int *word(char *queue, unsigned int offset)
{
	return (unsigned int *)(queue + offset);
}

static void push(struct uring *ring, const struct io_uring_sqe *request)
{
	unsigned int *tail = word(ring->submission, ring->params.sq_off.tail);
	unsigned int slot = *tail & (ring->params.sq_entries - 1);

	ring->requests[slot] = *request;
	word(ring->submission, ring->params.sq_off.array)[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

static int pop(struct uring *ring)
{
	unsigned int *head = word(ring->completion, ring->params.cq_off.head);
	const struct io_uring_cqe *all =
		(const void *)(ring->completion + ring->params.cq_off.cqes);
	unsigned int tail =
		__atomic_load_n(word(ring->completion, ring->params.cq_off.tail), __ATOMIC_ACQUIRE);
	int result;

	if (*head == tail)
		return -EAGAIN;
	result = all[*head & (ring->params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

static int enter(const struct uring *ring, unsigned int submit, unsigned int wait)
{
	unsigned int polled = ring->params.flags & IORING_SETUP_SQPOLL;
	unsigned int flags =
		(wait ? IORING_ENTER_GETEVENTS : 0) | (polled ? IORING_ENTER_SQ_WAKEUP : 0);

	return syscall(SYS_io_uring_enter, ring->fd, submit, wait, flags, NULL, 0) < 0 ? -errno : 0;
}

int uring_submit(struct uring *ring, const struct io_uring_sqe *request)
{
	push(ring, request);
	return enter(ring, 1, 0);
}

int uring_wait(struct uring *ring)
{
	return enter(ring, 0, 1) ?: pop(ring);
}

int uring_do(struct uring *ring, const struct io_uring_sqe *request)
{
	return uring_submit(ring, request) ?: uring_wait(ring);
}

int uring_register_self(const struct uring *ring)
{
	int id = syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_PERSONALITY, NULL, 0);

	return id < 0 ? -errno : id;
}

void uring_close(struct uring *ring)
{
	munmap(ring->submission, submission_size(ring));
	munmap(ring->completion, completion_size(ring));
	munmap(ring->requests, requests_size(ring));
	close(ring->fd);
}
