/* SPDX-License-Identifier: MIT
 * EF 0002 holds birth date and sex once more, a key, the pictures, one signature over three hashes, and an expiry that
 * nobody signed. Pictures never stand on less than the text: a picture that contradicts the text application, or is less
 * proven than it, is left out; when proof was asked for, a broken signature or a contradiction makes the whole card
 * failed, for then two cards speak through one chip. */
#include <string.h>

#include "cardreader/profile/my_number.h"
#include "cardreader/profile/tlv.h"
#include "cardreader/profile/visual.h"
#include "shared/base/banned.h"

#define TAG_RECORD 0xFF20
#define TAG_FIRST 0xDF22

enum { BIRTH_DATE, SEX, KEY, NAME, ADDRESS, FACE, SIGNATURE, EXPIRES, N_PARTS }; /* DF22 to DF29 */

const uint8_t visual_aid[10] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02};

struct record {
	struct tlv parts[N_PARTS]; /* tag 0: absent */
};

static struct visual *visual_of(struct dialogue *d)
{
	return &memory_of(d)->visual;
}

bool visual_is_wanted(const struct dialogue *d)
{
	return d->request->auth == CARD_AUTH_B && d->request->want & (CARD_WANT_NAME_PICTURES | CARD_WANT_FACE) &&
	       d->result->genuine != PROOF_FAILED && !memory_in(d)->visual.is_lost;
}

bool visual_wants_tries(const struct dialogue *d)
{
	return visual_is_wanted(d) && !d->request->may_spend_last_try;
}

bool visual_wants_certificate(const struct dialogue *d)
{
	return visual_is_wanted(d) && dialogue_wants(d, CARD_WANT_PROOF);
}

static enum dialogue_verdict keep_unless(struct dialogue *d, bool is_lost)
{
	visual_of(d)->is_lost = is_lost;
	return DIALOGUE_NEXT;
}

enum dialogue_verdict visual_take_application(struct dialogue *d, const struct card_answer *answer)
{
	return keep_unless(d, answer->sw != SW_OK);
}

enum dialogue_verdict visual_take_certificate(struct dialogue *d, const struct card_answer *answer)
{
	struct visual *visual = visual_of(d);

	visual->has_certificate = answer->sw == SW_OK &&
				  cvc_parse(answer->bytes, answer->n_bytes, &visual->certificate) == 0;
	visual->is_certificate_broken = (answer->sw == SW_OK || !answer->sw) && !visual->has_certificate;
	return DIALOGUE_NEXT;
}

/* The digits were just right in the text application; still no last try is spent that nobody agreed to. */
enum dialogue_verdict visual_take_tries(struct dialogue *d, const struct card_answer *answer)
{
	return keep_unless(d, answer->tries <= 1);
}

enum dialogue_verdict visual_take_verify(struct dialogue *d, const struct card_answer *answer)
{
	return keep_unless(d, answer->sw != SW_OK);
}

/* ---- the record ---- */

static bool parse(const struct card_answer *answer, struct record *ret_record)
{
	struct record record = {0};
	struct tlv_walk walk;
	struct tlv tlv;
	int r;

	if (tlv_header(answer->bytes, answer->n_bytes, &tlv) < 0 || tlv.tag != TAG_RECORD || !tlv.value)
		return false;
	walk = (struct tlv_walk){tlv.value, tlv.length};
	while ((r = tlv_next(&walk, &tlv)) == TLV_OBJECT) {
		uint32_t at = tlv.tag - TAG_FIRST;

		if (tlv.tag < TAG_FIRST || at >= N_PARTS)
			continue;
		if (record.parts[at].tag)
			return false; /* twice: which one is drawn on the card? */
		record.parts[at] = tlv;
	}
	*ret_record = record;
	return r == TLV_END;
}

static const uint8_t *start_of(const struct tlv *tlv)
{
	return tlv->value - (tlv->total - tlv->length);
}

/* Objects first to last with their headers, one behind the other or nobody signed them as one. A card without a face (an
 * infant's) may lack its object: then nothing is what was signed. */
static bool hash_parts(const struct record *record, int first, int last, uint8_t hash[SIGNATURE_HASH_BYTES])
{
	const uint8_t *start = NULL;
	size_t n = 0;

	for (int i = first; i <= last; i++) {
		const struct tlv *part = &record->parts[i];

		if (!part->tag)
			continue;
		start = start ? start : start_of(part);
		if (start_of(part) != start + n)
			return false;
		n += part->total;
	}
	return signature_hash(start ? start : (const uint8_t *)"", n, hash) == 0;
}

static bool is_signed(const struct record *record, const struct cvc_key *key)
{
	const struct tlv *signature = &record->parts[SIGNATURE];
	uint8_t hashes[3][SIGNATURE_HASH_BYTES];

	return signature->tag && hash_parts(record, BIRTH_DATE, KEY, hashes[0]) &&
	       hash_parts(record, NAME, ADDRESS, hashes[1]) && hash_parts(record, FACE, FACE, hashes[2]) &&
	       cvc_key_signed_content(key, hashes[0], sizeof(hashes), signature->value, signature->length);
}

/* The same person as in the text application. */
static bool is_same(const struct record *record, const struct person *person)
{
	const struct tlv *birth_date = &record->parts[BIRTH_DATE], *sex = &record->parts[SEX];
	const char *word = sex->length == 1 ? my_number_sex(sex->value[0]) : NULL;
	char iso[11];
	bool is_equal;

	if (!birth_date->tag || !word || !person->birth_date.text || !person->sex.text ||
	    my_number_date(birth_date->value, birth_date->length, iso) < 0)
		return false;
	is_equal = strcmp(iso, person->birth_date.text) == 0 && strcmp(word, person->sex.text) == 0;
	explicit_bzero(iso, sizeof(iso));
	return is_equal;
}

/* The rule of my_number_proof.c, for this application's certificate. */
static enum value_proof judge(struct dialogue *d, const struct record *record)
{
	const struct visual *visual = visual_of(d);

	if (!visual->has_certificate)
		return visual->is_certificate_broken || trust_has_keys(d->request->trust) ? PROOF_FAILED : PROOF_NOT_CHECKED;
	if (!is_same(record, &d->result->person) || !is_signed(record, &visual->certificate.key))
		return PROOF_FAILED;
	return cvc_anchored(&visual->certificate, d->request->trust);
}

static void add_pictures(struct dialogue *d, const struct record *record)
{
	static const struct {
		int part;
		unsigned want;
		const char *what, *media;
	} pictures[] = {{NAME, CARD_WANT_NAME_PICTURES, "name", "image/png"},
			{ADDRESS, CARD_WANT_NAME_PICTURES, "address", "image/png"},
			{FACE, CARD_WANT_FACE, "face", "image/jp2"}};

	for (size_t i = 0; i < sizeof(pictures) / sizeof(*pictures); i++) {
		const struct tlv *part = &record->parts[pictures[i].part];

		if (part->tag && dialogue_wants(d, pictures[i].want))
			dialogue_add_picture(d, pictures[i].what, pictures[i].media, part->value, part->length);
	}
}

static void note_expiry(struct dialogue *d, const struct record *record)
{
	const struct tlv *expires = &record->parts[EXPIRES];
	char iso[11];

	if (!d->result->expires[0] && expires->tag && my_number_date(expires->value, expires->length, iso) == 0 &&
	    strstr(iso, "-00") == NULL)
		memcpy(d->result->expires, iso, sizeof(iso));
}

enum dialogue_verdict visual_take_record(struct dialogue *d, const struct card_answer *answer)
{
	bool is_proof_wanted = dialogue_wants(d, CARD_WANT_PROOF);
	enum value_proof text = d->result->genuine, proof = PROOF_NOT_CHECKED;
	struct record record;

	if (answer->sw != SW_OK)
		return DIALOGUE_NEXT;
	if (!parse(answer, &record))
		proof = PROOF_FAILED;
	else if (is_proof_wanted)
		proof = judge(d, &record);
	else if (!is_same(&record, &d->result->person))
		proof = PROOF_FAILED;
	if (is_proof_wanted && proof == PROOF_FAILED)
		dialogue_prove(d, PROOF_FAILED);
	if (proof == PROOF_FAILED || (text == PROOF_VERIFIED && proof != PROOF_VERIFIED))
		return DIALOGUE_NEXT;
	add_pictures(d, &record);
	note_expiry(d, &record);
	return DIALOGUE_NEXT;
}
