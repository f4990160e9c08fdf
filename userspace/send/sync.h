/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fdatasync() in a thread of its own: a disk may take seconds, and a loop may not. */
#ifndef KPOL_SEND_SYNC_H
#define KPOL_SEND_SYNC_H

#include <stddef.h>
#include <systemd/sd-event.h>

struct kpol_syncer;

/**
 * kpol_syncer_new() - @done: by the loop, with 0 or the errno of what could not be written.
 *
 * Return: 0 or -errno.
 */
int kpol_syncer_new(sd_event *loop, void (*done)(int error, void *userdata), void *userdata,
		    struct kpol_syncer **ret);

/** kpol_syncer_add() - a file to be synchronised by the next kpol_syncer_begin(). Return: 0; -errno. */
int kpol_syncer_add(struct kpol_syncer *sync, int fd);

/** kpol_syncer_begin() - @done will be called. Not while another one is under way. Return: 0; -errno. */
int kpol_syncer_begin(struct kpol_syncer *sync);

/** kpol_syncer_free() - waits for the disk if it has to. */
void kpol_syncer_free(struct kpol_syncer *sync);

#endif /* KPOL_SEND_SYNC_H */
