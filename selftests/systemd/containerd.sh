#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's containerd and runc without Kubernetes, policies by the container's name: the runtime is never hindered, the
# workload is confined. The cgroup is where kpold expects containers, so it is pending before the runtime is inside; kpold
# reads the name while the runtime prepares the container.
# shellcheck source=containers.sh
. /kpol/containers.sh

cat >/tmp/web.yaml <<END
apiVersion: kpol.io/v1
kind: RuntimePolicy
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchContainers: [web]
  process:
    action: Allow
    matchPaths:
    - path: /bin/sleep
    - path: /bin/true
    - path: /bin/sh
END

echo 1..27
check containerd_starts start_containerd
check kpold_starts systemctl start kpold

# Without a policy everything works: what is denied below is denied by us.
began=$(uptime_ms)
check free_container_starts run /default web --rm /bin/true
echo "# a start takes $(($(uptime_ms) - began)) ms"
check free_container_starts_the_other_program says uid=0 run /default web --rm $evil
check free_container_runs run /default web -d /bin/sleep 600
began=$(uptime_ms)
check free_exec_works in_container web /bin/true
echo "# an exec takes $(($(uptime_ms) - began)) ms"
check free_exec_of_the_other_program_works says uid=0 in_container web $evil
check free_container_is_killed kill_container web
check free_container_is_deleted delete_container web

check policy_loads says "generation 1" kpolctl load /tmp/web.yaml
check listed_program_starts run /default web --rm /bin/true
began=$(uptime_ms)
check entry_point_that_is_the_attack_is_denied refused run /default web --rm $evil
echo "# a refused start takes $(($(uptime_ms) - began)) ms"
check runtime_cleans_up_after_it nothing_is_left /default
check container_of_another_name_is_free says uid=0 run /default other --rm $evil

check container_runs run /default web -d /bin/sleep 600
check exec_of_a_listed_program_works in_container web /bin/true
check exec_of_another_is_denied refused in_container web $evil
check exec_of_a_shell_that_starts_another_is_denied refused in_container web /bin/sh -c "$evil; exit 1"
check container_outlives_it sh -c "ctr -n k8s.io task ls | grep -q RUNNING"
check container_is_killed kill_container web
check container_is_deleted delete_container web
check restarted_container_runs run /default web -d /bin/sleep 600
check restarted_container_is_confined refused in_container web $evil
check restarted_container_is_killed kill_container web
check restarted_container_is_deleted delete_container web
check nothing_remains nothing_is_left /default
kpolctl events --last 4096 >/tmp/events
check runtime_was_never_denied only_programs_were_denied id
sed 's/^/# /' /tmp/events
journalctl -u containerd -o cat --no-pager | tail -n 20 | sed 's/^/# /'
