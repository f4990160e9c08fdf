/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passing for another program than one runs: each act is a child's, which is gone when it has acted. */
#ifndef KPOL_GUEST_ACT_SOURCE_H
#define KPOL_GUEST_ACT_SOURCE_H

/* "program file": read the file as that program, by PR_SET_MM_EXE_FILE, and by PR_SET_MM_MAP. */
int act_read_as(const char *pair);
int act_read_as_by_map(const char *pair);

/* Map a program to be executed, with an auxiliary vector that says that an interpreter was loaded. */
int act_map_exec_in_disguise(const char *path);
int act_map_exec_in_disguise_by_map(const char *path);

#endif /* KPOL_GUEST_ACT_SOURCE_H */
