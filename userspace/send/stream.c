// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syslog over TCP (RFC 6587) and over TLS (RFC 5425).
 *
 * Neither has an answer: a receiver cannot say that it has a message. A batch counts as taken when the peer's kernel has
 * acknowledged all its bytes, which is the most that can be known here. What was written and not acknowledged when a
 * connection breaks is sent again, so it may arrive twice. What was acknowledged and not yet read by a receiver that then
 * dies is lost: only HTTP's answers exclude that. A frame that was cut by a break is sent again whole on the next connection.
 */
#include "send/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include <linux/sockios.h>

#include "send/frames.h"

/*
 * A server judges our certificate after our side of the handshake is done, some of them (rsyslog's permittedPeer) only in
 * their own code behind it. What is sent before it closes is acknowledged, and lost.
 */
#define SETTLE_US 500000
/* How often it is looked whether all is acknowledged. */
#define LOOK_MIN_US 1000
#define LOOK_MAX_US 100000
/* A record of TLS. */
#define PIECE_MAX 16384

static uint64_t now_us(const struct kpol_stream *stream)
{
	uint64_t now = 0;

	(void)sd_event_now(stream->link->loop, CLOCK_MONOTONIC, &now);
	return now;
}

static void call_in(struct kpol_stream *stream, uint64_t us)
{
	(void)sd_event_source_set_time(stream->timer, now_us(stream) + us);
	(void)sd_event_source_set_enabled(stream->timer, SD_EVENT_ONESHOT);
}

static void disconnect(struct kpol_stream *stream)
{
	sd_event_source_disable_unref(stream->io);
	stream->io = NULL;
	(void)sd_event_source_set_enabled(stream->timer, SD_EVENT_OFF);
	if (stream->easy.curl)
		kpol_conn_remove(stream->conn, stream->easy.curl);
	kpol_easy_clear(&stream->easy);
	kpol_secrets_clear(&stream->secrets);
	stream->phase = KPOL_STREAM_CLOSED;
	stream->fd = -1;
}

/* Bytes that we wrote and the peer's kernel has not acknowledged. With TLS they are not ours one by one. */
static void look(struct kpol_stream *stream)
{
	int unanswered = 0;
	size_t before = stream->acked;

	if (ioctl(stream->fd, SIOCOUTQ, &unanswered) < 0)
		return;
	if (unanswered <= 0)
		stream->acked = stream->written;
	else if (!stream->tls && (size_t)unanswered <= stream->written &&
		 stream->written - (size_t)unanswered > stream->acked)
		stream->acked = stream->written - (size_t)unanswered;
	if (stream->acked > before || unanswered < stream->unanswered)
		stream->progress_us = now_us(stream);
	stream->unanswered = unanswered;
}

/* What the peer's kernel has stays taken; all else is sent again, by whoever has it then. */
static void break_off(struct kpol_stream *stream, const char *why)
{
	size_t done;

	if (stream->written && stream->fd >= 0)
		look(stream);
	done = kpol_frames_within(&stream->frames, stream->acked);
	disconnect(stream);
	if (kpol_link_waiting(stream->link) && done)
		kpol_link_end(stream->link, done, 0, "%s", why);
	kpol_frames_clear(&stream->frames);
	stream->written = 0;
	kpol_link_fail(stream->link, 0, "%s", why);
}

static void break_with_words(struct kpol_stream *stream, const char *words)
{
	char why[384];

	(void)snprintf(why, sizeof(why), "%s: %s", stream->link->settings->address_text, words);
	break_off(stream, why);
}

static void break_with_code(struct kpol_stream *stream, CURLcode code)
{
	char why[384];

	/* Its alert may get lost on the way, in the reset that it sends after it. */
	if (stream->phase == KPOL_STREAM_SETTLING && !strstr(stream->easy.words, "alert")) {
		break_with_words(stream, "it closed the connection after the handshake: see there "
					 "whether it accepts our certificate");
		return;
	}
	kpol_easy_explain(&stream->easy, code, stream->link->settings->address_text, why,
			  sizeof(why));
	break_off(stream, why);
}

static void finish_batch(struct kpol_stream *stream)
{
	size_t n = stream->frames.n;

	kpol_frames_clear(&stream->frames);
	stream->written = 0;
	(void)sd_event_source_set_enabled(stream->timer, SD_EVENT_OFF);
	kpol_link_works(stream->link);
	kpol_link_end(stream->link, n, 0, NULL);
}

static void look_again(struct kpol_stream *stream)
{
	look(stream);
	if (stream->acked == stream->frames.bytes.len) {
		finish_batch(stream);
		return;
	}
	if (now_us(stream) - stream->progress_us >= stream->link->settings->send_timeout_us) {
		break_with_words(stream,
				 "it takes nothing more: see what it waits for, a full disk "
				 "perhaps, or give it a longer send-timeout");
		return;
	}
	stream->look_us = stream->look_us * 2 < LOOK_MAX_US ? stream->look_us * 2 : LOOK_MAX_US;
	call_in(stream, stream->look_us);
}

/* The same bytes again after "try again", as OpenSSL wants it. */
static CURLcode write_some(struct kpol_stream *stream)
{
	const struct kpol_buffer *bytes = &stream->frames.bytes;
	CURLcode code = CURLE_OK;

	while (code == CURLE_OK && stream->written < bytes->len) {
		size_t left = bytes->len - stream->written, n = 0;

		code = curl_easy_send(stream->easy.curl, bytes->text + stream->written,
				      left < PIECE_MAX ? left : PIECE_MAX, &n);
		stream->written += n;
		if (n)
			stream->progress_us = now_us(stream);
	}
	return code;
}

static void write_more(struct kpol_stream *stream)
{
	CURLcode code = write_some(stream);
	bool more = code == CURLE_AGAIN;

	if (code != CURLE_OK && !more) {
		break_with_words(stream,
				 "the connection broke while sending: see why it closed it");
		return;
	}
	(void)sd_event_source_set_io_events(stream->io,
					    EPOLLIN | EPOLLRDHUP | (more ? EPOLLOUT : 0));
	stream->look_us = LOOK_MIN_US / 2;
	look_again(stream);
}

static void begin_batch(struct kpol_stream *stream)
{
	const struct kpol_send_batch *batch = kpol_link_waiting(stream->link);

	if (!batch || stream->frames.n)
		return;
	if (kpol_frames_fill(&stream->frames, batch, stream->framing) < 0) {
		kpol_frames_clear(&stream->frames);
		kpol_link_fail(stream->link, 0, "there is no memory for a batch");
		return;
	}
	stream->written = stream->acked = 0;
	stream->progress_us = now_us(stream);
	write_more(stream);
}

static void settle(struct kpol_stream *stream)
{
	stream->phase = KPOL_STREAM_OPEN;
	(void)sd_event_source_set_enabled(stream->timer, SD_EVENT_OFF);
	kpol_link_phase(stream->link, KPOL_LINK_UP);
	begin_batch(stream);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kpol_stream *stream = userdata;

	(void)source;
	(void)usec;
	if (stream->phase == KPOL_STREAM_SETTLING)
		settle(stream);
	else if (stream->frames.n)
		look_again(stream);
	return 0;
}

/* Receivers of syslog say nothing; with TLS there are tickets, which are no data. Return: CURLE_AGAIN, or what ended it. */
static CURLcode read_away(struct kpol_stream *stream)
{
	CURLcode code = CURLE_OK;
	char bytes[4096];
	size_t n = 1;

	for (int i = 0; code == CURLE_OK && n && i < 16; i++)
		code = curl_easy_recv(stream->easy.curl, bytes, sizeof(bytes), &n);
	return code == CURLE_OK && n ? CURLE_AGAIN : code;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct kpol_stream *stream = userdata;
	CURLcode code = CURLE_AGAIN;

	(void)source;
	(void)fd;
	if (revents & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		code = read_away(stream);
	if (code == CURLE_OK && stream->phase == KPOL_STREAM_OPEN)
		break_with_words(stream, "it closed the connection: see there why");
	else if (code != CURLE_AGAIN)
		break_with_code(stream, code);
	else if (revents & EPOLLOUT && stream->frames.n)
		write_more(stream);
	return 0;
}

static void on_connected(struct kpol_stream *stream)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	(void)curl_easy_getinfo(stream->easy.curl, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD || sd_event_add_io(stream->link->loop, &stream->io, fd,
						     EPOLLIN | EPOLLRDHUP, on_io, stream) < 0) {
		break_with_words(stream, "the connection cannot be watched");
		return;
	}
	stream->fd = fd;
	stream->phase = KPOL_STREAM_SETTLING;
	if (stream->tls)
		call_in(stream, SETTLE_US);
	else
		settle(stream);
}

static void on_done(CURL *curl, CURLcode code)
{
	struct kpol_stream *stream = NULL;

	if (curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&stream) != CURLE_OK || !stream)
		return;
	if (stream->phase != KPOL_STREAM_OPENING)
		return;
	if (code == CURLE_OK)
		on_connected(stream);
	else
		break_with_code(stream, code);
}

static int prepare(struct kpol_stream *stream)
{
	const struct kpol_send_settings *settings = stream->link->settings;
	int r = kpol_easy_init(&stream->easy, settings, &stream->secrets, stream);

	if (r == 0)
		r = kpol_easy_connect_only(&stream->easy, settings, stream->tls);
	if (r == 0)
		r = kpol_conn_add(stream->conn, stream->easy.curl);
	if (r < 0)
		kpol_easy_clear(&stream->easy);
	return r;
}

static void connect_stream(struct kpol_stream *stream)
{
	char why[384] = "there is no memory for a connection";
	int r = kpol_secrets_read(&stream->secrets, stream->link->settings, why, sizeof(why));

	if (r == 0)
		r = prepare(stream);
	kpol_secrets_clear(&stream->secrets);
	if (r < 0) {
		kpol_link_fail(stream->link, 0, "%s", why);
		return;
	}
	kpol_link_retry_off(stream->link);
	stream->phase = KPOL_STREAM_OPENING;
	kpol_link_phase(stream->link, KPOL_LINK_CONNECTING);
}

static void attempt(struct kpol_link *link)
{
	struct kpol_stream *stream = link->own;

	if (stream->phase == KPOL_STREAM_CLOSED)
		connect_stream(stream);
	else if (stream->phase == KPOL_STREAM_OPEN)
		begin_batch(stream);
}

/* Half a frame cannot be taken back but by closing. */
static void recall(struct kpol_link *link)
{
	struct kpol_stream *stream = link->own;
	bool cut = stream->written && stream->written < stream->frames.bytes.len;

	kpol_frames_clear(&stream->frames);
	stream->written = 0;
	if (!cut)
		return;
	disconnect(stream);
	connect_stream(stream);
}

/* New secrets are for a new connection; a batch under way is sent to its end first, or breaks off. */
static void reopen(struct kpol_link *link)
{
	struct kpol_stream *stream = link->own;

	if (stream->phase != KPOL_STREAM_OPEN || stream->frames.n)
		return;
	disconnect(stream);
	connect_stream(stream);
}

static int start(struct kpol_link *link, bool tls)
{
	struct kpol_stream *stream = calloc(1, sizeof(*stream));
	int r;

	if (!stream)
		return -ENOMEM;
	link->own = stream;
	stream->link = link;
	stream->tls = tls;
	stream->framing = tls ? KPOL_FRAMING_OCTETS : (enum kpol_framing)link->settings->framing;
	stream->fd = -1;
	r = kpol_conn_new(link->loop, on_done, &stream->conn);
	if (r == 0)
		r = sd_event_add_time_relative(link->loop, &stream->timer, CLOCK_MONOTONIC,
					       UINT64_MAX / 2, 500, on_timer, stream);
	if (r < 0)
		return r;
	(void)sd_event_source_set_enabled(stream->timer, SD_EVENT_OFF);
	connect_stream(stream);
	return 0;
}

static int start_tcp(struct kpol_link *link)
{
	return start(link, false);
}

static int start_tls(struct kpol_link *link)
{
	return start(link, true);
}

static void stop(struct kpol_link *link)
{
	struct kpol_stream *stream = link->own;

	if (!stream)
		return;
	if (stream->conn)
		disconnect(stream);
	kpol_conn_free(stream->conn);
	sd_event_source_disable_unref(stream->timer);
	kpol_frames_clear(&stream->frames);
	free(stream);
}

static const char *const framings[] = {
	[KPOL_FRAMING_OCTETS] = "octet-counting", [KPOL_FRAMING_LF] = "lf", NULL
};

static const struct kpol_send_setting tcp_settings[] = {
	KPOL_SETTING_ADDRESS(601,
			     "host and port of the receiver; 601 is the port if none is given"),
	{ "framing", kpol_send_parse_word, offsetof(struct kpol_send_settings, framing),
	  .words = framings, .fallback = "octet-counting",
	  .sentence = "how messages are told apart (RFC 6587); lf is for old receivers" },
	KPOL_SETTINGS_PATIENCE,
	{ 0 },
};

static const struct kpol_send_setting tls_settings[] = {
	KPOL_SETTING_ADDRESS(6514,
			     "host and port of the receiver; 6514 is the port if none is given"),
	KPOL_SETTING_SERVER_NAME,
	KPOL_SETTINGS_TRUST,
	KPOL_SETTINGS_PATIENCE,
	{ 0 },
};

const struct kpol_send_transport kpol_send_transport_tcp = {
	.name = "tcp",
	.purpose = "syslog over TCP, readable on the way",
	.settings = tcp_settings,
	.start = start_tcp,
	.attempt = attempt,
	.recall = recall,
	.reopen = reopen,
	.stop = stop,
};

const struct kpol_send_transport kpol_send_transport_tls = {
	.name = "tls",
	.purpose = "syslog over TLS, with the receiver's certificate verified",
	.settings = tls_settings,
	.start = start_tls,
	.attempt = attempt,
	.recall = recall,
	.reopen = reopen,
	.stop = stop,
};
