/* SPDX-License-Identifier: MIT
 * Distribution points and attributes are names without an address, as the real ones: nothing can be fetched. Text
 * in the signing certificate has only JIS X 0208 and 0212; other characters are 〓 there and marked by position. */
#include <errno.h>
#include <iconv.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "cardreader/virtual/certificate.h"
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define ORGANISATION "JPKI"
#define AGENCY "Mihon Agency for Training, proves nothing"
#define AGENCY_DIRECTORY "見本 公的個人認証サービス"
#define ATTRIBUTES_ARC "1.2.392.200149.8.5.5."
#define SUBSTITUTE "〓"
#define AUTHORITY_FROM "20200101000000Z"
#define AUTHORITY_UNTIL "20491231145959Z"
#define YEARS_VALID 5

struct shape {
	const char *unit, *usage, *policy;
	enum keyring_name authority;
	const char *holder; /* CN; it tells nothing of a person */
};

static const struct shape *shape_of(enum keyring_name name)
{
	static const struct shape auth = {"JPKI for user authentication", "critical,digitalSignature",
					  "1.2.392.200149.8.5.1.3.30", KEYRING_JPKI_AUTH_CA, "0000000000MIHON0000AUTH"};
	static const struct shape sign = {"JPKI for digital signature", "critical,digitalSignature,nonRepudiation",
					  "1.2.392.200149.8.5.1.1.20", KEYRING_JPKI_SIGN_CA, "0000000000MIHON0000SIGN"};
	static const struct shape residence = {"Residence cards", "critical,digitalSignature", NULL, KEYRING_RESIDENCE_CA,
					       "Residence card signer"};

	if (name == KEYRING_JPKI_AUTH || name == KEYRING_JPKI_AUTH_CA)
		return &auth;
	return name == KEYRING_JPKI_SIGN || name == KEYRING_JPKI_SIGN_CA ? &sign : &residence;
}

/* ---- names and times ---- */

static int add_entry(X509_NAME *to, const char *field, const char *value)
{
	return X509_NAME_add_entry_by_txt(to, field, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) == 1
		       ? 0
		       : fault_raise(-EIO);
}

static int add_authority_name(X509_NAME *to, const struct shape *shape)
{
	int r = add_entry(to, "C", "JP");

	if (!r)
		r = add_entry(to, "O", ORGANISATION);
	if (!r)
		r = add_entry(to, "OU", shape->unit);
	return r < 0 ? r : add_entry(to, "OU", AGENCY);
}

static int set_times(X509 *certificate, const char *from, const char *until)
{
	return ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), from) == 1 &&
			       ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), until) == 1
		       ? 0
		       : fault_raise(-EINVAL);
}

/* Till the end of the day in Japan; from then five years back, or from 2020 when that is earlier. */
static int set_holder_times(X509 *certificate, const char *expires)
{
	char from[40], until[24];
	long year = strtol((char[]){expires[0], expires[1], expires[2], expires[3], 0}, NULL, 10) - YEARS_VALID;

	snprintf(until, sizeof(until), "%s145959Z", expires);
	snprintf(from, sizeof(from), "%04ld0101000000Z", year < 2020 ? year : 2020);
	return set_times(certificate, from, until);
}

/* ---- extensions ---- */

static int add_conf(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	int ok;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ok = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok ? 0 : fault_raise(-EIO);
}

static GENERAL_NAME *directory_name(const char *unit)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	X509_NAME *directory = X509_NAME_new();

	if (!name || !directory || add_entry(directory, "C", "JP") < 0 || add_entry(directory, "O", AGENCY_DIRECTORY) < 0 ||
	    (unit && add_entry(directory, "OU", unit) < 0)) {
		GENERAL_NAME_free(name);
		X509_NAME_free(directory);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, GEN_DIRNAME, directory);
	return name;
}

static int add_names(X509 *certificate, int nid, GENERAL_NAMES *names)
{
	return X509_add1_ext_i2d(certificate, nid, names, 0, X509V3_ADD_DEFAULT) == 1 ? 0 : fault_raise(-EIO);
}

static int add_directory_alternative(X509 *certificate)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = directory_name(NULL);
	int r = -EIO;

	if (names && name && sk_GENERAL_NAME_push(names, name) > 0) {
		name = NULL;
		r = add_names(certificate, NID_subject_alt_name, names);
	}
	GENERAL_NAME_free(name);
	GENERAL_NAMES_free(names);
	return r < 0 ? fault_raise(r) : 0;
}

/* OpenSSL's text form of this extension wants a configuration file. */
static int add_policy(X509 *certificate, const char *oid)
{
	CERTIFICATEPOLICIES *policies = sk_POLICYINFO_new_null();
	POLICYINFO *policy = POLICYINFO_new();
	int r = -EIO;

	if (policies && policy && (policy->policyid = OBJ_txt2obj(oid, 1)) && sk_POLICYINFO_push(policies, policy) > 0) {
		policy = NULL;
		r = X509_add1_ext_i2d(certificate, NID_certificate_policies, policies, 1, X509V3_ADD_DEFAULT) == 1 ? 0 : -EIO;
	}
	POLICYINFO_free(policy);
	CERTIFICATEPOLICIES_free(policies);
	return r < 0 ? fault_raise(r) : 0;
}

static int add_distribution_point(X509 *certificate, const char *unit)
{
	CRL_DIST_POINTS *points = sk_DIST_POINT_new_null();
	DIST_POINT *point = DIST_POINT_new();
	GENERAL_NAME *name = directory_name(unit);
	int r = -EIO;

	if (points && point && name && (point->distpoint = DIST_POINT_NAME_new()) &&
	    (point->distpoint->name.fullname = GENERAL_NAMES_new())) {
		point->distpoint->type = 0;
		if (sk_GENERAL_NAME_push(point->distpoint->name.fullname, name) > 0)
			name = NULL;
		if (!name && sk_DIST_POINT_push(points, point) > 0) {
			point = NULL;
			r = X509_add1_ext_i2d(certificate, NID_crl_distribution_points, points, 0, X509V3_ADD_DEFAULT) == 1
				    ? 0
				    : -EIO;
		}
	}
	GENERAL_NAME_free(name);
	DIST_POINT_free(point);
	CRL_DIST_POINTS_free(points);
	return r < 0 ? fault_raise(r) : 0;
}

/* ---- the four attributes ---- */

static int add_attribute(GENERAL_NAMES *to, char number, const char *text)
{
	char oid[sizeof(ATTRIBUTES_ARC) + 1];
	ASN1_OBJECT *type;
	ASN1_TYPE *value = ASN1_TYPE_new();
	ASN1_UTF8STRING *string = ASN1_UTF8STRING_new();
	GENERAL_NAME *name = GENERAL_NAME_new();
	int ok;

	snprintf(oid, sizeof(oid), "%s%c", ATTRIBUTES_ARC, number);
	type = OBJ_txt2obj(oid, 1);
	ok = type && value && string && name && ASN1_STRING_set(string, text, (int)strlen(text)) == 1;
	if (ok) {
		ASN1_TYPE_set(value, V_ASN1_UTF8STRING, TAKE(string));
		ok = GENERAL_NAME_set0_othername(name, type, value) == 1;
		type = ok ? NULL : type;
		value = ok ? NULL : value;
		ok = ok && sk_GENERAL_NAME_push(to, name) > 0;
		name = ok ? NULL : name;
	}
	ASN1_OBJECT_free(type);
	ASN1_TYPE_free(value);
	ASN1_UTF8STRING_free(string);
	GENERAL_NAME_free(name);
	return ok ? 0 : fault_raise(-EIO);
}

static bool is_in_certificate_set(iconv_t to_euc, const char *character, size_t n_bytes)
{
	char copy[8], out[8], *from = copy, *to = out;
	size_t n_out = sizeof(out);

	memcpy(copy, character, n_bytes);
	return iconv(to_euc, &from, &n_bytes, &to, &n_out) != (size_t)-1;
}

/* Text with what the set lacks replaced, and a digit for each character: 1 where it was. */
static int substitute(struct buf *text, struct buf *marks, const char *from)
{
	iconv_t to_euc = iconv_open("EUC-JP", "UTF-8");
	int r = to_euc == (iconv_t)-1 ? fault_raise(-EIO) : 0;

	while (!r && *from) {
		const char *before = from;
		uint32_t scalar = utf8_next(&from);
		bool is_selector = (scalar >= 0xFE00 && scalar <= 0xFE0F) || (scalar >= 0xE0100 && scalar <= 0xE01EF);
		bool fits = is_in_certificate_set(to_euc, before, (size_t)(from - before));

		if (is_selector)
			continue;
		r = fits ? buf_add(text, before, (size_t)(from - before)) : buf_add_text(text, SUBSTITUTE);
		if (!r)
			r = buf_add_text(marks, fits ? "0" : "1");
	}
	if (to_euc != (iconv_t)-1)
		iconv_close(to_euc);
	return r;
}

static int add_text_attribute(GENERAL_NAMES *to, char number, const char *from)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(4 * PERSONA_TEXT_BYTES_MAX);
	CLEANUP(buf_release) struct buf marks = BUF_INIT(PERSONA_TEXT_BYTES_MAX);
	int r = substitute(&text, &marks, from);

	if (!r)
		r = add_attribute(to, number, buf_text(&text));
	return r < 0 ? r : add_attribute(to, (char)(number + 1), buf_text(&marks));
}

/* The digit of the era and the western date: 319600229. An unknown year is counted to 平成, as the profile does. */
static void birth_with_era(const char *birth_date, char out[10])
{
	char iso[11];
	struct date date;
	int year = 0;
	enum era era = ERA_NONE;

	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", birth_date, birth_date + 4, birth_date + 6);
	if (!date_parse(iso, &date))
		era = era_of(&date, &year);
	snprintf(out, 10, "%d%.8s", era == ERA_NONE ? ERA_HEISEI : era, birth_date);
}

static int add_attributes(X509 *certificate, const struct persona *persona)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	char birth[10];
	int r = names ? add_text_attribute(names, '1', persona->name) : fault_raise(-ENOMEM);

	birth_with_era(persona->birth_date, birth);
	if (!r)
		r = add_attribute(names, '3', (char[]){persona->sex, 0});
	if (!r)
		r = add_attribute(names, '4', birth);
	if (!r)
		r = add_text_attribute(names, '5', persona->address);
	if (!r)
		r = add_names(certificate, NID_subject_alt_name, names);
	GENERAL_NAMES_free(names);
	return r < 0 ? fault_pass(r) : 0;
}

/* ---- certificates ---- */

static int begin(EVP_PKEY *key, const struct shape *shape, long serial, X509 **ret_certificate)
{
	CLEANUP(certificate_freep) X509 *certificate = X509_new();
	int r;

	if (!certificate || X509_set_version(certificate, X509_VERSION_3) != 1 ||
	    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) != 1 || X509_set_pubkey(certificate, key) != 1)
		return fault_raise(-EIO);
	r = add_authority_name(X509_get_issuer_name(certificate), shape);
	if (r < 0)
		return fault_pass(r);
	*ret_certificate = TAKE(certificate);
	return 0;
}

int certificate_of_authority(struct keyring *keys, enum keyring_name name, X509 **ret_certificate)
{
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	const struct shape *shape = shape_of(name);
	EVP_PKEY *key;
	int r = keyring_get(keys, name, &key);

	if (!r)
		r = begin(key, shape, 1, &certificate);
	if (!r)
		r = add_authority_name(X509_get_subject_name(certificate), shape);
	if (!r)
		r = set_times(certificate, AUTHORITY_FROM, AUTHORITY_UNTIL);
	if (!r)
		r = add_conf(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
	if (!r)
		r = add_conf(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	if (!r)
		r = add_conf(certificate, certificate, NID_subject_key_identifier, "hash");
	if (!r)
		r = add_directory_alternative(certificate);
	if (!r && X509_sign(certificate, key, EVP_sha256()) <= 0)
		r = fault_raise(-EIO);
	if (r < 0)
		return fault_pass(r);
	*ret_certificate = TAKE(certificate);
	return 0;
}

static int add_holder_extensions(X509 *certificate, X509 *authority, const struct shape *shape)
{
	int r = add_conf(certificate, authority, NID_authority_key_identifier, "keyid:always");

	if (!r)
		r = add_conf(certificate, authority, NID_subject_key_identifier, "hash");
	if (!r)
		r = add_conf(certificate, authority, NID_key_usage, shape->usage);
	if (!r && shape->policy)
		r = add_policy(certificate, shape->policy);
	if (!r && shape->authority == KEYRING_JPKI_AUTH_CA)
		r = add_conf(certificate, authority, NID_ext_key_usage, "clientAuth");
	return r < 0 ? r : add_distribution_point(certificate, shape->unit);
}

int certificate_of_holder(struct keyring *keys, enum keyring_name name, const struct persona *persona, bool is_wrong,
			  X509 **ret_certificate)
{
	CLEANUP(certificate_freep) X509 *certificate = NULL, *authority = NULL;
	const struct shape *shape = shape_of(name);
	EVP_PKEY *key, *signer;
	int r = certificate_of_authority(keys, shape->authority, &authority);

	if (!r)
		r = keyring_get(keys, name, &key);
	if (!r)
		r = keyring_get(keys, is_wrong ? KEYRING_STRANGER : shape->authority, &signer);
	if (!r)
		r = begin(key, shape, 2, &certificate);
	if (!r)
		r = add_entry(X509_get_subject_name(certificate), "C", "JP");
	if (!r)
		r = add_entry(X509_get_subject_name(certificate), "CN", shape->holder);
	if (!r)
		r = set_holder_times(certificate, persona->certificates_expire);
	if (!r)
		r = add_holder_extensions(certificate, authority, shape);
	if (!r && name == KEYRING_JPKI_SIGN)
		r = add_attributes(certificate, persona);
	if (!r && X509_sign(certificate, signer, EVP_sha256()) <= 0)
		r = fault_raise(-EIO);
	if (r < 0)
		return fault_pass(r);
	*ret_certificate = TAKE(certificate);
	return 0;
}
