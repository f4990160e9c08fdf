/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon's settings: defaults, then the file, then the command line. */
#ifndef KPOLD_CONFIG_H
#define KPOLD_CONFIG_H

#include <stdbool.h>

#include "base/diag.h"
#include "model/bundle.h"

#define KPOLD_CONFIG_FILE "/etc/kpol/kpold.conf"

/**
 * struct kpold_config - all strings owned; end with kpold_config_clear()
 * @file: the configuration file; one that was named must exist, the default one need not.
 * @socket: path of the control socket. @state: directory of the database.
 * @exporters: names of rows of the exporter table.
 * @syslog_socket: where the syslog exporter sends.
 * @enterprise: private enterprise number for RFC 5424 structured data.
 * @labels: of this node, for nodeSelector.
 * @boot_guard: seconds of uptime after which a boot that enforces counts as good, 0: whatever.
 * @postures: of KubeArmor documents whose bundle says nothing.
 * @autoload: let the kernel load the module if it is missing at start.
 * @kubernetes: "off", "in-cluster" (a pod's service account), or the path of a kubeconfig.
 * @node: what Kubernetes calls this machine.
 * @pod_roots: cgroups, or patterns of cgroups, below which all pods are.
 * @container_roots: cgroups, or patterns of cgroups, that are those of containers beside pods.
 * @pending: enum kpol_mode: what a pod or container may execute that nothing is known of yet; see kpol_pending_add().
 * @host_namespace: the namespace whose policies may name hosts, units and cgroups; "": none may.
 * @cluster_policies: the policies are the cluster's custom resources; else they are loaded by hand.
 */
struct kpold_config {
	char *file;
	char *socket;
	char *state;
	struct kpol_strv exporters;
	char *syslog_socket;
	unsigned int enterprise;
	struct kpol_label *labels;
	size_t n_labels;
	unsigned int boot_guard;
	struct kpol_postures postures;
	bool autoload;
	char *kubernetes;
	char *node;
	char *host_namespace;
	struct kpol_strv pod_roots;
	struct kpol_strv container_roots;
	uint8_t pending;
	bool cluster_policies;
};

/** kpold_config_init() - defaults. Return: 0 or -ENOMEM. */
int kpold_config_init(struct kpold_config *config);

/**
 * kpold_config_set() - one setting
 * @file, @line: where it comes from, for @diags; line 0: the command line.
 *
 * Return: 0, -EINVAL with @diags, -ENOMEM.
 */
int kpold_config_set(struct kpold_config *config, const char *file, unsigned int line,
		     const char *key, const char *value, struct kpol_diags *diags);

/** kpold_config_parse() - all of a file's text. Every error is reported. Return: as above. */
int kpold_config_parse(struct kpold_config *config, const char *file, const char *text,
		       struct kpol_diags *diags);

/** kpold_config_is_cluster() - is there a Kubernetes to follow? */
bool kpold_config_is_cluster(const struct kpold_config *config);

void kpold_config_clear(struct kpold_config *config);

#endif /* KPOLD_CONFIG_H */
