#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon on a real kernel: load, refuse, adopt after a kill, send again after the module was reloaded.

# shellcheck source=lib/check.sh
. /kpol/check.sh

state=/tmp/state sock=/tmp/control settings=/tmp/none.conf
: >$settings
ctl() { kpolctl --socket "$sock" "$@"; }

start()
{
	kpold --config $settings --state $state --socket $sock --exporters syslog --syslog-socket /tmp/none 2>>/tmp/kpold.log &
	daemon=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		ctl status >/dev/null 2>&1
		[ $? -le 1 ] && return
		sleep 0.5
	done
}

bundle() # NAME ACTION-LINES
{
	cat <<-END
	apiVersion: kpol.io/v1
	kind: PolicyBundle
	metadata:
	  name: $1
	  version: 1.0.0
	---
	apiVersion: kpol.io/v1
	kind: RuntimePolicy
	metadata:
	  name: payd
	  namespace: payments
	spec:
	  selector:
	    matchUnits: [payd.service]
	  message: not payd's business
	  severity: 7
	  action: Block
	  process:
	    matchPaths:
	$2
	END
}

# In the unit's cgroup, past the exec that ends "entering".
in_payd()
{
	sh -c 'echo $$ >/sys/fs/cgroup/payd.service/cgroup.procs; exec /bin/busybox sh -c "$1"' sh "$*"
}

denied() { ! in_payd /opt/id; }
allowed() { in_payd /opt/id; }

mkdir -p /opt /sys/fs/cgroup/payd.service
cp /bin/busybox /opt/id
bundle first "    - path: /opt/id" >/tmp/first.yaml
bundle second "    - path: /opt/other" >/tmp/second.yaml
bundle broken "    - path: /opt/id
      action: blok" >/tmp/broken.yaml

echo 1..62
start
check nothing_is_denied_before_a_load allowed
check dry_run_changes_nothing says "nothing was changed" ctl load --dry-run=kernel /tmp/first.yaml
check nothing_is_denied_after_a_dry_run allowed
check plan_against_nothing_shows_each_rule says "exec /opt/id" ctl plan /tmp/first.yaml
check load_says_its_generation says "generation 1" ctl load /tmp/first.yaml
check listed_program_is_denied denied
check same_bundle_is_unchanged says "unchanged" ctl load /tmp/first.yaml
sleep 1
check denial_names_policy_and_line says "first.yaml:20 policy payments/payd" ctl events
check denial_names_its_unit says '"unit":"payd.service"' sh -c "kpolctl --socket $sock events -o json | tr -d ' '"
check broken_bundle_is_refused_with_its_place says 'broken.yaml:21:15' ctl load /tmp/broken.yaml
check broken_bundle_changes_nothing denied

# What a load would change, and what it would be to a task that runs now.
check plan_of_what_is_live_is_empty exits 0 ctl plan /tmp/first.yaml
check plan_says_what_would_change says "leaves a block list" ctl plan /tmp/second.yaml
check plan_has_an_exit_status_for_changes exits 6 ctl plan /tmp/second.yaml
check plan_has_another_for_high_risk exits 7 ctl plan /tmp/second.yaml --fail-on high
check plan_of_a_broken_bundle_says_where says "broken.yaml:21:15" ctl plan /tmp/broken.yaml
check plan_changes_nothing denied
in_payd 'sleep 60; :' &
sleep 1
payd=$(head -n 1 /sys/fs/cgroup/payd.service/cgroup.procs)
check explain_of_a_task_says_denied exits 1 ctl explain exec /opt/id --pid "$payd"
check explain_names_the_line says "first.yaml:20: Block process exec /opt/id (policy payments/payd)" ctl explain exec /opt/id --pid "$payd"
check explain_says_why_it_decides says "no other rule has a say" ctl explain exec /opt/id --pid "$payd"
check explain_of_what_no_rule_is_for says "the class is no allowlist" ctl explain exec /opt/other --pid "$payd"
check explain_of_a_free_task_says_so says "none: no policy is for this workload" ctl explain exec /opt/id --pid 1
check observe_lets_pass_and_reports sh -c "kpolctl --socket $sock mode payd observe"
check observed_program_runs allowed
sleep 1
check observed_program_is_reported says "would deny exec /opt/id" ctl events
check explain_tells_observed_from_enforced says "would-deny" ctl explain exec /opt/id --pid "$payd"
check explain_says_what_it_would_be says "would be  denied" ctl explain exec /opt/id --pid "$payd"
kill "$payd"

kill -9 $daemon
check kernel_goes_on_without_daemon allowed
start
check killed_daemon_is_followed_by_one_that_adopts says "adopted generation 1" cat /tmp/kpold.log
check mode_set_by_hand_is_adopted says "observe" ctl get policies
check load_makes_the_bundles_mode_count says "enforce" sh -c "kpolctl --socket $sock load /tmp/second.yaml; kpolctl --socket $sock get policies"
check other_bundle_allows allowed
check rollback_denies_again says "generation" ctl rollback
check rolled_back_bundle_denies denied
check there_is_nothing_before_the_first says "no bundle" ctl rollback

kpolctl panic >/dev/null
check panic_lets_all_pass allowed
sleep 1
check daemon_hears_of_panic says "global switch was set to observe" cat /tmp/kpold.log
kpolctl resume >/dev/null
check resume_denies denied

mkdir /sys/fs/cgroup/extra
check bind_by_hand says "extra" ctl bind cgroup:/extra unit:payd.service
check bound_cgroup_is_confined says "/extra" ctl get bindings
check unbind_by_hand says "extra" ctl unbind cgroup:/extra

rmmod kpol
sleep 1
check missing_module_is_a_problem says "not loaded" ctl status
check missing_module_refuses_loads says "not loaded" ctl load /tmp/second.yaml
modprobe kpol
sleep 7
check reloaded_module_gets_the_bundle_again denied

# Two at once: one after the other, both whole.
ctl load /tmp/first.yaml >/tmp/a 2>&1 &
ctl load /tmp/second.yaml >/tmp/b 2>&1
wait $!
check two_loads_at_once_both_succeed sh -c "grep -h generation /tmp/a /tmp/b | sort -u | wc -l | grep -qx 2"
check digest_is_of_one_of_them says "as kpold loaded it" ctl status
ctl load /tmp/first.yaml >/dev/null 2>&1

# Killed while it loads: whatever the kernel has, the next daemon knows it, and it is one of the two.
awk 'BEGIN { for (i = 0; i < 8000; i++) printf "    - path: /opt/many/%d\n", i }' >/tmp/many
bundle many "$(cat /tmp/many)" >/tmp/many.yaml
killed_while_loading()
{
	for delay in 0.1 0.3 0.6 0.9 1.3; do
		ctl load /tmp/first.yaml >/dev/null 2>&1
		ctl load /tmp/many.yaml >/dev/null 2>&1 &
		sleep $delay
		kill -9 $daemon
		start
		says "as kpold loaded it" ctl status || return 1
		grep -qE "bundle +ok +(first|many) " /tmp/said || return 1
	done
}
check daemon_killed_while_loading_leaves_one_whole_ruleset killed_while_loading
check large_bundle_loads says "generation" ctl load /tmp/many.yaml
ctl load /tmp/first.yaml >/dev/null 2>&1

# More events than anybody can hold: what is lost is counted and told, and no verdict changes.
cat >/tmp/flood.yaml <<END
apiVersion: kpol.io/v1
kind: RuntimePolicy
metadata:
  name: flood
  namespace: payments
spec:
  selector:
    matchUnits: [payd.service]
  action: Block
  file:
    matchDirectories:
    - dir: /opt/vault/
      recursive: true
END
mkdir -p /opt/vault
ctl load /tmp/flood.yaml >/dev/null 2>&1
# shellcheck disable=SC2016
flood()
{
	in_payd 'i=0; while [ $i -lt 60000 ]; do echo 2>/dev/null >/opt/vault/$i; i=$((i + 1)); done' || :
}
vault_is_empty() { [ -z "$(ls /opt/vault)" ]; }
kill -STOP $daemon
flood
kill -CONT $daemon
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	says "events were lost" ctl status >/dev/null && break
	sleep 4
done
check flooded_kernel_denies_all vault_is_empty
check lost_events_are_told says " lost" ctl events --last 4096
check status_has_the_loss says "events were lost" ctl status
in_payd 'sleep 20; :' &
sleep 1
check explain_names_the_rule says "flood.yaml:12" ctl explain create /opt/vault/x --pid "$(head -n 1 /sys/fs/cgroup/payd.service/cgroup.procs)"
ctl load /tmp/first.yaml >/dev/null 2>&1

# No room for the state: the kernel is not asked.
kill $daemon
wait $daemon 2>/dev/null
mkdir -p /tmp/full
mount -t tmpfs -o size=4m full /tmp/full
cp $state/kpol.db /tmp/full/
state=/tmp/full
start
dd if=/dev/zero of=/tmp/full/fill bs=4k 2>/dev/null
check load_without_room_for_the_state_is_refused says "nothing was loaded" ctl load /tmp/many.yaml
check refused_load_changes_nothing denied
kill $daemon
wait $daemon 2>/dev/null
state=/tmp/state

# The default posture of the settings is for KubeArmor's documents alone.
bundle native "    - {path: /bin/busybox, action: Allow}" >/tmp/native.yaml
cat >/tmp/host.yaml <<END
apiVersion: security.kubearmor.com/v1
kind: KubeArmorHostPolicy
metadata:
  name: host
spec:
  nodeSelector:
    matchLabels: {}
  process:
    matchPaths:
    - path: /bin/busybox
      action: Allow
END
settings=/tmp/audit.conf
echo "default-posture=file:audit" >$settings
start
check native_allowlist_stays_closed says "generation" ctl load /tmp/native.yaml
check it_denies_what_it_does_not_list denied
check soft_allowlist_loads says "generation" ctl load /tmp/host.yaml
check it_allows_what_it_does_not_list allowed
sleep 1
check what_it_does_not_list_is_reported says "audited exec /opt/id" ctl events
kill $daemon
wait $daemon 2>/dev/null
settings=/tmp/none.conf
start
ctl load /tmp/first.yaml >/dev/null 2>&1
kill $daemon
wait $daemon 2>/dev/null

# As a reboot: an empty kernel and a new daemon.
check stopped_daemon_leaves_no_socket sh -c "! test -e $sock"
rmmod kpol
modprobe kpol
start
check kept_bundle_is_sent_at_start says "sent bundle first again" cat /tmp/kpold.log
check sent_bundle_denies denied
kill $daemon
wait $daemon 2>/dev/null
sed 's/^/# /' /tmp/kpold.log
