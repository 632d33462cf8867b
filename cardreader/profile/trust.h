#pragma once
/* SPDX-License-Identifier: MIT
 * Trust: the anchors a town has decided to believe, read from a folder before cardd locks itself up: public keys as
 * <16-byte key id in hex>.pem for the card's own CV certificates, CA certificates *.crt for JPKI and residence
 * cards. Nothing is built in: the issuers' keys are not published, so without a folder nothing is ever called
 * verified. Immutable after loading. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "shared/base/cleanup.h"

#define TRUST_KEY_ID_BYTES 16
#define TRUST_ANCHORS_MAX 64
#define TRUST_FILE_BYTES_MAX 16384
#define TRUST_FINDINGS_MAX 10 /* told; the rest is counted */

struct trust;
/** trust_load() - all files of @dir: *.pem holds one public key (PEM, RSA of 2048 to 4096 bits), *.crt one CA certificate
 *  (PEM or DER, RSA too). Other names are ignored; a file that cannot be used, or is none (a pipe), is an error told on
 *  @diagnostics as FILE: what; of more than TRUST_FINDINGS_MAX the rest is counted. 0, -ENOENT, -EACCES, -EBADMSG, -ENOSPC, -ENOMEM. */
MUST_USE int trust_load(const char *dir, FILE *diagnostics, struct trust **ret_trust);
struct trust *trust_free(struct trust *trust);
DEFINE_CLEANUP(struct trust *, trust_free)
/** trust_key() - the RSA key of the issuer @id; NULL: no such anchor, or @trust is NULL. Borrowed. */
EVP_PKEY *trust_key(const struct trust *trust, const uint8_t id[TRUST_KEY_ID_BYTES]);
/** trust_has_keys() - whether there is an anchor of any issuer; @trust may be NULL. */
bool trust_has_keys(const struct trust *trust);
/** trust_store() - the CA certificates of JPKI; NULL: none. Borrowed. */
X509_STORE *trust_store(const struct trust *trust);
/** trust_residence_store() - those of residence cards, told by their file's name, residence-card*.crt. Apart, because
 *  JPKI signs everybody's key: with one store any holder of a My Number card could sign a residence card. Borrowed. */
X509_STORE *trust_residence_store(const struct trust *trust);
