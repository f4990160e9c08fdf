// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversions: what is taken over says the same, what is not is told. */
#include <errno.h>
#include <ftw.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "cases/run.h"
#include "convert/convert.h"

#include "digest.h"
#include "findings.h"
#include "kselftest_harness.h"

static struct {
	size_t n_kubearmor, n_slips, n_back, n_bad;
} walked;

static bool is_kubearmor(const char *text)
{
	return strstr(text, "\nkind: KubeArmor") != NULL;
}

static char *convert(const char *text, enum kpol_convert_to to, struct kpol_diags *diags,
		     size_t *left)
{
	char *result = NULL;

	if (kpol_convert_yaml("f.yaml", text, strlen(text), to, diags, &result, left) < 0)
		return NULL;
	return result;
}

/* And back: what has been KubeArmor's must be so again. */
static void check_back(const char *path, const char *runtime, const char *before)
{
	struct kpol_diags diags = { 0 };
	size_t left = 0;
	_cleanup_free_ char *back = convert(runtime, KPOL_CONVERT_TO_KUBEARMOR, &diags, &left);
	_cleanup_free_ char *after = back ? digest_of(back, strlen(back)) : NULL;

	walked.n_back++;
	if (!after || left || strcmp(before, after)) {
		fprintf(stderr, "# %s: back: %s became %s\n", path, before, after ? after : "-");
		walked.n_bad++;
	}
	kpol_diags_clear(&diags);
}

/* What the loader only takes as it was meant is not converted: it is told instead. */
static bool says_slip(const struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		if (diags->items[i].severity == KPOL_ERROR &&
		    !strcmp(diags->items[i].code, "KPOL015"))
			return true;
	return false;
}

static int check_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct kpol_diags diags = { 0 };
	_cleanup_free_ char *text = NULL, *runtime = NULL, *before = NULL, *after = NULL;
	size_t len, left = 0;

	if (type != FTW_F || kpol_file_read(path, 1 << 20, &text, &len) < 0 || !is_kubearmor(text))
		return 0;
	before = digest_of(text, len);
	if (!*before)
		return 0;
	walked.n_kubearmor++;
	runtime = convert(text, KPOL_CONVERT_TO_RUNTIME, &diags, &left);
	after = runtime ? digest_of(runtime, strlen(runtime)) : NULL;
	if (!runtime && says_slip(&diags)) {
		walked.n_slips++;
	} else if (!after || strcmp(before, after)) {
		fprintf(stderr, "# %s: %s became %s\n", path, before, after ? after : "-");
		walked.n_bad++;
	} else if (!left) {
		if (is_kubearmor(runtime))
			walked.n_bad++;
		if (!strstr(text, "posture: {")) /* KubeArmor has it elsewhere */
			check_back(path, runtime, before);
	}
	kpol_diags_clear(&diags);
	return 0;
}

TEST(kubearmor_becomes_the_same_rules_and_goes_back)
{
	ASSERT_EQ(0, nftw(TEST_TOP "/policies", check_file, 16, FTW_PHYS));
	ASSERT_EQ(0, nftw(TEST_DATA "/good", check_file, 16, FTW_PHYS));
	ASSERT_EQ(0, nftw(TEST_TOP "/selftests/fuzz/corpus/load", check_file, 16, FTW_PHYS));
	EXPECT_LT(8, walked.n_kubearmor);
	EXPECT_LT(4, walked.n_back);
	EXPECT_LT(2, walked.n_slips);
	EXPECT_EQ(0, walked.n_bad);
	TH_LOG("%zu documents, %zu of them back again", walked.n_kubearmor, walked.n_back);
}

#define RUNTIME(spec) \
	"# c\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: x}\nspec:\n" spec

static const struct {
	const char *text;
	enum kpol_convert_to to;
	const char *has; /* NULL: left out, or left as it is */
	const char *finding;
} documents[] = {
	{ "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\n"
	  "spec: {posture: {file: audit}}\n---\n" RUNTIME("  file: {matchPaths: [{path: /a}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR, NULL,
	  "f.yaml:1: warning: a PolicyBundle has no counterpart and is left out [KPOL051]\n"
	  "f.yaml:7: warning: the bundle's posture has no counterpart (KubeArmor reads it from "
	  "annotations of the namespace): this policy is left out [KPOL051]\n" },
	{ "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\n"
	  "spec: {posture: {file: block}}\n---\n" RUNTIME("  file: {matchPaths: [{path: /a}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR, "kind: KubeArmorPolicy",
	  "f.yaml:1: warning: a PolicyBundle has no counterpart and is left out [KPOL051]\n" },
	{ RUNTIME("  selector: {matchContainers: [a, b]}\n"
		  "  file: {matchDirectories: [{dir: /etc}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR,
	  "# c\napiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {name: "
	  "x}\nspec:\n"
	  "  selector: {matchLabels: {kubearmor.io/container.name: \"[a, b]\"}}\n"
	  "  file: {matchDirectories: [{dir: /etc/}]}\n",
	  "" },
	{ RUNTIME("  nodeSelector: {matchLabels: {a: b}}\n  process: {matchPaths: [{path: /x}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR, "kind: KubeArmorHostPolicy", "" },
	{ RUNTIME("  selector: {matchLabels: {a: b}}\n  owner: me\n  ptrace: {}\n"
		  "  process: {matchPaths: [{path: /x}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR, "  process:",
	  "f.yaml:7: warning: \"owner\" has no counterpart and is left out [KPOL051]\n"
	  "f.yaml:8: warning: \"ptrace\" has no counterpart: the section \"ptrace\" is left out "
	  "[KPOL051]\n" },
	{ RUNTIME("  selector: {matchUnits: [a.service]}\n  process: {matchPaths: [{path: /x}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR, NULL,
	  "f.yaml:6: warning: \"matchUnits\" has no counterpart: this policy is left out "
	  "[KPOL051]\n" },
	{ RUNTIME("  mode: observe\n  process: {matchPaths: [{path: /x}]}\n"),
	  KPOL_CONVERT_TO_KUBEARMOR, NULL,
	  "f.yaml:6: warning: \"mode\" has no counterpart: this policy is left out [KPOL051]\n" },
	{ RUNTIME("  file: {matchPaths: [{path: /x, ops: [read]}]}\n"), KPOL_CONVERT_TO_KUBEARMOR,
	  "spec: {}\n",
	  "f.yaml:6: warning: \"ops\" has no counterpart: the section \"file\" is left out "
	  "[KPOL051]\n" },
	{ RUNTIME("  file: {matchPatterns: [{pattern: /x/*}]}\n"), KPOL_CONVERT_TO_KUBEARMOR,
	  "matchPatterns",
	  "f.yaml:6: warning: KubeArmor accepts matchPatterns, but does not enforce them "
	  "[KPOL051]\n" },
	{ "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorClusterPolicy\nmetadata: {name: "
	  "x}\n"
	  "spec: {process: {matchPaths: [{path: /x}]}}\n",
	  KPOL_CONVERT_TO_RUNTIME, NULL,
	  "f.yaml:1: warning: a RuntimePolicy has one namespace: this policy is left as it is "
	  "[KPOL051]\n" },
};

TEST(what_has_no_counterpart_is_told)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		struct kpol_diags diags = { 0 };
		size_t left = 0;
		_cleanup_free_ char *text =
			convert(documents[i].text, documents[i].to, &diags, &left);
		_cleanup_free_ char *findings = findings_text(&diags);

		ASSERT_NE(NULL, text);
		EXPECT_STREQ(documents[i].finding, findings);
		EXPECT_EQ(!documents[i].has, left);
		if (documents[i].has) {
			EXPECT_NE(NULL, strstr(text, documents[i].has))
			{
				TH_LOG("%zu: %s", i, text);
			}
		}
		kpol_diags_clear(&diags);
	}
}

static char *apparmor(const char *profile, char **ret_findings)
{
	struct kpol_diags diags = { 0 };
	char *text = NULL;

	kpol_convert_apparmor("p", profile, strlen(profile), "u.service", &diags, &text);
	*ret_findings = findings_text(&diags);
	kpol_diags_clear(&diags);
	return text;
}

#define P(rules) "profile p /bin/p {\n" rules "\n}\n"

static const struct {
	const char *profile;
	const char *has;
	const char *finding;
} rules[] = {
	{ P("/a r,"), "{path: /a, ops: [read], action: Allow}", "" },
	{ P("allow file /a r,"), "{path: /a, ops: [read], action: Allow}", "" },
	{ P("r /a,"), "{path: /a, ops: [read], action: Allow}", "" },
	{ P("/a r"), "{path: /a, ops: [read], action: Allow}", "" },
	{ P("/a w, # why"), "ops: [write, create, unlink, rename, truncate, setattr, xattr]", "" },
	{ P("/a l,"), "ops: [link]", "" },
	{ P("owner /a r,"), "{path: /a, ownerOnly: true, ops: [read], action: Allow}", "" },
	{ P("deny /a r,"), "{path: /a, ops: [read], action: Block}", "" },
	{ P("/{a,b}/* r,"), "{pattern: \"/{a,b}/*\", ops: [read], action: Allow}", "" },
	{ P("/a/ r,"), "{path: /a, ops: [read], action: Allow}", "" },
	{ P("/a/{,**} r,"), "{dir: /a/, recursive: true, ops: [read], action: Allow}", "" },
	{ P("/a[^b]c r,"), "/a[!b]c", "" },
	{ P("\"/a b\" r,"), "/a b", "" },
	{ P("/x ix,"),
	  "process:\n    matchPaths:\n      - {path: /bin/p, action: Allow}\n"
	  "      - {path: /x, action: Allow}",
	  "" },
	{ P("/x Ux,"), "{path: /x, action: Allow}", "stays under this policy" },
	{ P("deny /x x,"), "{path: /x, action: Block}", "" },
	{ P("/l m,"),
	  "libraries:\n    matchPaths:\n      - {path: /bin/p, action: Allow}\n"
	  "      - {path: /l, action: Allow}",
	  "" },
	{ P("/a a,"), "ops: [write, create]",
	  "p:2: warning: /a: appending is not told from writing" },
	{ P("/a k,"), NULL, "p:2: warning: /a: locks are not judged" },
	{ P("file,"), "{pattern: /**, action: Allow}", "" },
	{ P("network,"), "{protocol: all, action: Allow}", "" },
	{ P("network tcp,"), "{protocol: tcp, action: Allow}", "" },
	{ P("deny network raw,"),
	  "- {protocol: raw, action: Block}\n      - {protocol: all, action: Block}", "" },
	{ P("network inet dgram,"), "{protocol: udp, action: Allow}", "family is not told apart" },
	{ P("network netlink raw,"), "{protocol: all, action: Block}", "is not judged" },
	{ P("ptrace,"), "ptrace:\n    action: Allow", "" },
	{ P("ptrace (trace) peer=x,"), "ptrace:\n    action: Block", "whom it traces" },
	{ P("capability kill,"), "{capability: kill, action: Allow}", "" },
	{ P("capability setuid,setgid,"), "{capability: \"setuid,setgid\", action: Allow}", "" },
	{ P("capability nonsense,"), NULL, "capability nonsense: is not known here" },
	{ P("userns,"), NULL, "p:2: warning: \"userns\" rules have no counterpart" },
	{ P("@{X}/a r,"), NULL, "p:2: warning: @{X}/a: @{X} is not defined in this file" },
	{ "@{X}=/x /y\n" P("@{X}/a r,"),
	  "- {path: /x/a, ops: [read], action: Allow}\n"
	  "      - {path: /y/a, ops: [read], action: Allow}",
	  "" },
	{ "@{X}=b c\n" P("/a/@{X} r,"), "/a/{b,c}", "" },
	{ "@{X}=@{Y}\n@{Y}=@{X}\n" P("/a/@{X} r,"), NULL,
	  "p:4: warning: /a/@{X}: is no absolute path" },
	{ "profile p flags=(complain) {\n/a r,\n}\n", "mode: observe", "" },
	{ P("^hat {\n/b r,\n}\n/a r,"), "{path: /a, ops",
	  "p:2: warning: the profile \"^hat\" inside" },
	{ P("/a/** rw,\ndeny /a/b w,"), "{path: /a/b, ops: [write, create, unlink", "" },
	{ P("/a/b rw,\ndeny /a/** w,"), "{path: /a/b, ops: [read], action: Allow}", "" },
	{ P("/a/b*/c rw,\ndeny /a/** w,"), NULL,
	  "p:3: warning: deny /a/**: here the more specific rule wins" },
	{ "/x/p {\n/a r,\n}\n/y/p {\n/a r,\n}\n", "name: p-2", "" },
	{ P("/a/../b r,"), NULL, "p:2: warning: /a/../b: has a part" },
	{ P("\"/a\tb\" r,"), NULL, "has a control character" },
	{ P("/a z,"), NULL, "p:2: warning: \"/a z\": is no rule that is known here" },
	{ "profile p {\n/a r,\n", "", "p:1: the profile \"p\" is never closed" },
	{ P("\"/a r,"), "", "p:2: a quote or bracket that is never closed" },
	{ "/a r,\n", "", "p:1: \"/a\" stands in no profile" },
	{ "", "", "p: there is no profile in this file" },
};

TEST(each_rule_of_apparmor_is_taken_over_or_told)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		_cleanup_free_ char *findings = NULL, *digest = NULL;
		_cleanup_free_ char *text = apparmor(rules[i].profile, &findings);
		bool refused = rules[i].has && !*rules[i].has;

		EXPECT_EQ(refused, !text)
		{
			TH_LOG("%s", rules[i].profile);
		}
		if (text && rules[i].has) {
			EXPECT_NE(NULL, strstr(text, rules[i].has))
			{
				TH_LOG("no %s in %s", rules[i].has, text);
			}
		}
		if (*rules[i].finding) {
			EXPECT_NE(NULL, strstr(findings, rules[i].finding))
			{
				TH_LOG("no %s in: %s", rules[i].finding, findings);
			}
		} else {
			EXPECT_STREQ("", findings);
		}
		if (!text)
			continue;
		digest = digest_of(text, strlen(text));
		EXPECT_STRNE("", digest)
		{
			TH_LOG("does not load: %s", text);
		}
	}
}

/* The profile of data/apparmor, asked what it permits. */
TEST(a_whole_profile_decides_as_it_did)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_suite suite = { 0 };
	struct kpol_run run = { 0 };
	_cleanup_free_ char *profile = NULL, *text = NULL;
	size_t len;

	ASSERT_EQ(0, kpol_file_read(TEST_DATA "/apparmor/usr.sbin.webd", 1 << 20, &profile, &len));
	ASSERT_EQ(0, kpol_convert_apparmor("p", profile, len, NULL, &diags, &text));
	ASSERT_EQ(0, kpol_bundle_parse("b", text, strlen(text), &diags, &bundle));
	ASSERT_EQ(0, kpol_suite_load(TEST_DATA "/apparmor/webd_test.yaml", &diags, &suite));
	ASSERT_EQ(0, kpol_run_suite(bundle, &suite, &diags, &run));
	for (size_t i = 0; i < suite.n_cases; i++) {
		EXPECT_EQ(KPOL_CASE_PASSED, run.results[i].fault)
		{
			TH_LOG("%s: %s", suite.cases[i].text,
			       kpol_suite_verdict(run.results[i].verdict));
		}
	}
	EXPECT_LT(20, run.n_passed);
	kpol_run_clear(&run);
	kpol_suite_clear(&suite);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

/* Bytes lost, doubled or changed: never a crash, and what comes out loads. */
TEST(damaged_profiles_are_refused_or_load)
{
	_cleanup_free_ char *profile = NULL;
	size_t len, n_loaded = 0;
	unsigned int dice = 1;

	ASSERT_EQ(0, kpol_file_read(TEST_DATA "/apparmor/usr.sbin.webd", 1 << 20, &profile, &len));
	for (int i = 0; i < 3000; i++) {
		_cleanup_free_ char *damaged = strdup(profile), *findings = NULL, *digest = NULL;
		_cleanup_free_ char *text = NULL;

		for (int k = 0; k < 3; k++) {
			dice = dice * 1103515245 + 12345;
			damaged[dice / 65536 % len] = "{},\"@=/* \n#(x"[dice % 13];
		}
		text = apparmor(damaged, &findings);
		if (!text)
			continue;
		digest = digest_of(text, strlen(text));
		n_loaded += *digest != '\0';
		EXPECT_STRNE("", digest)
		{
			TH_LOG("does not load: %s\nfrom: %s", text, damaged);
		}
	}
	EXPECT_LT(500, n_loaded);
}

TEST_HARNESS_MAIN
