/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an attacker who has taken over a service tries next. */
#ifndef KPOL_DEMO_ATTACK_H
#define KPOL_DEMO_ATTACK_H

#include <stddef.h>

/**
 * attack_run() - try one thing
 * @name: "shell", "config", "shadow", "connect/ADDRESS/PORT", "ptrace/PID".
 * @answer: one line: what was tried, then "succeeded" or the errno's name.
 */
void attack_run(const char *name, char *answer, size_t size);

/** attack_connect_socket() - a TCP connection. Return: a descriptor, or -1 with errno. */
int attack_connect_socket(const char *address, unsigned int port);

#endif /* KPOL_DEMO_ATTACK_H */
