// SPDX-License-Identifier: GPL-2.0-or-later
/* An access as a person writes it. */
#include "kpolctl/access.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cases/access.h"
#include "kpolctl/message.h"
#include "kpolctl/verb.h"

static int read_op(const char *word, struct kpol_access *access)
{
	access->op = kpol_op_find(word);
	access->class = kpol_op_class(access->op);
	if (access->class)
		return 0;
	return kpolctl_fail_unknown("operation", word, kpol_nearest(kpol_op_words, word));
}

static int read_transport(const char *name, struct kpol_access *access)
{
	const struct kpol_transport *transport = kpol_transport_find(name);

	if (!transport)
		return kpolctl_fail_unknown("protocol", name,
					    kpol_nearest(kpol_transport_words, name));
	access->socktype = transport->socktype;
	access->protocol = transport->protocol;
	return 0;
}

static bool read_port(const char *text, uint16_t *ret)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || port > 65535)
		return false;
	*ret = (uint16_t)port;
	return true;
}

/* "10.0.0.1:443", "[::1]:443", "10.0.0.1", "*:8080" */
static int read_address(const char *object, struct kpol_access *access)
{
	const char *start = object + (object[0] == '['), *end;
	char host[INET6_ADDRSTRLEN + 1];
	size_t len;

	end = start != object ? strchr(start, ']') : strchr(start, ':');
	len = end ? (size_t)(end - start) : strlen(start);
	if (len >= sizeof(host) || (start != object && !end))
		goto bad;
	memcpy(host, start, len);
	host[len] = '\0';
	access->family = start == object ? AF_INET : AF_INET6;
	access->has_addr = strcmp(host, "*") != 0;
	if (access->has_addr && inet_pton(access->family, host, access->addr) != 1)
		goto bad;
	end = end && *end == ']' ? end + 1 : end;
	if (end && *end && (*end != ':' || !read_port(end + 1, &access->port)))
		goto bad;
	return 0;
bad:
	return kpolctl_fail(KPOLCTL_USAGE,
			    "\"%s\" is no address (10.0.0.1:443, [2001:db8::1]:443, *:8080)",
			    object);
}

static int read_network(const struct kpolctl_asked *asked, struct kpol_access *access)
{
	int code = read_transport(asked->protocol ? asked->protocol : "tcp", access);

	if (code)
		return code;
	access->family = AF_INET;
	if (asked->object)
		return read_address(asked->object, access);
	if (access->op == KPOL_OP_SOCKET)
		return 0;
	return kpolctl_fail(KPOLCTL_USAGE, "explain %s needs an address", asked->op);
}

static int read_path(const char *what, const char *path, const char **ret, uint16_t *ret_len)
{
	if (path[0] != '/' || strlen(path) > KPOL_PATH_MAX)
		return kpolctl_fail(KPOLCTL_USAGE, "%s \"%s\" is no absolute path", what, path);
	*ret = path;
	*ret_len = (uint16_t)strlen(path);
	return 0;
}

static int read_word(const struct kpolctl_asked *asked, struct kpol_access *access)
{
	if (!asked->object)
		return kpolctl_fail(KPOLCTL_USAGE, "explain %s needs a word", asked->op);
	if (strchr(asked->object, '/') || strlen(asked->object) > KPOL_PATH_MAX)
		return kpolctl_fail(KPOLCTL_USAGE, "\"%s\" is no word", asked->object);
	access->object = asked->object;
	access->object_len = (uint16_t)strlen(asked->object);
	return 0;
}

/* "-m pydoc" as the arguments "-m" and "pydoc". */
static int read_args(const char *text, struct kpolctl_access *ret)
{
	ret->facts.known |= KPOL_FACT_ARGS;
	if (!*text)
		return 0;
	ret->args = strdup(text);
	if (!ret->args)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	ret->facts.args = ret->args;
	ret->facts.args_len = (u32)strlen(text) + 1;
	for (char *c = ret->args; *c; c++)
		if (*c == ' ')
			*c = '\0';
	return 0;
}

static int read_facts(const struct kpolctl_asked *asked, struct kpolctl_access *ret)
{
	const char *hex = asked->sha256;

	if ((hex || asked->args) && ret->access.class != KPOL_CLASS_PROCESS)
		return kpolctl_fail(KPOLCTL_USAGE, "--args and --sha256 are about programs");
	if (ret->access.class != KPOL_CLASS_PROCESS)
		return 0;
	ret->access.facts = &ret->facts;
	if (hex && (strlen(hex) != 64 || strspn(hex, "0123456789abcdef") != 64))
		return kpolctl_fail(KPOLCTL_USAGE, "\"%s\" is not 64 hexadecimal digits", hex);
	if (hex)
		kpol_facts_set_sha256(&ret->facts, hex);
	return asked->args ? read_args(asked->args, ret) : 0;
}

void kpolctl_access_clear(struct kpolctl_access *access)
{
	free(access->args);
}

static int read_access(const struct kpolctl_asked *asked, struct kpol_access *ret)
{
	int code;

	*ret = (struct kpol_access){ .owner = asked->owner, .terminal = asked->terminal };
	code = read_op(asked->op, ret);
	if (!code && asked->source)
		code = read_path("source", asked->source, &ret->source, &ret->source_len);
	if (code)
		return code;
	if (ret->class == KPOL_CLASS_NETWORK)
		return read_network(asked, ret);
	if (kpol_class_has_words(ret->class))
		return read_word(asked, ret);
	if (!kpol_op_has_path(ret->class, ret->op))
		return 0;
	if (!asked->object)
		return kpolctl_fail(KPOLCTL_USAGE, "explain %s needs a path", asked->op);
	return read_path("object", asked->object, &ret->object, &ret->object_len);
}

int kpolctl_access_read(const struct kpolctl_asked *asked, struct kpolctl_access *ret)
{
	int code;

	*ret = (struct kpolctl_access){ .args = NULL };
	code = read_access(asked, &ret->access);
	return code ? code : read_facts(asked, ret);
}
