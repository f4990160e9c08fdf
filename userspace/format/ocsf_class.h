/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OCSF's classes and activities, and which of them a record is. */
#ifndef KPOL_FORMAT_OCSF_CLASS_H
#define KPOL_FORMAT_OCSF_CLASS_H

#include "format/record.h"

/* The version of the schema that all of this is of. */
#define KPOL_OCSF_VERSION "1.8.0"

#define KPOL_OCSF_OTHER 99 /* of every enumeration: none of the named ones */

enum kpol_ocsf_class_uid {
	KPOL_OCSF_BASE = 0,
	KPOL_OCSF_FILE = 1001,
	KPOL_OCSF_KERNEL_EXTENSION = 1002,
	KPOL_OCSF_KERNEL = 1003,
	KPOL_OCSF_MEMORY = 1004,
	KPOL_OCSF_MODULE = 1005,
	KPOL_OCSF_PROCESS = 1007,
	KPOL_OCSF_EVENT_LOG = 1008,
	KPOL_OCSF_ENTITY = 3004,
	KPOL_OCSF_NETWORK = 4001,
};

/** struct kpol_ocsf_class - @uid and the category's are the schema's, so are the captions. */
struct kpol_ocsf_class {
	enum kpol_ocsf_class_uid uid;
	unsigned int category;
	const char *caption;
	const char *category_caption;
};

/** struct kpol_ocsf_activity - @caption is the schema's; ours where @id is KPOL_OCSF_OTHER. */
struct kpol_ocsf_activity {
	const struct kpol_ocsf_class *class;
	unsigned int id;
	const char *caption;
};

/** kpol_ocsf_activity() - never fails: what is in no table is another activity of Base Event. */
void kpol_ocsf_activity(const struct kpol_record *record, struct kpol_ocsf_activity *ret);

#endif /* KPOL_FORMAT_OCSF_CLASS_H */
