/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An error reply of kpold, told to a person. */
#ifndef KPOL_KPOLCTL_REFUSAL_H
#define KPOL_KPOLCTL_REFUSAL_H

#include <json-c/json.h>

/**
 * kpolctl_refusal() - print the diagnostics and the sentence of an error reply
 * @reply: {"error":"io.kpol.…","parameters":{…}}.
 *
 * Return: the exit code of that error.
 */
int kpolctl_refusal(struct json_object *reply);

#endif /* KPOL_KPOLCTL_REFUSAL_H */
