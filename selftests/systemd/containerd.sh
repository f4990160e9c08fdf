#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's containerd and runc under policies: the runtime is never hindered, the workload always confined.
# shellcheck source=../guest/lib/check.sh
. /kpol/check.sh

image=guest.local/tools:1
pods=/sys/fs/cgroup/kubepods
bound=11111111-2222-4333-8444-555555555555 # the pod that a policy is for
free=99999999-2222-4333-8444-555555555555 # the one that none is for
evil=/bin/id # on no list

uptime_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

# blob FILE: into the image under its digest; says the digest.
blob()
{
	digest=$(sha256sum "$1" | cut -d' ' -f1)
	mv "$1" "/tmp/image/blobs/sha256/$digest"
	echo "$digest"
}

descriptor() # TYPE DIGEST
{
	printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%d' "$1" "$2" \
		"$(stat -c %s "/tmp/image/blobs/sha256/$2")"
}

# An image of one layer: copies of one program that needs no libraries.
make_image()
{
	mkdir -p /tmp/image/blobs/sha256 /tmp/layer/bin /tmp/layer/dev /tmp/layer/proc /tmp/layer/sys /tmp/layer/tmp
	for program in busybox sleep true sh id; do
		cp /kpol/busybox /tmp/layer/bin/$program
	done
	tar -C /tmp/layer -cf /tmp/layer.tar .
	layer=$(blob /tmp/layer.tar)
	printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/true"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
		"$layer" >/tmp/config
	config=$(blob /tmp/config)
	printf '{"schemaVersion":2,"config":%s},"layers":[%s}]}' "$(descriptor config.v1+json "$config")" \
		"$(descriptor layer.v1.tar "$layer")" >/tmp/manifest
	manifest=$(blob /tmp/manifest)
	printf '{"schemaVersion":2,"manifests":[%s,"annotations":{"io.containerd.image.name":"%s"}}]}' \
		"$(descriptor manifest.v1+json "$manifest")" $image >/tmp/image/index.json
	echo '{"imageLayoutVersion":"1.0.0"}' >/tmp/image/oci-layout
	tar -C /tmp/image -cf /tmp/image.tar .
}

# In the namespace that the kubelet's containers have. Nothing may hang.
cri() { timeout 60 ctr -n k8s.io "$@"; }

# Ids are those of containerd: 64 digits.
id_of() { printf %s "$1" | sha256sum | cut -d' ' -f1; }

# run POD CONTAINER FLAGS PROGRAM...: a container of the pod; without -d until it ends.
run()
{
	pod=$1 container=$2 flags=$3
	shift 3
	# shellcheck disable=SC2086 # one word a flag
	cri run $flags --cgroup "/kubepods/pod$pod/$(id_of "$container")" --annotation "io.kubernetes.cri.container-name=$container" \
		--annotation io.kubernetes.cri.sandbox-namespace=shop $image "$(id_of "$container")" "$@" </dev/null
}

in_container() # CONTAINER PROGRAM...
{
	container=$1
	shift
	n_execs=$((n_execs + 1))
	cri task exec --exec-id "e$n_execs" "$(id_of "$container")" "$@" </dev/null
}
n_execs=0

# refused COMMAND...: it ends by itself, without success, and says why.
# shellcheck disable=SC2317 # called through check
refused()
{
	status=0
	"$@" >/tmp/refused 2>&1 || status=$?
	cat /tmp/refused
	echo "exit status $status"
	[ $status -ne 0 ] && [ $status -lt 124 ] && grep -qi 'permission denied' /tmp/refused
}

kill_container() # CONTAINER
{
	cri task kill -s KILL "$(id_of "$1")" && wait_for 20 ended "$1"
}
ended() { cri task ls | grep "$(id_of "$1")" | grep -q STOPPED; }
delete_container() { cri task rm "$(id_of "$1")"; cri container rm "$(id_of "$1")"; }

# wait_for SECONDS COMMAND...
wait_for()
{
	left=$1
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 1
	done
}

nothing_is_left() # of POD
{
	cri task ls -q
	cri container ls -q
	ls "$pods/pod$1"
	[ -z "$(cri task ls -q)" ] && [ -z "$(cri container ls -q)" ] && [ -z "$(ls -d "$pods/pod$1"/*/ 2>/dev/null)" ]
}

events() { kpolctl events --last 4096; }

# Whatever was denied, it was the start of a program that is on no list.
only_programs_were_denied()
{
	events >/tmp/events
	grep -vE "denied exec $evil( |$)" /tmp/events | grep denied
	[ "$(grep -c denied /tmp/events)" -gt 0 ] && ! grep denied /tmp/events | grep -vqE "denied exec $evil( |$)"
}

policy() # NAME SELECTOR
{
	cat <<-END_OF_POLICY
	apiVersion: kpol.io/v1
	kind: RuntimePolicy
	metadata:
	  name: $1
	  namespace: shop
	spec:
	  selector:
	    $2
	  process:
	    action: Allow
	    matchPaths:
	    - path: /bin/sleep
	    - path: /bin/true
	    - path: /bin/sh
	END_OF_POLICY
}

make_image >/tmp/image.log 2>&1 || cat /tmp/image.log
mkdir -p /etc/containerd /etc/kpol
# Without the part that only a kubelet talks to.
printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >/etc/containerd/config.toml
policy pod "matchCgroups: [/kubepods/pod$bound]" >/tmp/pod.yaml

echo 1..28
check containerd_starts systemctl start containerd
check image_is_imported cri image import /tmp/image.tar
check kpold_starts systemctl start kpold

# Without a policy everything works: what is denied below is denied by us.
began=$(uptime_ms)
check free_container_starts run $bound web --rm /bin/true
echo "# a start takes $(($(uptime_ms) - began)) ms"
check free_container_starts_the_other_program says uid=0 run $bound web --rm $evil
check free_container_runs run $bound web -d /bin/sleep 600
began=$(uptime_ms)
check free_exec_works in_container web /bin/true
echo "# an exec takes $(($(uptime_ms) - began)) ms"
check free_exec_of_the_other_program_works says uid=0 in_container web $evil
check free_container_is_killed kill_container web
check free_container_is_deleted delete_container web

check policy_loads says "generation 1" kpolctl load /tmp/pod.yaml
check listed_program_starts run $bound web --rm /bin/true
began=$(uptime_ms)
check entry_point_that_is_the_attack_is_denied refused run $bound web --rm $evil
echo "# a refused start takes $(($(uptime_ms) - began)) ms"
check runtime_cleans_up_after_it nothing_is_left $bound
check container_of_another_pod_is_free says uid=0 run $free other --rm $evil

check container_runs run $bound web -d /bin/sleep 600
check exec_of_a_listed_program_works in_container web /bin/true
check exec_of_another_is_denied refused in_container web $evil
check exec_of_a_shell_that_starts_another_is_denied refused in_container web /bin/sh -c "$evil; exit 1"
check container_outlives_it sh -c "ctr -n k8s.io task ls | grep -q RUNNING"
check container_is_killed kill_container web
check container_is_deleted delete_container web
check restarted_container_runs run $bound web -d /bin/sleep 600
check restarted_container_is_confined refused in_container web $evil
check restarted_container_is_killed kill_container web
check restarted_container_is_deleted delete_container web
check nothing_remains nothing_is_left $bound
check runtime_was_never_denied only_programs_were_denied
sed 's/^/# /' /tmp/events
journalctl -u containerd -o cat --no-pager | tail -n 20 | sed 's/^/# /'
