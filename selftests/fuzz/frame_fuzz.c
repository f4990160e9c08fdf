// SPDX-License-Identifier: GPL-2.0-or-later
/* The control socket's framing: in chunks of any size the same messages come out as in one. */
#include <stdint.h>
#include <string.h>

#include "base/frame.h"

/* Length and bytes of all messages, mixed into one number. */
static uint64_t digest(const uint8_t *data, size_t size, size_t chunk)
{
	struct kpol_frame frame = { 0 };
	uint64_t sum = 0;

	while (size > 0) {
		size_t room_size, n = chunk < size ? chunk : size, len;
		char *room, *message;

		if (kpol_frame_room(&frame, &room, &room_size) < 0)
			break;
		n = n < room_size ? n : room_size;
		memcpy(room, data, n);
		kpol_frame_received(&frame, n);
		data += n;
		size -= n;
		while ((message = kpol_frame_take(&frame, &len))) {
			if (strlen(message) != len)
				__builtin_trap();
			for (size_t i = 0; i <= len; i++)
				sum = sum * 1099511628211ULL + (uint8_t)message[i];
		}
	}
	kpol_frame_clear(&frame);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t chunk = size ? 1 + data[0] : 1;

	if (digest(data, size, chunk) != digest(data, size, size ? size : 1))
		__builtin_trap();
	return 0;
}
