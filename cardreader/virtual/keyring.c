/* SPDX-License-Identifier: MIT
 * What a folder holds is trusted: it is the operator's own. A key written half is never seen, since it is renamed
 * into place. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cardreader/virtual/build.h"
#include "cardreader/virtual/certificate.h"
#include "cardreader/virtual/keyring.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define MAKERS_MAX 8

struct keyring {
	char *directory;
	pthread_mutex_t lock; /* held while one key is made */
	EVP_PKEY *keys[KEYRING_NAMES];
};

static const struct {
	const char *file;
	char id[KEYRING_ID_BYTES + 1]; /* "": not named by a key id */
} names[KEYRING_NAMES] = {
	[KEYRING_TEXT_ISSUER] = {"text-issuer", "MIHON-TEXT-CA-01"},
	[KEYRING_TEXT_SIGNER] = {"text-signer", "MIHON-TEXT-SG-01"},
	[KEYRING_TEXT_INTERNAL] = {"text-internal", ""},
	[KEYRING_TEXT_SESSION] = {"text-session", ""},
	[KEYRING_VISUAL_ISSUER] = {"visual-issuer", "MIHON-VIEW-CA-01"},
	[KEYRING_VISUAL_SIGNER] = {"visual-signer", "MIHON-VIEW-SG-01"},
	[KEYRING_VISUAL_INTERNAL] = {"visual-internal", ""},
	[KEYRING_JPKI_AUTH_CA] = {"jpki-authentication-ca", ""},
	[KEYRING_JPKI_AUTH] = {"jpki-authentication", ""},
	[KEYRING_JPKI_SIGN_CA] = {"jpki-signature-ca", ""},
	[KEYRING_JPKI_SIGN] = {"jpki-signature", ""},
	[KEYRING_LICENCE_SIGNER] = {"licence-signer", "MIHON-LICENCE-01"},
	[KEYRING_RESIDENCE_CA] = {"residence-card-ca", ""},
	[KEYRING_RESIDENCE_SIGNER] = {"residence-card-signer", ""},
	[KEYRING_STRANGER] = {"stranger", ""},
};

const uint8_t *keyring_id(enum keyring_name name)
{
	return (const uint8_t *)names[name].id;
}

/* ---- files ---- */

static int make_directory(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : fault_raise(-errno);
}

static int make_path(char **ret_path, const char *directory, const char *file, const char *suffix)
{
	return asprintf(ret_path, "%s/%s%s", directory, file, suffix) < 0 ? fault_raise(-ENOMEM) : 0;
}

/* 0, -ENOENT when there is no such file, -EBADMSG when it holds no RSA key. */
static int load_key(const char *path, EVP_PKEY **ret_key)
{
	CLEANUP(fclosep) FILE *file = fopen(path, "re");
	EVP_PKEY *key;

	if (!file)
		return -errno;
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	if (!key || EVP_PKEY_get_bits(key) != 8 * BUILD_SIGNATURE_BYTES) {
		EVP_PKEY_free(key);
		return fault_raise(-EBADMSG);
	}
	*ret_key = key;
	return 0;
}

static int store_key(const char *path, EVP_PKEY *key)
{
	CLEANUP(freep) char *partial = NULL;
	CLEANUP(fclosep) FILE *file = NULL;
	mode_t before;

	if (asprintf(&partial, "%s~", path) < 0)
		return fault_raise(-ENOMEM);
	before = umask(0077);
	file = fopen(partial, "we");
	umask(before);
	if (!file)
		return fault_raise(-errno);
	if (PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) != 1 || fflush(file) != 0 || rename(partial, path) < 0)
		return fault_raise(-EIO);
	return 0;
}

/* ---- keys ---- */

static int make_or_load(struct keyring *keys, enum keyring_name name, EVP_PKEY **ret_key)
{
	CLEANUP(freep) char *path = NULL;
	int r = keys->directory ? make_path(&path, keys->directory, names[name].file, ".pem") : 0;

	if (r < 0)
		return r;
	r = path ? load_key(path, ret_key) : -ENOENT;
	if (r != -ENOENT)
		return r < 0 ? fault_pass(r) : 0;
	r = build_key(ret_key);
	if (!r && path)
		r = store_key(path, *ret_key);
	return r < 0 ? fault_pass(r) : 0;
}

int keyring_get(struct keyring *keys, enum keyring_name name, EVP_PKEY **ret_key)
{
	EVP_PKEY *key;
	int r = 0;

	pthread_mutex_lock(&keys->lock);
	if (!keys->keys[name])
		r = make_or_load(keys, name, &keys->keys[name]);
	key = keys->keys[name];
	pthread_mutex_unlock(&keys->lock);
	if (r < 0)
		return fault_pass(r);
	*ret_key = key;
	return 0;
}

/* Each thread takes the next name that none has taken: a slot is written by one thread only, and read after the join. */
struct making {
	struct keyring *keys;
	atomic_int next;
	atomic_int r; /* of the first that failed */
};

static void *make_some(void *data)
{
	struct making *making = data;
	int name;

	while ((name = atomic_fetch_add(&making->next, 1)) < KEYRING_NAMES && atomic_load(&making->r) == 0) {
		int r = making->keys->keys[name] ? 0 : make_or_load(making->keys, (enum keyring_name)name, &making->keys->keys[name]);
		int none = 0;

		if (r < 0)
			atomic_compare_exchange_strong(&making->r, &none, r);
	}
	OPENSSL_thread_stop();
	return NULL;
}

/* A thread that cannot be had is no failure: the caller works too. */
static int make_all(struct keyring *keys)
{
	struct making making = {.keys = keys};
	pthread_t threads[MAKERS_MAX - 1];
	long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n_threads = 0;

	pthread_mutex_lock(&keys->lock);
	while ((long)n_threads + 1 < n_processors && n_threads < MAKERS_MAX - 1 &&
	       pthread_create(&threads[n_threads], NULL, make_some, &making) == 0)
		n_threads++;
	make_some(&making);
	for (size_t i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_unlock(&keys->lock);
	return atomic_load(&making.r) < 0 ? fault_raise(atomic_load(&making.r)) : 0;
}

/* With a folder, whoever comes second waits for the first, so that both hold the same keys. */
int keyring_make_all(struct keyring *keys)
{
	CLEANUP(closep) int folder = -1;
	int r;

	if (keys->directory) {
		folder = open(keys->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (folder < 0 || flock(folder, LOCK_EX) < 0)
			return fault_raise(-errno);
	}
	r = make_all(keys);
	return r < 0 ? fault_pass(r) : 0;
}

int keyring_new(const char *directory, struct keyring **ret_keys)
{
	CLEANUP(keyring_freep) struct keyring *keys = calloc(1, sizeof(*keys));
	int r = keys ? 0 : fault_raise(-ENOMEM);

	if (!r)
		pthread_mutex_init(&keys->lock, NULL);
	if (!r && directory) {
		keys->directory = strdup(directory);
		r = keys->directory ? make_directory(directory) : fault_raise(-ENOMEM);
		if (!r)
			r = keyring_make_all(keys);
	}
	if (r < 0)
		return fault_pass(r);
	*ret_keys = TAKE(keys);
	return 0;
}

struct keyring *keyring_free(struct keyring *keys)
{
	if (!keys)
		return NULL;
	for (size_t i = 0; i < KEYRING_NAMES; i++)
		EVP_PKEY_free(keys->keys[i]);
	pthread_mutex_destroy(&keys->lock);
	free(keys->directory);
	free(keys);
	return NULL;
}

/* ---- anchors ---- */

static int write_public_key(struct keyring *keys, enum keyring_name name, const char *directory)
{
	CLEANUP(freep) char *path = NULL;
	CLEANUP(fclosep) FILE *file = NULL;
	char hex[2 * KEYRING_ID_BYTES + 1];
	EVP_PKEY *key;
	int r = keyring_get(keys, name, &key);

	for (size_t i = 0; i < KEYRING_ID_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", keyring_id(name)[i]);
	if (!r)
		r = make_path(&path, directory, hex, ".pem");
	if (r < 0)
		return fault_pass(r);
	file = fopen(path, "we");
	if (!file)
		return fault_raise(-errno);
	return PEM_write_PUBKEY(file, key) == 1 && fflush(file) == 0 ? 0 : fault_raise(-EIO);
}

static int write_certificate(struct keyring *keys, enum keyring_name name, const char *directory)
{
	CLEANUP(freep) char *path = NULL;
	CLEANUP(fclosep) FILE *file = NULL;
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	int r = certificate_of_authority(keys, name, &certificate);

	if (!r)
		r = make_path(&path, directory, names[name].file, ".crt");
	if (r < 0)
		return fault_pass(r);
	file = fopen(path, "we");
	if (!file)
		return fault_raise(-errno);
	return PEM_write_X509(file, certificate) == 1 && fflush(file) == 0 ? 0 : fault_raise(-EIO);
}

int keyring_write_trust(struct keyring *keys, const char *directory)
{
	static const enum keyring_name public_keys[] = {KEYRING_TEXT_ISSUER, KEYRING_VISUAL_ISSUER, KEYRING_LICENCE_SIGNER};
	static const enum keyring_name authorities[] = {KEYRING_JPKI_AUTH_CA, KEYRING_JPKI_SIGN_CA, KEYRING_RESIDENCE_CA};
	int r = make_directory(directory);

	for (size_t i = 0; !r && i < sizeof(public_keys) / sizeof(*public_keys); i++)
		r = write_public_key(keys, public_keys[i], directory);
	for (size_t i = 0; !r && i < sizeof(authorities) / sizeof(*authorities); i++)
		r = write_certificate(keys, authorities[i], directory);
	return r < 0 ? fault_pass(r) : 0;
}
