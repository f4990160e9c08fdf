/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of kpolctl, what kpold answers, what a person then reads. */
/* clang-format off */

CASE(load_prints_each_changed_rule_and_the_generation,
     .argv = { "load", "-" }, .input = "kind: RuntimePolicy\n", .reply = "load.json",
     .request = "{\"method\":\"io.kpol.Load\",\"parameters\":{\"file\":\"-\",\"text\":\"kind: RuntimePolicy\\n\",\"dryRun\":\"no\"}}",
     .out = "+  payments/payments-process  process exec    /usr/bin/payd       Allow  payments.yaml:21\n"
	    "+  payments/payments-network  network egress  tcp 10.0.0.0/8 443  Allow  payments.yaml:40\n"
	    "~  payments/payments-file     file write      /etc/payd/          Block  payments.yaml:30\n"
	    "-  payments/payments-process  process exec    /bin/sh             Allow  payments.yaml:22\n"
	    "generation 4\n",
     .err = "payments.yaml:5:3: warning: no libraries rule: LD_PRELOAD is open [KPOL012]\n")

CASE(load_quietly_keeps_warnings_back,
     .argv = { "load", "-", "-q" }, .reply = "load.json", .out_has = "generation 4\n", .err = "")

CASE(load_of_the_live_bundle_says_unchanged,
     .argv = { "load", "-" }, .reply = "unchanged.json", .out = "unchanged (generation 4)\n", .err = "")

CASE(load_dry_run_asks_the_daemon_for_a_plan,
     .argv = { "load", "--dry-run", "-" }, .reply = "unchanged.json", .request = "\"dryRun\":\"yes\"",
     .err = "dry run: nothing was changed\n")

CASE(load_dry_run_kernel_asks_the_module_too,
     .argv = { "load", "-", "--dry-run=kernel" }, .reply = "unchanged.json",
     .request = "\"dryRun\":\"kernel\"", .err = "dry run: the kernel accepts it; nothing was changed\n")

CASE(load_json_has_the_same_rows,
     .argv = { "load", "-", "-o", "json" }, .reply = "load.json",
     .out_has = "\"kind\": \"RuleChangeList\"")

CASE(load_of_an_invalid_bundle_prints_every_error_and_exits_1,
     .argv = { "load", "-" }, .reply = "invalid.json", .exit = 1, .out = "",
     .err = "bundle.yaml:12:7: unknown action \"blok\" (did you mean \"Block\"?)\n"
	    "bundle.yaml:14:1: unknown field \"procces\" (did you mean \"process\"?)\n"
	    "kpolctl: the bundle has 2 errors; nothing was changed\n")

CASE(load_refused_by_the_kernel_names_the_yaml_line,
     .argv = { "load", "-" }, .reply = "kernel.json", .exit = 5, .out = "",
     .err = "kpolctl: payments.yaml:21: path is not absolute\n")

CASE(load_refused_for_lack_of_rights_exits_4,
     .argv = { "load", "-" }, .reply = "kernel_denied.json", .exit = 4, .out = "",
     .err = "kpolctl: the caller is in a bound cgroup\n")

CASE(load_without_the_module_exits_3,
     .argv = { "load", "-" }, .reply = "no_module.json", .exit = 3, .out = "", .err = "modprobe kpol\n")

CASE(load_without_the_daemon_exits_3,
     .argv = { "load", "-" }, .exit = 3, .out = "", .err = "): systemctl start kpold\n")

CASE(load_of_a_missing_file_names_it,
     .argv = { "load", "/nonexistent.yaml" }, .exit = 5, .out = "",
     .err = "kpolctl: cannot read /nonexistent.yaml: No such file or directory\n")

CASE(load_without_a_file_is_wrong_usage,
     .argv = { "load" }, .exit = 2, .out = "", .err = "kpolctl: load needs FILE|- (kpolctl load FILE|-)\n")

CASE(load_answered_by_silence_is_trouble,
     .argv = { "load", "-" }, .reply = "empty.json", .exit = 5, .out = "", .err = "without an answer")

CASE(load_answered_by_half_a_message_is_trouble,
     .argv = { "load", "-" }, .reply = "broken.json", .exit = 5, .out = "", .err = "answer is broken")

CASE(load_not_permitted_exits_4,
     .argv = { "load", "-" }, .reply = "denied.json", .exit = 4, .out = "", .err = "kpolctl: uid 1000 may not do this\n")

CASE(load_that_failed_inside_kpold_exits_5,
     .argv = { "load", "-" }, .reply = "internal.json", .exit = 5, .out = "", .err = "No space left on device\n")

CASE(errors_are_json_with_o_json,
     .argv = { "load", "-", "-ojson" }, .reply = "denied.json", .exit = 4, .out = "",
     .err = "{\"apiVersion\":\"kpol/v1\",\"kind\":\"Error\",\"message\":\"uid 1000 may not do this\",\"exit\":4}\n")

CASE(diff_of_the_same_exits_0_silently,
     .argv = { "diff", "-" }, .reply = "diff_same.json", .request = "io.kpol.Diff", .out = "", .err = "")

CASE(diff_of_another_exits_1,
     .argv = { "diff", "-" }, .reply = "diff_differs.json", .exit = 1,
     .out = "-  payments/payments-process  process exec  /bin/sh  Allow  payments.yaml:22\n", .err = "")

CASE(status_of_a_healthy_system_is_one_screen,
     .argv = { "status" }, .reply = "status_good.json", .request = "io.kpol.Status",
     .out = "module    ok  0.1.0, 31 of 31 hooks attached\n"
	    "ruleset   ok  generation 4: 12 rules, 3 policies, 1 scope, 2 bindings, 18 KiB (16 KiB of text, 171 bytes a rule beside)\n"
	    "digest    ok  sha256 3fa9c0de00112233…, as kpold loaded it\n"
	    "bundle    ok  payments 3 from payments.yaml, loaded 2026-01-02T03:04:06.000000Z by uid 0\n"
	    "mode      ok  enforce\n"
	    "kpold     ok  0.1.0, pid 312, since 2026-01-02T03:04:05.000000Z, adopted the running ruleset\n"
	    "verdicts  ok  denied 4, would deny 1, audited 0\n"
	    "events    ok  seen 8, exported 8, lost 0\n"
	    "syslog    ok  ok, sent 8, failed 0\n",
     .err = "")

CASE(status_names_what_is_bad_and_exits_1,
     .argv = { "status" }, .reply = "status_bad.json", .exit = 1,
     .out = "module    ok   0.1.0, 31 of 31 hooks attached\n"
	    "ruleset   ok   nothing is loaded\n"
	    "mode      bad  observe: nothing is denied (kpolctl resume)\n"
	    "kpold     ok   0.1.0, pid 312, since 2026-01-02T03:04:05.000000Z\n"
	    "verdicts  ok   denied 0, would deny 0, audited 0\n"
	    "events    bad  seen 9, exported 8, lost 1\n"
	    "syslog    bad  failing, sent 8, failed 1: /dev/log: No such file or directory\n"
	    "problem   bad  nothing was loaded since the module was\n",
     .err = "")

CASE(status_names_what_is_not_enforced_and_is_still_good,
     .argv = { "status" }, .reply = "status_gaps.json",
     .out_has = "unenforced  note  web.yaml:12: default/web: capability \"net_raw\" is accepted but not enforced by this version\n")

CASE(get_unenforced_names_policy_line_and_reason,
     .argv = { "get", "unenforced" }, .reply = "unenforced.json", .request = "\"what\":\"unenforced\"",
     .out_has = "default/web  KPOL008  web.yaml:12  capability \"net_raw\" is accepted but not enforced by this version\n")

CASE(get_rules_says_that_they_are_not_all,
     .argv = { "get", "rules" }, .reply = "rules_gaps.json",
     .err = "2 more are accepted, but not enforced: kpolctl get unenforced")

CASE(status_quietly_is_only_an_exit_code,
     .argv = { "status", "-q" }, .reply = "status_bad.json", .exit = 1, .out = "", .err = "")

CASE(status_json_is_what_the_daemon_said,
     .argv = { "status", "-o", "json" }, .reply = "status_good.json", .out_has = "\"digestMatches\": true")

CASE(ready_says_nothing, .argv = { "status", "--ready" }, .reply = "status_good.json", .out = "", .err = "")

CASE(ready_is_a_cluster_that_observes_and_has_no_policies_of_kubearmor,
     .argv = { "status", "--ready" }, .reply = "status_cluster.json", .out = "", .err = "")

CASE(ready_with_nothing_loaded,
     .argv = { "status", "--ready" }, .reply = "status_bad.json", .out = "", .err = "")

CASE(not_ready_says_why_and_exits_1,
     .argv = { "status", "--ready" }, .reply = "status_unready.json", .exit = 1,
     .out = "not ready: hooks of the module do not fire any more\n"
	    "not ready: the module is 0.0.9 and kpold 0.1.0\n"
	    "not ready: the module's ruleset is not what kpold loaded\n"
	    "not ready: no list of pods has come from the API server: the server says \\x1b[31m401: Unauthorized\n",
     .err = "")

CASE(not_ready_without_the_module,
     .argv = { "status", "--ready" }, .reply = "status_no_module.json", .exit = 1,
     .out = "not ready: the module is not loaded\n", .err = "")

CASE(not_ready_when_the_module_has_lost_its_ruleset,
     .argv = { "status", "--ready" }, .reply = "status_emptied.json", .exit = 1,
     .out = "not ready: the module has no ruleset, and kpold has one\n", .err = "")

CASE(not_ready_quietly, .argv = { "status", "--ready", "-q" }, .reply = "status_unready.json", .exit = 1, .out = "", .err = "")

CASE(not_ready_as_json,
     .argv = { "status", "--ready", "-o", "json" }, .reply = "status_no_module.json", .exit = 1,
     .out_has = "\"the module is not loaded\"", .err = "")

CASE(not_ready_without_kpold, .argv = { "status", "--ready" }, .exit = 3, .out = "")

CASE(live_asks_and_says_nothing,
     .argv = { "status", "--live" }, .reply = "status_unready.json", .request = "io.kpol.Status", .out = "", .err = "")

CASE(live_is_who_answers_with_an_error, .argv = { "status", "--live" }, .reply = "internal.json", .out = "", .err = "")

CASE(not_live_is_who_hangs_up_in_the_middle,
     .argv = { "status", "--live" }, .reply = "broken.json", .exit = 3, .out = "", .err = "kpold does not answer: ")

CASE(not_live_without_kpold,
     .argv = { "status", "--live" }, .exit = 3, .out = "", .err = "kpold does not answer: No such file or directory")

CASE(schema_of_a_definition,
     .argv = { "schema", "--crd", "RuntimePolicy" }, .out_has = "\n  name: runtimepolicies.kpol.io\n", .err = "")

CASE(schema_of_a_definition_that_is_kubearmors,
     .argv = { "schema", "--crd", "KubeArmorPolicy" }, .exit = 2, .out = "",
     .err = "kpolctl: KubeArmorPolicy is KubeArmor's: its definition comes with KubeArmor\n")

CASE(schema_of_a_definition_that_is_for_files,
     .argv = { "schema", "--crd", "PolicyBundle" }, .exit = 2, .out = "",
     .err = "kpolctl: PolicyBundle is for files only: no cluster has it\n")

CASE(schema_of_a_definition_misspelt,
     .argv = { "schema", "--crd", "RuntimePolcy" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown kind \"RuntimePolcy\" (did you mean \"RuntimePolicy\"?)\n")

CASE(completion_of_a_definition, .argv = { "__complete", "schema", "--crd", "" }, .out = "RuntimePolicy\n", .err = "")

CASE(get_policies,
     .argv = { "get", "policies" }, .reply = "policies.json", .request = "\"what\":\"policies\"",
     .out = "POLICY                     MODE     RULES  BUNDLE    SOURCE\n"
	    "payments/payments-process  enforce  3      payments  payments.yaml:10\n"
	    "payments/payments-file     observe  2      payments  payments.yaml:24\n",
     .err = "")

CASE(get_names_only,
     .argv = { "get", "policies", "-o", "name" }, .reply = "policies.json",
     .out = "payments/payments-process\npayments/payments-file\n", .err = "")

CASE(get_without_headers,
     .argv = { "get", "bundles", "--no-headers" }, .reply = "bundles.json", .request = "\"what\":\"bundles\"",
     .out = "payments  3  live  2026-01-02T03:04:06.000000Z  0  payments.yaml\n"
	    "payments  2  good  2026-01-01T03:04:06.000000Z  0  payments.yaml\n",
     .err = "")

CASE(get_rules_escapes_what_a_path_says,
     .argv = { "get", "rules" }, .reply = "rules.json", .request = "\"what\":\"rules\"",
     .out = "RULE  SCOPE     POLICY                     ACCESS        OBJECT         ACTION  SOURCE\n"
	    "1     payments  payments/payments-process  process exec  /usr/bin/payd  Allow   payments.yaml:21\n"
	    "2     payments  payments/payments-process  process exec  /tmp/\\x1b[31m  Block   payments.yaml:22\n",
     .err = "")

CASE(get_scopes,
     .argv = { "get", "scopes" }, .reply = "scopes.json", .request = "\"what\":\"scopes\"",
     .out = "SCOPE     ALLOWLISTS       POLICIES\n"
	    "payments  process,network  payments/payments-process,payments/payments-network\n",
     .err = "")

CASE(get_bindings,
     .argv = { "get", "bindings" }, .reply = "bindings.json", .request = "\"what\":\"bindings\"",
     .out = "KIND  TARGET        SCOPE\n"
	    "unit  payd.service  payments\n"
	    "id    4711          payments\n",
     .err = "")

CASE(get_hooks,
     .argv = { "get", "hooks" }, .reply = "hooks.json", .request = "\"what\":\"hooks\"",
     .out = "HOOK                    STATE    CLASS    OPERATIONS\n"
	    "security_bprm_check     tested   process  exec\n"
	    "security_file_truncate  missing  file     truncate\n",
     .err = "")

CASE(get_something_unknown_suggests,
     .argv = { "get", "polices" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown word \"polices\" (did you mean \"policies\"?)\n")

CASE(mode_says_what_it_was,
     .argv = { "mode", "payments/payments-process", "observe" }, .reply = "mode.json",
     .request = "{\"method\":\"io.kpol.SetMode\",\"parameters\":{\"policy\":\"payments/payments-process\",\"mode\":\"observe\"}}",
     .out = "POLICY                     MODE     PREVIOUS\n"
	    "payments/payments-process  observe  enforce\n",
     .err = "")

CASE(mode_of_an_unknown_policy_suggests,
     .argv = { "mode", "payments/payments-proces", "observe" }, .reply = "not_found.json", .exit = 1, .out = "",
     .err = "kpolctl: no policy \"payments/payments-proces\" (did you mean \"payments/payments-process\"?)\n")

CASE(mode_of_a_pattern_that_matches_nothing,
     .argv = { "mode", "web/*", "observe" }, .reply = "policies.json", .request = "\"what\":\"policies\"", .exit = 1,
     .out = "", .err = "kpolctl: no policy matches \"web/*\"\n")

CASE(mode_with_a_wrong_word_suggests,
     .argv = { "mode", "payments/payments-process", "enforced" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown word \"enforced\" (did you mean \"enforce\"?)\n")

CASE(rollback_goes_one_step,
     .argv = { "rollback" }, .reply = "load.json", .request = "\"steps\":1", .out_has = "generation 4\n")

CASE(rollback_goes_as_far_as_told,
     .argv = { "rollback", "3" }, .reply = "unchanged.json", .request = "\"steps\":3",
     .out = "unchanged (generation 4)\n")

CASE(rollback_wants_a_number,
     .argv = { "rollback", "zero" }, .exit = 2, .out = "", .err = "kpolctl: N \"zero\" is no number between 1 and 1000\n")

CASE(panic_tells_kpold,
     .argv = { "panic" }, .reply = "switch.json",
     .request = "{\"method\":\"io.kpol.SetGlobalMode\",\"parameters\":{\"mode\":\"observe\"}}",
     .out = "nothing is denied any more: every policy only observes\n")

CASE(resume_tells_kpold,
     .argv = { "resume" }, .reply = "switch.json",
     .request = "{\"method\":\"io.kpol.SetGlobalMode\",\"parameters\":{\"mode\":\"enforce\"}}",
     .out = "enforcing again: policies in enforce mode deny\n")

CASE(events_read_as_sentences,
     .argv = { "events", "--last", "2" }, .reply = "events.json",
     .request = "{\"method\":\"io.kpol.Events\",\"parameters\":{\"follow\":false,\"last\":2},\"more\":true}",
     .out = "2026-01-02T03:04:07.000000Z denied exec /bin/\\x1b[2Jsh by /usr/bin/payd (pid 312): payments.yaml:21 policy payments/payments-process, default deny\n"
	    "2026-01-02T03:04:08.000000Z would deny write /etc/payd/payd.conf by /usr/bin/payd (pid 312) 3 times: payments.yaml:30 policy payments/payments-file\n"
	    "2026-01-02T03:04:09.000000Z events 9 to 12 lost\n"
	    "2026-01-02T03:04:10.000000Z mode payments/pay\\x1bments enforce by uid 0 (pid 77): ok\n",
     .err = "")

CASE(events_followed_are_json_lines,
     .argv = { "events", "-f", "-o", "json" }, .reply = "events.json", .request = "\"follow\":true",
     .out_has = "\n{\"apiVersion\":\"kpol/v1\",\"kind\":\"Event\",\"seq\":8,", .err = "")

CASE(events_as_json_are_a_list,
     .argv = { "events", "-o", "json" }, .reply = "events.json", .request = "\"last\":10",
     .out_has = "\"kind\": \"EventList\"", .err = "")

CASE(events_names_are_sequence_numbers,
     .argv = { "events", "-o", "name" }, .reply = "events.json", .out = "7\n8\n", .err = "")

CASE(explain_of_a_live_process_names_the_rule,
     .argv = { "explain", "--pid", "312", "exec", "/bin/sh" }, .reply = "explain_denied.json", .exit = 1,
     .request = "{\"method\":\"io.kpol.Explain\",\"parameters\":{\"pid\":312,\"op\":\"exec\",\"object\":\"/bin/sh\"}}",
     .out_has = "payments.yaml:22: Block process exec /bin/sh (policy payments/payments-process)", .err = "")

CASE(explain_of_a_free_process_is_allowed,
     .argv = { "explain", "--pid", "1", "connect", "10.0.0.1:443" }, .reply = "explain_free.json",
     .request = "\"port\":443,\"peer\":\"10.0.0.1\"", .out = "allowed: connect 10.0.0.1:443\n  scope     none: no policy is for this workload\n", .err = "")

CASE(explain_needs_somebody_to_ask,
     .argv = { "explain", "exec", "/bin/sh" }, .exit = 2, .out = "",
     .err = "kpolctl: explain needs either --bundle or --pid\n")

CASE(bind_takes_a_unit,
     .argv = { "bind", "payd.service", "payments" }, .reply = "bind.json",
     .request = "{\"target\":\"unit:payd.service\",\"scope\":\"payments\"}",
     .out = "TARGET             CGROUP                      SCOPE\n"
	    "unit:payd.service  /system.slice/payd.service  payments\n",
     .err = "")

CASE(unbind_takes_a_cgroup,
     .argv = { "unbind", "/payments" }, .reply = "bind.json",
     .request = "{\"method\":\"io.kpol.Unbind\",\"parameters\":{\"target\":\"cgroup:/payments\"}}",
     .out_has = "cgroup:/payments", .err = "")

CASE(bind_refuses_what_is_no_target,
     .argv = { "bind", "payments", "payments" }, .exit = 2, .out = "",
     .err = "kpolctl: target \"payments\" is neither unit:NAME nor cgroup:/PATH\n")

CASE(unknown_verb_gets_a_suggestion,
     .argv = { "lod", "-" }, .exit = 2, .out = "", .err = "kpolctl: unknown verb \"lod\" (did you mean \"load\"?)\n")

CASE(no_verb_at_all,
     .argv = { NULL }, .exit = 2, .out = "", .err = "kpolctl: which verb? \"kpolctl help\" lists them\n")

CASE(unknown_option_gets_a_suggestion,
     .argv = { "load", "--dry-rum", "-" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown option \"--dry-rum\" (did you mean \"--dry-run\"?)\n")

CASE(unknown_format_gets_a_suggestion,
     .argv = { "status", "-o", "jsn" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown output format \"jsn\" (did you mean \"json\"?)\n")

CASE(one_word_too_many,
     .argv = { "panic", "now" }, .exit = 2, .out = "", .err = "kpolctl: panic: \"now\" is one word too many (kpolctl panic)\n")

CASE(help_of_a_verb, .argv = { "help", "load" }, .out_has = "--dry-run[=kernel]", .err = "")

CASE(help_option_of_a_verb, .argv = { "load", "--help" }, .out_has = "Example:\n  kpolctl load", .err = "")

CASE(help_lists_the_verbs, .argv = { "help" }, .out_has = "\n  rollback ", .err = "")

CASE(version_works_alone, .argv = { "version" }, .out_has = "kpolctl  0.", .err = "")

CASE(completion_of_policies_asks_kpold,
     .argv = { "__complete", "mode", "" }, .reply = "policies.json", .request = "\"what\":\"policies\"",
     .out = "payments/payments-process\npayments/payments-file\n", .err = "")

CASE(completion_without_kpold_offers_nothing,
     .argv = { "__complete", "mode", "" }, .out = "", .err = "")

CASE(completion_of_a_prefix, .argv = { "__complete", "re" }, .out = "resume\n", .err = "")

CASE(completion_of_a_closed_set, .argv = { "__complete", "mode", "x/y", "e" }, .out = "enforce\n", .err = "")

CASE(completion_of_an_options_value,
     .argv = { "__complete", "-o", "json", "get", "-o", "" }, .out = "table\nwide\njson\nname\n", .err = "")

CASE(completion_of_files, .argv = { "__complete", "load", "" }, .out = ":files\n", .err = "")

CASE(lint_leaves_silenced_findings_out,
     .argv = { "lint", TEST_DATA "/kpolctl/silenced.yaml" }, .out_has = "KPOL042", .err = "1 warnings, 0 notes, 1 silenced\n")

CASE(lint_as_json_gives_the_reason_of_a_silence,
     .argv = { "lint", "-o", "json", TEST_DATA "/kpolctl/silenced.yaml" }, .out_has = "\"silenced\": \"a file by itself\"")

CASE(lint_names_only_what_counts,
     .argv = { "lint", "-o", "name", TEST_DATA "/kpolctl/silenced.yaml" }, .out = "KPOL042\n")

CASE(lint_of_no_image,
     .argv = { "lint", "--root", "/nonexistent", TEST_DATA "/kpolctl/silenced.yaml" }, .exit = 2, .out = "",
     .err = "kpolctl: --root \"/nonexistent\" is no directory\n")
