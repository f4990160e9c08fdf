# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Containers of Debian's containerd: an image made here, pods' cgroups, and what is asked of each case. For tests of a guest.
# shellcheck disable=SC2034,SC2317 # for those that source this file
# shellcheck source=../guest/lib/check.sh
. /kpol/check.sh

image=guest.local/tools:1
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

# run PARENT CONTAINER FLAGS PROGRAM...: a container in a cgroup below that one; without -d until it ends.
run()
{
	parent=$1 container=$2 flags=$3
	shift 3
	# shellcheck disable=SC2086 # one word a flag
	cri run $flags --cgroup "$parent/$(id_of "$container")" --annotation "io.kubernetes.cri.container-name=$container" \
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

shims() { cat /proc/[0-9]*/cmdline 2>/dev/null | grep -c '[c]ontainerd-shim'; }

is_empty()
{
	[ -z "$(cri task ls -q)" ] && [ -z "$(cri container ls -q)" ] && [ -z "$(ls -d "/sys/fs/cgroup$1"/*/ 2>/dev/null)" ] &&
		[ "$(shims)" -eq 0 ]
}

# No container, task, cgroup or shim; a shim takes its time to go.
nothing_is_left() # PARENT
{
	wait_for 10 is_empty "$1" && return
	cri task ls
	cri container ls
	ls -d "/sys/fs/cgroup$1"/*/
	echo "$(shims) shims"
	return 1
}

# Whatever was denied, it was the start of a container's own program: on the host there is none of that path.
only_programs_were_denied() # PROGRAMS (a pattern)
{
	grep denied /tmp/events | grep -vE "denied exec /bin/($1) by "
	grep -q denied /tmp/events && ! grep denied /tmp/events | grep -qvE "denied exec /bin/($1) by "
}

# start_containerd: with the image, once for all tests of a boot.
start_containerd()
{
	make_image >/tmp/image.log 2>&1 || cat /tmp/image.log
	mkdir -p /etc/containerd
	# Without the part that only a kubelet talks to.
	printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >/etc/containerd/config.toml
	systemctl start containerd && cri image import /tmp/image.tar
}
