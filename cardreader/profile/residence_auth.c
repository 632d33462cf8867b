/* SPDX-License-Identifier: MIT
 * The card speaks two-key triple DES. OpenSSL 3 keeps single DES, which MAC algorithm 3 is made of, in its legacy
 * provider, a file that a locked-up process cannot load; but two-key triple DES under K1 ‖ K1 is single DES under K1, and
 * its last step under K1 ‖ K2 is the output transformation of algorithm 3. So the default provider does for all of it.
 * Every block is a CBC of its own length; the chaining values start from zero. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "cardreader/profile/residence_auth.h"
#include "cardreader/profile/tlv.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define BLOCK 8
#define HALF_KEY 8
#define E_BYTES 32
#define M_BYTES 8
#define SHA1_BYTES 20
#define TAG_CRYPTOGRAM 0x86
#define PADDING_ISO 0x01 /* indicator: 80 00 … */
#define PADDING_MARK 0x80

enum direction { DECIPHER, ENCIPHER };

static int cbc(const uint8_t key[RESIDENCE_KEY_BYTES], const uint8_t iv[BLOCK], enum direction direction, const uint8_t *in,
	       size_t n, uint8_t *out)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int n_out = 0;
	bool is_done = context && EVP_CipherInit_ex(context, EVP_des_ede_cbc(), NULL, key, iv, direction == ENCIPHER) &&
		       EVP_CIPHER_CTX_set_padding(context, 0) && EVP_CipherUpdate(context, out, &n_out, in, (int)n) &&
		       n_out == (int)n;

	EVP_CIPHER_CTX_free(context); /* wipes the key schedule */
	return is_done ? 0 : fault_raise(-EIO);
}

static int sha1(const uint8_t *bytes, size_t n, uint8_t out[SHA1_BYTES])
{
	return EVP_Digest(bytes, n, out, NULL, EVP_sha1(), NULL) ? 0 : fault_raise(-EIO);
}

/* The first 16 bytes of the SHA-1. */
static int derive(const uint8_t *bytes, size_t n, uint8_t ret_key[RESIDENCE_KEY_BYTES])
{
	uint8_t hash[SHA1_BYTES];
	int r = sha1(bytes, n, hash);

	if (!r)
		memcpy(ret_key, hash, RESIDENCE_KEY_BYTES);
	explicit_bzero(hash, sizeof(hash));
	return r;
}

/* ISO/IEC 9797-1 algorithm 3 with padding 2 over the 32 bytes of E: five blocks, the last all padding. */
static int retail_mac(const uint8_t key[RESIDENCE_KEY_BYTES], const uint8_t e[E_BYTES], uint8_t ret_mac[M_BYTES])
{
	static const uint8_t zero[BLOCK], padding[BLOCK] = {PADDING_MARK};
	uint8_t single[RESIDENCE_KEY_BYTES], chain[E_BYTES];
	int r;

	memcpy(single, key, HALF_KEY);
	memcpy(single + HALF_KEY, key, HALF_KEY);
	r = cbc(single, zero, ENCIPHER, e, E_BYTES, chain);
	if (!r)
		r = cbc(key, chain + E_BYTES - BLOCK, ENCIPHER, padding, BLOCK, ret_mac);
	explicit_bzero(single, sizeof(single));
	explicit_bzero(chain, sizeof(chain));
	return r;
}

int residence_card_key(struct residence_session *session, const struct secret *card_number)
{
	if (secret_length(card_number) != RESIDENCE_NUMBER_BYTES)
		return fault_raise(-EINVAL);
	return derive(secret_bytes(card_number), RESIDENCE_NUMBER_BYTES, session->card_key);
}

int residence_authenticate(const struct residence_session *session, uint8_t out[RESIDENCE_CRYPTOGRAM_BYTES])
{
	static const uint8_t zero[BLOCK];
	uint8_t plain[E_BYTES];
	int r;

	memcpy(plain, session->rnd_ifd, BLOCK);
	memcpy(plain + BLOCK, session->rnd_icc, BLOCK);
	memcpy(plain + 2 * BLOCK, session->k_ifd, RESIDENCE_KEY_BYTES);
	r = cbc(session->card_key, zero, ENCIPHER, plain, E_BYTES, out);
	if (!r)
		r = retail_mac(session->card_key, out, out + E_BYTES);
	explicit_bzero(plain, sizeof(plain));
	return r;
}

static int derive_session_key(struct residence_session *session, const uint8_t k_icc[RESIDENCE_KEY_BYTES])
{
	static const uint8_t for_enciphering[4] = {0, 0, 0, 1};
	uint8_t seed[RESIDENCE_KEY_BYTES + sizeof(for_enciphering)];
	int r;

	for (size_t i = 0; i < RESIDENCE_KEY_BYTES; i++)
		seed[i] = session->k_ifd[i] ^ k_icc[i];
	memcpy(seed + RESIDENCE_KEY_BYTES, for_enciphering, sizeof(for_enciphering));
	r = derive(seed, sizeof(seed), session->session_key);
	explicit_bzero(seed, sizeof(seed));
	return r;
}

int residence_authenticated(struct residence_session *session, const uint8_t answer[RESIDENCE_CRYPTOGRAM_BYTES])
{
	static const uint8_t zero[BLOCK];
	uint8_t mac[M_BYTES], plain[E_BYTES];
	int r = retail_mac(session->card_key, answer, mac);

	if (!r && CRYPTO_memcmp(mac, answer + E_BYTES, M_BYTES) != 0)
		r = fault_raise(-EBADMSG);
	if (!r)
		r = cbc(session->card_key, zero, DECIPHER, answer, E_BYTES, plain);
	if (!r && (CRYPTO_memcmp(plain, session->rnd_icc, BLOCK) != 0 ||
		   CRYPTO_memcmp(plain + BLOCK, session->rnd_ifd, BLOCK) != 0))
		r = fault_raise(-EBADMSG);
	if (!r)
		r = derive_session_key(session, plain + 2 * BLOCK);
	explicit_bzero(plain, sizeof(plain));
	explicit_bzero(mac, sizeof(mac));
	return r;
}

int residence_verify(const struct residence_session *session, const struct secret *card_number,
		     uint8_t out[RESIDENCE_VERIFY_BYTES])
{
	static const uint8_t zero[BLOCK];
	uint8_t plain[2 * BLOCK] = {0};
	int r;

	if (secret_length(card_number) != RESIDENCE_NUMBER_BYTES)
		return fault_raise(-EINVAL);
	memcpy(plain, secret_bytes(card_number), RESIDENCE_NUMBER_BYTES);
	plain[RESIDENCE_NUMBER_BYTES] = PADDING_MARK;
	memcpy(out, (const uint8_t[]){TAG_CRYPTOGRAM, 1 + sizeof(plain), PADDING_ISO}, 3);
	r = cbc(session->session_key, zero, ENCIPHER, plain, sizeof(plain), out + 3);
	explicit_bzero(plain, sizeof(plain));
	return r;
}

/* Length without 80 00 …; 0 is a length too. */
static int unpadded(const uint8_t *bytes, size_t n, size_t *ret_n)
{
	size_t at = n;

	while (at && !bytes[at - 1])
		at--;
	if (!at || bytes[at - 1] != PADDING_MARK || n - (at - 1) > BLOCK)
		return fault_raise(-EBADMSG);
	*ret_n = at - 1;
	return 0;
}

int residence_unwrap(const struct residence_session *session, const uint8_t *answer, size_t n_answer, uint8_t *out,
		     size_t out_max, size_t *ret_n_bytes)
{
	static const uint8_t zero[BLOCK];
	struct tlv tlv;
	size_t n;
	int r;

	r = tlv_header(answer, n_answer, &tlv);
	if (r < 0 || tlv.tag != TAG_CRYPTOGRAM || !tlv.value || tlv.total != n_answer || tlv.length < 1 + BLOCK ||
	    (tlv.length - 1) % BLOCK || tlv.value[0] != PADDING_ISO)
		return fault_raise(-EBADMSG);
	n = tlv.length - 1;
	if (n > out_max)
		return fault_raise(-ENOSPC);
	r = cbc(session->session_key, zero, DECIPHER, tlv.value + 1, n, out);
	if (!r)
		r = unpadded(out, n, ret_n_bytes);
	return r;
}
