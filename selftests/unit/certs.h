/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates for tests: an authority, and what it signs. */
#ifndef KPOL_UNIT_CERTS_H
#define KPOL_UNIT_CERTS_H

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct identity {
	EVP_PKEY *key;
	X509 *cert;
};

static inline void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	if (!extension || !X509_add_ext(cert, extension, -1))
		abort();
	X509_EXTENSION_free(extension);
}

/* issue() - @names: "IP:127.0.0.1,DNS:x"; NULL: an authority. @by: NULL: itself. @days: valid from an hour before now, or until then. */
static inline struct identity issue(const struct identity *by, const char *name, const char *names,
				    int days)
{
	struct identity id = { .key = EVP_EC_gen("P-256"), .cert = X509_new() };
	X509 *issuer = by ? by->cert : id.cert;
	static long serial;

	X509_set_version(id.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(id.cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(id.cert), days < 0 ? days * 86400L : -3600);
	X509_gmtime_adj(X509_getm_notAfter(id.cert), days < 0 ? -3600 : days * 86400L);
	X509_set_pubkey(id.cert, id.key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(id.cert), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(id.cert, X509_get_subject_name(issuer));
	add_extension(id.cert, issuer, NID_basic_constraints,
		      names ? "critical,CA:FALSE" : "critical,CA:TRUE");
	add_extension(id.cert, issuer, NID_subject_key_identifier, "hash");
	if (names)
		add_extension(id.cert, issuer, NID_subject_alt_name, names);
	if (!X509_sign(id.cert, by ? by->key : id.key, EVP_sha256()))
		abort();
	return id;
}

/* The text of a certificate, or of its key; NUL-terminated, to free(). */
static inline char *to_pem(const struct identity *id, bool key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes, *text;
	long len;

	if (key)
		PEM_write_bio_PrivateKey(bio, id->key, NULL, NULL, 0, NULL, NULL);
	else
		PEM_write_bio_X509(bio, id->cert);
	len = BIO_get_mem_data(bio, &bytes);
	text = strndup(bytes, (size_t)len);
	BIO_free(bio);
	return text;
}

static inline void drop_identity(struct identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->cert);
}

#endif /* KPOL_UNIT_CERTS_H */
