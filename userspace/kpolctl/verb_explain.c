// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl explain: which rule decides an access, in a bundle or for a live process. */
#include <arpa/inet.h>

#include "base/words.h"
#include "compile/explain.h"
#include "compile/set.h"
#include "kpolctl/access.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/explanation.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"

DEFINE_CLEANUP(struct kpol_table *, kpol_table_free);

static void read_asked(const struct kpolctl_args *args, struct kpolctl_asked *ret)
{
	*ret = (struct kpolctl_asked){ .op = kpolctl_args_word(args, 0),
				       .object = kpolctl_args_word(args, 1),
				       .source = kpolctl_args_option(args, "--source"),
				       .protocol = kpolctl_args_option(args, "--proto"),
				       .args = kpolctl_args_option(args, "--args"),
				       .sha256 = kpolctl_args_option(args, "--sha256"),
				       .owner = kpolctl_args_option(args, "--uid-owns"),
				       .terminal = kpolctl_args_option(args, "--terminal") };
}

/* As the daemon answers Explain (docs/control.md). */
static int judge(const struct kpolctl_offline *offline, struct kpol_access *access,
		 struct json_object **ret)
{
	_cleanup_(kpol_table_freep) struct kpol_table *table = NULL;
	struct kpol_explain explain = { .ruleset = offline->ruleset,
					.access = access,
					.file = offline->bundle->file };
	struct kpol_table_error error;
	struct kpol_jsonw w = { 0 };

	if (kpol_ruleset_table(offline->ruleset, &error, &table) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "the ruleset %s", error.reason);
	explain.table = table;
	kpol_jsonw_object_begin(&w, NULL);
	w.out.failed |= kpol_explain_json(&explain, &w) < 0;
	kpol_jsonw_object_end(&w);
	*ret = kpolctl_json_take(&w);
	return *ret ? KPOLCTL_OK : kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
}

/* The sets of the ruleset that the peer is in; a peer without a namespace is in that of the workload. */
static int find_sets(const struct kpolctl_args *args, const struct kpolctl_offline *offline,
		     const struct kpol_workload *workload, struct kpol_access *access,
		     uint32_t **ret_ids)
{
	_cleanup_(kpol_workload_clear) struct kpol_workload peer = { 0 };
	const char *namespace;
	size_t n;
	bool given;
	int code = kpolctl_peer_read(args, &peer, &given);

	if (code || !given)
		return code;
	if (access->class != KPOL_CLASS_NETWORK)
		return kpolctl_fail(KPOLCTL_USAGE,
				    "--peer-label and --peer-namespace are about the network");
	namespace = peer.namespace ? peer.namespace : workload->namespace;
	if (kpol_set_ids(offline->ruleset, namespace ? namespace : "default", peer.labels,
			 peer.n_labels, ret_ids, &n) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	access->sets = *ret_ids;
	access->n_sets = (u16)n;
	return KPOLCTL_OK;
}

static int explain_bundle(const struct kpolctl_args *args, const char *file)
{
	_cleanup_(kpolctl_offline_clear) struct kpolctl_offline offline = { 0 };
	_cleanup_(kpol_workload_clear) struct kpol_workload workload = { 0 };
	_cleanup_json_ struct json_object *answer = NULL;
	_cleanup_free_ uint32_t *ids = NULL;
	struct kpolctl_asked asked;
	_cleanup_(kpolctl_access_clear) struct kpolctl_access access = { .args = NULL };
	bool needed;
	int r, code;

	read_asked(args, &asked);
	code = kpolctl_access_read(&asked, &access);
	if (!code)
		code = kpolctl_workload_read(args, &workload);
	if (code)
		return code;
	r = kpolctl_offline_open(file, &workload, &offline);
	if (r < 0)
		return kpolctl_offline_fail(&offline, r);
	access.access.scope =
		kpol_compile_scope(offline.bundle, offline.ruleset, &workload, NULL, &needed);
	code = find_sets(args, &offline, &workload, &access.access, &ids);
	if (!code && access.access.scope)
		code = judge(&offline, &access.access, &answer);
	return code ? code : kpolctl_explanation_print(&asked, answer);
}

static void add_string(struct json_object *object, const char *key, const char *value)
{
	if (value)
		json_object_object_add(object, key, json_object_new_string(value));
}

/* The daemon takes peer and port apart from paths. */
static struct json_object *live_parameters(const struct kpolctl_asked *asked,
					   const struct kpol_access *access, unsigned long pid)
{
	struct json_object *object = json_object_new_object();
	char peer[INET6_ADDRSTRLEN];

	json_object_object_add(object, "pid", json_object_new_int64((int64_t)pid));
	add_string(object, "op", kpol_word(KPOL_WORDS_OP, access->op));
	add_string(object, "source", asked->source);
	if (asked->owner)
		json_object_object_add(object, "owner", json_object_new_boolean(true));
	if (asked->terminal)
		json_object_object_add(object, "terminal", json_object_new_boolean(true));
	if (access->class != KPOL_CLASS_NETWORK) {
		add_string(object, "object", asked->object);
		return object;
	}
	add_string(object, "protocol", asked->protocol ? asked->protocol : "tcp");
	if (access->port)
		json_object_object_add(object, "port", json_object_new_int(access->port));
	if (access->has_addr)
		add_string(object, "peer",
			   inet_ntop(access->family, access->addr, peer, sizeof(peer)));
	return object;
}

static int explain_live(const struct kpolctl_args *args, const char *text)
{
	struct kpolctl_request request = { .method = "Explain" };
	_cleanup_json_ struct json_object *reply = NULL;
	struct kpolctl_asked asked;
	_cleanup_(kpolctl_access_clear) struct kpolctl_access access = { .args = NULL };
	unsigned long pid;
	int code = kpolctl_number_read("--pid", text, 1, 1UL << 30, &pid);

	read_asked(args, &asked);
	if (!code)
		code = kpolctl_access_read(&asked, &access);
	if (code)
		return code;
	request.parameters = live_parameters(&asked, &access.access, pid);
	code = kpolctl_call(&request, &reply);
	return code ? code : kpolctl_explanation_print(&asked, reply);
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	const char *bundle, *pid;
	int code = kpolctl_args_read(&verb_explain, argc, argv, &args);

	if (code)
		return code;
	bundle = kpolctl_args_option(&args, "--bundle");
	pid = kpolctl_args_option(&args, "--pid");
	if (!bundle == !pid)
		return kpolctl_fail(KPOLCTL_USAGE, "explain needs either --bundle or --pid");
	return bundle ? explain_bundle(&args, bundle) : explain_live(&args, pid);
}

const struct kpolctl_verb verb_explain = {
	.name = "explain",
	.args = "OPERATION [OBJECT]",
	.purpose = "Say which rule decides an access, before which others and why; exit 1 if it is "
		   "denied",
	.options =
		(const char *const[]){
			"--bundle FILE\task a bundle, without daemon or module",
			"--pid PID\task the daemon about a live process",
			"--unit UNIT\tthe workload is this systemd unit or slice",
			"--cgroup PATH\tthe workload is this cgroup",
			"--container NAME\tthe workload is this container",
			"--namespace NAME\tthe workload is in this Kubernetes namespace",
			"--label KEY=VALUE,…\tthe workload has these labels",
			"--peer-label KEY=VALUE,…\tthe peer is a pod with these labels",
			"--peer-namespace NAME\tthe peer is a pod in this namespace",
			"--source PATH\tthe program that acts",
			"--args ARGS\tthe program's arguments, separated by spaces",
			"--sha256 DIGEST\tof the program's file",
			"--uid-owns\tthe program's user owns the object",
			"--terminal\tthe program has a controlling terminal",
			"--proto PROTOCOL\ttcp (default), udp, icmp, icmpv6, sctp, dccp or raw",
			NULL,
		},
	.example = "kpolctl explain --bundle payments.yaml --unit payd.service exec /bin/sh",
	.run = run,
};
