/* SPDX-License-Identifier: MIT
 * Is the text application genuine? The chain, each link checked when it comes:
 *   EF 0004  the signer's certificate, signed by the issuer: an anchor of the town
 *   EF 0003  hashes of number and attributes, signed by that signer; the hashes are those of what we just read
 *   EF 0007  the public half of the card's own key, signed by that signer
 *   内部認証  a fresh nonce, signed by the card's own key: what was read is no copy on another chip
 *
 * The rule. A link that is broken (a hash, a signature, bytes that are no such record) makes the card failed, with or
 * without anchors. A link that the card withholds makes it failed where the town holds any anchor, since a forger could
 * else choose silence where a genuine card would be verified; without anchors it is not-checked. A whole chain from an
 * issuer we hold is verified; from one we do not hold it is not-checked: an older genuine card and a forger's own
 * issuer look the same, which is why not-checked is never praise and the clerk is told. A claim to an issuer we do hold
 * must be true. The signer serves many cards, so that the chain proves each part genuine, not that they were issued as
 * one card. */
#include <string.h>

#include "cardreader/profile/my_number.h"
#include "cardreader/profile/tlv.h"
#include "shared/base/banned.h"

#define TAG_HASHES 0xFF30
#define TAG_NUMBER_HASH 0xDF31
#define TAG_ATTRIBUTES_HASH 0xDF32
#define TAG_HASHES_SIGNATURE 0xDF33
#define TAG_INTERNAL 0xFF50
#define TAG_INTERNAL_KEY 0xDF51
#define TAG_INTERNAL_SIGNATURE 0xDF52
#define PARTS_MAX 3

static struct my_number_proof *proof_of(struct dialogue *d)
{
	return &memory_of(d)->proof;
}

bool my_number_proves(const struct dialogue *d)
{
	return dialogue_wants(d, CARD_WANT_PROOF) && d->result->genuine != PROOF_FAILED &&
	       !memory_in(d)->proof.is_withheld;
}

/* A hash that could not be made stays zero, which nobody signed. */
void my_number_note_number(struct dialogue *d, const uint8_t *file, size_t n_file)
{
	if (!my_number_proves(d))
		return;
	proof_of(d)->has_number_hash = true;
	(void)!signature_hash(file, n_file, proof_of(d)->number_hash);
}

void my_number_note_attributes(struct dialogue *d, const uint8_t *record, size_t n_record)
{
	size_t n_part = 0;
	const uint8_t *part;

	if (!my_number_proves(d))
		return;
	part = my_number_signed_part(record, n_record, &n_part);
	proof_of(d)->has_attributes_hash = true;
	if (part)
		(void)!signature_hash(part, n_part, proof_of(d)->attributes_hash);
}

static enum dialogue_verdict broken(struct dialogue *d)
{
	dialogue_prove(d, PROOF_FAILED);
	return DIALOGUE_NEXT;
}

/* Status word 0 is an answer that made no sense, which is no way of saying no. */
static enum dialogue_verdict without_evidence(struct dialogue *d, const struct card_answer *answer)
{
	if (!answer->sw || trust_has_keys(d->request->trust))
		return broken(d);
	proof_of(d)->is_withheld = true;
	return DIALOGUE_NEXT;
}

/* The objects of a template, which must be just these in this order. Filler behind the template is allowed. */
static bool open_template(const struct card_answer *answer, uint32_t tag, const uint32_t *tags, size_t n_tags,
			  struct tlv parts[PARTS_MAX])
{
	struct tlv_walk walk;
	struct tlv whole;

	if (tlv_header(answer->bytes, answer->n_bytes, &whole) < 0 || whole.tag != tag || !whole.value)
		return false;
	walk = (struct tlv_walk){whole.value, whole.length};
	for (size_t i = 0; i < n_tags; i++)
		if (tlv_next(&walk, &parts[i]) != TLV_OBJECT || parts[i].tag != tags[i])
			return false;
	return !walk.n_left;
}

static const uint8_t *start_of(const struct tlv *tlv)
{
	return tlv->value - (tlv->total - tlv->length);
}

enum dialogue_verdict my_number_take_certificate(struct dialogue *d, const struct card_answer *answer)
{
	struct my_number_proof *proof = proof_of(d);

	if (answer->sw != SW_OK)
		return without_evidence(d, answer);
	if (cvc_parse(answer->bytes, answer->n_bytes, &proof->certificate) < 0)
		return broken(d);
	proof->anchored = cvc_anchored(&proof->certificate, d->request->trust);
	return proof->anchored == PROOF_FAILED ? broken(d) : DIALOGUE_NEXT;
}

static bool is_hash(const struct tlv *tlv, bool has_hash, const uint8_t hash[SIGNATURE_HASH_BYTES])
{
	return tlv->length == SIGNATURE_HASH_BYTES && (!has_hash || memcmp(tlv->value, hash, SIGNATURE_HASH_BYTES) == 0);
}

enum dialogue_verdict my_number_take_hashes(struct dialogue *d, const struct card_answer *answer)
{
	static const uint32_t tags[] = {TAG_NUMBER_HASH, TAG_ATTRIBUTES_HASH, TAG_HASHES_SIGNATURE};
	const struct my_number_proof *proof = proof_of(d);
	struct tlv parts[PARTS_MAX];

	if (answer->sw != SW_OK)
		return without_evidence(d, answer);
	if (!open_template(answer, TAG_HASHES, tags, 3, parts) ||
	    !is_hash(&parts[0], proof->has_number_hash, proof->number_hash) ||
	    !is_hash(&parts[1], proof->has_attributes_hash, proof->attributes_hash) ||
	    !cvc_key_signed(&proof->certificate.key, start_of(&parts[0]), parts[0].total + parts[1].total,
			    parts[2].value, parts[2].length))
		return broken(d);
	return DIALOGUE_NEXT;
}

enum dialogue_verdict my_number_take_internal_key(struct dialogue *d, const struct card_answer *answer)
{
	static const uint32_t tags[] = {TAG_INTERNAL_KEY, TAG_INTERNAL_SIGNATURE};
	struct my_number_proof *proof = proof_of(d);
	struct tlv parts[PARTS_MAX];

	if (answer->sw != SW_OK)
		return without_evidence(d, answer);
	if (!open_template(answer, TAG_INTERNAL, tags, 2, parts) ||
	    !cvc_key_signed(&proof->certificate.key, start_of(&parts[0]), parts[0].total, parts[1].value,
			    parts[1].length) ||
	    cvc_parse_key(parts[0].value, parts[0].length, &proof->internal_key) < 0)
		return broken(d);
	return DIALOGUE_NEXT;
}

int my_number_ask_challenge(struct dialogue *d, struct card_ask *ask)
{
	struct my_number_proof *proof = proof_of(d);
	uint8_t hash[SIGNATURE_HASH_BYTES];
	int r = signature_hash(d->request->nonce, sizeof(d->request->nonce), hash);

	if (r < 0)
		return r;
	ask->n_data = signature_info(hash, sizeof(hash), proof->challenge);
	ask->data = proof->challenge;
	return 0;
}

enum dialogue_verdict my_number_take_challenge(struct dialogue *d, const struct card_answer *answer)
{
	const struct my_number_proof *proof = proof_of(d);

	if (answer->sw != SW_OK)
		return without_evidence(d, answer);
	if (!cvc_key_signed(&proof->internal_key, d->request->nonce, sizeof(d->request->nonce), answer->bytes,
			    answer->n_bytes))
		return broken(d);
	dialogue_prove(d, proof->anchored);
	return DIALOGUE_NEXT;
}
