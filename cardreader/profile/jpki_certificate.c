/* SPDX-License-Identifier: MIT
 * Three generations of the CA carry the same name, so that the issuer is found by the signature it made, not by its name.
 * A certificate that names the key of a CA we hold (authorityKeyIdentifier) and lacks its signature is a forgery; one
 * that names nobody we know is not-checked, whoever made it, and never verified. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "cardreader/profile/jpki_certificate.h"
#include "cardreader/profile/my_number.h"
#include "cardreader/profile/tlv.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/banned.h"

#define SEQUENCE 0x30
#define VERSION 0xA0
#define OBJECT_IDENTIFIER 0x06
#define CHAIN_DEPTH_MAX 3
#define SECURITY_LEVEL 2 /* RSA-2048 and SHA-224 at least */
#define JAPAN_S (9 * 3600)
#define OID_ATTRIBUTES "1.2.392.200149.8.5.5."

static void names_freep(GENERAL_NAMES **names)
{
	GENERAL_NAMES_free(*names);
}

static void certificates_freep(STACK_OF(X509) **certificates)
{
	sk_X509_pop_free(*certificates, X509_free);
}

static void stack_freep(STACK_OF(X509) **certificates)
{
	sk_X509_free(*certificates);
}

static void context_freep(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
}

/* ---- bytes ---- */

/* Steps into the object at the front, which must have @tag. */
static bool enter(struct tlv_walk *walk, uint32_t tag)
{
	struct tlv tlv;

	if (tlv_next(walk, &tlv) != TLV_OBJECT || tlv.tag != tag)
		return false;
	*walk = (struct tlv_walk){tlv.value, tlv.length};
	return true;
}

/* Certificate > TBSCertificate > … subject, SubjectPublicKeyInfo > algorithm > OID. */
static bool has_rsa_key(const uint8_t *der, size_t n_der)
{
	static const uint8_t rsa_encryption[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
	struct tlv_walk walk = {der, n_der};
	struct tlv tlv;
	int n_before = 5; /* serial number, signature, issuer, validity, subject */

	if (!enter(&walk, SEQUENCE) || !enter(&walk, SEQUENCE) || !walk.n_left)
		return false;
	if (walk.bytes[0] == VERSION)
		n_before++;
	for (; n_before; n_before--)
		if (tlv_next(&walk, &tlv) != TLV_OBJECT)
			return false;
	return enter(&walk, SEQUENCE) && enter(&walk, SEQUENCE) && tlv_next(&walk, &tlv) == TLV_OBJECT &&
	       tlv.tag == OBJECT_IDENTIFIER && tlv.length == sizeof(rsa_encryption) &&
	       memcmp(tlv.value, rsa_encryption, sizeof(rsa_encryption)) == 0;
}

int jpki_certificate_parse(const uint8_t *der, size_t n_der, X509 **ret_certificate)
{
	CLEANUP(x509_freep) X509 *certificate = NULL;
	const unsigned char *at = der;

	if (n_der > JPKI_CERTIFICATE_BYTES_MAX || !has_rsa_key(der, n_der))
		return fault_raise(-EBADMSG);
	certificate = d2i_X509(NULL, &at, (long)n_der);
	ERR_clear_error();
	if (!certificate || at != der + n_der || !signature_key_is_usable(X509_get0_pubkey(certificate)))
		return fault_raise(-EBADMSG);
	*ret_certificate = TAKE(certificate);
	return 0;
}

/* ---- dates ---- */

static bool write_date(const ASN1_TIME *from, char out[11])
{
	struct tm tm;
	time_t at;

	if (ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	at = timegm(&tm) + JAPAN_S;
	if (!gmtime_r(&at, &tm) || tm.tm_year < -1899 || tm.tm_year > 9999 - 1900)
		return false;
	return strftime(out, 11, "%Y-%m-%d", &tm) == 10;
}

int jpki_certificate_dates(const X509 *certificate, char ret_not_before[11], char ret_not_after[11])
{
	char not_before[11], not_after[11];

	if (!write_date(X509_get0_notBefore(certificate), not_before) ||
	    !write_date(X509_get0_notAfter(certificate), not_after)) {
		ERR_clear_error();
		return fault_raise(-EBADMSG);
	}
	memcpy(ret_not_before, not_before, sizeof(not_before));
	memcpy(ret_not_after, not_after, sizeof(not_after));
	return 0;
}

/* ---- chain ---- */

bool jpki_certificate_is_issued(X509 *certificate, X509 *issuer)
{
	bool is_issued = X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0 &&
			 X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;

	ERR_clear_error();
	return is_issued;
}

static bool names_key_of(X509 *certificate, X509 *issuer)
{
	const ASN1_OCTET_STRING *named = X509_get0_authority_key_id(certificate);
	const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(issuer);

	return named && own && ASN1_OCTET_STRING_cmp(named, own) == 0;
}

/* The signer first and no other of its name, so that the chain is built through it. */
static STACK_OF(X509) *trusted_with(STACK_OF(X509) *all, X509 *signer)
{
	STACK_OF(X509) *trusted = sk_X509_new_null();

	if (!trusted || !sk_X509_push(trusted, signer)) {
		sk_X509_free(trusted);
		return NULL;
	}
	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *other = sk_X509_value(all, i);

		if (X509_NAME_cmp(X509_get_subject_name(other), X509_get_subject_name(signer)) != 0 &&
		    !sk_X509_push(trusted, other))
			break; /* no memory: a chain through it will not hold */
	}
	return trusted;
}

static bool chain_holds(X509 *certificate, STACK_OF(X509) *all, X509 *signer)
{
	CLEANUP(stack_freep) STACK_OF(X509) *trusted = trusted_with(all, signer);
	CLEANUP(context_freep) X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool holds = false;

	if (trusted && context && X509_STORE_CTX_init(context, NULL, certificate, NULL) == 1) {
		X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);

		X509_STORE_CTX_set0_trusted_stack(context, trusted);
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
		X509_VERIFY_PARAM_set_depth(param, CHAIN_DEPTH_MAX);
		X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
		holds = X509_verify_cert(context) == 1;
	}
	ERR_clear_error();
	return holds;
}

enum value_proof jpki_certificate_chain(X509 *certificate, X509_STORE *store, X509 **ret_issuer)
{
	CLEANUP(certificates_freep) STACK_OF(X509) *all = store ? X509_STORE_get1_all_certs(store) : NULL;
	bool is_claimed = false;

	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *ca = sk_X509_value(all, i);

		is_claimed |= names_key_of(certificate, ca);
		if (!jpki_certificate_is_issued(certificate, ca))
			continue;
		if (!chain_holds(certificate, all, ca))
			return PROOF_FAILED;
		X509_up_ref(ca);
		*ret_issuer = ca;
		return PROOF_VERIFIED;
	}
	return is_claimed ? PROOF_FAILED : PROOF_NOT_CHECKED;
}

/* ---- attributes ---- */

struct attributes {
	struct person person;
	bool has_substitute;
	unsigned seen;
};

static void attributes_release(struct attributes *attributes)
{
	person_release(&attributes->person);
}

static int set_text(struct value *value, const ASN1_STRING *from)
{
	char text[VALUE_BYTES_MAX + 1];
	int n = ASN1_STRING_length(from), r;

	if (n > VALUE_BYTES_MAX || memchr(ASN1_STRING_get0_data(from), 0, (size_t)n))
		return fault_raise(-EBADMSG);
	memcpy(text, ASN1_STRING_get0_data(from), (size_t)n);
	text[n] = '\0';
	r = value_set(value, text, VALUE_CARD, PROOF_NOT_CHECKED);
	explicit_bzero(text, sizeof(text));
	return r == -EINVAL ? fault_raise(-EBADMSG) : r;
}

static int set_name(struct attributes *to, const ASN1_STRING *from)
{
	return set_text(&to->person.name, from);
}

static int set_address(struct attributes *to, const ASN1_STRING *from)
{
	return set_text(&to->person.address, from);
}

static int set_sex(struct attributes *to, const ASN1_STRING *from)
{
	const char *word = ASN1_STRING_length(from) == 1 ? my_number_sex(ASN1_STRING_get0_data(from)[0]) : NULL;

	return word ? value_set(&to->person.sex, word, VALUE_CARD, PROOF_NOT_CHECKED) : fault_raise(-EBADMSG);
}

/* The era's digit, then the western date; all zeros when unknown. */
static int set_birth_date(struct attributes *to, const ASN1_STRING *from)
{
	const uint8_t *digits = ASN1_STRING_get0_data(from);
	char iso[11];
	int r;

	if (ASN1_STRING_length(from) != 9 || digits[0] < '0' || digits[0] > '9' || my_number_date(digits + 1, 8, iso) < 0)
		return fault_raise(-EBADMSG);
	r = value_set(&to->person.birth_date, iso, VALUE_CARD, PROOF_NOT_CHECKED);
	explicit_bzero(iso, sizeof(iso));
	return r;
}

/* One digit for each character, 1 where another stands in for the true one (代替文字). */
static int note_substitutes(struct attributes *to, const ASN1_STRING *from)
{
	const uint8_t *flags = ASN1_STRING_get0_data(from);

	for (int i = 0; i < ASN1_STRING_length(from); i++)
		to->has_substitute |= flags[i] != '0';
	return 0;
}

static int set_attribute(struct attributes *to, const OTHERNAME *name)
{
	static int (*const setters[])(struct attributes *to, const ASN1_STRING *from) = {
		[1] = set_name, [2] = note_substitutes, [3] = set_sex, [4] = set_birth_date, [5] = set_address,
		[6] = note_substitutes,
	};
	const size_t n_prefix = sizeof(OID_ATTRIBUTES) - 1;
	char oid[64];
	unsigned which;
	int n = OBJ_obj2txt(oid, sizeof(oid), name->type_id, 1);

	if (n != (int)n_prefix + 1 || memcmp(oid, OID_ATTRIBUTES, n_prefix) != 0)
		return 0;
	which = (unsigned)(oid[n_prefix] - '0');
	if (which < 1 || which > 6)
		return 0;
	if (to->seen & 1U << which || name->value->type != V_ASN1_UTF8STRING)
		return fault_raise(-EBADMSG);
	to->seen |= 1U << which;
	return setters[which](to, name->value->value.utf8string);
}

int jpki_certificate_person(const X509 *certificate, struct person *ret_person, bool *ret_has_substitute)
{
	int critical = -1, r;
	CLEANUP(names_freep) GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, NULL);
	CLEANUP(attributes_release) struct attributes attributes = {0};

	ERR_clear_error();
	if (!names && critical != -1)
		return fault_raise(-EBADMSG); /* there is one, but not in any form, or there are two */
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_OTHERNAME)
			continue;
		r = set_attribute(&attributes, name->d.otherName);
		if (r < 0)
			return fault_pass(r);
	}
	*ret_person = attributes.person;
	*ret_has_substitute = attributes.has_substitute;
	attributes.person = (struct person){0};
	return 0;
}
