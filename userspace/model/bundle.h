/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model: a bundle as its author means it, after defaults and inheritance, before compilation.
 */
#ifndef KPOL_MODEL_BUNDLE_H
#define KPOL_MODEL_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/kpol.h>

#include "base/strv.h"
#include "model/posture.h"

/** struct kpol_place - where something stands in the YAML; 0 means unknown. */
struct kpol_place {
	unsigned int line;
	unsigned int column;
};

/** struct kpol_label - key=value; both owned. */
struct kpol_label {
	char *key;
	char *value;
};

/**
 * struct kpol_label_expr - one matchExpressions entry
 * @operator: "In" and "NotIn" as KubeArmor has them.
 */
struct kpol_label_expr {
	char *key;
	bool not_in;
	struct kpol_strv values;
	struct kpol_place place;
};

/**
 * struct kpol_silence - a finding that the author knows of and does not want to hear again
 * @code: "KPOL030". @object: what stands where the finding points; NULL: anything.
 * @reason: "" where none is given, which is a finding of its own.
 */
struct kpol_silence {
	char *code;
	char *object;
	char *reason;
	struct kpol_place place;
};

/** struct kpol_silences - of one document; owns them. @first_line: of the document, 0: there is none. */
struct kpol_silences {
	struct kpol_silence *items;
	size_t n;
	unsigned int first_line;
};

enum kpol_policy_kind {
	KPOL_KIND_RUNTIME = 1, /* RuntimePolicy, kpol.io/v1 */
	KPOL_KIND_KUBEARMOR,
	KPOL_KIND_KUBEARMOR_HOST,
	KPOL_KIND_KUBEARMOR_CLUSTER,
	KPOL_KIND_KUBEARMOR_NETWORK,
};

/**
 * struct kpol_gap - a part of a policy that was accepted but is not enforced
 * @code: stable, constant string (docs/lint.md). @what: one sentence without a full stop; owned.
 */
struct kpol_gap {
	const char *code;
	char *what;
	struct kpol_place place;
};

/** struct kpol_gaps - zero-initialise, end with kpol_gaps_clear(). */
struct kpol_gaps {
	struct kpol_gap *items;
	size_t n;
};

void kpol_gaps_clear(struct kpol_gaps *gaps);

/**
 * enum kpol_pending - what is held, or watched, until it is known
 * @KPOL_PENDING_PODS: pods, below the selector's cgroups.
 * @KPOL_PENDING_CONTAINERS: containers beside pods, in the selector's cgroups.
 */
enum kpol_pending {
	KPOL_PENDING_NONE,
	KPOL_PENDING_PODS,
	KPOL_PENDING_CONTAINERS,
};

/**
 * struct kpol_selector - which workloads a policy is for
 * @host: selects hosts (nodeSelector) instead of workloads; @labels then are node labels.
 * @pending: enum kpol_pending: selects what begins in @cgroups and is not known yet; no document says so.
 * @labels: all must match; KubeArmor's kubearmor.io/container.name is moved to @containers.
 * @units: systemd unit or slice names ("payments.service", "payments.slice"); any may match.
 * @cgroups: patterns over the path below the cgroup2 root ("/payments.slice/" + "*"); any may
 * match.
 * @containers: container names; any may match.
 *
 * The kinds given are ANDed; within @units, @cgroups and @containers any one is enough.
 * namespace is the policy's.
 */
struct kpol_selector {
	bool host;
	uint8_t pending;
	struct kpol_label *labels;
	size_t n_labels;
	struct kpol_label_expr *exprs;
	size_t n_exprs;
	struct kpol_strv units;
	struct kpol_strv cgroups;
	struct kpol_strv containers;
	struct kpol_place place;
};

/**
 * struct kpol_peer - one CIDR of a network item
 * @family: AF_INET or AF_INET6.
 * @addr: network byte order, bits after @prefix are 0.
 */
struct kpol_peer {
	uint8_t family;
	uint8_t prefix;
	uint8_t addr[16];
	struct kpol_place place;
};

/**
 * struct kpol_pods - pods that a network item is about, by their labels: all that are given must match
 * @everywhere: of every namespace; else of @namespaces, of which there is at least one.
 * @labels: sorted by key.
 * @family: AF_INET or AF_INET6: only their addresses of this family; 0: all.
 */
struct kpol_pods {
	bool everywhere;
	uint8_t family;
	struct kpol_strv namespaces;
	struct kpol_label *labels;
	size_t n_labels;
	struct kpol_label_expr *exprs;
	size_t n_exprs;
	struct kpol_place place;
};

void kpol_pods_clear(struct kpol_pods *pods);

/** kpol_pods_compare() - 0: they are the same pods, said in the same words. */
int kpol_pods_compare(const struct kpol_pods *a, const struct kpol_pods *b);

/** kpol_pods_copy() - Return: 0 or -ENOMEM; end with kpol_pods_clear() in any case. */
int kpol_pods_copy(struct kpol_pods *to, const struct kpol_pods *from);

/** enum kpol_digest - what a digest is of; @KPOL_DIGEST_SHA256: the file's bytes. */
enum kpol_digest {
	KPOL_DIGEST_NONE,
	KPOL_DIGEST_SHA256,
	KPOL_DIGEST_FS_VERITY,
};

struct kpol_ports {
	uint16_t first;
	uint16_t last;
};

/**
 * struct kpol_item - one line of a policy: what it matches and what then happens
 * @class: enum kpol_class.
 * @match: enum kpol_match.
 * @ops: KPOL_OP_* it is about, before @read_only is applied.
 * @action: enum kpol_action, inheritance resolved.
 * @object: as written; directories with their trailing slash removed ("/" is ""), else verbatim.
 * @sources: fromSource paths; none: any source.
 * @protocol: IPPROTO_* or 0; @socktypes: bit per SOCK_*.
 * @peers, @pods: whom a network item is about: any of these; none: anybody. @ports: none: any.
 * @args: allowedArgs: none: any arguments.
 * @digests: contents the object must have, any of them; of kind @digest: hexadecimal, for
 * fs-verity with "sha256:" or "sha512:" before.
 * @left_out: its condition cannot be enforced, so it matches nothing; an Allow item still keeps its
 *class an allowlist, because dropping it whole could turn a default deny into "everything".
 * @severity: 1..10, 0: none given anywhere.
 * @place: of the value that names the object ("path:", "dir:", "protocol:" …).
 */
struct kpol_item {
	uint8_t class;
	uint8_t match;
	uint8_t action;
	bool recursive;
	bool owner_only;
	bool no_terminal;
	bool read_only;
	bool left_out;
	uint32_t ops;
	char *object;
	struct kpol_strv sources;
	uint8_t protocol;
	uint8_t socktypes;
	struct kpol_peer *peers;
	size_t n_peers;
	struct kpol_ports *ports;
	size_t n_ports;
	struct kpol_pods *pods;
	size_t n_pods;
	struct kpol_strv args;
	enum kpol_digest digest;
	struct kpol_strv digests;
	unsigned int severity;
	struct kpol_strv tags;
	char *message;
	struct kpol_place place;
};

/* Sections that the kernel module has no class for yet. */
enum kpol_section {
	KPOL_SECTION_SYSCALLS = 1,
	KPOL_SECTION_PRESETS,
	KPOL_SECTION_DEVICE,
	KPOL_SECTION_DNS,
};

/**
 * struct kpol_deferred - a rule of such a section, as its author means it; each is also a gap
 * @action: enum kpol_action, inheritance resolved; syscalls are only ever audited.
 * @objects: what it is about: system calls, a preset, a device class, a domain.
 * @path: of a system call's argument, as written; NULL: any.
 * @recursive: the object or @path with everything below.
 * @sources: as of an item.
 */
struct kpol_deferred {
	enum kpol_section section;
	uint8_t action;
	bool recursive;
	struct kpol_strv objects;
	char *path;
	struct kpol_strv sources;
	unsigned int severity;
	struct kpol_strv tags;
	char *message;
	struct kpol_place place;
};

enum kpol_risk {
	KPOL_RISK_UNKNOWN,
	KPOL_RISK_LOW,
	KPOL_RISK_MEDIUM,
	KPOL_RISK_HIGH,
	KPOL_RISK_CRITICAL
};

/** kpol_risk_word() - "high"; NULL: unknown. */
const char *kpol_risk_word(enum kpol_risk risk);

/**
 * struct kpol_policy - one document
 * @name: metadata.name. @namespace: metadata.namespace, "default" if absent, NULL for host and
 * cluster.
 * @mode: enum kpol_mode: the document's, else the bundle's, else enforce.
 *
 * @postures: the bundle's; see kpol_posture_fall_back().
 * @frameworks: ids of controls and techniques it serves, "NIST-800-53-AC-6(10)".
 * @risk: of what it stops.
 * @deferred: rules of sections that the kernel module cannot judge yet.
 * @gaps: what was accepted but cannot be enforced, in the order of the file; each is also a warning
 * with code KPOL008 or KPOL009.
 */
struct kpol_policy {
	enum kpol_policy_kind kind;
	char *name;
	char *namespace;
	char *owner;
	char *message;
	unsigned int severity;
	struct kpol_strv tags;
	uint8_t mode;
	struct kpol_postures postures;
	struct kpol_selector selector;
	struct kpol_item *items;
	size_t n_items;
	struct kpol_strv frameworks;
	enum kpol_risk risk;
	struct kpol_deferred *deferred;
	size_t n_deferred;
	struct kpol_gaps gaps;
	struct kpol_silences silences;
	struct kpol_place place;
};

/**
 * struct kpol_bundle - what a person writes, signs, loads and rolls back
 * @name: from the PolicyBundle header, else the file's base name without suffix.
 * @file: as the user named it ("-" for stdin).
 * @postures: of the header, for all policies of the file; @postures_place: where they stand.
 * @silences: of the header, for the whole file.
 * @empty: the header says that there are no policies, so that their absence is no slip.
 * @text, @text_len: the exact bytes loaded, so that the daemon can keep and re-load them.
 */
struct kpol_bundle {
	char *name;
	char *version;
	char *owner;
	char *contact;
	char *change;
	struct kpol_strv frameworks;
	struct kpol_postures postures;
	struct kpol_place postures_place;
	struct kpol_silences silences;
	bool empty;
	char *file;
	char *text;
	size_t text_len;
	struct kpol_policy *policies;
	size_t n_policies;
};

void kpol_bundle_free(struct kpol_bundle *bundle);

#endif /* KPOL_MODEL_BUNDLE_H */
