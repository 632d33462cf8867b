/* SPDX-License-Identifier: MIT
 * Residence card (在留カード, 特別永住者証明書) of generation 1: the plans. The card number, typed by the holder, opens it by
 * mutual authentication and then by VERIFY in secure messaging; the card counts no tries. As text the chip holds the
 * address alone: name, birth date and status are on the front image, which only eyes can read. Cards of generation 2
 * (from June 2026) tell another version or kind, if they answer at all: their protocol is not public, so they are
 * refused, never guessed at.
 *
 * Secure messaging answers are read in one command of extended length where reader and card carry it, else in pieces
 * that fit a short answer with their cryptogram. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/profile.h"
#include "cardreader/profile/residence.h"
#include "cardreader/profile/residence_auth.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CLA_SECURE 0x08
#define INS_MUTUAL_AUTHENTICATE 0x82
#define INS_GET_CHALLENGE 0x84
#define INS_READ_BINARY 0xB0
#define BY_SFI 0x80
#define REFERENCE_NUMBER 0x86
#define EF_VERSION 0x0B
#define EF_KIND 0x0A
#define EF_ADDRESS 0x01
#define EF_FRONT 0x05
#define EF_FACE 0x06
#define EF_SIGNATURE 0x02
#define TAG_VERSION 0xC0
#define TAG_KIND 0xC1
#define TAG_FRONT 0xD0
#define TAG_FACE 0xD1
#define SW_END_OF_FILE 0x6282
#define SHORT_LE 256
#define EXTENDED_LE 65536
#define PIECE_BYTES 0xE0      /* enciphered 232, with indicator and header 236: fits 256 */
#define PICTURE_FILE_BYTES 7024 /* the longer one, its header, a cryptogram's padding */

static const uint8_t aid_images[] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t aid_address[] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t aid_signature[] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

#define SELECT(which) {.kind = CARD_ASK_SELECT, .aid = (which), .n_aid = sizeof(which)}

enum file_state { FILE_UNREAD, FILE_WHOLE, FILE_ABSENT, FILE_BROKEN };

/* A picture's file, deciphered. */
struct picture_file {
	enum file_state state;
	bool was_extended;   /* the command under way */
	size_t n, total;     /* total: with its header, known after the first piece */
	struct tlv tlv;      /* zero unless whole */
	uint8_t bytes[PICTURE_FILE_BYTES];
};

struct memory {
	struct residence_session session;
	uint8_t data[RESIDENCE_CRYPTOGRAM_BYTES]; /* of the command being made */
	struct picture_file front, face;
	bool has_images, has_signature;
};

DIALOGUE_MEMORY(struct memory)

/* ---- which card ---- */

static enum dialogue_verdict take_version(struct dialogue *d, const struct card_answer *answer)
{
	struct tlv tlv;

	if (answer->sw != SW_OK || tlv_header(answer->bytes, answer->n_bytes, &tlv) < 0 || tlv.tag != TAG_VERSION ||
	    tlv.length != 4 || !tlv.value)
		return DIALOGUE_OTHER_KIND;
	return memcmp(tlv.value, "0001", 4) == 0 ? DIALOGUE_NEXT : dialogue_end(d, CARD_UNSUPPORTED);
}

static enum dialogue_verdict take_kind(struct dialogue *d, const struct card_answer *answer)
{
	struct tlv tlv;

	if (answer->sw != SW_OK || tlv_header(answer->bytes, answer->n_bytes, &tlv) < 0 || tlv.tag != TAG_KIND ||
	    tlv.length != 1 || !tlv.value || (tlv.value[0] != '1' && tlv.value[0] != '2'))
		return dialogue_end(d, CARD_UNSUPPORTED);
	return DIALOGUE_NEXT;
}

/* ---- authentication by the card number ---- */

static enum dialogue_verdict take_challenge(struct dialogue *d, const struct card_answer *answer)
{
	struct residence_session *session = &memory_of(d)->session;

	if (answer->sw != SW_OK || answer->n_bytes != RESIDENCE_CHALLENGE_BYTES)
		return dialogue_end(d, CARD_MALFORMED);
	memcpy(session->rnd_icc, answer->bytes, RESIDENCE_CHALLENGE_BYTES);
	return DIALOGUE_NEXT;
}

static int ask_mutual(struct dialogue *d, struct card_ask *ask)
{
	struct memory *memory = memory_of(d);
	struct residence_session *session = &memory->session;
	int r;

	_Static_assert(RESIDENCE_CHALLENGE_BYTES + RESIDENCE_KEY_BYTES <= SESSION_NONCE_BYTES, "too little randomness");
	memcpy(session->rnd_ifd, d->request->nonce, RESIDENCE_CHALLENGE_BYTES);
	memcpy(session->k_ifd, d->request->nonce + RESIDENCE_CHALLENGE_BYTES, RESIDENCE_KEY_BYTES);
	r = residence_card_key(session, d->request->secret);
	if (!r)
		r = residence_authenticate(session, memory->data);
	ask->data = memory->data;
	ask->n_data = RESIDENCE_CRYPTOGRAM_BYTES;
	return r;
}

/* The card cannot decipher what another number enciphered; specification and JICSAP list leave the words to it. */
static bool means_wrong_number(uint16_t sw)
{
	return sw == 0x6300 || sw == 0x6982 || sw == 0x6985 || sw == 0x6988 || sw == 0x6A80;
}

static enum dialogue_verdict take_mutual(struct dialogue *d, const struct card_answer *answer)
{
	struct residence_session *session = &memory_of(d)->session;

	if (means_wrong_number(answer->sw))
		return dialogue_end(d, CARD_PIN_INCORRECT);
	if (answer->sw != SW_OK)
		return dialogue_verified(d, answer);
	if (answer->n_bytes != RESIDENCE_CRYPTOGRAM_BYTES || residence_authenticated(session, answer->bytes) < 0)
		return dialogue_end(d, CARD_MALFORMED);
	return DIALOGUE_NEXT;
}

static int ask_verify(struct dialogue *d, struct card_ask *ask)
{
	struct memory *memory = memory_of(d);

	ask->data = memory->data;
	ask->n_data = RESIDENCE_VERIFY_BYTES;
	return residence_verify(&memory->session, d->request->secret, memory->data);
}

/* ---- 住居地 ---- */

static enum dialogue_verdict take_address(struct dialogue *d, const struct card_answer *answer)
{
	if (answer->sw != SW_OK || residence_parse_address(answer->bytes, answer->n_bytes, &d->result->person) < 0)
		return dialogue_end(d, CARD_MALFORMED);
	return DIALOGUE_NEXT;
}

/* ---- images, by secure messaging ---- */

static bool wants_front(const struct dialogue *d)
{
	return dialogue_wants(d, CARD_WANT_FRONT) || dialogue_wants(d, CARD_WANT_PROOF);
}

static bool wants_face(const struct dialogue *d)
{
	return dialogue_wants(d, CARD_WANT_FACE) || dialogue_wants(d, CARD_WANT_PROOF);
}

static bool wants_images(const struct dialogue *d)
{
	return wants_front(d) || wants_face(d);
}

static enum dialogue_verdict take_images(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->has_images = answer->sw == SW_OK;
	return DIALOGUE_NEXT;
}

static bool reads_front(const struct dialogue *d)
{
	return wants_front(d) && memory_in(d)->has_images;
}

static bool reads_face(const struct dialogue *d)
{
	return wants_face(d) && memory_in(d)->has_images;
}

static int ask_piece(struct dialogue *d, struct picture_file *file, struct card_ask *ask)
{
	uint8_t *le = memory_of(d)->data;
	size_t wanted = file->total && file->total - file->n < PIECE_BYTES ? file->total - file->n : PIECE_BYTES;

	file->was_extended = !d->request->has_no_extended && !d->result->has_no_extended && wanted == PIECE_BYTES;
	memcpy(le, (const uint8_t[]){0x96, 2, 0, file->was_extended ? 0 : (uint8_t)wanted}, 4); /* 0000: all there is */
	ask->data = le;
	ask->n_data = 4;
	ask->le = file->was_extended ? EXTENDED_LE : SHORT_LE;
	if (!file->n)
		return 0; /* p1 names the file */
	ask->p1 = (uint8_t)(file->n >> 8);
	ask->p2 = (uint8_t)file->n;
	return 0;
}

static int ask_front(struct dialogue *d, struct card_ask *ask)
{
	return ask_piece(d, &memory_of(d)->front, ask);
}

static int ask_face(struct dialogue *d, struct card_ask *ask)
{
	return ask_piece(d, &memory_of(d)->face, ask);
}

/* Without a photo the object is empty, or zeros all the way. */
static enum file_state state_of(struct picture_file *file, uint32_t tag)
{
	struct tlv tlv;

	if (tlv_header(file->bytes, file->n, &tlv) < 0 || tlv.total > sizeof(file->bytes))
		return FILE_BROKEN;
	if (!tlv.length && (tlv.tag == tag || !tlv.tag))
		return FILE_ABSENT;
	if (tlv.tag != tag)
		return FILE_BROKEN;
	file->total = tlv.total;
	if (!tlv.value)
		return FILE_UNREAD;
	file->tlv = tlv;
	return FILE_WHOLE;
}

/* Return: the state after this piece; UNREAD: more is needed. */
static enum file_state add_piece(const struct residence_session *session, struct picture_file *file, uint32_t tag,
				 const struct card_answer *answer)
{
	size_t n_more = 0;

	if (answer->sw != SW_OK && answer->sw != SW_END_OF_FILE)
		return file->n ? FILE_BROKEN : FILE_ABSENT;
	if (residence_unwrap(session, answer->bytes, answer->n_bytes, file->bytes + file->n, sizeof(file->bytes) - file->n,
			     &n_more) < 0 || !n_more)
		return FILE_BROKEN;
	file->n += n_more;
	return state_of(file, tag);
}

static enum dialogue_verdict take_piece(struct dialogue *d, struct picture_file *file, uint32_t tag,
					const struct card_answer *answer)
{
	if (!answer->sw && file->was_extended && d->result->has_no_extended)
		return DIALOGUE_AGAIN; /* in short pieces */
	file->state = add_piece(&memory_of(d)->session, file, tag, answer);
	return file->state == FILE_UNREAD ? DIALOGUE_AGAIN : DIALOGUE_NEXT;
}

static void add_picture(struct dialogue *d, const struct picture_file *file, const char *what, const char *media)
{
	if (file->state == FILE_WHOLE)
		dialogue_add_picture(d, what, media, file->tlv.value,
				     residence_picture_length(file->tlv.value, file->tlv.length));
}

static enum dialogue_verdict take_front(struct dialogue *d, const struct card_answer *answer)
{
	struct picture_file *file = &memory_of(d)->front;
	enum dialogue_verdict verdict = take_piece(d, file, TAG_FRONT, answer);

	if (verdict == DIALOGUE_NEXT && dialogue_wants(d, CARD_WANT_FRONT))
		add_picture(d, file, "front", "image/tiff");
	return verdict;
}

static enum dialogue_verdict take_face(struct dialogue *d, const struct card_answer *answer)
{
	struct picture_file *file = &memory_of(d)->face;
	enum dialogue_verdict verdict = take_piece(d, file, TAG_FACE, answer);

	if (verdict == DIALOGUE_NEXT && dialogue_wants(d, CARD_WANT_FACE))
		add_picture(d, file, "face", "image/jp2");
	return verdict;
}

/* ---- signature ---- */

static bool wants_signature(const struct dialogue *d)
{
	return dialogue_wants(d, CARD_WANT_PROOF) && memory_in(d)->has_images;
}

static enum dialogue_verdict take_signature_selected(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->has_signature = answer->sw == SW_OK;
	return DIALOGUE_NEXT;
}

static bool reads_signature(const struct dialogue *d)
{
	return memory_in(d)->has_signature;
}

/* The address is not signed: images that hold must not lend it their proof. A card that fails is believed nothing. */
static enum dialogue_verdict take_signature(struct dialogue *d, const struct card_answer *answer)
{
	const struct memory *memory = memory_of(d);
	enum value_proof proof;

	if (answer->sw != SW_OK)
		return DIALOGUE_NEXT;
	proof = residence_judge(answer->bytes, answer->n_bytes, &memory->front.tlv, &memory->face.tlv, d->request->trust,
				d->request->today);
	if (proof == PROOF_FAILED)
		dialogue_prove(d, PROOF_FAILED);
	else
		d->result->genuine = proof;
	return DIALOGUE_NEXT;
}

/* ---- plans ---- */

#define STEPS_RECOGNISE                                                                                                \
	{.fixed = {.kind = CARD_ASK_SELECT}, .take = dialogue_mine},                                                \
	{.fixed = {.kind = CARD_ASK_READ, .sfi = EF_VERSION}, .is_optional = true, .take = take_version},              \
	{.fixed = {.kind = CARD_ASK_READ, .sfi = EF_KIND}, .is_optional = true, .take = take_kind}

static const struct card_step look[] = {
	STEPS_RECOGNISE,
	{0},
};

static const struct card_step read_address[] = {
	STEPS_RECOGNISE,
	{.fixed = {.kind = CARD_ASK_COMMAND, .ins = INS_GET_CHALLENGE, .le = RESIDENCE_CHALLENGE_BYTES}, .take = take_challenge},
	{.ask = ask_mutual, .fixed = {.kind = CARD_ASK_COMMAND, .ins = INS_MUTUAL_AUTHENTICATE, .le = SHORT_LE},
	 .take = take_mutual},
	{.ask = ask_verify, .fixed = {.kind = CARD_ASK_VERIFY, .cla = CLA_SECURE, .reference = REFERENCE_NUMBER},
	 .take = dialogue_verified},
	{.fixed = SELECT(aid_address), .take = dialogue_must},
	{.fixed = {.kind = CARD_ASK_READ, .sfi = EF_ADDRESS, .n_bytes = RESIDENCE_ADDRESS_FILE_BYTES, .is_long = true},
	 .take = take_address},
	{.is_wanted = wants_images, .fixed = SELECT(aid_images), .take = take_images},
	{.is_wanted = reads_front, .ask = ask_front, .is_optional = true, .take = take_front,
	 .fixed = {.kind = CARD_ASK_COMMAND, .cla = CLA_SECURE, .ins = INS_READ_BINARY, .p1 = BY_SFI | EF_FRONT}},
	{.is_wanted = reads_face, .ask = ask_face, .is_optional = true, .take = take_face,
	 .fixed = {.kind = CARD_ASK_COMMAND, .cla = CLA_SECURE, .ins = INS_READ_BINARY, .p1 = BY_SFI | EF_FACE}},
	{.is_wanted = wants_signature, .fixed = SELECT(aid_signature), .take = take_signature_selected},
	{.is_wanted = reads_signature, .is_optional = true, .take = take_signature,
	 .fixed = {.kind = CARD_ASK_READ, .sfi = EF_SIGNATURE, .n_bytes = RESIDENCE_SIGNATURE_FILE_BYTES, .is_long = true}},
	{0},
};

const struct card_profile profile_residence = {
	.kind = CARD_RESIDENCE,
	.about = "在留カード, 特別永住者証明書 (generation 1): 住居地 and images by the card number",
	.auths = {[SESSION_READ] = CARD_AUTH_BIT(CARD_AUTH_CARD_NUMBER)},
	.plans = {[SESSION_LOOK] = look, [SESSION_TRIES] = look, [SESSION_READ] = read_address},
};
