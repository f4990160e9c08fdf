/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event object of docs/control.md, turned back into the struct that format/ tells in a sentence.
 */
#ifndef KPOL_KPOLCTL_EVENT_H
#define KPOL_KPOLCTL_EVENT_H

#include <json-c/json.h>

#include "format/event.h"

/**
 * kpolctl_event_read() - numbers for words, borrowed strings
 * @object: must outlive @ret. What it lacks is 0 or NULL; unknown words are 0.
 */
void kpolctl_event_read(struct json_object *object, struct kpol_event *ret);

/**
 * kpolctl_event_line() - "TIME denied exec …: payments.yaml:21 policy …", without a newline
 *
 * Return: a string to free(), safe for a terminal; NULL without memory.
 */
char *kpolctl_event_line(struct json_object *object);

#endif /* KPOL_KPOLCTL_EVENT_H */
