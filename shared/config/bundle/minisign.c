/* SPDX-License-Identifier: MIT
 * The formats are lines of base64 between lines of comment:
 *   public key  "Ed" · key id (8) · key (32)
 *   secret key  "Ed" · kdf (2) · "B2" · salt (32) · opslimit (8) · memlimit (8) · key id (8) · key (64) · checksum (32)
 *   signature   "Ed" | "ED" · key id (8) · signature (64), then the trusted comment and a signature over both
 * Parsing is strict: what minisign itself would not write is refused. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/config/bundle/minisign.h"
#include "shared/base/banned.h"

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "
#define ID_BYTES 8
#define KEY_BYTES crypto_sign_PUBLICKEYBYTES
#define SECRET_BYTES crypto_sign_SECRETKEYBYTES
#define SIGNATURE_BYTES crypto_sign_BYTES
#define CHECK_BYTES 32
#define HASH_BYTES 64
#define PUBLIC_PACKED (2 + ID_BYTES + KEY_BYTES)
#define SIGNATURE_PACKED (2 + ID_BYTES + SIGNATURE_BYTES)
#define SECRET_AT_ID 54 /* algorithms 6, salt 32, two limits of 8 */
#define SECRET_PACKED (SECRET_AT_ID + ID_BYTES + SECRET_BYTES + CHECK_BYTES)
#define BASE64(n) (((n) + 2) / 3 * 4 + 1)

static const char no_password[2] = {0, 0};

void minisign_secret_release(struct minisign_secret *secret)
{
	secret->key = secret_free(secret->key);
}

/* A line of a file, without its end. */
struct line {
	const char *text;
	size_t n;
};

static bool next_line(const char **at, const char *end, struct line *ret_line)
{
	const char *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
	const char *stop = newline ? newline : end;

	if (*at >= end)
		return false;
	*ret_line = (struct line){*at, (size_t)(stop - *at)};
	if (ret_line->n > 0 && ret_line->text[ret_line->n - 1] == '\r')
		ret_line->n--;
	*at = newline ? newline + 1 : end;
	return true;
}

static bool begins(const struct line *line, const char *start)
{
	return line->n >= strlen(start) && memcmp(line->text, start, strlen(start)) == 0;
}

static bool decode(const struct line *line, uint8_t *out, size_t n_out)
{
	size_t n = 0;
	const char *end = NULL;

	return sodium_base642bin(out, n_out, line->text, line->n, NULL, &n, &end, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       n == n_out && end == line->text + line->n;
}

/* The packed bytes of a key file: a comment line and a base64 line, nothing else. */
static int read_key(const char *path, uint8_t *out, size_t n_out)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(MINISIGN_FILE_BYTES_MAX);
	int r = buf_read_file(&buf, path);
	const char *at, *end;
	struct line comment, key, more;
	bool is_key;

	if (r < 0)
		return r == -ENOSPC ? fault_raise(-EBADMSG) : fault_pass(r);
	at = buf_text(&buf);
	end = at + buf.len;
	is_key = next_line(&at, end, &comment) && begins(&comment, UNTRUSTED) && next_line(&at, end, &key) &&
		 decode(&key, out, n_out) && !next_line(&at, end, &more);
	return is_key ? 0 : fault_raise(-EBADMSG);
}

static int write_new(const char *path, mode_t mode, const char *text)
{
	CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	size_t n = strlen(text);

	if (fd < 0)
		return fault_raise(-errno);
	if (write(fd, text, n) != (ssize_t)n || fsync(fd) < 0) {
		int error = errno ? errno : EIO;

		unlink(path);
		return fault_raise(-error);
	}
	return 0;
}

/* As minisign prints it: the eight bytes as one little-endian number. */
static void id_text(const uint8_t id[ID_BYTES], char out[2 * ID_BYTES + 1])
{
	for (size_t i = 0; i < ID_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02X", id[ID_BYTES - 1 - i]);
}

int minisign_generate(struct minisign_public *ret_public, struct minisign_secret *ret_secret)
{
	CLEANUP(secret_freep) struct secret *key = secret_new(SECRET_BYTES);
	struct minisign_public public;
	uint8_t bytes[SECRET_BYTES];
	int r;

	if (!key || sodium_init() < 0)
		return fault_raise(-ENOMEM);
	randombytes_buf(public.id, sizeof(public.id));
	crypto_sign_keypair(public.key, bytes);
	r = secret_append(key, bytes, sizeof(bytes));
	sodium_memzero(bytes, sizeof(bytes));
	if (r < 0)
		return fault_pass(r);
	memcpy(ret_secret->id, public.id, sizeof(public.id));
	ret_secret->key = TAKE(key);
	*ret_public = public;
	return 0;
}

int minisign_public_read(const char *path, struct minisign_public *ret_public)
{
	uint8_t packed[PUBLIC_PACKED];
	int r = read_key(path, packed, sizeof(packed));

	if (r < 0)
		return fault_pass(r);
	if (memcmp(packed, "Ed", 2) != 0)
		return fault_raise(-EBADMSG);
	memcpy(ret_public->id, packed + 2, ID_BYTES);
	memcpy(ret_public->key, packed + 2 + ID_BYTES, KEY_BYTES);
	return 0;
}

int minisign_public_write(const char *path, const struct minisign_public *public)
{
	uint8_t packed[PUBLIC_PACKED] = "Ed";
	char base64[BASE64(PUBLIC_PACKED)], id[2 * ID_BYTES + 1], text[256];

	memcpy(packed + 2, public->id, ID_BYTES);
	memcpy(packed + 2 + ID_BYTES, public->key, KEY_BYTES);
	sodium_bin2base64(base64, sizeof(base64), packed, sizeof(packed), sodium_base64_VARIANT_ORIGINAL);
	id_text(public->id, id);
	snprintf(text, sizeof(text), UNTRUSTED "minisign public key %s\n%s\n", id, base64);
	return write_new(path, 0644, text);
}

/* BLAKE2b over algorithm, key id and key: tells a damaged file, or a wrong password, from a good one. */
static void check_of(const uint8_t *packed, uint8_t out[CHECK_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, CHECK_BYTES);
	crypto_generichash_update(&state, packed, 2);
	crypto_generichash_update(&state, packed + SECRET_AT_ID, ID_BYTES + SECRET_BYTES);
	crypto_generichash_final(&state, out, CHECK_BYTES);
}

/* minisign -W leaves the checksum empty; the public half of the key must fit its secret half in any case. */
static bool secret_is_whole(const uint8_t packed[SECRET_PACKED])
{
	const uint8_t *key = packed + SECRET_AT_ID + ID_BYTES, *checksum = key + SECRET_BYTES;
	uint8_t check[CHECK_BYTES], public[KEY_BYTES], secret[SECRET_BYTES];
	bool is_whole;

	check_of(packed, check);
	crypto_sign_seed_keypair(public, secret, key);
	is_whole = sodium_memcmp(secret, key, SECRET_BYTES) == 0 &&
		   (sodium_is_zero(checksum, CHECK_BYTES) || sodium_memcmp(check, checksum, CHECK_BYTES) == 0);
	sodium_memzero(secret, sizeof(secret));
	return is_whole;
}

static int unpack_secret(const uint8_t packed[SECRET_PACKED], struct minisign_secret *ret_secret)
{
	CLEANUP(secret_freep) struct secret *key = secret_new(SECRET_BYTES);
	int r;

	if (!key)
		return fault_raise(-ENOMEM);
	if (memcmp(packed, "Ed", 2) != 0 || memcmp(packed + 4, "B2", 2) != 0)
		return fault_raise(-EBADMSG);
	if (memcmp(packed + 2, no_password, sizeof(no_password)) != 0)
		return fault_raise(-ENOKEY);
	if (!secret_is_whole(packed))
		return fault_raise(-EBADMSG);
	r = secret_append(key, packed + SECRET_AT_ID + ID_BYTES, SECRET_BYTES);
	if (r < 0)
		return fault_pass(r);
	memcpy(ret_secret->id, packed + SECRET_AT_ID, ID_BYTES);
	ret_secret->key = TAKE(key);
	return 0;
}

int minisign_secret_read(const char *path, struct minisign_secret *ret_secret)
{
	uint8_t packed[SECRET_PACKED];
	int r = sodium_init() < 0 ? fault_raise(-ENOSYS) : read_key(path, packed, sizeof(packed));

	if (r == 0)
		r = unpack_secret(packed, ret_secret);
	sodium_memzero(packed, sizeof(packed));
	return r;
}

int minisign_secret_write(const char *path, const struct minisign_secret *secret)
{
	uint8_t packed[SECRET_PACKED] = "Ed";
	char base64[BASE64(SECRET_PACKED)], text[512];
	int r;

	memcpy(packed + 4, "B2", 2);
	memcpy(packed + SECRET_AT_ID, secret->id, ID_BYTES);
	memcpy(packed + SECRET_AT_ID + ID_BYTES, secret_bytes(secret->key), SECRET_BYTES);
	check_of(packed, packed + SECRET_AT_ID + ID_BYTES + SECRET_BYTES);
	sodium_bin2base64(base64, sizeof(base64), packed, sizeof(packed), sodium_base64_VARIANT_ORIGINAL);
	snprintf(text, sizeof(text), UNTRUSTED "minisign secret key, no password: keep it off the network\n%s\n", base64);
	r = write_new(path, 0600, text);
	sodium_memzero(packed, sizeof(packed));
	sodium_memzero(base64, sizeof(base64));
	sodium_memzero(text, sizeof(text));
	return r;
}

/* The second signature holds the comment to the first. */
static int sign_comment(const struct minisign_secret *secret, const uint8_t *signature, const char *comment,
			uint8_t out[SIGNATURE_BYTES])
{
	size_t n = strlen(comment);
	CLEANUP(freep) uint8_t *both = malloc(SIGNATURE_BYTES + n);

	if (!both)
		return fault_raise(-ENOMEM);
	memcpy(both, signature, SIGNATURE_BYTES);
	memcpy(both + SIGNATURE_BYTES, comment, n);
	crypto_sign_detached(out, NULL, both, SIGNATURE_BYTES + n, secret_bytes(secret->key));
	return 0;
}

int minisign_sign(const struct minisign_secret *secret, const void *bytes, size_t n_bytes, const char *comment,
		  char **ret_text)
{
	uint8_t packed[SIGNATURE_PACKED] = "ED", hash[HASH_BYTES], second[SIGNATURE_BYTES];
	char first64[BASE64(SIGNATURE_PACKED)], second64[BASE64(SIGNATURE_BYTES)];
	int r;

	crypto_generichash(hash, sizeof(hash), bytes, n_bytes, NULL, 0);
	memcpy(packed + 2, secret->id, ID_BYTES);
	crypto_sign_detached(packed + 2 + ID_BYTES, NULL, hash, sizeof(hash), secret_bytes(secret->key));
	r = sign_comment(secret, packed + 2 + ID_BYTES, comment, second);
	if (r < 0)
		return fault_pass(r);
	sodium_bin2base64(first64, sizeof(first64), packed, sizeof(packed), sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2base64(second64, sizeof(second64), second, sizeof(second), sodium_base64_VARIANT_ORIGINAL);
	if (asprintf(ret_text, UNTRUSTED "signature from madoguchi-config\n%s\n" TRUSTED "%s\n%s\n", first64, comment,
		     second64) < 0)
		return fault_raise(-ENOMEM);
	return 0;
}

static bool comment_fits(const struct minisign_public *public, const uint8_t *signature, const struct line *comment,
			 const uint8_t second[SIGNATURE_BYTES])
{
	uint8_t both[SIGNATURE_BYTES + MINISIGN_FILE_BYTES_MAX];
	size_t n = comment->n - strlen(TRUSTED);

	if (n > MINISIGN_FILE_BYTES_MAX)
		return false;
	memcpy(both, signature, SIGNATURE_BYTES);
	memcpy(both + SIGNATURE_BYTES, comment->text + strlen(TRUSTED), n);
	return crypto_sign_verify_detached(second, both, SIGNATURE_BYTES + n, public->key) == 0;
}

int minisign_verify(const struct minisign_public *public, const char *text, size_t n_text, const void *bytes,
		    size_t n_bytes)
{
	const char *at = text, *end = text + n_text;
	struct line untrusted, first, trusted, last, more;
	uint8_t packed[SIGNATURE_PACKED], second[SIGNATURE_BYTES], hash[HASH_BYTES];
	const uint8_t *signature = packed + 2 + ID_BYTES;
	bool is_prehashed, fits;

	if (sodium_init() < 0)
		return fault_raise(-ENOSYS);
	if (!next_line(&at, end, &untrusted) || !begins(&untrusted, UNTRUSTED) || !next_line(&at, end, &first) ||
	    !decode(&first, packed, sizeof(packed)) || !next_line(&at, end, &trusted) || !begins(&trusted, TRUSTED) ||
	    !next_line(&at, end, &last) || !decode(&last, second, sizeof(second)) || next_line(&at, end, &more))
		return fault_raise(-EBADMSG);
	is_prehashed = memcmp(packed, "ED", 2) == 0;
	if (!is_prehashed && memcmp(packed, "Ed", 2) != 0)
		return fault_raise(-EBADMSG);
	if (memcmp(packed + 2, public->id, ID_BYTES) != 0)
		return fault_raise(-ENOKEY);
	crypto_generichash(hash, sizeof(hash), bytes, n_bytes, NULL, 0);
	fits = crypto_sign_verify_detached(signature, is_prehashed ? hash : bytes, is_prehashed ? sizeof(hash) : n_bytes,
					   public->key) == 0;
	return fits && comment_fits(public, signature, &trusted, second) ? 0 : fault_raise(-EKEYREJECTED);
}
