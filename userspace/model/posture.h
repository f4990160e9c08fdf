/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The default posture: what a class with an Allow rule does with what no rule matches. */
#ifndef KPOL_MODEL_POSTURE_H
#define KPOL_MODEL_POSTURE_H

#include <stdint.h>

struct kpol_bundle;

/**
 * enum kpol_posture - KubeArmor's words
 * @KPOL_POSTURE_UNSET: nobody has said; as block.
 * @KPOL_POSTURE_AUDIT: report and allow. @KPOL_POSTURE_ALLOW: say nothing either.
 */
enum kpol_posture {
	KPOL_POSTURE_UNSET,
	KPOL_POSTURE_BLOCK,
	KPOL_POSTURE_AUDIT,
	KPOL_POSTURE_ALLOW,
};

/**
 * struct kpol_postures - enum kpol_posture of each section
 * @process: also of libraries.
 */
struct kpol_postures {
	uint8_t process;
	uint8_t file;
	uint8_t network;
	uint8_t capabilities;
};

/** kpol_posture_words - "block", "audit" and "allow", NULL-terminated. */
extern const char *const kpol_posture_words[];

/** kpol_posture_word() - its word; that of BLOCK for UNSET. */
const char *kpol_posture_word(uint8_t posture);

/** kpol_posture_find() - by its word; UNSET: there is none. */
enum kpol_posture kpol_posture_find(const char *word);

/** kpol_posture_slot() - where the posture of "process", "file", "network" or "capabilities" stands; NULL: no such section. */
uint8_t *kpol_posture_slot(struct kpol_postures *postures, const char *section);

/**
 * kpol_postures_fill() - take from @from what @postures has not said
 *
 * As in KubeArmor, who says something of files and nothing of processes has said it of both.
 */
void kpol_postures_fill(struct kpol_postures *postures, const struct kpol_postures *from);

/** kpol_posture_flags() - KPOL_RULE_DEFAULT_* for Allow rows of a class. */
uint8_t kpol_posture_flags(const struct kpol_postures *postures, uint8_t class);

/**
 * kpol_posture_fall_back() - give KubeArmor documents of a namespace what neither they nor their bundle say
 * @namespace: NULL: of every namespace, and of none.
 *
 * A RuntimePolicy says itself what it means: nothing outside its bundle opens its allowlists.
 * Where several sources speak, call this for the nearer one first.
 */
void kpol_posture_fall_back(struct kpol_bundle *bundle, const char *namespace,
			    const struct kpol_postures *postures);

#endif /* KPOL_MODEL_POSTURE_H */
