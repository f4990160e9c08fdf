/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers for the shell: what may stand at the cursor. */
#ifndef KPOL_KPOLCTL_COMPLETE_H
#define KPOL_KPOLCTL_COMPLETE_H

/**
 * kpolctl_complete() - "kpolctl __complete WORD… CURRENT": candidates, one per line
 *
 * A line ":files" stands for file names, which the shell knows better. Never says anything on
 * stderr. Return: KPOLCTL_OK.
 */
int kpolctl_complete(int argc, char **argv);

#endif /* KPOL_KPOLCTL_COMPLETE_H */
