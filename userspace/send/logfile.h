/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that whole lines are appended to, and its predecessors. */
#ifndef KPOL_SEND_LOGFILE_H
#define KPOL_SEND_LOGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "send/settings.h"

/** struct kpol_logfile - @fd: -1: closed. @size: of the file. */
struct kpol_logfile {
	const struct kpol_send_settings *settings;
	int fd;
	dev_t device;
	ino_t inode;
	uint64_t size;
};

/**
 * kpol_logfile_open() - the file of that name, made if there is none
 *
 * If it is open, and still the one that has the name, nothing happens. A last line without its end,
 * from a machine that lost power, is ended.
 *
 * Return: 0; -EINVAL: that is no plain file; -errno.
 */
int kpol_logfile_open(struct kpol_logfile *file);

/**
 * kpol_logfile_write() - append one line with one write
 *
 * What cannot be written whole is taken away again.
 * Return: 0; -ENOSPC; -errno.
 */
int kpol_logfile_write(struct kpol_logfile *file, const char *line, size_t len);

/** kpol_logfile_is_full() - would @len bytes more be too many? Never of an empty file. */
bool kpol_logfile_is_full(const struct kpol_logfile *file, size_t len);

/**
 * kpol_logfile_rotate() - name.1 becomes name.2 and so on, the last is gone, the file is a new one
 *
 * Return: 0; -errno: not all of them have moved; nothing is lost and it can be tried again.
 */
int kpol_logfile_rotate(struct kpol_logfile *file);

void kpol_logfile_close(struct kpol_logfile *file);

#endif /* KPOL_SEND_LOGFILE_H */
