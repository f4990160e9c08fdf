#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests the container images: the steps of their Dockerfile, carried out in directories, and what comes out of them (TAP).
set -uo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

dist=$top/userspace/dist/k8s
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
keep=$cache/image
base=$keep/bookworm-slim
work=$(mktemp -d "$build/image.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$keep" "$work/context"

# What "debian:bookworm-slim" is: the smallest set of packages, without documentation.
make_base()
{
	local uri
	uri=$(debian_mirror)
	[ -n "$uri" ] || skip "no Debian mirror in apt's configuration"
	rm -rf "$base.new"
	mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$base.new" "$uri" >"$build/image.log" 2>&1 </dev/null ||
		skip "mmdebstrap could not make the base: $(grep '^E:' "$build/image.log" | tail -n 1)"
	mv -T "$base.new" "$base"
}

# context: what .dockerignore lets through.
context()
{
	sed -n 's/^!//p' "$dist/Dockerfile.dockerignore" | while read -r entry; do
		cp -r "$top/$entry" "$work/context/"
	done
}

steps_work()
{
	python3 "$top/selftests/image/dockerfile.py" "$dist/Dockerfile" "$work/context" "$base" "$keep" "$work"
}

in_image() # STAGE COMMAND...
{
	local root=$work/$1
	shift
	unshare --fork --pid --mount-proc="$root/proc" chroot "$root" "$@" </dev/null
}

# Of a program and all its libraries.
finds_its_libraries()
{
	local program list
	for program in /usr/sbin/kpold /usr/bin/kpolctl; do
		list=$(in_image kpold ldd "$program") || return
		! grep 'not found' <<<"$list" || return
	done
}

says_its_version()
{
	[ "$(in_image kpold kpold --version)" = "kpold $version" ] && in_image kpold kpolctl version | grep -F "$version"
}

has_no_compiler()
{
	[ -e "$work/kpold/usr/bin/kpolctl" ] && ! find "$work/kpold/usr/bin" "$work/kpold/usr/src" \( -name '*gcc*' -o -name make -o -name '*.c' \) | grep .
}

judges_a_policy()
{
	mkdir -p "$work/kpold/tmp/p" && cp "$top/policies/templates/kubernetes/web.yaml" "$work/kpold/tmp/p/" &&
		in_image kpold kpolctl lint /tmp/p/web.yaml
}

# What a pod is given: settings, and a way to an API server that is away.
furnish()
{
	# /var/run is a link to /run.
	local root=$1 account=$1/run/secrets/kubernetes.io/serviceaccount
	mkdir -p "$root/etc/kpol" "$root/run/kpol" && python3 -c '
import sys, yaml
print(yaml.safe_load(open(sys.argv[1]))["data"]["kpold.conf"], end="")' "$dist/config.yaml" >"$root/etc/kpol/kpold.conf" &&
		mkdir -p "$account" && echo token >"$account/token" && echo default >"$account/namespace" &&
		echo "an authority that nobody gets to ask" >"$account/ca.crt"
}

# As the DaemonSet runs it: two capabilities, a root that cannot be written to, and directories of the node.
# shellcheck disable=SC2016 # the shell inside expands it
probes_tell()
{
	local root=$work/kpold entry
	mapfile -t entry <"$work/kpold.entry"
	furnish "$root" || return
	unshare --mount --fork --pid --mount-proc="$root/proc" bash -c '
		root=$1
		shift
		mount --bind -o ro "$root" "$root" && mount -o remount,bind,ro "$root" || exit
		for dir in run/kpol var/lib tmp; do mount -t tmpfs none "$root/$dir"; done
		mount -t proc proc "$root/proc"
		export KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT=1 KPOL_NODE=node-1
		cat >"$root/tmp/play" <<-"END"
			touch /x 2>/dev/null && echo the root can be written to && exit 1
			kpolctl status --live
			[ $? -eq 3 ] || { echo live without kpold; exit 1; }
			"$@" &
			pid=$!
			for i in 1 2 3 4 5 6 7 8 9 10; do
				kpolctl status --live 2>/dev/null && break
				sleep 0.3
			done
			kpolctl status --live || { echo not live; exit 1; }
			kpolctl status --ready >/tmp/ready
			[ $? -eq 1 ] || { echo ready without a module; exit 1; }
			cat /tmp/ready
			grep -q "the module is not loaded" /tmp/ready && grep -q "no list of pods has come from the API server" /tmp/ready || exit
			find /var/lib/kpol -type f -perm /077 | grep . && exit 1
			find /var/lib/kpol -type f | grep -q . || { echo kept nothing; exit 1; }
			kill $pid
			wait $pid
		END
		chroot "$root" setpriv --bounding-set=-all,+net_admin,+mac_admin --no-new-privs sh /tmp/play "$@"
	' -- "$root" "${entry[@]}"
}

# The init container on a node with headers and without kpol, with the root that cannot be written to and the one
# capability that it has, but for the system call: what would be loaded is looked at.
builds_for_the_node()
{
	local root=$work/kpol-module RELEASE=
	eval "$("$top/selftests/qemu/kernel.sh" 6.1)"
	mkdir -p "$root"/{host/usr/src,host/usr/lib,build,played,lib/modules} "$work/built"
	printf '#!/bin/sh\necho %s\n' "$RELEASE" >"$root/played/uname"
	# shellcheck disable=SC2016 # the program expands it
	printf '%s\n' '#!/bin/sh' 'mkdir -p /build/sys/module/kpol' 'modinfo -F vermagic "$1" >/build/loaded' \
		'modinfo -F version "$1" >/build/sys/module/kpol/version' >"$root/played/insmod"
	chmod +x "$root/played"/{uname,insmod}
	# shellcheck disable=SC2016 # the shell inside expands it
	unshare --mount --fork --pid --mount-proc="$root/proc" bash -c '
		root=$1
		mount --bind -o ro "$root" "$root" && mount -o remount,bind,ro "$root" && mount --bind "$2" "$root/build" &&
			mount --bind -o ro /usr/src "$root/host/usr/src" && mount --bind -o ro /usr/lib "$root/host/usr/lib" &&
			mount --bind -o ro /lib/modules "$root/lib/modules" && mount -t proc proc "$root/proc" || exit
		PATH=/played:/usr/sbin:/usr/bin:/sbin:/bin KPOL_SYS=/build/sys chroot "$root" \
			setpriv --bounding-set=-all,+sys_module --no-new-privs /usr/lib/kpol/module
	' -- "$root" "$work/built" && [[ $(cat "$work/built/loaded") == "$RELEASE "* ]]
}

count=0
check() # NAME COMMAND...
{
	local name=$1 log=$work/log
	shift
	count=$((count + 1))
	if "$@" >"$log" 2>&1; then
		echo "ok $count - $name"
	else
		tail -n 30 "$log" | sed 's/^/# /'
		echo "not ok $count - $name"
	fi
}

[ "$(id -u)" -eq 0 ] || skip "chroot needs root"
cache_lock image
[ -d "$base" ] || make_base
context
echo 1..7
check steps_of_the_dockerfile_work steps_work
check programs_find_their_libraries finds_its_libraries
check programs_say_their_version says_its_version
check image_of_the_daemon_has_no_compiler has_no_compiler
check image_judges_a_policy judges_a_policy
check probes_tell_live_and_not_ready probes_tell
check module_is_built_for_the_nodes_kernel builds_for_the_node
