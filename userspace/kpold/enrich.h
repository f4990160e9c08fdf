/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words for an event's numbers: policy, file, scope, unit, container. */
#ifndef KPOLD_ENRICH_H
#define KPOLD_ENRICH_H

#include "format/event.h"
#include "kpold/daemon.h"

/**
 * struct kpold_enriched - an event with its words; the strings belong to the daemon
 * @tags, @frameworks: joined with commas.
 */
struct kpold_enriched {
	struct kpol_event event;
	char tags[512];
	char frameworks[512];
};

/**
 * kpold_enrich() - look the numbers up in the ruleset that judged
 * @ret: a copy of @event with all names that are known.
 *
 * The ruleset is found by the event's generation: the live one or the one before. Older events keep
 * their line, but no name is guessed.
 */
void kpold_enrich(const struct kpold_daemon *d, const struct kpol_event *event,
		  struct kpold_enriched *ret);

#endif /* KPOLD_ENRICH_H */
