/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The write-ahead log of a database that was not closed: how far it was written. */
#ifndef KPOL_SPOOL_LOG_H
#define KPOL_SPOOL_LOG_H

#include <stdint.h>

/**
 * kpol_log_commits() - the last frame of the log that ends a transaction
 *
 * SQLite reads a log up to the first frame with a wrong checksum and takes it for its end, as it
 * must after a crash. A transaction that was written behind it says that it was none.
 * Format: https://www.sqlite.org/fileformat2.html#walformat
 *
 * Return: 0 and its number from 1, 0: there is none; -EUCLEAN: the log's header is damaged, so
 * SQLite reads none of it; the errno of open(2) but ENOENT.
 */
int kpol_log_commits(const char *path, uint32_t *ret_frame);

#endif /* KPOL_SPOOL_LOG_H */
