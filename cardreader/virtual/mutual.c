/* SPDX-License-Identifier: MIT
 * Single DES is written as 3DES with both halves equal: OpenSSL 3 keeps DES itself among its legacy algorithms. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "cardreader/virtual/mutual.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define BLOCK_BYTES 8
#define EXCHANGE_BYTES 32

static void context_freep(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

static int cipher(const uint8_t key[MUTUAL_KEY_BYTES], const uint8_t iv[BLOCK_BYTES], bool encrypts, const uint8_t *in,
		  size_t n_bytes, uint8_t *out)
{
	CLEANUP(context_freep) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int n = 0;

	if (!context || EVP_CipherInit_ex2(context, EVP_des_ede_cbc(), key, iv, encrypts, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(context, 0) != 1 || EVP_CipherUpdate(context, out, &n, in, (int)n_bytes) != 1 ||
	    n != (int)n_bytes)
		return fault_raise(-EIO);
	return 0;
}

int mutual_cipher(const uint8_t key[MUTUAL_KEY_BYTES], bool encrypts, const uint8_t *in, size_t n_bytes, uint8_t *out)
{
	static const uint8_t iv[BLOCK_BYTES];

	if (n_bytes % BLOCK_BYTES)
		return fault_raise(-EINVAL);
	return cipher(key, iv, encrypts, in, n_bytes, out);
}

/* DES-CBC with the first half over all blocks but the last, 3DES over the last one. */
int mutual_mac(const uint8_t key[MUTUAL_KEY_BYTES], const uint8_t *bytes, size_t n_bytes, uint8_t out[8])
{
	uint8_t single[MUTUAL_KEY_BYTES], chain[BLOCK_BYTES] = {0};
	size_t at = 0;
	int r = 0;

	memcpy(single, key, BLOCK_BYTES);
	memcpy(single + BLOCK_BYTES, key, BLOCK_BYTES);
	for (; !r && at + BLOCK_BYTES <= n_bytes; at += BLOCK_BYTES) {
		uint8_t in[BLOCK_BYTES];

		memcpy(in, bytes + at, BLOCK_BYTES);
		r = cipher(single, chain, true, in, BLOCK_BYTES, chain);
	}
	if (!r) {
		uint8_t last[BLOCK_BYTES] = {0};

		memcpy(last, bytes + at, n_bytes - at);
		last[n_bytes - at] = 0x80;
		r = cipher(key, chain, true, last, BLOCK_BYTES, out);
	}
	OPENSSL_cleanse(single, sizeof(single));
	return r < 0 ? fault_pass(r) : 0;
}

int mutual_init(struct mutual *mutual, const char *card_number)
{
	uint8_t hash[SHA_DIGEST_LENGTH];

	if (!SHA1((const uint8_t *)card_number, strlen(card_number), hash))
		return fault_raise(-EIO);
	memcpy(mutual->key, hash, MUTUAL_KEY_BYTES);
	OPENSSL_cleanse(hash, sizeof(hash));
	mutual_close(mutual);
	return 0;
}

void mutual_close(struct mutual *mutual)
{
	mutual->has_challenge = mutual->is_open = false;
	OPENSSL_cleanse(mutual->session_key, sizeof(mutual->session_key));
}

static void make_session_key(struct mutual *mutual, const uint8_t *k_ifd, const uint8_t *k_icc)
{
	uint8_t seed[MUTUAL_KEY_BYTES + 4] = {[MUTUAL_KEY_BYTES + 3] = 1}, hash[SHA_DIGEST_LENGTH];

	for (size_t i = 0; i < MUTUAL_KEY_BYTES; i++)
		seed[i] = k_ifd[i] ^ k_icc[i];
	SHA1(seed, sizeof(seed), hash);
	memcpy(mutual->session_key, hash, MUTUAL_KEY_BYTES);
	OPENSSL_cleanse(seed, sizeof(seed));
	OPENSSL_cleanse(hash, sizeof(hash));
	mutual->is_open = true;
}

int mutual_answer(struct mutual *mutual, const uint8_t message[MUTUAL_MESSAGE_BYTES],
		  const uint8_t k_icc[MUTUAL_KEY_BYTES], uint8_t out[MUTUAL_MESSAGE_BYTES])
{
	uint8_t plain[EXCHANGE_BYTES], reply[EXCHANGE_BYTES], mac[BLOCK_BYTES];
	bool has_challenge = mutual->has_challenge;
	int r = mutual_mac(mutual->key, message, EXCHANGE_BYTES, mac);

	mutual_close(mutual); /* a challenge serves once */
	if (!r)
		r = mutual_cipher(mutual->key, false, message, EXCHANGE_BYTES, plain);
	if (r < 0)
		return fault_pass(r);
	if (!has_challenge || CRYPTO_memcmp(mac, message + EXCHANGE_BYTES, BLOCK_BYTES) != 0 ||
	    CRYPTO_memcmp(plain + MUTUAL_RANDOM_BYTES, mutual->challenge, MUTUAL_RANDOM_BYTES) != 0)
		return fault_raise(-EPERM);
	memcpy(reply, mutual->challenge, MUTUAL_RANDOM_BYTES);
	memcpy(reply + MUTUAL_RANDOM_BYTES, plain, MUTUAL_RANDOM_BYTES);
	memcpy(reply + 2 * MUTUAL_RANDOM_BYTES, k_icc, MUTUAL_KEY_BYTES);
	r = mutual_cipher(mutual->key, true, reply, EXCHANGE_BYTES, out);
	if (!r)
		r = mutual_mac(mutual->key, out, EXCHANGE_BYTES, out + EXCHANGE_BYTES);
	if (!r)
		make_session_key(mutual, plain + 2 * MUTUAL_RANDOM_BYTES, k_icc);
	OPENSSL_cleanse(plain, sizeof(plain));
	OPENSSL_cleanse(reply, sizeof(reply));
	return r < 0 ? fault_pass(r) : 0;
}

int mutual_wrap(const struct mutual *mutual, const uint8_t *bytes, size_t n_bytes, uint8_t *out)
{
	size_t n = n_bytes / BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES;
	int r;

	memmove(out, bytes, n_bytes);
	memset(out + n_bytes, 0, n - n_bytes);
	out[n_bytes] = 0x80;
	r = mutual_cipher(mutual->session_key, true, out, n, out);
	return r < 0 ? fault_pass(r) : (int)n;
}

int mutual_unwrap(const struct mutual *mutual, const uint8_t *bytes, size_t n_bytes, uint8_t *out)
{
	int r = n_bytes ? mutual_cipher(mutual->session_key, false, bytes, n_bytes, out) : fault_raise(-EBADMSG);
	size_t n = n_bytes;

	if (r < 0)
		return fault_pass(r == -EINVAL ? -EBADMSG : r);
	while (n > n_bytes - BLOCK_BYTES + 1 && !out[n - 1])
		n--;
	return out[n - 1] == 0x80 ? (int)n - 1 : fault_raise(-EBADMSG);
}
