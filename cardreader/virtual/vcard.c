/* SPDX-License-Identifier: MIT
 * Status words as measured on cards of this family: a blocked PIN answers 6984 to VERIFY with data and still 63C0
 * to the query (OpenSC refuses the card otherwise); reading a PIN or key file is 6981; behind the end 6B00. */
#include <errno.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/profile/apdu.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define SW_OK 0x9000
#define SW_TRIES 0x63C0
#define SW_LENGTH 0x6700
#define SW_FILE_STRUCTURE 0x6981
#define SW_SECURITY_STATUS 0x6982
#define SW_BLOCKED 0x6984
#define SW_NO_CURRENT_EF 0x6986
#define SW_DATA 0x6A80
#define SW_NOT_FOUND 0x6A82
#define SW_NO_RECORD 0x6A83
#define SW_P1_P2 0x6A86
#define SW_NO_REFERENCE 0x6A88
#define SW_OFFSET 0x6B00
#define SW_INS 0x6D00
#define SW_CLA 0x6E00
#define SW_FAILED 0x6F00

struct vcard {
	const struct persona *persona; /* borrowed */
	struct vcard_application applications[VCARD_APPLICATIONS];
	struct vcard_application *selected;
	struct vcard_file *current;
	unsigned verified; /* bits of the selected application's credentials */
};

struct answer {
	uint8_t *bytes;
	size_t n;
};

static const uint8_t atr[] = {0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14};

/* ---- building ---- */

struct vcard_file *vcard_find_file(struct vcard_application *application, uint16_t ef)
{
	for (size_t i = 0; i < application->n_files; i++)
		if (application->files[i].ef == ef)
			return &application->files[i];
	return NULL;
}

struct vcard_file *vcard_add_file(struct vcard_application *application, uint16_t ef, unsigned unlocked_by,
				  const void *bytes, size_t n_bytes)
{
	struct vcard_file *file = vcard_find_file(application, ef);
	uint8_t *copy = malloc(n_bytes + 1);

	if (!copy || (!file && application->n_files == VCARD_FILES_MAX)) {
		free(copy);
		return NULL;
	}
	if (!file)
		file = &application->files[application->n_files++];
	if (n_bytes)
		memcpy(copy, bytes, n_bytes);
	free(file->bytes);
	*file = (struct vcard_file){.ef = ef, .bytes = copy, .n_bytes = n_bytes, .unlocked_by = unlocked_by};
	return file;
}

int vcard_add_pin(struct vcard_application *application, uint16_t ef, size_t credential, const char *value, int tries,
		  int tries_max)
{
	struct vcard_file *file = vcard_add_file(application, ef, 0, NULL, 0);
	struct vcard_credential *to = &application->credentials[credential];

	if (!file || strlen(value) >= sizeof(to->value))
		return fault_raise(-ENOSPC);
	file->kind = VCARD_PIN;
	file->credential = credential;
	*to = (struct vcard_credential){.tries = tries, .tries_max = tries_max};
	memcpy(to->value, value, strlen(value) + 1);
	return 0;
}

/* ---- commands ---- */

/* What needs RSA keys is made when it is first asked for: reading the attributes should not wait for it. */
static struct vcard_file *look_up(struct vcard *card, uint16_t ef)
{
	struct vcard_application *application = card->selected;
	struct vcard_file *file = vcard_find_file(application, ef);

	if ((file && (file->kind != VCARD_KEY || file->key)) || application->is_prepared || !application->prepare)
		return file;
	application->is_prepared = application->prepare(application, card->persona) == 0;
	return vcard_find_file(application, ef);
}

static uint16_t select_application(struct vcard *card, const struct apdu *apdu)
{
	for (size_t i = 0; i < VCARD_APPLICATIONS; i++) {
		struct vcard_application *application = &card->applications[i];

		if (apdu->n_data != application->n_aid || memcmp(apdu->data, application->aid, apdu->n_data) != 0)
			continue;
		vcard_reset(card);
		card->selected = application;
		return SW_OK;
	}
	return SW_NOT_FOUND;
}

static uint16_t select_file(struct vcard *card, const struct apdu *apdu)
{
	struct vcard_file *file;

	if (!card->selected || apdu->n_data != 2)
		return card->selected ? SW_LENGTH : SW_NOT_FOUND;
	file = look_up(card, (uint16_t)(apdu->data[0] << 8 | apdu->data[1]));
	if (!file)
		return SW_NOT_FOUND;
	card->current = file;
	return SW_OK;
}

static uint16_t on_select(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	switch (apdu->p1) {
	case 0x00:
		if (apdu->n_data)
			return SW_NOT_FOUND;
		return card->selected ? SW_OK : SW_P1_P2;
	case 0x02:
		return select_file(card, apdu);
	case 0x04:
		return select_application(card, apdu);
	default:
		return SW_P1_P2;
	}
}

static uint16_t find_readable(struct vcard *card, uint8_t sfi, enum vcard_file_kind kind)
{
	if (!card->selected)
		return SW_NO_CURRENT_EF;
	if (sfi) {
		struct vcard_file *file = look_up(card, sfi);

		if (!file)
			return SW_NOT_FOUND;
		card->current = file;
	}
	if (!card->current)
		return SW_NO_CURRENT_EF;
	if (card->current->kind != kind)
		return SW_FILE_STRUCTURE;
	if (card->current->unlocked_by && !(card->current->unlocked_by & card->verified))
		return SW_SECURITY_STATUS;
	return SW_OK;
}

static void give(struct answer *answer, const uint8_t *bytes, size_t n_bytes, int32_t le)
{
	size_t n = n_bytes < (size_t)le ? n_bytes : (size_t)le;

	memcpy(answer->bytes, bytes, n);
	answer->n = n;
}

static uint16_t on_read_binary(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	bool by_sfi = apdu->p1 & 0x80;
	size_t offset = by_sfi ? apdu->p2 : (size_t)apdu->p1 << 8 | apdu->p2;
	uint16_t sw = find_readable(card, by_sfi ? apdu->p1 & 0x1f : 0, VCARD_DATA);

	if (sw != SW_OK)
		return sw;
	if (apdu->le == APDU_NO_LE || apdu->n_data)
		return SW_LENGTH;
	if (offset >= card->current->n_bytes)
		return SW_OFFSET;
	give(answer, card->current->bytes + offset, card->current->n_bytes - offset, apdu->le);
	return SW_OK;
}

static uint16_t on_read_record(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	uint16_t sw = find_readable(card, apdu->p2 >> 3, VCARD_RECORD);

	if (sw != SW_OK)
		return sw;
	if (apdu->le == APDU_NO_LE)
		return SW_LENGTH;
	if ((apdu->p2 & 7) != 4 || apdu->p1 != 1)
		return SW_NO_RECORD;
	give(answer, card->current->bytes, card->current->n_bytes, apdu->le);
	return SW_OK;
}

static uint16_t on_verify(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	struct vcard_file *file = card->current;
	struct vcard_credential *credential;

	if (!card->selected || apdu->p1 || !(apdu->p2 & 0x80))
		return SW_P1_P2;
	if (apdu->p2 & 0x1f)
		file = vcard_find_file(card->selected, apdu->p2 & 0x1f);
	if (!file)
		return apdu->p2 & 0x1f ? SW_NO_REFERENCE : SW_NO_CURRENT_EF;
	if (file->kind != VCARD_PIN)
		return SW_FILE_STRUCTURE;
	credential = &card->selected->credentials[file->credential];
	if (!apdu->n_data)
		return (uint16_t)(SW_TRIES | credential->tries);
	if (!credential->tries)
		return SW_BLOCKED;
	if (apdu->n_data == strlen(credential->value) && memcmp(apdu->data, credential->value, apdu->n_data) == 0) {
		credential->tries = credential->tries_max;
		card->verified |= 1U << file->credential;
		return SW_OK;
	}
	card->verified &= ~(1U << file->credential);
	return (uint16_t)(SW_TRIES | --credential->tries);
}

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
		file = look_up(card, card->selected->default_key);
	else if (apdu->p2 & 0x1f)
		file = look_up(card, apdu->p2 & 0x1f);
	if (!file || !file->key || file->kind != VCARD_KEY)
		return file ? SW_FILE_STRUCTURE : SW_NO_REFERENCE;
	if (file->unlocked_by && !(file->unlocked_by & card->verified))
		return SW_SECURITY_STATUS;
	if (apdu->p1 || !apdu->n_data || apdu->n_data > 245)
		return SW_DATA;
	context = EVP_PKEY_CTX_new(file->key, NULL);
	ok = context && EVP_PKEY_sign_init(context) == 1 &&
	     EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
	     EVP_PKEY_sign(context, answer->bytes, &n, apdu->data, apdu->n_data) == 1;
	EVP_PKEY_CTX_free(context);
	answer->n = ok ? n : 0;
	return ok ? SW_OK : SW_FAILED;
}

static uint16_t on_challenge(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	if (apdu->le == APDU_NO_LE || apdu->le > 256 || RAND_bytes(answer->bytes, apdu->le) != 1)
		return SW_LENGTH;
	answer->n = (size_t)apdu->le;
	return SW_OK;
}

static uint16_t on_get_data(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	if (apdu->p1 != 0x5F || apdu->p2 != 0x51)
		return SW_NO_REFERENCE;
	give(answer, atr + 1, sizeof(atr) - 1, apdu->le == APDU_NO_LE ? 256 : apdu->le);
	return SW_OK;
}

static const struct {
	uint8_t cla, ins;
	uint16_t (*fn)(struct vcard *card, const struct apdu *apdu, struct answer *answer);
} commands[] = {
	{0x00, 0xA4, on_select},    {0x00, 0xB0, on_read_binary}, {0x00, 0xB2, on_read_record}, {0x00, 0x20, on_verify},
	{0x00, 0x84, on_challenge}, {0x00, 0xCA, on_get_data},	  {0x80, 0x2A, on_sign},
};

static uint16_t dispatch(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	if (apdu->cla != 0x00 && apdu->cla != 0x80)
		return SW_CLA;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (commands[i].ins == apdu->ins && commands[i].cla == apdu->cla)
			return commands[i].fn(card, apdu, answer);
	return SW_INS;
}

/* ---- public calls ---- */

int vcard_new(const struct persona *persona, struct vcard **ret_card)
{
	static int (*const makers[VCARD_APPLICATIONS])(struct vcard_application *, const struct persona *) = {
		vcard_make_text, vcard_make_jpki, vcard_make_common};
	CLEANUP(vcard_freep) struct vcard *card = calloc(1, sizeof(*card));
	int r;

	if (!card)
		return fault_raise(-ENOMEM);
	card->persona = persona;
	for (size_t i = 0; i < VCARD_APPLICATIONS; i++) {
		r = makers[i](&card->applications[i], persona);
		if (r < 0)
			return fault_pass(r);
	}
	*ret_card = TAKE(card);
	return 0;
}

struct vcard *vcard_free(struct vcard *card)
{
	if (!card)
		return NULL;
	for (size_t i = 0; i < VCARD_APPLICATIONS; i++) {
		struct vcard_application *application = &card->applications[i];

		for (size_t j = 0; j < application->n_files; j++)
			free(application->files[j].bytes);
		for (size_t j = 0; j < sizeof(application->keys) / sizeof(*application->keys); j++)
			EVP_PKEY_free(application->keys[j]);
	}
	explicit_bzero(card, sizeof(*card));
	free(card);
	return NULL;
}

void vcard_reset(struct vcard *card)
{
	card->selected = NULL;
	card->current = NULL;
	card->verified = 0;
}

size_t vcard_transmit(struct vcard *card, const uint8_t *command, size_t n_command, uint8_t *bytes)
{
	struct answer answer = {.bytes = bytes};
	struct apdu apdu;
	uint16_t sw = apdu_decode(command, n_command, &apdu) < 0 ? SW_LENGTH : dispatch(card, &apdu, &answer);

	bytes[answer.n] = (uint8_t)(sw >> 8);
	bytes[answer.n + 1] = (uint8_t)sw;
	return answer.n + 2;
}

const uint8_t *vcard_atr(size_t *ret_n_atr)
{
	*ret_n_atr = sizeof(atr);
	return atr;
}

void vcard_tries(const struct vcard *card, int *ret_pin, int *ret_a, int *ret_b)
{
	const struct vcard_credential *credentials = card->applications[0].credentials;

	*ret_pin = credentials[0].tries;
	*ret_a = credentials[1].tries;
	*ret_b = credentials[2].tries;
}
