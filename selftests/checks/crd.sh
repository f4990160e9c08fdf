#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the definition of RuntimePolicy for Kubernetes: it is the loader's own table, in a form that an API server takes,
# and judges documents as the loader does (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

kpolctl=$build/userspace/kpolctl
crd=userspace/dist/k8s/crd-runtimepolicy.yaml
data=selftests/unit/data
# "kubectl apply" keeps a copy in an annotation, and all annotations of an object have this much room.
readonly annotations=262144

stale()
{
	"$kpolctl" schema --crd RuntimePolicy | diff -q - "$crd" >/dev/null ||
		echo "$crd is not what kpolctl prints (kpolctl schema --crd RuntimePolicy >$crd)"
}

too_large()
{
	local size
	size=$(wc -c <"$crd")
	[ "$size" -le "$annotations" ] || echo "$crd has $size bytes, kubectl apply takes $annotations"
}

judge()
{
	python3 -B selftests/checks/crd.py "$@"
}

mapfile -t policies < <(sources '*.yaml' policies "$data/good" "$data/bad")
no_offence definition_is_generated_from_the_fields stale
no_offence definition_is_small_enough_to_apply too_large
no_offence definition_has_a_structural_schema judge structural "$crd"
no_offence every_rule_of_structure_can_be_broken judge rules "$crd"
no_offence definition_and_loader_agree_on_every_document judge table "$crd" "$data/schema/documents.txt"
no_offence definition_and_loader_agree_on_every_file judge files "$kpolctl" "$crd" "${policies[@]}"
plan
