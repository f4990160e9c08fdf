// SPDX-License-Identifier: GPL-2.0-or-later
/* How fresh the view of one kind is. */
#include "k8s/status.h"

#include <stdio.h>
#include <time.h>

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

const char *kpol_k8s_state_word(enum kpol_k8s_state state)
{
	static const char *const words[] = {
		[KPOL_K8S_LISTING] = "listing",
		[KPOL_K8S_WATCHING] = "watching",
		[KPOL_K8S_WAITING] = "waiting",
	};

	return words[state];
}

void kpol_k8s_status_enter(struct kpol_k8s_status *status, enum kpol_k8s_state state)
{
	if (status->state != state || !status->state_since_us)
		status->state_since_us = now_us();
	status->state = state;
	status->try_us = 0;
	if (state == KPOL_K8S_LISTING)
		status->n_lists++;
	if (state == KPOL_K8S_WATCHING)
		status->n_watches++;
}

void kpol_k8s_status_heard(struct kpol_k8s_status *status)
{
	status->heard_us = now_us();
	status->error[0] = '\0';
	status->absent = false;
	status->error_since_us = 0;
}

void kpol_k8s_status_fail(struct kpol_k8s_status *status, const char *sentence, uint64_t wait_us)
{
	uint64_t now = now_us();

	snprintf(status->error, sizeof(status->error), "%s", sentence);
	if (!status->error_since_us)
		status->error_since_us = now;
	status->n_failures++;
	kpol_k8s_status_enter(status, KPOL_K8S_WAITING);
	status->try_us = now + wait_us;
}
