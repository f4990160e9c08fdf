// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that prove who we are and who the receiver is. */
#include "send/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char credential[] = "credential:";

/* Of a value as kpol_send_parse_secret() lets it through. */
static int path_of(const char *value, char **ret_path)
{
	const char *directory;

	if (strncmp(value, credential, sizeof(credential) - 1) != 0) {
		*ret_path = strdup(value);
		return *ret_path ? 0 : -ENOMEM;
	}
	directory = getenv("CREDENTIALS_DIRECTORY");
	if (!directory)
		return -ENOENT;
	if (asprintf(ret_path, "%s/%s", directory, value + sizeof(credential) - 1) < 0)
		return -ENOMEM;
	return 0;
}

static const char *advice(int error, const char *value)
{
	if (error == -ENOENT && strncmp(value, credential, sizeof(credential) - 1) == 0)
		return ": the unit gives no such credential, see LoadCredential=";
	if (error == -EACCES || error == -EPERM)
		return ": let root alone own it, for kpold may read what its user may";
	return "";
}

static int read_one(struct kpol_blob *blob, const char *key, const char *value, char *error,
		    size_t size)
{
	int r;

	kpol_blob_clear(blob);
	if (!value)
		return 0;
	r = path_of(value, &blob->path);
	if (r == 0)
		r = kpol_blob_refresh(blob);
	if (r < 0)
		(void)snprintf(error, size, "%s %s cannot be read: %s%s", key, value,
			       r == -ENODATA ? "it is empty" : strerror(-r), advice(r, value));
	return r;
}

/* It becomes part of a header: one word, with white space only around it. */
static int trim_token(struct kpol_blob *token, const char *value, char *error, size_t size)
{
	size_t start, len;

	if (!token->bytes)
		return 0;
	start = strspn(token->bytes, " \t\r\n");
	len = strcspn(token->bytes + start, " \t\r\n");
	for (size_t i = start; i < start + len; i++)
		if (token->bytes[i] < '!' || token->bytes[i] > '~')
			len = 0;
	if (len == 0 || strspn(token->bytes + start + len, " \t\r\n") != token->len - start - len) {
		(void)snprintf(error, size, "token-file %s holds no token: one word is wanted",
			       value);
		return -EINVAL;
	}
	memmove(token->bytes, token->bytes + start, len);
	explicit_bzero(token->bytes + len, token->len - len);
	token->len = len;
	return 0;
}

int kpol_secrets_read(struct kpol_secrets *secrets, const struct kpol_send_settings *settings,
		      char *error, size_t size)
{
	int r = read_one(&secrets->ca, "ca-file", settings->ca_file, error, size);

	if (r == 0)
		r = read_one(&secrets->cert, "certificate", settings->cert_file, error, size);
	if (r == 0)
		r = read_one(&secrets->key, "key", settings->key_file, error, size);
	if (r == 0)
		r = read_one(&secrets->token, "token-file", settings->token_file, error, size);
	if (r == 0)
		r = trim_token(&secrets->token, settings->token_file, error, size);
	return r;
}

void kpol_secrets_clear(struct kpol_secrets *secrets)
{
	kpol_blob_clear(&secrets->ca);
	kpol_blob_clear(&secrets->cert);
	kpol_blob_clear(&secrets->key);
	kpol_blob_clear(&secrets->token);
}
