// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of single values that have a form of their own: addresses, protocols, digests, ids. */
#include "load/scalar.h"

#include <ctype.h>
#include <string.h>

static const char *protocol_fault(const struct kpol_node *node)
{
	const char *rest = node->text;

	do {
		if (!kpol_protocol_next(&rest))
			return "is not a protocol (tcp, udp, icmp, icmpv6, sctp, dccp, raw, "
			       "stream, "
			       "dgram, rdm, seqpacket, packet, all)";
	} while (*rest);
	return node->text[node->len - 1] == ',' ? "ends in a comma" : NULL;
}

static const char *const capabilities[] = {
	"chown",
	"dac_override",
	"dac_read_search",
	"fowner",
	"fsetid",
	"kill",
	"setgid",
	"setuid",
	"setpcap",
	"linux_immutable",
	"net_bind_service",
	"net_broadcast",
	"net_admin",
	"net_raw",
	"ipc_lock",
	"ipc_owner",
	"sys_module",
	"sys_rawio",
	"sys_chroot",
	"sys_ptrace",
	"sys_pacct",
	"sys_admin",
	"sys_boot",
	"sys_nice",
	"sys_resource",
	"sys_time",
	"sys_tty_config",
	"mknod",
	"lease",
	"audit_write",
	"audit_control",
	"setfcap",
	"mac_override",
	"mac_admin",
	"syslog",
	"wake_alarm",
	"block_suspend",
	"audit_read",
	"perfmon",
	"bpf",
	"checkpoint_restore",
	NULL,
};

static bool is_capability(const char *name, size_t len)
{
	for (const char *const *c = capabilities; *c; c++)
		if (strlen(*c) == len && !strncmp(*c, name, len))
			return true;
	return false;
}

static const char *capability_fault(const struct kpol_node *node)
{
	for (const char *at = node->text;; at++) {
		size_t len = strcspn(at, ",");

		if (!is_capability(at, len))
			return "is not a capability";
		at += len;
		if (!*at)
			return NULL;
	}
}

static const char *cidr_fault(const struct kpol_node *node)
{
	struct kpol_peer peer;

	return kpol_cidr_read(node->text, &peer);
}

static const char *ports_fault(const struct kpol_node *node)
{
	struct kpol_ports ports;

	return kpol_ports_read(node->text, &ports);
}

static const char *port_fault(const struct kpol_node *node)
{
	if (strchr(node->text, '-'))
		return "is not a port from 1 to 65535: a range has its last port in \"endPort\"";
	return ports_fault(node);
}

static bool is_hex(const char *text, size_t len)
{
	return strlen(text) == len && strspn(text, "0123456789abcdef") == len;
}

static const char *sha256_fault(const struct kpol_node *node)
{
	return is_hex(node->text, 64) ? NULL : "is not 64 hexadecimal digits in lower case";
}

/* As "fsverity digest" prints it. */
static const char *verity_fault(const struct kpol_node *node)
{
	const char *colon = strchr(node->text, ':');
	size_t name = colon ? (size_t)(colon - node->text) : 0;

	if (name == 6 && !strncmp(node->text, "sha256", name) && is_hex(colon + 1, 64))
		return NULL;
	if (name == 6 && !strncmp(node->text, "sha512", name) && is_hex(colon + 1, 128))
		return NULL;
	return "is not sha256: or sha512: and its hexadecimal digits in lower case";
}

static const char *module_fault(const struct kpol_node *node)
{
	if (node->len > 55)
		return "is longer than 55 characters";
	for (const char *c = node->text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_-*?", *c))
			return "is not a module's name or a pattern of one";
	return NULL;
}

/* Digits, as many as @max, at least one. Return: what follows them, or NULL. */
static const char *skip_digits(const char *text, size_t max)
{
	size_t n = strspn(text, "0123456789");

	return n && n <= max ? text + n : NULL;
}

/* "5.2.1" */
static bool is_cis(const char *text)
{
	while ((text = skip_digits(text, 3)) && *text == '.')
		text++;
	return text && !*text;
}

/* "AC-6" or, with a control enhancement, "AC-6(10)" */
static bool is_nist(const char *text)
{
	if (!isupper((unsigned char)text[0]) || !isupper((unsigned char)text[1]) || text[2] != '-')
		return false;
	text = skip_digits(text + 3, 2);
	if (text && *text == '(') {
		text = skip_digits(text + 1, 2);
		if (!text || *text++ != ')')
			return false;
	}
	return text && !*text;
}

/* A tactic "TA0002", a technique "T1059", a sub-technique "T1059.004", a mitigation "M1038" */
static bool is_mitre(const char *text)
{
	bool technique = text[0] == 'T' && text[1] != 'A';

	if (text[0] != 'T' && text[0] != 'M')
		return false;
	text += text[0] == 'T' && !technique ? 2 : 1;
	if (strspn(text, "0123456789") != 4)
		return false;
	text += 4;
	if (technique && *text == '.' && strspn(text + 1, "0123456789") == 3)
		text += 4;
	return !*text;
}

static const struct {
	const char *prefix;
	bool (*is)(const char *text);
	const char *fault;
} frameworks[] = {
	{ "CIS-", is_cis, "is no CIS recommendation like CIS-5.2.1" },
	{ "NIST-800-53-", is_nist, "is no NIST 800-53 control like NIST-800-53-AC-6(10)" },
	{ "MITRE-", is_mitre, "is no MITRE ATT&CK id like MITRE-T1059.004 or MITRE-TA0002" },
};

static const char *framework_fault(const struct kpol_node *node)
{
	for (size_t i = 0; i < sizeof(frameworks) / sizeof(frameworks[0]); i++) {
		size_t len = strlen(frameworks[i].prefix);

		if (!strncmp(node->text, frameworks[i].prefix, len))
			return frameworks[i].is(node->text + len) ? NULL : frameworks[i].fault;
	}
	return "is of no known framework (CIS-…, NIST-800-53-…, MITRE-…)";
}

#define HEX "[0-9a-f]"
/* Up to five digits that are not all 0. */
#define PORT "([1-9][0-9]{0,4}|0[1-9][0-9]{0,3}|00[1-9][0-9]{0,2}|000[1-9][0-9]?|0000[1-9])"
#define PROTOCOL                                                                   \
	"("                                                                        \
	"[tT][cC][pP]|[uU][dD][pP]|[iI][cC][mM][pP]|[iI][cC][mM][pP][vV]6|"        \
	"[sS][cC][tT][pP]|[dD][cC][cC][pP]|[rR][aA][wW]|[sS][tT][rR][eE][aA][mM]|" \
	"[dD][gG][rR][aA][mM]|[rR][dD][mM]|[sS][eE][qQ][pP][aA][cC][kK][eE][tT]|"  \
	"[pP][aA][cC][kK][eE][tT]|[aA][lL][lL]"                                    \
	")"
#define CAPABILITY                                                                     \
	"("                                                                            \
	"chown|dac_override|dac_read_search|fowner|fsetid|kill|setgid|setuid|setpcap|" \
	"linux_immutable|net_bind_service|net_broadcast|net_admin|net_raw|ipc_lock|"   \
	"ipc_owner|sys_module|sys_rawio|sys_chroot|sys_ptrace|sys_pacct|sys_admin|"    \
	"sys_boot|sys_nice|sys_resource|sys_time|sys_tty_config|mknod|lease|"          \
	"audit_write|audit_control|setfcap|mac_override|mac_admin|syslog|wake_alarm|"  \
	"block_suspend|audit_read|perfmon|bpf|checkpoint_restore"                      \
	")"

const struct kpol_scalar kpol_scalar_protocol = {
	.name = "protocol",
	.fault = protocol_fault,
	.regex = "^ *" PROTOCOL " *(, *" PROTOCOL " *)*$",
	.json = KPOL_JSON_STRING,
};
const struct kpol_scalar kpol_scalar_capability = {
	.name = "capability",
	.fault = capability_fault,
	.regex = "^" CAPABILITY "(," CAPABILITY ")*$",
	.json = KPOL_JSON_STRING,
};
const struct kpol_scalar kpol_scalar_cidr = {
	.name = "cidr",
	.fault = cidr_fault,
	.regex = "^[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*(/[0-9]{1,3})?$",
	.json = KPOL_JSON_STRING,
};
const struct kpol_scalar kpol_scalar_ports = {
	.name = "ports",
	.noun = "port",
	.fault = ports_fault,
	.regex = "^" PORT "(-[0-9]{1,5})?$",
	.json = KPOL_JSON_NUMBER,
	.min = 1,
	.max = 65535,
};
const struct kpol_scalar kpol_scalar_port = {
	.name = "port",
	.fault = port_fault,
	.regex = "^" PORT "$",
	.json = KPOL_JSON_NUMBER,
	.min = 1,
	.max = 65535,
};
const struct kpol_scalar kpol_scalar_sha256 = {
	.name = "sha256",
	.fault = sha256_fault,
	.regex = "^" HEX "{64}$",
};
const struct kpol_scalar kpol_scalar_verity = {
	.name = "verity",
	.fault = verity_fault,
	.regex = "^(sha256:" HEX "{64}|sha512:" HEX "{128})$",
	.json = KPOL_JSON_STRING,
};
const struct kpol_scalar kpol_scalar_module = {
	.name = "module",
	.fault = module_fault,
	.regex = "^[A-Za-z0-9_*?-]+$",
	.max = 55,
};
const struct kpol_scalar kpol_scalar_framework = {
	.name = "framework",
	.noun = "framework",
	.fault = framework_fault,
	.regex = "^(CIS-[0-9]{1,3}(\\.[0-9]{1,3})*"
		 "|NIST-800-53-[A-Z]{2}-[0-9]{1,2}(\\([0-9]{1,2}\\))?"
		 "|MITRE-(TA[0-9]{4}|T[0-9]{4}(\\.[0-9]{3})?|M[0-9]{4}))$",
	.json = KPOL_JSON_STRING,
};
