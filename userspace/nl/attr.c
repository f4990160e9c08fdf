// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading attributes that may be missing, short or newer than we are. */
#include "nl/attr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

uint32_t kpol_nl_attr_u32(const struct nlattr *attr)
{
	uint32_t value = 0;

	if (attr && nla_len(attr) >= (int)sizeof(value))
		memcpy(&value, nla_data(attr), sizeof(value));
	return value;
}

uint64_t kpol_nl_attr_u64(const struct nlattr *attr)
{
	uint64_t value = 0;

	if (attr && nla_len(attr) >= (int)sizeof(value))
		memcpy(&value, nla_data(attr), sizeof(value));
	return value;
}

static size_t string_len(const struct nlattr *attr)
{
	return attr ? strnlen(nla_data(attr), nla_len(attr)) : 0;
}

size_t kpol_nl_attr_string(const struct nlattr *attr, char *buf, size_t size)
{
	size_t len = string_len(attr);

	if (len >= size)
		len = size - 1;
	if (len > 0)
		memcpy(buf, nla_data(attr), len);
	buf[len] = '\0';
	return len;
}

int kpol_nl_attr_strdup(const struct nlattr *attr, char **ret)
{
	size_t len = string_len(attr);
	char *copy = NULL;

	if (attr) {
		copy = strndup(nla_data(attr), len);
		if (!copy)
			return -ENOMEM;
	}
	*ret = copy;
	return (int)len;
}

size_t kpol_nl_attr_bytes(const struct nlattr *attr, void *buf, size_t size)
{
	size_t len = attr ? (size_t)nla_len(attr) : 0;

	if (len > size)
		len = size;
	if (len > 0)
		memcpy(buf, nla_data(attr), len);
	return len;
}
