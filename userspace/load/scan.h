/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The check of raw bytes before any YAML is read. */
#ifndef KPOL_LOAD_SCAN_H
#define KPOL_LOAD_SCAN_H

#include "load/input.h"

/**
 * kpol_scan_text() - is this text whose lines a person and a parser count alike?
 *
 * Refuses what is not UTF-8, control characters, a carriage return without a line feed, and the
 * Unicode line breaks: YAML 1.1 takes those for new lines, editors and reviewers do not. Warns of
 * characters that can make a line read as something else.
 *
 * Return: 0, -EINVAL with errors reported, -ENOMEM.
 */
int kpol_scan_text(const struct kpol_input *in, const char *text, size_t len);

#endif /* KPOL_LOAD_SCAN_H */
