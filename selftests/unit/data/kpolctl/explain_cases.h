/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kpolctl explain of a bundle: the whole decision. */
/* clang-format off */

#define RANKS "selftests/unit/data/test/ranks.yaml"

CASE(explain_lists_every_rule_its_rank_and_why,
     .argv = { "explain", "--bundle", RANKS, "--unit", "a.service", "read", "/srv/a/b.log" }, .exit = 1, .err = "",
     .out = "denied: read /srv/a/b.log\n"
	    "  scope     unit:a.service\n"
	    "  verdict   denied\n"
	    "  would be  denied\n"
	    "  rule      " RANKS ":16: Block file any /srv/a/*.log (policy default/ranks)\n"
	    "\nrules that are for this access, strongest first:\n"
	    "DECIDES  SOURCE                                  ACTION  ACCESS    OBJECT         BY  MODE     RANK                              WHY\n"
	    "reports  " RANKS ":18  Audit   file any  /srv/a/b.log   -   enforce  exact path                        Audit never changes a verdict\n"
	    "yes      " RANKS ":16  Block   file any  /srv/a/*.log   -   enforce  pattern of 11 literal characters  11 literal characters come before 10\n"
	    "-        " RANKS ":15  Allow   file any  /srv/**/*.log  -   enforce  pattern of 10 literal characters  yields to the one that decides: 11 literal characters come before 10\n"
	    "-        " RANKS ":13  Allow   file any  /srv/a/        -   enforce  directory of length 7             yields to the one that decides: pattern comes before directory\n"
	    "-        " RANKS ":12  Block   file any  /srv/          -   enforce  directory of length 5             yields to the one that decides: pattern comes before directory\n")

CASE(explain_tells_the_verdict_from_what_it_would_be,
     .argv = { "explain", "--bundle", RANKS, "--unit", "a.service", "--source", "/usr/bin/a", "read", "/srv/a/b.log" },
     .err = "",
     .out_has = "  verdict   would-deny\n  would be  denied\n")

CASE(explain_of_a_default_deny_has_no_candidates,
     .argv = { "explain", "--bundle", "policies/examples/payments.yaml", "--unit", "payd.service", "exec", "/bin/sh" },
     .exit = 1, .err = "",
     .out = "denied: exec /bin/sh\n"
	    "  scope     cgroup:/payments,/system.slice/payd.service\n"
	    "  verdict   denied\n"
	    "  would be  denied\n"
	    "  rule      none: the class has an Allow rule, and no rule is for this\n"
	    "  policy    payments/ns-payments.process-allowlist.v1\n")

CASE(explain_json_has_the_candidates,
     .argv = { "explain", "--bundle", RANKS, "--unit", "a.service", "-o", "json", "read", "/srv/a/b.log" }, .exit = 1,
     .err = "", .out_has = "\"mode\": \"enforce\",\n      \"decides\": \"yes\",\n      \"rank\": \"pattern of 11 literal characters\",")

CASE(explain_of_a_default_that_reports,
     .argv = { "explain", "--bundle", "selftests/unit/data/test/posture.yaml", "--container", "web", "--label", "app=web", "exec", "/bin/sh" },
     .err = "",
     .out = "audited: exec /bin/sh\n"
	    "  scope     labels:app=web@default\n"
	    "  verdict   audited\n"
	    "  would be  audited\n"
	    "  rule      none: no rule is for this, and the posture of the class is audit\n"
	    "  policy    default/soft\n")

#define ASKED "selftests/unit/data/test/asked.yaml"

CASE(explain_says_what_it_would_have_to_know,
     .argv = { "explain", "--bundle", ASKED, "--unit", "asked.service", "exec", "/usr/bin/python3" }, .exit = 1, .err = "",
     .out_has = "asked.yaml:9: Allow process exec /usr/bin/python3 [args -m,pydoc] (policy default/asked)\n"
		"  unknown   its arguments are not known: --args\n")

CASE(explain_judges_arguments,
     .argv = { "explain", "--bundle", ASKED, "--unit", "asked.service", "--args", "-m pydoc", "exec", "/usr/bin/python3" },
     .err = "", .out_has = "allowed: exec /usr/bin/python3\n")

CASE(explain_judges_a_terminal,
     .argv = { "explain", "--bundle", ASKED, "--unit", "asked.service", "--terminal", "exec", "/usr/bin/apt" }, .exit = 1,
     .err = "", .out_has = "asked.yaml:12: Allow process exec /usr/bin/apt [no terminal] (policy default/asked)\n")
