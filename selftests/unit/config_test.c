// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon's settings: what is understood, and what is said about the rest. */
#include "kselftest_harness.h"

#include <errno.h>
#include <string.h>

#include "kpold/config.h"

FIXTURE(config)
{
	struct kpold_config config;
	struct kpol_diags diags;
};

FIXTURE_SETUP(config)
{
	memset(&self->diags, 0, sizeof(self->diags));
	ASSERT_EQ(0, kpold_config_init(&self->config));
}

FIXTURE_TEARDOWN(config)
{
	kpold_config_clear(&self->config);
	kpol_diags_clear(&self->diags);
}

TEST_F(config, settings_are_read)
{
	ASSERT_EQ(0, kpold_config_parse(&self->config, "kpold.conf",
					"# comment\n\n exporters = journal, syslog\r\n"
					"socket=/run/x\nnode-labels=zone=a, disk=ssd\n"
					"enterprise-number=4711\nautoload=no\n"
					"default-posture=file:audit, network:allow",
					&self->diags));
	EXPECT_EQ(2, self->config.exporters.n);
	EXPECT_STREQ("syslog", self->config.exporters.items[1]);
	EXPECT_STREQ("/run/x", self->config.socket);
	ASSERT_EQ(2, self->config.n_labels);
	EXPECT_STREQ("disk", self->config.labels[1].key);
	EXPECT_STREQ("ssd", self->config.labels[1].value);
	EXPECT_EQ(4711, self->config.enterprise);
	EXPECT_FALSE(self->config.autoload);
	EXPECT_EQ(KPOL_POSTURE_AUDIT, self->config.postures.file);
	EXPECT_EQ(KPOL_POSTURE_ALLOW, self->config.postures.network);
	EXPECT_EQ(KPOL_POSTURE_UNSET, self->config.postures.capabilities);
}

TEST_F(config, cluster_is_read)
{
	ASSERT_EQ(0, kpold_config_parse(&self->config, "kpold.conf",
					"kubernetes=/etc/k\nnode=n1.example\npending=deny-exec\n"
					"pod-roots=/a, /b/*\nkubernetes-policies=no\n"
					"container-roots=/c/*\n"
					"host-namespace=ops",
					&self->diags));
	EXPECT_TRUE(kpold_config_is_cluster(&self->config));
	EXPECT_STREQ("/etc/k", self->config.kubernetes);
	EXPECT_STREQ("n1.example", self->config.node);
	EXPECT_EQ(KPOL_MODE_ENFORCE, self->config.pending);
	ASSERT_EQ(2, self->config.pod_roots.n);
	EXPECT_STREQ("/b/*", self->config.pod_roots.items[1]);
	ASSERT_EQ(1, self->config.container_roots.n);
	EXPECT_STREQ("/c/*", self->config.container_roots.items[0]);
	EXPECT_FALSE(self->config.cluster_policies);
	EXPECT_STREQ("ops", self->config.host_namespace);
}

TEST_F(config, defaults_are_complete)
{
	EXPECT_FALSE(kpold_config_is_cluster(&self->config));
	EXPECT_EQ(KPOL_MODE_OBSERVE, self->config.pending);
	EXPECT_TRUE(self->config.cluster_policies);
	EXPECT_STREQ("kpol-system", self->config.host_namespace);
	EXPECT_EQ(4, self->config.pod_roots.n);
	EXPECT_EQ(6, self->config.container_roots.n);
	EXPECT_NE('\0', self->config.node[0]);
	EXPECT_STREQ("/run/kpol/control", self->config.socket);
	EXPECT_STREQ("/var/lib/kpol", self->config.state);
	EXPECT_STREQ("/dev/log", self->config.syslog_socket);
	ASSERT_EQ(1, self->config.exporters.n);
	EXPECT_STREQ("journal", self->config.exporters.items[0]);
}

FIXTURE(refused){};
FIXTURE_SETUP(refused)
{
}
FIXTURE_TEARDOWN(refused)
{
}

FIXTURE_VARIANT(refused)
{
	const char *text;
	const char *message;
};

#define REFUSED(name, ...)                 \
	FIXTURE_VARIANT_ADD(refused, name) \
	{                                  \
		__VA_ARGS__                \
	}

REFUSED(misspelt_key, "\nexporter=journal\n",
	"k:2: unknown setting \"exporter\" (did you mean \"exporters\"?)");
REFUSED(unknown_key, "colour=red", "k:1: unknown setting \"colour\"");
REFUSED(misspelt_exporter, "exporters=journal,sislog",
	"k:1: unknown exporter \"sislog\" (did you mean \"syslog\"?)");
REFUSED(no_equals, "journal", "k:1: expected key=value, not \"journal\"");
REFUSED(relative_path, "state=var", "k:1: state must be an absolute path, not \"var\"");
REFUSED(label_without_value, "node-labels=zone",
	"k:1: node-labels must be a list of key=value, not \"zone\"");
REFUSED(posture_of_no_section, "default-posture=files:audit",
	"k:1: default-posture must be a list of process, file, network or capabilities, each with "
	"a "
	"colon and its posture, not \"files:audit\"");
REFUSED(posture_without_section, "default-posture=audit",
	"k:1: default-posture must be a list of process, file, network or capabilities, each with "
	"a "
	"colon and its posture, not \"audit\"");
REFUSED(posture_misspelt, "default-posture=file:audti",
	"k:1: unknown posture \"audti\" (did you mean \"audit\"?)");
REFUSED(kubernetes_of_no_way, "kubernetes=yes",
	"k:1: kubernetes must be off, in-cluster or the absolute path of a kubeconfig, not "
	"\"yes\"");
REFUSED(node_that_would_be_more_than_a_name, "node=a&b",
	"k:1: node must be the name of a node: lower-case letters, digits, dots and dashes, not "
	"\"a&b\"");
REFUSED(pending_unknown, "pending=deny",
	"k:1: pending must be deny-exec, observe or allow, not \"deny\"");
REFUSED(pod_root_is_the_root, "pod-roots=/",
	"k:1: pod-roots must be cgroups below the root, such as /kubepods.slice, not \"/\"");
REFUSED(container_root_is_relative, "container-roots=docker/*",
	"k:1: container-roots must be cgroups below the root, such as /docker/*, not \"docker/*\"");
REFUSED(number_with_rest, "enterprise-number=12x",
	"k:1: enterprise-number must be a private enterprise number, not \"12x\"");
REFUSED(control_characters_are_shown, "\x1b[31m=1", "k:1: unknown setting \"\\x1b[31m\"");

TEST_F(refused, with_its_line)
{
	struct kpold_config config;
	struct kpol_diags diags = { NULL };
	char *text;

	ASSERT_EQ(0, kpold_config_init(&config));
	EXPECT_EQ(-EINVAL, kpold_config_parse(&config, "k", variant->text, &diags));
	ASSERT_EQ(1, diags.n);
	text = kpol_diag_format(&diags.items[0]);
	EXPECT_STREQ(variant->message, text);
	free(text);
	kpol_diags_clear(&diags);
	kpold_config_clear(&config);
}

TEST_F(config, every_error_is_reported)
{
	EXPECT_EQ(-EINVAL,
		  kpold_config_parse(&self->config, "k", "a=1\nb=2\nstate=x\n", &self->diags));
	EXPECT_EQ(3, self->diags.n);
}

TEST_HARNESS_MAIN
