/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kpolctl test, as a person or a CI system calls it from the top of the tree. */
/* clang-format off */

#define SMALL "selftests/unit/data/test/small.yaml"
#define SMALL_TEST "selftests/unit/data/test/small_test.yaml"

CASE(test_says_what_was_expected_what_came_and_why,
     .argv = { "test", SMALL }, .exit = 1, .err = "",
     .out = "failed " SMALL_TEST ":12:7: wrong & <odd>\n"
	    "  access    exec /usr/bin/b by /usr/bin/a\n"
	    "  scope     unit:a.service\n"
	    "  expected  allow by line 11 of policy small\n"
	    "  got       deny\n"
	    "  fault     the verdict is another\n"
	    "  rule      " SMALL ":13: Block process exec /usr/bin/b (policy default/small)\n"
	    "  why       no other rule is for this\n"
	    "failed " SMALL_TEST ":16:7: exec /usr/bin/c\n"
	    "  access    exec /usr/bin/c\n"
	    "  scope     unit:a.service\n"
	    "  expected  would-deny\n"
	    "  got       deny\n"
	    "  fault     the verdict is another\n"
	    "  policy    default/small\n"
	    "  why       no rule is for this, and the class has an Allow rule\n"
	    "1 passed, 2 failed\n")

CASE(test_lists_what_passed_too_with_o_wide,
     .argv = { "test", SMALL, "-o", "wide" }, .exit = 1, .err = "", .out_has = "ok " SMALL_TEST ":9:7: right\n")

CASE(test_as_tap,
     .argv = { "test", SMALL, "-o", "tap", "--coverage" }, .exit = 1, .err = "",
     .out = "TAP version 13\n1..3\nok 1 - right\nnot ok 2 - wrong & <odd>\n  ---\n"
	    "  at: '" SMALL_TEST ":12:7'\n"
	    "  access: 'exec /usr/bin/b by /usr/bin/a'\n"
	    "  scope: 'unit:a.service'\n"
	    "  expected: 'allow by line 11 of policy small'\n"
	    "  got: 'deny'\n"
	    "  fault: 'the verdict is another'\n"
	    "  rule: '" SMALL ":13: Block process exec /usr/bin/b (policy default/small)'\n"
	    "  why: 'no other rule is for this'\n"
	    "  ...\n"
	    "not ok 3 - exec /usr/bin/c\n  ---\n"
	    "  at: '" SMALL_TEST ":16:7'\n"
	    "  access: 'exec /usr/bin/c'\n"
	    "  scope: 'unit:a.service'\n"
	    "  expected: 'would-deny'\n"
	    "  got: 'deny'\n"
	    "  fault: 'the verdict is another'\n"
	    "  policy: 'default/small'\n"
	    "  why: 'no rule is for this, and the class has an Allow rule'\n"
	    "  ...\n"
	    "# " SMALL ":17: no test decides: Audit file dir /etc/ (policy small)\n"
	    "# coverage 66%\n")

CASE(test_as_junit,
     .argv = { "test", SMALL, "-o", "junit" }, .exit = 1, .err = "",
     .out_has = "<testsuites tests=\"3\" failures=\"2\">\n"
		"  <testsuite name=\"" SMALL_TEST "\" tests=\"3\" failures=\"2\" errors=\"0\">\n"
		"    <testcase name=\"right\" classname=\"" SMALL_TEST "\" file=\"" SMALL_TEST "\" line=\"9\"/>\n"
		"    <testcase name=\"wrong &amp; &lt;odd&gt;\"")

CASE(test_as_json,
     .argv = { "test", SMALL, "-o", "json", "--coverage" }, .exit = 1, .err = "",
     .out_has = "\"kind\": \"PolicyTestReport\",\n  \"passed\": 1,\n  \"failed\": 2,")

CASE(test_of_the_example_covers_every_rule,
     .argv = { "test", "policies/examples/payments.yaml", "--coverage-min", "100" }, .err = "",
     .out = "27 of 27 rules decide something, 100%\n41 passed, 0 failed\n")

CASE(test_under_the_wanted_coverage_fails,
     .argv = { "test", "policies/examples/api-runtime-allowlist-meant.yaml", "--coverage-min=80" }, .exit = 1,
     .out_has = "meant.yaml:36: no test decides: Allow library dir /lib/ (policy ns-default.api-runtime-allowlist.v1)\n",
     .err = "kpolctl: coverage is 13%, at least 80% is wanted\n")

CASE(test_takes_files_by_name,
     .argv = { "test", SMALL, SMALL_TEST, SMALL_TEST }, .exit = 1, .out_has = "2 passed, 4 failed\n", .err = "")

CASE(test_tells_every_mistake_with_its_place,
     .argv = { "test", SMALL, "selftests/unit/data/test/bad_test.yaml" }, .exit = 1, .out = "",
     .err = "bad_test.yaml:6:20: unknown operation \"exce\" (did you mean \"exec\"?)\n")

CASE(test_without_its_file_says_which,
     .argv = { "test", "selftests/unit/data/good/ksp-full.yaml" }, .exit = 5, .out = "",
     .err = "selftests/unit/data/good/ksp-full_test.yaml: No such file or directory\n")

CASE(test_of_standard_input_needs_a_name,
     .argv = { "test", "-" }, .exit = 2, .out = "", .err = "has no tests beside it: name them\n")

CASE(test_coverage_is_a_percentage,
     .argv = { "test", SMALL, "--coverage-min", "101" }, .exit = 2, .out = "",
     .err = "kpolctl: --coverage-min \"101\" is no number between 0 and 100\n")

CASE(test_reports_are_for_test_only,
     .argv = { "lint", SMALL, "-o", "tap" }, .exit = 2, .out = "",
     .err = "kpolctl: lint has no test report: -o junit and -o tap are for test\n")

CASE(completion_of_a_report, .argv = { "__complete", "test", SMALL, "-o", "j" }, .out = "json\njunit\n", .err = "")

CASE(completion_of_test_files, .argv = { "__complete", "test", SMALL, "" }, .out = ":files\n", .err = "")

#define SHIPPED(name, path) \
	CASE(shipped_##name##_passes_its_tests, .argv = { "test", "policies/" path ".yaml" }, .err = "", .out_has = " 0 failed\n")

SHIPPED(meant, "examples/api-runtime-allowlist-meant")
SHIPPED(allowlist, "examples/api-runtime-allowlist")
SHIPPED(bash, "examples/block-bash")
SHIPPED(etc, "examples/block-etc")
SHIPPED(tcp, "examples/block-remote-tcp-access")
SHIPPED(kubernetes_batch, "templates/kubernetes/batch")
SHIPPED(kubernetes_database, "templates/kubernetes/database")
SHIPPED(kubernetes_web, "templates/kubernetes/web")
SHIPPED(systemd_batch, "templates/systemd/batch")
SHIPPED(systemd_database, "templates/systemd/database")
SHIPPED(systemd_web, "templates/systemd/web")

CASE(test_tells_a_default_that_reports,
     .argv = { "test", "selftests/unit/data/test/posture.yaml" }, .err = "", .out = "3 passed, 0 failed\n")

CASE(test_of_arguments_content_and_terminals,
     .argv = { "test", "selftests/unit/data/test/asked.yaml" }, .err = "", .out = "8 passed, 0 failed\n")
