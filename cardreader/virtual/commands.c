/* SPDX-License-Identifier: MIT
 * The commands all cards share. Status words as measured on cards of these families: a blocked PIN answers 6984 to
 * VERIFY with data and still 63C0 to the query (OpenSC refuses the card otherwise); reading a PIN or key file is
 * 6981; behind the end 6B00. */
#include <openssl/rsa.h>
#include <string.h>

#include "cardreader/virtual/vcard_inner.h"
#include "shared/base/banned.h"

#define SIGNED_BYTES_MAX 245 /* PKCS #1 type 1 padding fills the rest */
#define MF 0x3F00

/* ---- SELECT ---- */

static uint16_t select_application(struct vcard *card, const struct apdu *apdu)
{
	static const uint8_t issuer_domain[] = {0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00};

	if (!card->has_mf && apdu->n_data == sizeof(issuer_domain) && memcmp(apdu->data, issuer_domain, apdu->n_data) == 0) {
		vcard_reset(card); /* no application of the card's own: as after power on */
		return SW_OK;
	}
	for (size_t i = 0; i < card->n_applications; i++) {
		struct vcard_application *application = &card->applications[i];

		if (!application->n_aid || apdu->n_data != application->n_aid ||
		    memcmp(apdu->data, application->aid, apdu->n_data) != 0)
			continue;
		if (!card->has_mf)
			vcard_reset(card); /* an application's PINs are its own, the MF's hold for the card */
		card->selected = application;
		card->current = NULL;
		return SW_OK;
	}
	return SW_NOT_FOUND;
}

static uint16_t select_mf(struct vcard *card, const struct apdu *apdu)
{
	bool names_mf = !apdu->n_data || (apdu->n_data == 2 && (apdu->data[0] << 8 | apdu->data[1]) == MF);

	if (!card->has_mf)
		return apdu->n_data ? SW_NOT_FOUND : card->selected ? SW_OK : SW_P1_P2;
	if (!names_mf)
		return SW_NOT_FOUND;
	card->selected = &card->applications[0];
	card->current = NULL;
	return SW_OK;
}

static uint16_t select_file(struct vcard *card, const struct apdu *apdu)
{
	struct vcard_file *file;

	if (!card->selected || apdu->n_data != 2)
		return card->selected ? SW_LENGTH : SW_NOT_FOUND;
	file = vcard_look_up(card, (uint16_t)(apdu->data[0] << 8 | apdu->data[1]));
	if (!file)
		return SW_NOT_FOUND;
	card->current = file;
	return SW_OK;
}

static uint16_t on_select(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	switch (apdu->p1) {
	case 0x00:
		return select_mf(card, apdu);
	case 0x02:
		return select_file(card, apdu);
	case 0x04:
		return select_application(card, apdu);
	default:
		return SW_P1_P2;
	}
}

/* ---- READ ---- */

struct vcard_credential *vcard_credentials(struct vcard *card)
{
	return card->has_mf ? card->applications[0].credentials : card->selected->credentials;
}

static bool is_open(const struct vcard *card, const struct vcard_file *file)
{
	unsigned open = file->unlocked_by & card->verified;

	return !file->unlocked_by || (file->needs_all ? open == file->unlocked_by : open != 0);
}

uint16_t vcard_find_readable(struct vcard *card, uint8_t sfi, enum vcard_file_kind kind)
{
	if (!card->selected)
		return SW_NO_CURRENT_EF;
	if (sfi) {
		struct vcard_file *file = vcard_look_up(card, sfi);

		if (!file)
			return SW_NOT_FOUND;
		card->current = file;
	}
	if (!card->current)
		return SW_NO_CURRENT_EF;
	if (card->current->kind != kind)
		return SW_FILE_STRUCTURE;
	return is_open(card, card->current) ? SW_OK : SW_SECURITY_STATUS;
}

static void give(struct answer *answer, const uint8_t *bytes, size_t n_bytes, int32_t le)
{
	size_t n = n_bytes < (size_t)le ? n_bytes : (size_t)le;

	if (n > VCARD_ANSWER_BYTES_MAX - 2)
		n = VCARD_ANSWER_BYTES_MAX - 2;
	memcpy(answer->bytes, bytes, n);
	answer->n = n;
}

static uint16_t on_read_binary(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	bool by_sfi = apdu->p1 & 0x80;
	size_t offset = by_sfi ? apdu->p2 : (size_t)apdu->p1 << 8 | apdu->p2;
	uint16_t sw = vcard_find_readable(card, by_sfi ? apdu->p1 & 0x1f : 0, VCARD_DATA);

	if (sw != SW_OK)
		return sw;
	if (card->current->is_secured)
		return SW_SECURITY_STATUS;
	if (apdu->le == APDU_NO_LE || apdu->n_data)
		return SW_LENGTH;
	if (offset >= card->current->n_bytes)
		return SW_OFFSET;
	give(answer, card->current->bytes + offset, card->current->n_bytes - offset, apdu->le);
	return SW_OK;
}

static uint16_t on_read_record(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	uint16_t sw = vcard_find_readable(card, apdu->p2 >> 3, VCARD_RECORD);

	if (sw != SW_OK)
		return sw;
	if (apdu->le == APDU_NO_LE)
		return SW_LENGTH;
	if ((apdu->p2 & 7) != 4 || apdu->p1 != 1)
		return SW_NO_RECORD;
	give(answer, card->current->bytes, card->current->n_bytes, apdu->le);
	return SW_OK;
}

/* ---- VERIFY ---- */

static uint16_t verify(struct vcard *card, struct vcard_file *file, const struct apdu *apdu)
{
	struct vcard_credential *credential = &vcard_credentials(card)[file->credential];

	if (!apdu->n_data)
		return (uint16_t)(SW_TRIES | credential->tries);
	credential->n_verify++;
	if (!credential->tries)
		return card->blocked_sw;
	if (apdu->n_data == strlen(credential->value) && memcmp(apdu->data, credential->value, apdu->n_data) == 0) {
		credential->tries = credential->tries_max;
		card->verified |= 1U << file->credential;
		return SW_OK;
	}
	card->verified &= ~(1U << file->credential);
	return (uint16_t)(SW_TRIES | --credential->tries);
}

static uint16_t on_verify(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	struct vcard_file *file = card->current;

	card->n_verify += apdu->n_data != 0;
	if (!card->selected || apdu->p1 || !(apdu->p2 & 0x80))
		return SW_P1_P2;
	if (apdu->p2 & 0x1f)
		file = vcard_find_file(card->selected, apdu->p2 & 0x1f);
	if (!file)
		return apdu->p2 & 0x1f ? SW_NO_REFERENCE : SW_NO_CURRENT_EF;
	if (file->kind != VCARD_PIN)
		return SW_FILE_STRUCTURE;
	return file->is_secured ? SW_SECURITY_STATUS : verify(card, file, apdu);
}

/* ---- keys ---- */

/* PERFORM SECURITY OPERATION: pads what it gets (PKCS #1 type 1) and signs. */
static uint16_t on_sign(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	struct vcard_file *file = card->current;
	EVP_PKEY_CTX *context;
	size_t n = VCARD_ANSWER_BYTES_MAX - 2;
	bool ok;

	if (!card->selected)
		return SW_NO_CURRENT_EF;
	if (apdu->p2 == 0)
		file = vcard_look_up(card, card->selected->default_key);
	else if (apdu->p2 & 0x1f)
		file = vcard_look_up(card, apdu->p2 & 0x1f);
	if (!file || !file->key || file->kind != VCARD_KEY)
		return file ? SW_FILE_STRUCTURE : SW_NO_REFERENCE;
	if (!is_open(card, file))
		return SW_SECURITY_STATUS;
	if (apdu->p1 || !apdu->n_data || apdu->n_data > SIGNED_BYTES_MAX)
		return SW_DATA;
	context = EVP_PKEY_CTX_new(file->key, NULL);
	ok = context && EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
	     EVP_PKEY_sign(context, answer->bytes, &n, apdu->data, apdu->n_data) == 1;
	EVP_PKEY_CTX_free(context);
	answer->n = ok ? n : 0;
	return ok ? SW_OK : SW_FAILED;
}

static uint16_t on_challenge(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	if (apdu->le == APDU_NO_LE || apdu->le > 256 || !vcard_draw_random(card, answer->bytes, (size_t)apdu->le))
		return SW_LENGTH;
	answer->n = (size_t)apdu->le;
	if (card->has_mutual && answer->n == sizeof(card->mutual.challenge)) {
		memcpy(card->mutual.challenge, answer->bytes, answer->n);
		card->mutual.has_challenge = true;
	}
	return SW_OK;
}

static uint16_t on_get_data(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	size_t n_atr;
	const uint8_t *atr = vcard_atr(&n_atr);

	if (apdu->p1 != 0x5F || apdu->p2 != 0x51)
		return SW_NO_REFERENCE;
	give(answer, atr + 1, n_atr - 1, apdu->le == APDU_NO_LE ? 256 : apdu->le);
	return SW_OK;
}

/* ---- the table ---- */

enum { ANY, WITH_MUTUAL, WITHOUT_MUTUAL };

static const struct {
	uint8_t cla, ins;
	int on;
	uint16_t (*fn)(struct vcard *card, const struct apdu *apdu, struct answer *answer);
} commands[] = {
	{0x00, 0xA4, ANY, on_select},
	{0x00, 0xB0, ANY, on_read_binary},
	{0x00, 0xB2, WITHOUT_MUTUAL, on_read_record},
	{0x00, 0x20, ANY, on_verify},
	{0x00, 0x84, ANY, on_challenge},
	{0x00, 0xCA, WITHOUT_MUTUAL, on_get_data},
	{0x80, 0x2A, WITHOUT_MUTUAL, on_sign},
	{0x00, 0x82, WITH_MUTUAL, vcard_on_mutual},
	{0x08, 0x20, WITH_MUTUAL, vcard_on_secured},
	{0x08, 0xB0, WITH_MUTUAL, vcard_on_secured},
};

uint16_t vcard_dispatch(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	bool knows_class = false;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (commands[i].on != ANY && (commands[i].on == WITH_MUTUAL) != card->has_mutual)
			continue;
		knows_class |= commands[i].cla == apdu->cla;
		if (commands[i].ins == apdu->ins && commands[i].cla == apdu->cla)
			return commands[i].fn(card, apdu, answer);
	}
	return knows_class ? SW_INS : SW_CLA;
}
