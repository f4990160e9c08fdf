// SPDX-License-Identifier: GPL-2.0-or-later
/* Postures: whose word counts for which policies. */
#include "kselftest_harness.h"

#include "load/load.h"

#define KSP(name, namespace)                                                             \
	"---\napiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {" \
	"name: " name ", namespace: " namespace "}\nspec: {action: Block}\n"
#define HEADER(posture)                                                           \
	"apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\nspec: " \
	"{posture: " posture "}\n"
#define NATIVE                                                                                   \
	"---\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: n}\nspec: {action: " \
	"Block}\n"

static struct kpol_bundle *load(const char *text)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;

	if (kpol_bundle_parse("p.yaml", text, strlen(text), &diags, &bundle) < 0)
		abort();
	kpol_diags_clear(&diags);
	return bundle;
}

TEST(a_bundle_s_postures_are_those_of_all_its_policies)
{
	struct kpol_bundle *bundle =
		load(HEADER("{file: audit, network: allow}") KSP("a", "x") NATIVE);

	for (size_t i = 0; i < bundle->n_policies; i++) {
		const struct kpol_postures *p = &bundle->policies[i].postures;

		EXPECT_EQ(KPOL_POSTURE_AUDIT, p->file);
		EXPECT_EQ(KPOL_POSTURE_AUDIT, p->process);
		EXPECT_EQ(KPOL_POSTURE_ALLOW, p->network);
		EXPECT_EQ(KPOL_POSTURE_UNSET, p->capabilities);
	}
	kpol_bundle_free(bundle);
}

TEST(without_a_word_every_allowlist_denies)
{
	struct kpol_bundle *bundle = load(KSP("a", "x"));

	for (uint8_t class = 1; class <= KPOL_CLASS_MAX; class ++) {
		EXPECT_EQ(0, kpol_posture_flags(&bundle->policies[0].postures, class));
	}
	kpol_bundle_free(bundle);
}

TEST(what_falls_back_is_for_kubearmor_documents_that_have_no_word)
{
	static const struct kpol_postures settings = { .file = KPOL_POSTURE_AUDIT,
						       .network = KPOL_POSTURE_AUDIT };
	struct kpol_bundle *bundle = load(HEADER("{network: block}") KSP("a", "x") NATIVE);
	const struct kpol_policy *ours = &bundle->policies[0], *native = &bundle->policies[1];

	kpol_posture_fall_back(bundle, NULL, &settings);
	EXPECT_EQ(KPOL_POSTURE_AUDIT, ours->postures.file);
	EXPECT_EQ(KPOL_POSTURE_AUDIT, ours->postures.process);
	EXPECT_EQ(KPOL_POSTURE_BLOCK, ours->postures.network);
	EXPECT_EQ(KPOL_POSTURE_UNSET, native->postures.file);
	kpol_bundle_free(bundle);
}

TEST(a_namespace_comes_before_the_settings)
{
	static const struct kpol_postures namespace = { .file = KPOL_POSTURE_BLOCK };
	static const struct kpol_postures settings = { .file = KPOL_POSTURE_AUDIT };
	struct kpol_bundle *bundle = load(KSP("a", "x") KSP("b", "y"));

	kpol_posture_fall_back(bundle, "x", &namespace);
	kpol_posture_fall_back(bundle, NULL, &settings);
	EXPECT_EQ(KPOL_POSTURE_BLOCK, bundle->policies[0].postures.file);
	EXPECT_EQ(KPOL_POSTURE_AUDIT, bundle->policies[1].postures.file);
	kpol_bundle_free(bundle);
}

TEST_HARNESS_MAIN
