#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the manifests for Kubernetes: strictly by Kubernetes' own description of its kinds, and by what they promise (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# Generated from the OpenAPI description of Kubernetes 1.22. What is stable there is what it is in every later version.
package=python3-kubernetes
client=$cache/$package
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
mapfile -t manifests < <(sources '*.yaml' userspace/dist/k8s)

fetch()
{
	local deb
	deb=$(apt_download "$package" "$cache/deb") || return
	rm -rf "$client.new" && mkdir -p "$client.new" &&
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$client.new" --wildcards --strip-components=7 \
			'./usr/lib/python3/dist-packages/kubernetes/client/models/*.py' \
			'./usr/lib/python3/dist-packages/kubernetes/client/api/*.py' && rm -f "$deb" &&
		rm -rf "$client" && mv -T "$client.new" "$client"
}

judge()
{
	python3 selftests/checks/manifests.py "$@"
}

# Whatever is named in it can be taken for ours only if it is ours.
undocumented()
{
	local file
	for file in "${manifests[@]}"; do
		grep -q "${file##*/}" docs/kubernetes.md || echo "$file: docs/kubernetes.md does not name it"
	done
}

cache_lock "$package"
if [ -d "$client" ] || fetch; then
	no_offence manifests_have_the_shape_of_their_kinds judge shape "$client" "${manifests[@]}"
	no_offence wrong_manifests_are_noticed judge broken "$client" "${manifests[@]}"
else
	cannot manifests_have_the_shape_of_their_kinds "apt cannot download $package"
	cannot wrong_manifests_are_noticed "apt cannot download $package"
fi
no_offence manifests_keep_their_promises judge promises "$version" "${manifests[@]}"
no_offence rights_are_those_that_kpold_needs judge rights userspace/k8s/resource.c userspace/dist/k8s/rbac.yaml
no_offence manifests_are_documented undocumented
plan
