/* SPDX-License-Identifier: MIT
 * After cardd has locked itself up nothing can be opened. libcrypto would read its configuration and fetch algorithms
 * on first use, so the first use is here, with no configuration at all: a card's proof must not hang on a file. Its
 * heap is made to wipe itself, since certificates hold names and addresses. */
#include <errno.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/profile/cvc.h"
#include "cardreader/profile/profile.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

static void *take_block(size_t n, const char *file, int line)
{
	return n ? malloc(n) : NULL;
}

static void wipe_block(void *block, const char *file, int line)
{
	if (!block)
		return;
	explicit_bzero(block, malloc_usable_size(block));
	free(block);
}

/* realloc might leave the old bytes behind. */
static void *move_block(void *block, size_t n, const char *file, int line)
{
	size_t n_old = block ? malloc_usable_size(block) : 0;
	void *moved = n ? malloc(n) : NULL;

	if (n && !moved)
		return NULL;
	if (block && n)
		memcpy(moved, block, n_old < n ? n_old : n);
	wipe_block(block, file, line);
	return moved;
}

static int wipe_crypto(void)
{
	CRYPTO_malloc_fn take;
	CRYPTO_realloc_fn move;
	CRYPTO_free_fn wipe;

	CRYPTO_get_mem_functions(&take, &move, &wipe);
	if (wipe != wipe_block && CRYPTO_set_mem_functions(take_block, move_block, wipe_block) != 1)
		return fault_raise(-EALREADY);
	return 0;
}

/* A signature that cannot hold goes all the way that one that does goes, and the error queue's way too. */
static int use_rsa(void)
{
	struct cvc_key key;
	uint8_t signature[SIGNATURE_BYTES] = {1};

	memset(key.modulus, 0xC3, sizeof(key.modulus));
	return cvc_key_signed(&key, signature, sizeof(signature), signature, sizeof(signature)) ? fault_raise(-EIO) : 0;
}

static int use_cipher(const EVP_CIPHER *cipher)
{
	static const uint8_t key[EVP_MAX_KEY_LENGTH] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, iv[EVP_MAX_IV_LENGTH] = {0};
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t out[2 * EVP_MAX_BLOCK_LENGTH];
	int n = 0;
	int ok = context && EVP_EncryptInit_ex(context, cipher, NULL, key, iv) == 1 &&
		 EVP_EncryptUpdate(context, out, &n, key, 16) == 1;

	EVP_CIPHER_CTX_free(context);
	return ok ? 0 : fault_raise(-EIO);
}

static int use_digest(const EVP_MD *digest)
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	return EVP_Digest("", 0, hash, NULL, digest, NULL) == 1 ? 0 : fault_raise(-EIO);
}

/* The smallest thing that makes libcrypto look for a decoder of RSA keys; what it says of it does not matter. */
static void use_decoder(void)
{
	static const uint8_t info[] = {0x30, 0x1B, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01,
				       0x05, 0x00, 0x03, 0x0A, 0x00, 0x30, 0x07, 0x02, 0x02, 0x10, 0x01, 0x02, 0x01, 0x03};
	const unsigned char *at = info;

	EVP_PKEY_free(d2i_PUBKEY(NULL, &at, sizeof(info)));
	at = info;
	X509_free(d2i_X509(NULL, &at, sizeof(info)));
	ERR_clear_error();
}

int profile_warm_up(void)
{
	int r = wipe_crypto();

	if (!r && OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL) != 1)
		r = fault_raise(-EIO);
	if (!r)
		r = use_rsa();
	if (!r)
		r = use_digest(EVP_sha256());
	if (!r)
		r = use_digest(EVP_sha1());
	if (!r)
		r = use_cipher(EVP_des_ede_cbc());
	use_decoder();
	return r < 0 ? fault_pass(r) : 0;
}
