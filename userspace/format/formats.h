/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats that an exporter may have, by name. */
#ifndef KPOL_FORMAT_FORMATS_H
#define KPOL_FORMAT_FORMATS_H

#include "format/payload.h"

/**
 * struct kpol_format - one row
 * @media: media type of one payload, for transports that say it; NULL: it is for the journal alone,
 * whose fields are parts. All others are one line without its end.
 * @purpose: for people, one line.
 */
struct kpol_format {
	const char *name;
	int (*make)(const struct kpol_record *record, const struct kpol_sender *sender,
		    struct kpol_payload *ret);
	const char *media;
	const char *purpose;
};

/** kpol_formats() - all there are, ended by one without a name. */
const struct kpol_format *kpol_formats(void);

/**
 * kpol_format_find() - by name
 * @ret_nearest: the name that may have been meant, NULL if none is near; untouched if found.
 *
 * Return: NULL: there is none.
 */
const struct kpol_format *kpol_format_find(const char *name, const char **ret_nearest);

#endif /* KPOL_FORMAT_FORMATS_H */
