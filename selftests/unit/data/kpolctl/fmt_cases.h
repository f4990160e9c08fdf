/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kpolctl fmt. */
/* clang-format off */

CASE(fmt_prints_the_canonical_form,
     .argv = { "fmt", "-" }, .input = "kind: RuntimePolicy   # k\napiVersion: 'kpol.io/v1'\n", .err = "",
     .out = "apiVersion: kpol.io/v1\nkind: RuntimePolicy  # k\n")

CASE(fmt_check_names_what_would_change,
     .argv = { "fmt", "--check", "policies/examples/payments.yaml", "policies/examples/block-bash.yaml" }, .exit = 1, .err = "",
     .out = "policies/examples/payments.yaml\n")

CASE(fmt_check_of_the_canonical_form, .argv = { "fmt", "--check", "policies/examples/block-bash.yaml" }, .out = "", .err = "")

CASE(fmt_refuses_what_the_loader_refuses,
     .argv = { "fmt", "-" }, .input = "a: &x 1\n", .exit = 1, .out = "", .err = "-:1:4: anchors (&x) are not allowed\n")

CASE(fmt_of_several_files_needs_to_know_what_for,
     .argv = { "fmt", SMALL, SMALL2 }, .exit = 2, .out = "", .err = "kpolctl: several files need --write or --check\n")

CASE(fmt_cannot_write_standard_input, .argv = { "fmt", "-w", "-" }, .exit = 2, .out = "", .err = "standard input\n")

CASE(fmt_of_a_missing_file,
     .argv = { "fmt", "/nonexistent.yaml" }, .exit = 5, .out = "", .err = "cannot read /nonexistent.yaml: No such file or directory\n")
