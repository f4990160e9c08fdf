// SPDX-License-Identifier: GPL-2.0-or-later
/* Framing of the control socket: however the bytes arrive, the messages are the same. */
#include "kselftest_harness.h"

#include <errno.h>
#include <string.h>

#include "base/frame.h"

static void put(struct kpol_frame *frame, const char *bytes, size_t n)
{
	while (n > 0) {
		char *room;
		size_t size;

		if (kpol_frame_room(frame, &room, &size) < 0)
			abort();
		size = size < n ? size : n;
		memcpy(room, bytes, size);
		kpol_frame_received(frame, size);
		bytes += size;
		n -= size;
	}
}

FIXTURE(frame){};
FIXTURE_SETUP(frame)
{
}
FIXTURE_TEARDOWN(frame)
{
}

FIXTURE_VARIANT(frame)
{
	size_t chunk;
};

FIXTURE_VARIANT_ADD(frame, byte_by_byte){
	.chunk = 1,
};
FIXTURE_VARIANT_ADD(frame, across_messages){
	.chunk = 7,
};
FIXTURE_VARIANT_ADD(frame, all_at_once){
	.chunk = 1000,
};

TEST_F(frame, messages_come_out_whole)
{
	static const char stream[] = "{\"a\":1}\0{}\0\0last";
	static const char *const expected[] = { "{\"a\":1}", "{}", "" };
	struct kpol_frame frame = { NULL };
	size_t n = 0, len;
	char *message;

	for (size_t at = 0; at < sizeof(stream); at += variant->chunk) {
		size_t left = sizeof(stream) - 1 - at;

		if (at >= sizeof(stream) - 1)
			break;
		put(&frame, stream + at, left < variant->chunk ? left : variant->chunk);
		while ((message = kpol_frame_take(&frame, &len))) {
			ASSERT_GT(3, n);
			EXPECT_STREQ(expected[n], message);
			EXPECT_EQ(strlen(expected[n]), len);
			n++;
		}
	}
	EXPECT_EQ(3, n);
	EXPECT_EQ(NULL, kpol_frame_take(&frame, &len));
	kpol_frame_clear(&frame);
}

TEST(large_message_gives_its_memory_back)
{
	struct kpol_frame frame = { NULL };
	char *room, *message, *block = malloc(1 << 20);
	size_t size, len;

	memset(block, 'x', 1 << 20);
	for (int i = 0; i < 8; i++)
		put(&frame, block, 1 << 20);
	put(&frame, "", 1);
	message = kpol_frame_take(&frame, &len);
	ASSERT_NE(NULL, message);
	EXPECT_EQ(8U << 20, len);
	ASSERT_EQ(0, kpol_frame_room(&frame, &room, &size));
	EXPECT_GT(1U << 20, frame.capacity);
	kpol_frame_clear(&frame);
	free(block);
}

TEST(endless_message_is_refused)
{
	struct kpol_frame frame = { NULL };
	size_t size, len;
	char *room;
	int r;

	while ((r = kpol_frame_room(&frame, &room, &size)) == 0) {
		memset(room, 'x', size);
		kpol_frame_received(&frame, size);
		ASSERT_EQ(NULL, kpol_frame_take(&frame, &len));
		ASSERT_GE(2UL * KPOL_FRAME_MAX, frame.len);
	}
	EXPECT_EQ(-EMSGSIZE, r);
	kpol_frame_clear(&frame);
}

TEST_HARNESS_MAIN
