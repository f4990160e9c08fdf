// SPDX-License-Identifier: GPL-2.0-or-later
/* Silences: what they silence, and what is wrong with them. */
#include "lint_case.h"
#include "kselftest_harness.h"

FIXTURE(silence){};
FIXTURE_SETUP(silence)
{
}
FIXTURE_TEARDOWN(silence)
{
}
FIXTURE_VARIANT(silence)
{
	const char *yaml;
	const char *expected;
	size_t silenced;
};

#define CASE(name, n, text, message)                             \
	FIXTURE_VARIANT_ADD(silence, name)                       \
	{                                                        \
		.yaml = text, .expected = message, .silenced = n \
	}

/* Ten lines, the silence on the fourth; rules begin on the eleventh. KPOL034 is everywhere. */
#define HEAD                                                                                   \
	"{apiVersion: kpol.io/v1, kind: PolicyBundle, metadata: {name: b, version: 1, owner: " \
	"me},\n"                                                                               \
	"spec: {frameworks: [CIS-1]}}\n---\n"
#define WITH(text)                                                                         \
	HEAD "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata:\n  name: ns-a.b.v1\n" \
	     "  annotations: {kpol.io/lint-ignore: " text                                  \
	     "}\nspec:\n  severity: 5\n  selector: " UNIT "\n"
#define LINKS "  process:\n    matchPaths:\n    - path: /bin/sh\n    - path: \"/bin/x\"\n"
#define LINK(line, column, path)                                                 \
	"f:" line ":" column ": warning: \"" path "\" is reached as \"/usr" path \
	"\" on most systems, "                                                   \
	"where this rule matches nothing: name both [KPOL030]\n"
#define AT "f:8:38: warning: "

CASE(without_one_all_is_told, 0, WITH("\"\"") LINKS,
     LINK("14", "13", "/bin/sh") LINK("15", "13", "/bin/x"));
CASE(of_a_code_in_this_document, 2, WITH("\"KPOL030: busybox has no /usr\"") LINKS, "");
CASE(of_one_place, 1, WITH("\"KPOL030 /bin/sh: busybox has no /usr\"") LINKS,
     LINK("15", "13", "/bin/x"));
CASE(of_a_quoted_place, 1, WITH("\"KPOL030 /bin/x: busybox has no /usr\"") LINKS,
     LINK("14", "13", "/bin/sh"));
CASE(of_a_part_of_a_place, 0, WITH("\"KPOL030 /bin/s: busybox has no /usr\"") LINKS,
     LINK("14", "13", "/bin/sh") LINK("15", "13", "/bin/x"));
CASE(of_another_place, 0,
     WITH("\"KPOL024 /opt/: it is meant\"") "  file: {matchDirectories: [{dir: /etc/}]}\n",
     AT
     "there is no finding KPOL024 at /opt/ here: remove the silence [KPOL042]\n"
     "f:12:35: warning: this Block rule covers so much that most programs will fail [KPOL024]\n");
CASE(of_nothing, 0, WITH("\"KPOL024: it is meant\"") "  process: {matchPaths: [{path: /x}]}\n",
     AT "there is no finding KPOL024 here: remove the silence [KPOL042]\n");
CASE(without_a_reason, 0, WITH("KPOL030") LINKS,
     AT "KPOL030 is not silenced: no reason is given behind a colon [KPOL041]\n" LINK("14", "13",
										      "/bin/sh")
	     LINK("15", "13", "/bin/x"));
CASE(with_an_empty_reason, 0, WITH("\"KPOL030: \"") LINKS,
     AT "KPOL030 is not silenced: no reason is given behind a colon [KPOL041]\n" LINK("14", "13",
										      "/bin/sh")
	     LINK("15", "13", "/bin/x"));
CASE(of_an_error, 0, WITH("\"KPOL005: I know\"") "  process: {matchPaths: [{path: /x}]}\n",
     AT "KPOL005 cannot be silenced [KPOL043]\n");
CASE(of_a_finding_about_silences, 0,
     WITH("\"KPOL042: I know\"") "  process: {matchPaths: [{path: /x}]}\n",
     AT "KPOL042 cannot be silenced [KPOL043]\n");
CASE(of_what_does_not_exist, 0,
     WITH("\"KPOL999: I know\"") "  process: {matchPaths: [{path: /x}]}\n",
     AT "there is no finding \"KPOL999\" to silence (\"CODE: reason\" or \"CODE OBJECT: reason\") "
	"[KPOL043]\n");
CASE(of_what_takes_files_to_find, 0,
     WITH("\"KPOL038: comes with another image\"") "  process: {matchPaths: [{path: /x}]}\n", "");
CASE(in_a_block_of_lines, 3,
     HEAD "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata:\n  name: ns-a.b.v1\n"
	  "  annotations:\n    kpol.io/lint-ignore: |\n      KPOL030 /bin/sh: no /usr\n\n"
	  "      KPOL030 /bin/x: no /usr\n      KPOL034: nobody asks\n      KPOL031: stale\n"
	  "spec:\n  selector: " UNIT "\n" LINKS,
     "f:14:26: warning: there is no finding KPOL031 here: remove the silence [KPOL042]\n");
CASE(of_an_address, 1,
     WITH("\"KPOL024 egress: a quarantine\"") "  network: {matchPeers: [{direction: egress, cidr: "
					      "\"::/0\"}]}\n",
     "");
CASE(of_what_the_loader_finds, 1,
     WITH("\"KPOL012 /etc/*: the file is called so\"") "  file: {matchPaths: [{path: /etc/*}]}\n",
     "");
CASE(only_in_its_own_document, 2,
     WITH("\"KPOL030: busybox has no /usr\"") LINKS
     "---\n" NAMED("ns-a.c.v1", UNIT) "  severity: 5\n  process: {matchPaths: [{path: /bin/ls}]}\n",
     LINK("23", "33", "/bin/ls"));
CASE(in_the_header_for_all, 4,
     HEADER("\\nKPOL030: busybox has no /usr") NAMED("ns-a.b.v1", UNIT) LINKS
     "---\n" NAMED("ns-a.c.v1", UNIT) "  severity: 5\n  process: {matchPaths: [{path: /bin/ls}]}\n",
     "");
CASE(of_the_whole_file_without_a_header, 2,
     "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata:\n  name: ns-a.b.v1\n"
     "  annotations:\n    kpol.io/lint-ignore: |\n      KPOL026: one file, git knows\n"
     "      KPOL035: none applies\nspec:\n  severity: 5\n  selector: {matchLabels: {a: b}}\n"
     "  process: {matchPaths: [{path: /x}]}\n",
     "");

TEST_F(silence, says_exactly_this)
{
	struct kpol_diags diags = { 0 };
	_cleanup_free_ char *text = NULL;

	lint_yaml(variant->yaml, NULL, &diags);
	text = findings_text(&diags);
	EXPECT_STREQ(variant->expected, text);
	EXPECT_EQ(variant->silenced, diags.n_silenced);
	EXPECT_EQ(NULL, wrong_severity(&diags));
	kpol_diags_clear(&diags);
}

TEST(silenced_findings_keep_their_reason_and_count_no_more)
{
	struct kpol_diags diags = { 0 };

	lint_yaml(WITH("\"KPOL030: busybox has no /usr\"") LINKS, NULL, &diags);
	ASSERT_EQ(2, diags.n);
	EXPECT_EQ(0, diags.n_warnings);
	EXPECT_STREQ("busybox has no /usr", diags.items[0].silence);
	EXPECT_STREQ("busybox has no /usr", diags.items[1].silence);
	kpol_diags_clear(&diags);
}

TEST(errors_are_never_silenced)
{
	struct kpol_diags diags = { 0 };

	lint_yaml(WITH("\"KPOL002: I know\"") "  unknown: {}\n", NULL, &diags);
	EXPECT_EQ(1, diags.n_errors);
	EXPECT_EQ(0, diags.n_silenced);
	kpol_diags_clear(&diags);
}

TEST_HARNESS_MAIN
