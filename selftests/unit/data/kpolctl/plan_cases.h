/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kpolctl diff of two files, and plan against what is live. */
/* clang-format off */

#define SMALL2 "selftests/unit/data/test/small2.yaml"

CASE(plan_shows_effect_and_risk_and_exits_2,
     .argv = { "plan", "-" }, .reply = "plan.json", .exit = 6,
     .request = "{\"method\":\"io.kpol.Plan\",\"parameters\":{\"file\":\"-\",\"text\":\"\"}}",
     .out = "RISK  CHANGE   WHAT                              SCOPE              EFFECT                                    WHY                SOURCE\n"
	    "high  default  default of process                unit:payd.service  allow, then deny                          new default deny   -\n"
	    "low   added    Allow process exec /usr/bin/payd  unit:payd.service  exec /usr/bin/payd: denied, then allowed  allows one object  payments.yaml:12\n",
     .err = "2 changes, 1 of high risk\n")

CASE(plan_of_high_risk_exits_3_if_asked,
     .argv = { "plan", "-", "--fail-on", "high", "-q" }, .reply = "plan.json", .exit = 7, .err = "")

CASE(plan_without_changes_exits_0,
     .argv = { "plan", "-", "--fail-on=high" }, .reply = "plan_same.json", .out = "", .err = "0 changes, 0 of high risk\n")

CASE(plan_json, .argv = { "plan", "-", "-o", "json", "-q" }, .reply = "plan.json", .exit = 6, .err = "",
     .out_has = "\"kind\": \"Plan\",\n  \"highRisk\": 1,\n  \"items\": [")

CASE(plan_of_an_invalid_bundle_exits_1,
     .argv = { "plan", "-" }, .reply = "invalid.json", .exit = 1, .out = "", .err = "bundle.yaml:12:7: unknown action")

CASE(plan_fails_on_high_only,
     .argv = { "plan", "-", "--fail-on", "hihg" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown --fail-on \"hihg\" (did you mean \"high\"?)\n")

CASE(diff_of_two_files_needs_no_daemon,
     .argv = { "diff", SMALL, SMALL2 }, .exit = 6,
     .out = "RISK  CHANGE   WHAT                            SCOPE           EFFECT                              WHY                        SOURCE\n"
	    "low   removed  Block process exec /usr/bin/b   unit:a.service  exec /usr/bin/b: denied as before   is denied all the same     " SMALL ":13\n"
	    "low   added    Block process exec /usr/bin/bb  unit:a.service  exec /usr/bin/bb: denied as before  was denied before as well  " SMALL2 ":13\n",
     .err = "2 changes, 0 of high risk\n")

CASE(diff_of_a_file_with_itself, .argv = { "diff", SMALL, SMALL, "-q" }, .out = "", .err = "")

CASE(diff_of_two_files_of_high_risk,
     .argv = { "diff", "policies/examples/block-bash.yaml", "policies/examples/block-etc.yaml", "--fail-on", "high" }, .exit = 7,
     .out_has = "blocks in a whole namespace", .err = " of high risk\n")

CASE(diff_with_the_live_rules_knows_no_risk,
     .argv = { "diff", SMALL, "--fail-on", "high" }, .exit = 2, .out = "", .err = "\"kpolctl plan\" compares with what is live\n")
