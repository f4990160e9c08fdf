#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's containerd and runc below the kubelet's cgroups, policies from an API server: the runtime is never hindered,
# the workload always confined, from its first instruction, also while there is no kpold.
# shellcheck source=containers.sh
. /kpol/containers.sh

pod=11111111-2222-4333-8444-555555555555
late=22222222-2222-4333-8444-555555555555
in_pod=/kubepods/pod$pod
pause="/bin/busybox sleep 600" # on no list
starts=20

ctl() { kpolctl --socket /tmp/control "$@"; }
tell() { echo "$*" >&3; }

start_cluster()
{
	mkfifo /tmp/cluster
	/kpol/clusterd /tmp/kubeconfig </tmp/cluster &
	exec 3>/tmp/cluster
	wait_for 20 test -s /tmp/kubeconfig
	tell 'put nodes {"metadata":{"uid":"n","name":"node-1"}}'
	tell 'put namespaces {"metadata":{"uid":"ns","name":"shop"}}'
}

put_pod() # UID NAME
{
	tell "put pods {\"metadata\":{\"uid\":\"$1\",\"namespace\":\"shop\",\"name\":\"$2\",\"labels\":{\"app\":\"web\"}}," \
		"\"spec\":{\"nodeName\":\"node-1\",\"containers\":[{\"name\":\"web\"}]},\"status\":{\"phase\":\"Pending\"}}"
}

put_policy()
{
	tell 'put runtimepolicies {"metadata":{"uid":"p","namespace":"shop","name":"web","generation":1},' \
		'"spec":{"selector":{"matchLabels":{"app":"web"}},"process":{"matchPaths":[{"path":"/bin/sleep"},' \
		'{"path":"/bin/true"},{"path":"/bin/sh"}]},"action":"Allow"}}'
}

start_kpold()
{
	kpold --config /tmp/kpold.conf 2>>/tmp/kpold.log 3>&- &
	daemon=$!
	wait_for 30 ctl status --ready
}

# The series: what containerd has made of a container, run by runc alone.
make_bundle() # DIRECTORY PROGRAM
{
	mkdir -p "$1"
	sed "s|\"args\":\[[^]]*\]|\"args\":[\"$2\"]|; s|\"path\":\"rootfs\"|\"path\":\"/tmp/layer\"|; s|$(id_of web)|series|g" \
		"/run/containerd/io.containerd.runtime.v2.task/k8s.io/$(id_of web)/config.json" >"$1/config.json"
}

series()
{
	worked=0 denied=0
	for i in $(seq $starts); do
		bundle=/tmp/good
		[ $((i % 2)) -eq 0 ] || bundle=/tmp/evil
		if timeout 60 runc run -b $bundle "series$i" </dev/null >/tmp/series 2>&1; then
			[ $bundle = /tmp/evil ] || worked=$((worked + 1))
		else
			grep -qi 'permission denied' /tmp/series && [ $bundle = /tmp/evil ] && denied=$((denied + 1))
		fi
		cat /tmp/series
	done
	echo "$worked worked, $denied denied"
	runc list -q
	[ $worked -eq $((starts / 2)) ] && [ $denied -eq $((starts / 2)) ] && [ -z "$(runc list -q)" ]
}

cat >/tmp/kpold.conf <<END
kubernetes=/tmp/kubeconfig
node=node-1
pending=deny-exec
state=/tmp/state
socket=/tmp/control
exporters=syslog
syslog-socket=/tmp/none
autoload=no
boot-guard=0
END

echo 1..24
check containerd_starts start_containerd
start_cluster
check kpold_follows_the_cluster start_kpold
put_pod $pod web
sleep 2

# Without a policy everything works: what is denied below is denied by us.
check free_container_starts_any_program says uid=0 run $in_pod web --rm $evil
check free_container_runs run $in_pod web -d /bin/sleep 600
check free_exec_works says uid=0 in_container web $evil

# A policy confines what runs already.
put_policy
check policy_is_there wait_for 20 says shop/web ctl get policies
check exec_in_a_container_that_ran_before_is_denied refused in_container web $evil
check exec_of_a_listed_program_works in_container web /bin/true
make_bundle /tmp/good /bin/true
make_bundle /tmp/evil $evil
check container_is_killed kill_container web
check container_is_deleted delete_container web
check entry_point_that_is_the_attack_is_denied refused run $in_pod web --rm $evil
# shellcheck disable=SC2086 # one word an argument
check pause_that_is_no_sandbox_is_denied refused run $in_pod side --rm $pause
# shellcheck disable=SC2086
check sandbox_starts run $in_pod sandbox "-d --annotation io.kubernetes.cri.container-type=sandbox" $pause
check restarted_container_runs run $in_pod web -d /bin/sleep 600

began=$(uptime_ms)
check "mix_of_${starts}_starts_is_judged_each_time" series
echo "# a start by runc alone takes $((($(uptime_ms) - began) / starts)) ms"

ctl events --last 4096 >/tmp/events
kill -9 "$daemon"
check without_kpold_exec_of_a_listed_program_works in_container web /bin/true
check without_kpold_exec_of_another_is_denied refused in_container web $evil
check without_kpold_a_new_container_of_the_pod_is_confined refused run $in_pod side --rm $evil
check without_kpold_a_new_pod_executes_nothing refused run /kubepods/pod$late late --rm /bin/true
put_pod $late late
check kpold_is_back start_kpold
check new_pod_starts_its_listed_program run /kubepods/pod$late late --rm /bin/true
sleep 1
ctl events --last 4096 >>/tmp/events
check containers_are_killed eval 'kill_container web && kill_container sandbox && delete_container web && delete_container sandbox'
check nothing_remains nothing_is_left $in_pod
check runtime_was_never_denied only_programs_were_denied "id|busybox|true"
kill "$daemon"
sed 's/^/# /' /tmp/events /tmp/kpold.log
journalctl -u containerd -o cat --no-pager | tail -n 20 | sed 's/^/# /'
