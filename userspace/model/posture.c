// SPDX-License-Identifier: GPL-2.0-or-later
/* The default posture: what a class with an Allow rule does with what no rule matches. */
#include "model/posture.h"

#include <stddef.h>
#include <string.h>

#include "model/bundle.h"

const char *const kpol_posture_words[] = { "block", "audit", "allow", NULL };

const char *kpol_posture_word(uint8_t posture)
{
	return kpol_posture_words[posture ? posture - KPOL_POSTURE_BLOCK : 0];
}

enum kpol_posture kpol_posture_find(const char *word)
{
	for (int i = 0; word && kpol_posture_words[i]; i++)
		if (!strcmp(kpol_posture_words[i], word))
			return (enum kpol_posture)(KPOL_POSTURE_BLOCK + i);
	return KPOL_POSTURE_UNSET;
}

uint8_t *kpol_posture_slot(struct kpol_postures *postures, const char *section)
{
	if (!strcmp(section, "process"))
		return &postures->process;
	if (!strcmp(section, "file"))
		return &postures->file;
	if (!strcmp(section, "network"))
		return &postures->network;
	return strcmp(section, "capabilities") ? NULL : &postures->capabilities;
}

static void fill(uint8_t *posture, uint8_t from)
{
	if (*posture == KPOL_POSTURE_UNSET)
		*posture = from;
}

void kpol_postures_fill(struct kpol_postures *postures, const struct kpol_postures *from)
{
	fill(&postures->process, from->process ? from->process : from->file);
	fill(&postures->file, from->file);
	fill(&postures->network, from->network);
	fill(&postures->capabilities, from->capabilities);
}

static uint8_t posture_of(const struct kpol_postures *postures, uint8_t class)
{
	switch (class) {
	case KPOL_CLASS_PROCESS:
	case KPOL_CLASS_LIBRARY:
		return postures->process;
	case KPOL_CLASS_FILE:
		return postures->file;
	case KPOL_CLASS_NETWORK:
		return postures->network;
	case KPOL_CLASS_CAPABILITY:
		return postures->capabilities;
	default:
		return KPOL_POSTURE_BLOCK;
	}
}

uint8_t kpol_posture_flags(const struct kpol_postures *postures, uint8_t class)
{
	switch (posture_of(postures, class)) {
	case KPOL_POSTURE_AUDIT:
		return KPOL_RULE_DEFAULT_AUDIT;
	case KPOL_POSTURE_ALLOW:
		return KPOL_RULE_DEFAULT_ALLOW;
	default:
		return 0;
	}
}

static bool is_in(const struct kpol_policy *policy, const char *namespace)
{
	return !namespace || (policy->namespace && !strcmp(policy->namespace, namespace));
}

void kpol_posture_fall_back(struct kpol_bundle *bundle, const char *namespace,
			    const struct kpol_postures *postures)
{
	for (size_t i = 0; i < bundle->n_policies; i++) {
		struct kpol_policy *policy = &bundle->policies[i];

		if (policy->kind != KPOL_KIND_RUNTIME && is_in(policy, namespace))
			kpol_postures_fill(&policy->postures, postures);
	}
}
