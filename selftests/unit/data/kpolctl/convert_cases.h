/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kpolctl convert. */
/* clang-format off */

CASE(convert_turns_kubearmor_into_runtime_policies,
     .argv = { "convert", "policies/examples/block-bash.yaml" }, .err = "",
     .out_has = "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata:\n  name: block-bash\n")

CASE(convert_turns_runtime_policies_into_kubearmor,
     .argv = { "convert", "-" }, .err = "",
     .input = "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: x}\nspec: {process: {matchPaths: [{path: /x}]}}\n",
     .out = "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {name: x}\nspec: {process: {matchPaths: [{path: /x}]}}\n")

CASE(convert_names_what_was_left_out_and_exits_1,
     .argv = { "convert", "policies/examples/payments.yaml" }, .exit = 1, .out = "",
     .err = "payments.yaml:29: warning: \"matchCgroups\" has no counterpart: this policy is left out [KPOL051]\n")

CASE(convert_takes_an_apparmor_profile,
     .argv = { "convert", "selftests/unit/data/apparmor/usr.sbin.webd", "--unit", "web.service" },
     .out_has = "    matchUnits:\n      - web.service\n",
     .err = "usr.sbin.webd:39: warning: \"mount\" rules have no counterpart [KPOL051]\n")

CASE(convert_of_what_is_no_profile,
     .argv = { "convert", "-" }, .input = "nonsense\n", .exit = 1, .out = "", .err = "-:1: \"nonsense\" stands in no profile\n")

CASE(convert_goes_nowhere_else,
     .argv = { "convert", "-", "--to", "apparmor" }, .exit = 2, .out = "", .err = "kpolctl: nothing is converted to apparmor\n")

CASE(convert_from_the_unknown,
     .argv = { "convert", "-", "--from", "kubarmor" }, .exit = 2, .out = "",
     .err = "kpolctl: unknown --from \"kubarmor\" (did you mean \"kubearmor\"?)\n")
