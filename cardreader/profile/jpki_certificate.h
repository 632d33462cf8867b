#pragma once
/* SPDX-License-Identifier: MIT
 * JPKI certificates (X.509, RFC 5280): hostile bytes until the chain holds. The profile is that of J-LIS; names, address,
 * birth date and sex stand in the signing certificate's subjectAltName. Thread: any. */
#include <openssl/x509.h>
#include "cardreader/profile/trust.h"
#include "shared/model/person.h"

#define JPKI_CERTIFICATE_BYTES_MAX 8192

static inline __attribute__((unused)) void x509_freep(X509 **certificate)
{
	X509_free(*certificate);
}

/** jpki_certificate_parse() - one certificate, nothing behind it, with an RSA key of 2048 to 4096 bits; other keys never
 *  reach libcrypto's decoders. 0 or -EBADMSG. */
MUST_USE int jpki_certificate_parse(const uint8_t *der, size_t n_der, X509 **ret_certificate);
/** jpki_certificate_dates() - validity as ISO dates of Japan. 0 or -EBADMSG. */
MUST_USE int jpki_certificate_dates(const X509 *certificate, char ret_not_before[11], char ret_not_after[11]);
/** jpki_certificate_chain() - verified: a CA of @store signed it, up to a self-signed one; failed: it names the key of a
 *  CA in @store and cannot show that CA's signature, or the chain holds otherwise not; not-checked: no CA of @store is its
 *  issuer, or @store is NULL. Dates are not judged here. @ret_issuer: the CA that signed it, owned by the caller;
 *  NULL unless verified. */
enum value_proof jpki_certificate_chain(X509 *certificate, X509_STORE *store, X509 **ret_issuer);
/** jpki_certificate_is_issued() - whether @issuer names itself as the issuer and signed it. */
bool jpki_certificate_is_issued(X509 *certificate, X509 *issuer);
/** jpki_certificate_person() - what the subjectAltName tells; what it does not tell has no text. 0, -EBADMSG when it tells
 *  something twice or in no form known, -ENOMEM. @ret_person untouched on failure. */
MUST_USE int jpki_certificate_person(const X509 *certificate, struct person *ret_person, bool *ret_has_substitute);
