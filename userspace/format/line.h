/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A payload that is one JSON object on one line. */
#ifndef KPOL_FORMAT_LINE_H
#define KPOL_FORMAT_LINE_H

#include "format/payload.h"

/** kpol_line_string() - a member that anybody may have chosen: quoted; nothing if NULL or "". */
void kpol_line_string(struct kpol_jsonw *w, const char *key, const char *value);

/** kpol_line_words() - an array of what stands between commas; nothing if NULL or "". */
void kpol_line_words(struct kpol_jsonw *w, const char *key, const char *list);

/** kpol_line_uint_if() - a member if it is not 0. */
void kpol_line_uint_if(struct kpol_jsonw *w, const char *key, uint64_t value);

/** kpol_payload_line() - what was written becomes the payload; clears @w. Return: 0 or -ENOMEM. */
int kpol_payload_line(struct kpol_payload *payload, struct kpol_jsonw *w);

/** kpol_payload_whole() - all bytes are one part. Return: 0 or -ENOMEM. */
int kpol_payload_whole(struct kpol_payload *payload);

#endif /* KPOL_FORMAT_LINE_H */
