// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon's settings: defaults, then the file, then the command line. */
#include "kpold/config.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/strv.h"
#include "base/words.h"
#include "kpold/copy.h"

/** struct setting - where one key=value stands. */
struct setting {
	struct kpold_config *config;
	const char *file;
	unsigned int line;
	const char *key;
	const char *value;
	struct kpol_diags *diags;
};

#define fail(s, ...) \
	kpol_diag_add((s)->diags, KPOL_ERROR, "KPOLD001", (s)->file, (s)->line, 0, __VA_ARGS__)

static int set_string(char **field, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*field);
	*field = copy;
	return 0;
}

static int set_path(const struct setting *s, char **field)
{
	if (s->value[0] != '/')
		return fail(s, "%s must be an absolute path, not \"%s\"", s->key, s->value);
	return set_string(field, s->value);
}

static int set_socket(const struct setting *s)
{
	return set_path(s, &s->config->socket);
}

static int set_state(const struct setting *s)
{
	return set_path(s, &s->config->state);
}

static int set_syslog_socket(const struct setting *s)
{
	return set_path(s, &s->config->syslog_socket);
}

static int set_enterprise(const struct setting *s)
{
	char *end;
	unsigned long n = strtoul(s->value, &end, 10);

	if (!isdigit((unsigned char)s->value[0]) || *end || n == 0 || n > 0x7fffffff)
		return fail(s, "%s must be a private enterprise number, not \"%s\"", s->key,
			    s->value);
	s->config->enterprise = (unsigned int)n;
	return 0;
}

static int set_boot_guard(const struct setting *s)
{
	char *end;
	unsigned long n = strtoul(s->value, &end, 10);

	if (!isdigit((unsigned char)s->value[0]) || *end || n > 86400)
		return fail(s,
			    "%s must be a number of seconds up to 86400, or 0 for none, not \"%s\"",
			    s->key, s->value);
	s->config->boot_guard = (unsigned int)n;
	return 0;
}

static int set_bool(const struct setting *s, bool *field)
{
	if (strcmp(s->value, "yes") != 0 && strcmp(s->value, "no") != 0)
		return fail(s, "%s must be yes or no, not \"%s\"", s->key, s->value);
	*field = s->value[0] == 'y';
	return 0;
}

static int set_autoload(const struct setting *s)
{
	return set_bool(s, &s->config->autoload);
}

static int set_cluster_policies(const struct setting *s)
{
	return set_bool(s, &s->config->cluster_policies);
}

static int set_kubernetes(const struct setting *s)
{
	if (strcmp(s->value, "off") != 0 && strcmp(s->value, "in-cluster") != 0 &&
	    s->value[0] != '/')
		return fail(s,
			    "%s must be off, in-cluster or the absolute path of a kubeconfig, not "
			    "\"%s\"",
			    s->key, s->value);
	return set_string(&s->config->kubernetes, s->value);
}

/* A DNS subdomain, as Kubernetes has node names: it becomes part of a query. */
static int set_node(const struct setting *s)
{
	size_t len = strlen(s->value);

	if (len == 0 || len > 253 ||
	    strspn(s->value, "abcdefghijklmnopqrstuvwxyz0123456789.-") != len)
		return fail(s,
			    "%s must be the name of a node: lower-case letters, digits, dots and "
			    "dashes, not \"%s\"",
			    s->key, s->value);
	return set_string(&s->config->node, s->value);
}

static int set_host_namespace(const struct setting *s)
{
	return set_string(&s->config->host_namespace, s->value);
}

static int set_pending(const struct setting *s)
{
	static const char *const words[] = { "deny-exec", "observe", "allow", NULL };
	static const uint8_t modes[] = { KPOL_MODE_ENFORCE, KPOL_MODE_OBSERVE, KPOL_MODE_OFF };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(words[i], s->value) == 0) {
			s->config->pending = modes[i];
			return 0;
		}
	return fail(s, "%s must be deny-exec, observe or allow, not \"%s\"", s->key, s->value);
}

/* Calls @each for every word between commas and spaces. */
static int split_list(const struct setting *s,
		      int (*each)(const struct setting *s, const char *word, size_t len))
{
	const char *p = s->value;

	while (*p) {
		size_t skip = strspn(p, ", \t"), len = strcspn(p + skip, ", \t");
		int r = len ? each(s, p + skip, len) : 0;

		if (r < 0)
			return r;
		p += skip + len;
	}
	return 0;
}

static const char *const exporter_names[] = { "journal", "syslog", NULL };

static int add_exporter(const struct setting *s, const char *word, size_t len)
{
	_cleanup_free_ char *name = strndup(word, len);
	const char *nearest;

	if (!name)
		return -ENOMEM;
	for (size_t i = 0; exporter_names[i]; i++)
		if (strcmp(exporter_names[i], name) == 0)
			return kpol_strv_add(&s->config->exporters, word, len);
	nearest = kpol_nearest(exporter_names, name);
	return fail(s,
		    nearest ? "unknown exporter \"%s\" (did you mean \"%s\"?)"
			    : "unknown exporter \"%s\", known are journal and syslog%.0s",
		    name, nearest ? nearest : "");
}

static int set_exporters(const struct setting *s)
{
	kpol_strv_clear(&s->config->exporters);
	return split_list(s, add_exporter);
}

static int add_label(const struct setting *s, const char *word, size_t len)
{
	struct kpold_config *config = s->config;
	const char *equals = memchr(word, '=', len);
	struct kpol_label *label;

	if (!equals || equals == word)
		return fail(s, "%s must be a list of key=value, not \"%.*s\"", s->key, (int)len,
			    word);
	label = kpol_append(&config->labels, &config->n_labels, sizeof(*label));
	if (!label)
		return -ENOMEM;
	label->key = strndup(word, (size_t)(equals - word));
	label->value = strndup(equals + 1, len - (size_t)(equals + 1 - word));
	return label->key && label->value ? 0 : -ENOMEM;
}

static int set_labels(const struct setting *s)
{
	return split_list(s, add_label);
}

static int unknown_posture(const struct setting *s, const char *posture)
{
	const char *nearest = kpol_nearest(kpol_posture_words, posture);

	return fail(s,
		    nearest ? "unknown posture \"%s\" (did you mean \"%s\"?)"
			    : "unknown posture \"%s\", known are block, audit and allow%.0s",
		    posture, nearest ? nearest : "");
}

static int set_posture(const struct setting *s, const char *word, size_t len)
{
	_cleanup_free_ char *copy = strndup(word, len);
	char *posture;
	uint8_t *slot;

	if (!copy)
		return -ENOMEM;
	posture = strchr(copy, ':');
	if (posture)
		*posture++ = '\0';
	slot = posture ? kpol_posture_slot(&s->config->postures, copy) : NULL;
	if (!slot)
		return fail(s,
			    "%s must be a list of process, file, network or capabilities, each "
			    "with a colon and its posture, not \"%.*s\"",
			    s->key, (int)len, word);
	*slot = (uint8_t)kpol_posture_find(posture);
	return *slot ? 0 : unknown_posture(s, posture);
}

static int set_postures(const struct setting *s)
{
	return split_list(s, set_posture);
}

static int add_root(const struct setting *s, struct kpol_strv *roots, const char *word, size_t len)
{
	if (word[0] != '/' || len == 1 || word[len - 1] == '/')
		return fail(s, "%s must be cgroups below the root, such as %s, not \"%.*s\"",
			    s->key,
			    roots == &s->config->pod_roots ? "/kubepods.slice" : "/docker/*",
			    (int)len, word);
	return kpol_strv_add(roots, word, len);
}

static int add_pod_root(const struct setting *s, const char *word, size_t len)
{
	return add_root(s, &s->config->pod_roots, word, len);
}

static int set_pod_roots(const struct setting *s)
{
	kpol_strv_clear(&s->config->pod_roots);
	return split_list(s, add_pod_root);
}

static int add_container_root(const struct setting *s, const char *word, size_t len)
{
	return add_root(s, &s->config->container_roots, word, len);
}

static int set_container_roots(const struct setting *s)
{
	kpol_strv_clear(&s->config->container_roots);
	return split_list(s, add_container_root);
}

static const struct {
	const char *key;
	int (*set)(const struct setting *s);
} settings[] = {
	{ "exporters", set_exporters },
	{ "socket", set_socket },
	{ "state", set_state },
	{ "syslog-socket", set_syslog_socket },
	{ "enterprise-number", set_enterprise },
	{ "node-labels", set_labels },
	{ "boot-guard", set_boot_guard },
	{ "default-posture", set_postures },
	{ "autoload", set_autoload },
	{ "kubernetes", set_kubernetes },
	{ "kubernetes-policies", set_cluster_policies },
	{ "host-namespace", set_host_namespace },
	{ "node", set_node },
	{ "pending", set_pending },
	{ "pod-roots", set_pod_roots },
	{ "container-roots", set_container_roots },
};

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

static int unknown_key(const struct setting *s)
{
	const char *names[N_SETTINGS + 1] = { NULL }, *nearest;

	for (size_t i = 0; i < N_SETTINGS; i++)
		names[i] = settings[i].key;
	nearest = kpol_nearest(names, s->key);
	return fail(s,
		    nearest ? "unknown setting \"%s\" (did you mean \"%s\"?)"
			    : "unknown setting \"%s\"%.0s",
		    s->key, nearest ? nearest : "");
}

int kpold_config_set(struct kpold_config *config, const char *file, unsigned int line,
		     const char *key, const char *value, struct kpol_diags *diags)
{
	struct setting s = { config, file, line, key, value, diags };

	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(settings[i].key, key) == 0)
			return settings[i].set(&s);
	return unknown_key(&s);
}

static char *strip(char *text)
{
	char *end;

	text += strspn(text, " \t\r");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return text;
}

static int parse_line(struct kpold_config *config, const char *file, unsigned int line, char *text,
		      struct kpol_diags *diags)
{
	char *key = strip(text), *equals;

	if (key[0] == '\0' || key[0] == '#')
		return 0;
	equals = strchr(key, '=');
	if (!equals)
		return kpol_diag_add(diags, KPOL_ERROR, "KPOLD001", file, line, 0,
				     "expected key=value, not \"%s\"", key);
	*equals = '\0';
	return kpold_config_set(config, file, line, strip(key), strip(equals + 1), diags);
}

int kpold_config_parse(struct kpold_config *config, const char *file, const char *text,
		       struct kpol_diags *diags)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;
	unsigned int n = 0;
	int result = 0;

	if (!copy)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n"))) {
		int r = parse_line(config, file, ++n, line, diags);

		if (result == 0)
			result = r;
	}
	return result;
}

/* The kubelet's with both drivers, and where kind and k3s run them in a container. */
static int set_default_roots(struct kpold_config *config)
{
	static const char *const pods[] = {
		"/kubepods.slice",
		"/kubepods",
		"/kubelet.slice/kubelet-kubepods.slice",
		"/kubelet/kubepods",
	};
	static const char *const containers[] = {
		"/system.slice/docker-*.scope",	 "/docker/*",
		"/system.slice/nerdctl-*.scope", "/default/*",
		"/machine.slice/libpod-*.scope", "/libpod_parent/libpod-*",
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(pods) / sizeof(pods[0]) && r == 0; i++)
		r = kpol_strv_add(&config->pod_roots, pods[i], strlen(pods[i]));
	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]) && r == 0; i++)
		r = kpol_strv_add(&config->container_roots, containers[i], strlen(containers[i]));
	return r;
}

/* What the kubelet registers a node as, unless it is told otherwise. */
static int set_default_node(struct kpold_config *config)
{
	const char *given = getenv("KPOL_NODE");
	char name[HOST_NAME_MAX + 1] = "";

	if (given && given[0])
		return set_string(&config->node, given);
	if (gethostname(name, sizeof(name)) < 0)
		name[0] = '\0';
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return set_string(&config->node, name);
}

bool kpold_config_is_cluster(const struct kpold_config *config)
{
	return strcmp(config->kubernetes, "off") != 0;
}

int kpold_config_init(struct kpold_config *config)
{
	*config = (struct kpold_config){ .enterprise = 32473,
					 .boot_guard = 300,
					 .autoload = true,
					 .pending = KPOL_MODE_OBSERVE,
					 .cluster_policies = true };
	if (set_string(&config->file, KPOLD_CONFIG_FILE) < 0 ||
	    set_string(&config->socket, "/run/kpol/control") < 0 ||
	    set_string(&config->state, "/var/lib/kpol") < 0 ||
	    set_string(&config->syslog_socket, "/dev/log") < 0 ||
	    set_string(&config->kubernetes, "off") < 0 ||
	    set_string(&config->host_namespace, "kpol-system") < 0 ||
	    set_default_node(config) < 0 || set_default_roots(config) < 0)
		return -ENOMEM;
	return kpol_strv_add(&config->exporters, "journal", strlen("journal"));
}

void kpold_config_clear(struct kpold_config *config)
{
	kpold_labels_clear(&config->labels, &config->n_labels);
	free(config->file);
	free(config->socket);
	free(config->state);
	free(config->syslog_socket);
	free(config->kubernetes);
	free(config->host_namespace);
	free(config->node);
	kpol_strv_clear(&config->pod_roots);
	kpol_strv_clear(&config->container_roots);
	kpol_strv_clear(&config->exporters);
	memset(config, 0, sizeof(*config));
}
