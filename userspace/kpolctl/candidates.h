/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The candidates of "explain": every rule that the access meets, with its rank and its say. */
#ifndef KPOL_KPOLCTL_CANDIDATES_H
#define KPOL_KPOLCTL_CANDIDATES_H

#include <json-c/json.h>

/** kpolctl_candidates_print() - as a table for people. Return: 0 or -ENOMEM. */
int kpolctl_candidates_print(struct json_object *candidates);

#endif /* KPOL_KPOLCTL_CANDIDATES_H */
