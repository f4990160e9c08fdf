/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OCSF's objects: process, file, device and the others that an event is told with. */
#ifndef KPOL_FORMAT_OCSF_OBJECT_H
#define KPOL_FORMAT_OCSF_OBJECT_H

#include "format/ocsf_class.h"
#include "format/summary.h"

/** kpol_ocsf_device() - this machine. */
void kpol_ocsf_device(struct kpol_jsonw *w, const struct kpol_sender *sender,
		      const struct kpol_summary *summary);

/** kpol_ocsf_actor() - the task of an event; nothing if none did it. */
void kpol_ocsf_actor(struct kpol_jsonw *w, const struct kpol_event *event);

/** kpol_ocsf_caller() - who spoke to the daemon, or the daemon itself. */
void kpol_ocsf_caller(struct kpol_jsonw *w, const struct kpol_record *record);

/** kpol_ocsf_target() - what the activity is about: the objects that its class asks for. */
void kpol_ocsf_target(struct kpol_jsonw *w, enum kpol_ocsf_class_uid class,
		      const struct kpol_event *event, const struct kpol_summary *summary);

#endif /* KPOL_FORMAT_OCSF_OBJECT_H */
