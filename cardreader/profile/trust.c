/* SPDX-License-Identifier: MIT
 * A folder of anchors is the root of all that is called verified: a file that does not load must not pass unseen, so
 * every one is told and none is loaded when one is bad. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cardreader/profile/signature.h"
#include "cardreader/profile/trust.h"
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define KEY_NAME_LENGTH (2 * TRUST_KEY_ID_BYTES)
#define RESIDENCE_NAME "residence-card" /* files whose name begins so */

struct trust {
	struct {
		uint8_t id[TRUST_KEY_ID_BYTES];
		EVP_PKEY *key;
	} keys[TRUST_ANCHORS_MAX];
	size_t n_keys, n_certificates;
	X509_STORE *store, *residence_store;
};

static void bio_freep(BIO **bio)
{
	BIO_free(*bio);
}

static void certificate_freep(X509 **certificate)
{
	X509_free(*certificate);
}

static void dir_freep(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* The folder being read, and whom to tell. */
struct folder {
	const char *dir;
	FILE *diagnostics;
	size_t n_bad;
};

/* Return: -EBADMSG, after telling what is wrong with @name; the first of very many tell enough. */
static int told(struct folder *folder, const char *name, const char *what)
{
	ERR_clear_error();
	if (folder->n_bad++ < TRUST_FINDINGS_MAX)
		fprintf(folder->diagnostics, "%s/%s: %s\n", folder->dir, name, what);
	return fault_raise(-EBADMSG);
}

/* ---- public keys of card issuers ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_id(const char *name, uint8_t id[TRUST_KEY_ID_BYTES])
{
	if (strcspn(name, ".") != KEY_NAME_LENGTH)
		return false;
	for (size_t i = 0; i < TRUST_KEY_ID_BYTES; i++) {
		int high = hex_digit(name[2 * i]), low = hex_digit(name[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		id[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static int add_key(struct trust *trust, struct folder *folder, const char *name, const struct buf *bytes)
{
	CLEANUP(bio_freep) BIO *bio = BIO_new_mem_buf(bytes->bytes, (int)bytes->len);
	CLEANUP(evp_pkey_freep) EVP_PKEY *key = NULL;
	uint8_t id[TRUST_KEY_ID_BYTES];

	if (!bio)
		return fault_raise(-ENOMEM);
	if (!parse_id(name, id))
		return told(folder, name, "the name must be the issuer's key id, 32 hexadecimal digits, and .pem");
	if (trust_key(trust, id))
		return told(folder, name, "a second key of this issuer");
	key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	if (!key)
		return told(folder, name, "no public key in PEM form (-----BEGIN PUBLIC KEY-----)");
	if (!signature_key_is_usable(key))
		return told(folder, name, "not an RSA key of 2048 to 4096 bits");
	if (trust->n_keys == TRUST_ANCHORS_MAX)
		return fault_raise(-ENOSPC);
	memcpy(trust->keys[trust->n_keys].id, id, sizeof(id));
	trust->keys[trust->n_keys++].key = TAKE(key);
	return 0;
}

/* ---- CA certificates ---- */

static X509 *parse_certificate(const struct buf *bytes)
{
	CLEANUP(bio_freep) BIO *bio = BIO_new_mem_buf(bytes->bytes, (int)bytes->len);

	if (!bio)
		return NULL;
	return bytes->bytes[0] == 0x30 ? d2i_X509_bio(bio, NULL) : PEM_read_bio_X509(bio, NULL, NULL, NULL);
}

static int add_certificate(struct trust *trust, struct folder *folder, const char *name, const struct buf *bytes)
{
	CLEANUP(certificate_freep) X509 *certificate = parse_certificate(bytes);
	X509_STORE **store;

	if (!certificate)
		return told(folder, name, "no certificate in PEM or DER form");
	if (!signature_key_is_usable(X509_get0_pubkey(certificate)))
		return told(folder, name, "not an RSA key of 2048 to 4096 bits");
	if (X509_check_ca(certificate) != 1)
		return told(folder, name, "not the certificate of a CA");
	if (trust->n_certificates++ == TRUST_ANCHORS_MAX)
		return fault_raise(-ENOSPC);
	store = strncmp(name, RESIDENCE_NAME, strlen(RESIDENCE_NAME)) == 0 ? &trust->residence_store : &trust->store;
	if (!*store)
		*store = X509_STORE_new();
	if (!*store || X509_STORE_add_cert(*store, certificate) != 1)
		return fault_raise(-ENOMEM);
	return 0;
}

/* ---- folder ---- */

/* A pipe or a device could hold its reader for ever, so only regular files are read. Return: -EBADMSG, told. */
static int read_regular(struct folder *folder, const char *name, struct buf *bytes)
{
	CLEANUP(closep) int fd = -1;
	char path[4096];
	struct stat st;
	int r;

	if (snprintf(path, sizeof(path), "%s/%s", folder->dir, name) >= (int)sizeof(path))
		return fault_raise(-ENAMETOOLONG);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return told(folder, name, errno == ENXIO ? "not a regular file" : "cannot be read");
	if (!S_ISREG(st.st_mode))
		return told(folder, name, "not a regular file");
	r = buf_read_fd(bytes, fd);
	if (r == -ENOMEM)
		return fault_pass(r);
	if (r < 0)
		return told(folder, name, r == -ENOSPC ? "too large" : "cannot be read");
	return bytes->len ? 0 : told(folder, name, "empty");
}

static int add_file(struct trust *trust, struct folder *folder, const char *name)
{
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(TRUST_FILE_BYTES_MAX);
	const char *dot = strrchr(name, '.');
	bool is_key = dot && strcmp(dot, ".pem") == 0;
	int r;

	if (name[0] == '.' || !dot || (!is_key && strcmp(dot, ".crt") != 0))
		return 0;
	r = read_regular(folder, name, &bytes);
	if (r < 0)
		return fault_pass(r);
	return is_key ? add_key(trust, folder, name, &bytes) : add_certificate(trust, folder, name, &bytes);
}

int trust_load(const char *dir, FILE *diagnostics, struct trust **ret_trust)
{
	CLEANUP(trust_freep) struct trust *trust = calloc(1, sizeof(*trust));
	CLEANUP(dir_freep) DIR *entries = opendir(dir);
	struct folder folder = {.dir = dir, .diagnostics = diagnostics};
	const struct dirent *entry;
	int r, worst = 0;

	if (!entries) {
		r = errno == EACCES ? -EACCES : errno == ENOMEM ? -ENOMEM : -ENOENT;
		fprintf(diagnostics, "%s: the folder of trust anchors cannot be opened\n", dir);
		return fault_raise(r);
	}
	if (!trust)
		return fault_raise(-ENOMEM);
	while ((entry = readdir(entries))) {
		r = add_file(trust, &folder, entry->d_name);
		if (r < 0 && r != -EBADMSG)
			return fault_pass(r);
		worst = r < 0 ? r : worst;
	}
	if (folder.n_bad > TRUST_FINDINGS_MAX)
		fprintf(diagnostics, "%s: and %zu more files like these\n", dir, folder.n_bad - TRUST_FINDINGS_MAX);
	if (worst < 0)
		return fault_pass(worst);
	*ret_trust = TAKE(trust);
	return 0;
}

struct trust *trust_free(struct trust *trust)
{
	if (!trust)
		return NULL;
	for (size_t i = 0; i < trust->n_keys; i++)
		EVP_PKEY_free(trust->keys[i].key);
	X509_STORE_free(trust->store);
	X509_STORE_free(trust->residence_store);
	free(trust);
	return NULL;
}

EVP_PKEY *trust_key(const struct trust *trust, const uint8_t id[TRUST_KEY_ID_BYTES])
{
	for (size_t i = 0; trust && i < trust->n_keys; i++)
		if (memcmp(trust->keys[i].id, id, TRUST_KEY_ID_BYTES) == 0)
			return trust->keys[i].key;
	return NULL;
}

bool trust_has_keys(const struct trust *trust)
{
	return trust && trust->n_keys;
}

X509_STORE *trust_store(const struct trust *trust)
{
	return trust ? trust->store : NULL;
}

X509_STORE *trust_residence_store(const struct trust *trust)
{
	return trust ? trust->residence_store : NULL;
}
