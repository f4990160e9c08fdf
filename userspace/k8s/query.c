// SPDX-License-Identifier: GPL-2.0-or-later
/* Paths with their parameters. */
#include "k8s/query.h"

#include <stdio.h>
#include <string.h>

/* RFC 3986, "unreserved"; not isalnum(), which asks the locale. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

static void add(struct kpol_buffer *path, const char *name, const char *value)
{
	kpol_buffer_printf(path, "%s%s=", strchr(path->text, '?') ? "&" : "?", name);
	for (; *value; value++) {
		if (is_plain(*value))
			kpol_buffer_putc(path, *value);
		else
			kpol_buffer_printf(path, "%%%02X", (unsigned char)*value);
	}
}

static void begin(struct kpol_buffer *path, const struct kpol_k8s_resource *resource,
		  const char *selector)
{
	kpol_k8s_resource_path(resource, path);
	if (selector)
		add(path, "fieldSelector", selector);
}

char *kpol_k8s_query_list(const struct kpol_k8s_resource *resource, const char *selector,
			  const char *version, bool limited, const char *next)
{
	struct kpol_buffer path = { 0 };
	char limit[16];

	begin(&path, resource, selector);
	snprintf(limit, sizeof(limit), "%d", KPOL_K8S_PAGE);
	if (limited)
		add(&path, "limit", limit);
	if (next)
		add(&path, "continue", next);
	else if (version[0])
		add(&path, "resourceVersion", version);
	return kpol_buffer_take(&path);
}

char *kpol_k8s_query_watch(const struct kpol_k8s_resource *resource, const char *selector,
			   const char *version, unsigned int seconds)
{
	struct kpol_buffer path = { 0 };
	char text[16];

	begin(&path, resource, selector);
	snprintf(text, sizeof(text), "%u", seconds);
	add(&path, "watch", "1");
	add(&path, "allowWatchBookmarks", "true");
	add(&path, "resourceVersion", version);
	add(&path, "timeoutSeconds", text);
	return kpol_buffer_take(&path);
}
