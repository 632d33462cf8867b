#pragma once
/* SPDX-License-Identifier: MIT
 * Minisign: keys and detached signatures in the files of the minisign program, so that a town can check a bundle with
 * a tool that is not ours. Ed25519 through libsodium. Source: jedisct1.github.io/minisign, "File format". */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "shared/base/secret.h"

#define MINISIGN_FILE_BYTES_MAX 4096 /* key and signature files */

struct minisign_public {
	uint8_t id[8];
	uint8_t key[32];
};

struct minisign_secret {
	uint8_t id[8];
	struct secret *key; /* 64 bytes, owned */
};

/** minisign_secret_release() - wipes; also fit for CLEANUP. */
void minisign_secret_release(struct minisign_secret *secret);

/** minisign_generate() - a new pair of keys. 0 or -ENOMEM. */
MUST_USE int minisign_generate(struct minisign_public *ret_public, struct minisign_secret *ret_secret);
/** minisign_public_read() - FILE.pub. 0, -EBADMSG when it is none, or why it could not be read. */
MUST_USE int minisign_public_read(const char *path, struct minisign_public *ret_public);
/** minisign_public_write() - a new file, 0644; -EEXIST when there is one. */
MUST_USE int minisign_public_write(const char *path, const struct minisign_public *public);
/** minisign_secret_read() - FILE.key without a password (minisign -G -W). 0, -EBADMSG when it is none, -ENOKEY when a
 *  password guards it, or why it could not be read. */
MUST_USE int minisign_secret_read(const char *path, struct minisign_secret *ret_secret);
/** minisign_secret_write() - a new file, 0600; -EEXIST when there is one. */
MUST_USE int minisign_secret_write(const char *path, const struct minisign_secret *secret);

/** minisign_sign() - the text of FILE.minisig, prehashed ("ED"). @comment: one line, signed with it. The same input gives
 *  the same bytes. 0 or a negative errno; *ret_text is malloc'd. */
MUST_USE int minisign_sign(const struct minisign_secret *secret, const void *bytes, size_t n_bytes, const char *comment,
			   char **ret_text);
/** minisign_verify() - whether @text (of a FILE.minisig) signs @bytes under @public, prehashed or legacy ("Ed"), and its
 *  trusted comment too. 0, -EBADMSG (no signature file), -ENOKEY (made with another key), -EKEYREJECTED (does not fit). */
MUST_USE int minisign_verify(const struct minisign_public *public, const char *text, size_t n_text, const void *bytes,
			     size_t n_bytes);
