/* SPDX-License-Identifier: MIT
 * What a draft carries beside its values for the clerk's eye: which card was read, and pictures out of it. A picture is
 * looked at from outside only (signature, size, chunks up to the last byte): drawing it is the browser's task, and what
 * it draws can be no larger than a page. Source: ISO/IEC 15948 (PNG), RFC 4648 §4 (base64). */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/jp/era.h"
#include "shared/model/draft_inner.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define PNG_SIDE_MAX 2048u /* pixels; a card at 400 dpi is 1350 wide */
#define PNG_CHUNK_BYTES 12u /* length, type, checksum */
#define PNG_HEAD_BYTES 13u
#define BASE64_LENGTH_MAX (sodium_base64_ENCODED_LEN(DRAFT_PICTURE_BYTES_MAX, sodium_base64_VARIANT_ORIGINAL) - 1)

static const char *const picture_words[DRAFT_PICTURES] = {[DRAFT_PICTURE_NAME] = "name", [DRAFT_PICTURE_ADDRESS] = "address",
							  [DRAFT_PICTURE_FACE] = "face", [DRAFT_PICTURE_FRONT] = "front"};

const char *draft_picture_word(enum draft_picture picture)
{
	return (size_t)picture < DRAFT_PICTURES ? picture_words[picture] : "";
}

int draft_picture_parse(const char *word, enum draft_picture *ret_picture)
{
	for (size_t i = 0; word && i < DRAFT_PICTURES; i++) {
		if (strcmp(picture_words[i], word) == 0) {
			*ret_picture = (enum draft_picture)i;
			return 0;
		}
	}
	return fault_raise(-EINVAL);
}

/* ---- what a PNG looks like from outside ------------------------------------------------------------------------- */

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool is_side(uint32_t pixels)
{
	return pixels >= 1 && pixels <= PNG_SIDE_MAX;
}

static bool is_head(const unsigned char *chunk, size_t n_bytes)
{
	return big_endian(chunk) == PNG_HEAD_BYTES && memcmp(chunk + 4, "IHDR", 4) == 0 &&
	       n_bytes > PNG_CHUNK_BYTES + PNG_HEAD_BYTES && is_side(big_endian(chunk + 8)) && is_side(big_endian(chunk + 12));
}

static bool is_png(const unsigned char *bytes, size_t n_bytes)
{
	static const unsigned char signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	size_t at = sizeof(signature);
	bool has_data = false;

	if (n_bytes < at + PNG_CHUNK_BYTES || memcmp(bytes, signature, at) != 0 || !is_head(bytes + at, n_bytes - at))
		return false;
	while (n_bytes - at >= PNG_CHUNK_BYTES) {
		const unsigned char *chunk = bytes + at;
		uint32_t n_data = big_endian(chunk);

		if (n_data > n_bytes - at - PNG_CHUNK_BYTES)
			return false;
		at += PNG_CHUNK_BYTES + n_data;
		if (memcmp(chunk + 4, "IEND", 4) == 0)
			return has_data && n_data == 0 && at == n_bytes;
		has_data = has_data || memcmp(chunk + 4, "IDAT", 4) == 0;
	}
	return false;
}

/* ---- pictures --------------------------------------------------------------------------------------------------- */

static size_t bytes_of_others(const struct draft *draft, enum draft_picture picture)
{
	size_t n_bytes = 0;

	for (size_t i = 0; i < DRAFT_PICTURES; i++)
		if (i != (size_t)picture)
			n_bytes += draft->pictures[i].n_bytes;
	return n_bytes;
}

int draft_set_picture(struct draft *draft, enum draft_picture picture, const void *png, size_t n_bytes)
{
	struct draft_png *place = (size_t)picture < DRAFT_PICTURES ? &draft->pictures[picture] : NULL;
	unsigned char *copy = NULL;

	if (!place)
		return fault_raise(-EINVAL);
	if (n_bytes > DRAFT_PICTURE_BYTES_MAX || bytes_of_others(draft, picture) + n_bytes > DRAFT_PICTURES_BYTES_MAX)
		return fault_raise(-ENOSPC);
	if (n_bytes) {
		if (!is_png(png, n_bytes))
			return fault_raise(-EINVAL);
		copy = malloc(n_bytes);
		if (!copy)
			return fault_raise(-ENOMEM);
		memcpy(copy, png, n_bytes);
	}
	wipe_free(place->bytes);
	*place = (struct draft_png){copy, n_bytes};
	return 0;
}

const void *draft_picture(const struct draft *draft, enum draft_picture picture, size_t *ret_n_bytes)
{
	if ((size_t)picture >= DRAFT_PICTURES || !draft->pictures[picture].bytes)
		return NULL;
	*ret_n_bytes = draft->pictures[picture].n_bytes;
	return draft->pictures[picture].bytes;
}

/* ---- the card --------------------------------------------------------------------------------------------------- */

static bool is_kind(const char *kind)
{
	size_t n = strnlen(kind, sizeof(((struct draft_card *)0)->kind));

	return n && n < sizeof(((struct draft_card *)0)->kind) && strspn(kind, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

int draft_set_card(struct draft *draft, const struct draft_card *card)
{
	struct date date;

	if (card && (!is_kind(card->kind) || !memchr(card->expires, '\0', sizeof(card->expires)) ||
		     (card->expires[0] && date_parse(card->expires, &date) < 0)))
		return fault_raise(-EINVAL);
	draft->card = card ? *card : (struct draft_card){0};
	return 0;
}

const struct draft_card *draft_card(const struct draft *draft)
{
	return draft->card.kind[0] ? &draft->card : NULL;
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static json_t *picture_encode(const struct draft_png *png)
{
	size_t size = sodium_base64_encoded_len(png->n_bytes, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(size);
	json_t *json;

	if (!text)
		return NULL;
	sodium_bin2base64(text, size, png->bytes, png->n_bytes, sodium_base64_VARIANT_ORIGINAL);
	json = json_string_nocheck(text);
	wipe_free(text);
	return json;
}

static json_t *pictures_encode(const struct draft *draft)
{
	json_t *pictures = json_object();
	bool is_whole = pictures != NULL;

	for (size_t i = 0; is_whole && i < DRAFT_PICTURES; i++)
		if (draft->pictures[i].bytes)
			is_whole = json_object_set_new(pictures, picture_words[i], picture_encode(&draft->pictures[i])) == 0;
	if (is_whole)
		return pictures;
	json_decref(pictures);
	return NULL;
}

static json_t *card_encode(const struct draft_card *card)
{
	json_t *json = json_pack("{s:s, s:s, s:s}", "kind", card->kind, "genuine", value_proof_word(card->genuine), "revocation",
				 value_proof_word(card->revocation));

	if (!json || !card->expires[0] || json_object_set_new(json, "expires", json_string(card->expires)) == 0)
		return json;
	json_decref(json);
	return NULL;
}

bool draft_card_encode(const struct draft *draft, json_t *into)
{
	bool has_picture = false;

	for (size_t i = 0; i < DRAFT_PICTURES; i++)
		has_picture = has_picture || draft->pictures[i].bytes;
	if (draft->card.kind[0] && json_object_set_new(into, "card", card_encode(&draft->card)) < 0)
		return false;
	return !has_picture || json_object_set_new(into, "pictures", pictures_encode(draft)) == 0;
}

static int picture_decode(const char *word, const json_t *json, struct draft *draft)
{
	const char *text = json_string_value(json);
	size_t n_text = json_string_length(json), n_bytes = 0;
	enum draft_picture picture;
	unsigned char *bytes;
	int r;

	if (!text || !n_text || draft_picture_parse(word, &picture) < 0)
		return fault_raise(-EBADMSG);
	if (n_text > BASE64_LENGTH_MAX)
		return fault_raise(-ENOSPC);
	bytes = malloc(DRAFT_PICTURE_BYTES_MAX);
	if (!bytes)
		return fault_raise(-ENOMEM);
	r = sodium_base642bin(bytes, DRAFT_PICTURE_BYTES_MAX, text, n_text, NULL, &n_bytes, NULL, sodium_base64_VARIANT_ORIGINAL);
	r = r < 0 || !n_bytes ? fault_raise(-EBADMSG) : draft_set_picture(draft, picture, bytes, n_bytes);
	wipe_free(bytes);
	return r == -EINVAL ? fault_raise(-EBADMSG) : r;
}

/* An absent proof is one that was not checked. */
static int proof_decode(const json_t *json, enum value_proof *ret_proof)
{
	if (json && value_proof_parse(json_string_value(json), ret_proof) < 0)
		return fault_raise(-EBADMSG);
	return 0;
}

static int text_decode(const json_t *json, char *out, size_t size)
{
	const char *text = json_string_value(json);

	if (!text || json_string_length(json) >= size || strlen(text) != json_string_length(json))
		return fault_raise(-EBADMSG);
	memcpy(out, text, json_string_length(json) + 1);
	return 0;
}

static int card_decode(const json_t *json, struct draft *draft)
{
	static const char *const names[] = {"kind", "expires", "genuine", "revocation"};
	const json_t *expires = json_object_get(json, "expires");
	struct draft_card card = {0};
	int r;

	if (!json_is_object(json) || !draft_has_only(json, names, 4))
		return fault_raise(-EBADMSG);
	r = text_decode(json_object_get(json, "kind"), card.kind, sizeof(card.kind));
	if (r == 0 && expires)
		r = text_decode(expires, card.expires, sizeof(card.expires));
	if (r == 0)
		r = proof_decode(json_object_get(json, "genuine"), &card.genuine);
	if (r == 0)
		r = proof_decode(json_object_get(json, "revocation"), &card.revocation);
	if (r < 0)
		return fault_pass(r);
	return draft_set_card(draft, &card) < 0 ? fault_raise(-EBADMSG) : 0;
}

int draft_card_decode(const json_t *json, struct draft *draft)
{
	const json_t *card = json_object_get(json, "card");
	json_t *pictures = json_object_get(json, "pictures"), *picture;
	const char *word;
	int r = card ? card_decode(card, draft) : 0;

	if (r < 0)
		return fault_pass(r);
	if (pictures && !json_is_object(pictures))
		return fault_raise(-EBADMSG);
	json_object_foreach(pictures, word, picture) {
		r = picture_decode(word, picture, draft);
		if (r < 0)
			return fault_pass(r);
	}
	return 0;
}

void draft_card_release(struct draft *draft)
{
	for (size_t i = 0; i < DRAFT_PICTURES; i++)
		wipe_free(draft->pictures[i].bytes);
	explicit_bzero(&draft->card, sizeof(draft->card));
}
