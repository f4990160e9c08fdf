/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cases of a test program: a bundle, and exactly what lint finds in it. */
#ifndef KPOL_UNIT_LINT_FINDS_H
#define KPOL_UNIT_LINT_FINDS_H

#include "lint_case.h"
#include "kselftest_harness.h"

FIXTURE(lint){};
FIXTURE_SETUP(lint)
{
}
FIXTURE_TEARDOWN(lint)
{
}
FIXTURE_VARIANT(lint)
{
	const char *yaml;
	const char *expected;
};

#define FINDS(name, text, message)                \
	FIXTURE_VARIANT_ADD(lint, name)           \
	{                                         \
		.yaml = text, .expected = message \
	}

TEST_F(lint, finds_exactly_this)
{
	struct kpol_diags diags = { 0 };
	_cleanup_free_ char *text = NULL;

	lint_yaml(variant->yaml, NULL, &diags);
	text = findings_text(&diags);
	EXPECT_STREQ(variant->expected, text);
	EXPECT_EQ(NULL, wrong_severity(&diags));
	kpol_diags_clear(&diags);
}

#endif /* KPOL_UNIT_LINT_FINDS_H */
