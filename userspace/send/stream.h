/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection that frames are written to. */
#ifndef KPOL_SEND_STREAM_H
#define KPOL_SEND_STREAM_H

#include "net/conn.h"
#include "send/easy.h"
#include "send/frames.h"
#include "send/private.h"
#include "send/rows.h"

/* SETTLING: TLS is up; whether the receiver accepts our certificate is not known yet. */
enum kpol_stream_phase {
	KPOL_STREAM_CLOSED,
	KPOL_STREAM_OPENING,
	KPOL_STREAM_SETTLING,
	KPOL_STREAM_OPEN,
};

/**
 * struct kpol_stream - @timer: until settled, then between looks at what is acknowledged.
 * @frames: of the batch under way; none: there is no such batch.
 * @written: of the frames' bytes, handed to the kernel. @acked: of these, acknowledged by the peer's.
 * @unanswered: as the kernel said last. @progress_us: when the last byte went.
 */
struct kpol_stream {
	struct kpol_link *link;
	struct kpol_conn *conn;
	struct kpol_easy easy;
	struct kpol_secrets secrets;
	bool tls;
	enum kpol_framing framing;
	enum kpol_stream_phase phase;
	int fd;
	sd_event_source *io, *timer;
	struct kpol_frames frames;
	size_t written, acked;
	int unanswered;
	uint64_t progress_us, look_us;
};

#endif /* KPOL_SEND_STREAM_H */
