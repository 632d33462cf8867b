/* SPDX-License-Identifier: MIT
 * Each kind of card is a list of applications. What needs RSA keys or drawing is made when it is first asked for, or
 * ahead of that by vcard_prepare(): a unit test should not wait for what it never reads. */
#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/virtual/vcard_inner.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

typedef int (*maker)(struct vcard_application *, const struct vcard_source *);

/** Ends with NULL. The first application is where a persona's files go that name no other. */
static const struct {
	bool has_mf;
	const char *main;
	maker makers[VCARD_APPLICATIONS_MAX + 1];
} kinds[PERSONA_KINDS] = {
	[PERSONA_MY_NUMBER] = {false, "text", {vcard_make_text, vcard_make_visual, vcard_make_jpki, vcard_make_common, vcard_make_aboard}},
	[PERSONA_DRIVER_LICENCE] = {true, "df1", {vcard_make_licence_mf, vcard_make_licence_df1, vcard_make_licence_df2}},
	[PERSONA_RESIDENCE_CARD] = {true, "df2", {vcard_make_residence_mf, vcard_make_residence_df1, vcard_make_residence_df2,
						  vcard_make_residence_df3}},
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

int vcard_add_built(struct vcard_application *application, uint16_t ef, unsigned unlocked_by, const struct build *built)
{
	if (built->r < 0)
		return fault_pass(built->r);
	return vcard_add_file(application, ef, unlocked_by, built->bytes.bytes, built->bytes.len) ? 0 : fault_raise(-ENOSPC);
}

int vcard_add_pin(struct vcard_application *application, uint16_t ef, size_t credential, const char *word,
		  const char *value, int tries, int tries_max)
{
	struct vcard_file *file = vcard_add_file(application, ef, 0, NULL, 0);
	struct vcard_credential *to = &application->credentials[credential];

	if (!file || strlen(value) >= sizeof(to->value))
		return fault_raise(-ENOSPC);
	file->kind = VCARD_PIN;
	file->credential = credential;
	*to = (struct vcard_credential){.word = word, .tries = tries, .tries_max = tries_max};
	memcpy(to->value, value, strlen(value) + 1);
	return 0;
}

int vcard_add_key(struct vcard_application *application, uint16_t ef, unsigned unlocked_by)
{
	struct vcard_file *file = vcard_add_file(application, ef, unlocked_by, NULL, 0);

	if (!file)
		return fault_raise(-ENOSPC);
	file->kind = VCARD_KEY;
	return 0;
}

int vcard_set_key(struct vcard_application *application, uint16_t ef, struct keyring *keys, enum keyring_name name)
{
	struct vcard_file *file = vcard_find_file(application, ef);
	int r = file ? keyring_get(keys, name, &file->key) : -ENOENT;

	return r < 0 ? fault_pass(r) : 0;
}

/* A persona's own bytes, with the access of what they replace. */
static int override_files(const struct vcard *card, struct vcard_application *application)
{
	const struct persona *p = card->source.persona;

	for (size_t i = 0; i < p->n_files; i++) {
		const struct persona_file *from = &p->files[i];
		const struct vcard_file *old = vcard_find_file(application, from->ef);
		struct vcard_file before = old ? *old : (struct vcard_file){0}, *file;

		if (strcmp(from->place[0] ? from->place : kinds[p->kind].main, application->name) != 0 ||
		    (!old && application->prepare && !application->is_prepared))
			continue;
		file = vcard_add_file(application, from->ef, before.unlocked_by, from->bytes, from->n_bytes);
		if (!file)
			return fault_raise(-ENOSPC);
		file->needs_all = before.needs_all;
		file->is_secured = before.is_secured;
	}
	return 0;
}

/* What cannot be made is missing from the card, and said; it is tried again when a command asks for it. */
static void prepare(struct vcard *card, struct vcard_application *application)
{
	char trail[256];

	if (application->is_prepared || !application->prepare)
		return;
	application->is_prepared = true;
	if (application->prepare(application, &card->source) == 0 && override_files(card, application) == 0)
		return;
	application->is_prepared = false;
	fprintf(stderr, "virtual card: %s\n", fault_format(trail, sizeof(trail)));
}

struct vcard_file *vcard_look_up(struct vcard *card, uint16_t ef)
{
	struct vcard_application *application = card->selected;
	struct vcard_file *file = vcard_find_file(application, ef);

	if (file && (file->kind != VCARD_KEY || file->key))
		return file;
	prepare(card, application);
	return vcard_find_file(application, ef);
}

/* ---- public calls ---- */

void vcard_prepare(struct vcard *card)
{
	for (size_t i = 0; i < card->n_applications; i++)
		prepare(card, &card->applications[i]);
}

static int make_applications(struct vcard *card)
{
	enum persona_kind kind = card->source.persona->kind;
	int r = 0;

	card->has_mf = kinds[kind].has_mf;
	for (size_t i = 0; !r && kinds[kind].makers[i]; i++) {
		struct vcard_application *application = &card->applications[card->n_applications];

		r = kinds[kind].makers[i](application, &card->source);
		if (!r && application->name) {
			card->n_applications++;
			r = override_files(card, application);
		}
	}
	if (!r && kind == PERSONA_RESIDENCE_CARD) {
		card->has_mutual = true;
		r = mutual_init(&card->mutual, card->source.persona->residence.card_number);
	}
	return r < 0 ? fault_pass(r) : 0;
}

int vcard_new_with_keys(const struct persona *persona, struct keyring *keys, struct vcard **ret_card)
{
	CLEANUP(vcard_freep) struct vcard *card = calloc(1, sizeof(*card));
	int r = card ? 0 : fault_raise(-ENOMEM);

	if (r < 0)
		return r;
	card->source = (struct vcard_source){.persona = persona, .keys = keys};
	card->blocked_sw = SW_BLOCKED;
	r = make_applications(card);
	if (r < 0)
		return fault_pass(r);
	vcard_reset(card);
	*ret_card = TAKE(card);
	return 0;
}

int vcard_new(const struct persona *persona, struct vcard **ret_card)
{
	CLEANUP(keyring_freep) struct keyring *keys = NULL;
	struct vcard *card;
	int r = keyring_new(NULL, &keys);

	if (!r)
		r = vcard_new_with_keys(persona, keys, &card);
	if (r < 0)
		return fault_pass(r);
	card->own_keys = TAKE(keys);
	*ret_card = card;
	return 0;
}

struct vcard *vcard_free(struct vcard *card)
{
	if (!card)
		return NULL;
	for (size_t i = 0; i < VCARD_APPLICATIONS_MAX; i++)
		for (size_t j = 0; j < card->applications[i].n_files; j++)
			free(card->applications[i].files[j].bytes);
	keyring_free(card->own_keys);
	explicit_bzero(card, sizeof(*card));
	free(card);
	return NULL;
}

struct keyring *vcard_keys(struct vcard *card)
{
	return card->source.keys;
}

void vcard_reset(struct vcard *card)
{
	card->selected = card->has_mf ? &card->applications[0] : NULL;
	card->current = NULL;
	card->verified = 0;
	mutual_close(&card->mutual);
}

size_t vcard_transmit(struct vcard *card, const uint8_t *command, size_t n_command, uint8_t *bytes)
{
	struct answer answer = {.bytes = bytes};
	struct apdu apdu;
	uint16_t sw = apdu_decode(command, n_command, &apdu) < 0 ? SW_LENGTH : vcard_dispatch(card, &apdu, &answer);

	bytes[answer.n] = (uint8_t)(sw >> 8);
	bytes[answer.n + 1] = (uint8_t)sw;
	return answer.n + 2;
}

const uint8_t *vcard_atr(size_t *ret_n_atr)
{
	*ret_n_atr = sizeof(atr);
	return atr;
}

void vcard_set_blocked_sw(struct vcard *card, uint16_t sw)
{
	card->blocked_sw = sw;
}

void vcard_set_random(struct vcard *card, const uint8_t *bytes, size_t n_bytes)
{
	card->n_random = n_bytes < sizeof(card->random) ? n_bytes : sizeof(card->random);
	memcpy(card->random, bytes, card->n_random);
}

bool vcard_draw_random(struct vcard *card, uint8_t *out, size_t n_bytes)
{
	if (card->n_random < n_bytes) {
		card->n_random = 0;
		return RAND_bytes(out, (int)n_bytes) == 1;
	}
	memcpy(out, card->random, n_bytes);
	card->n_random -= n_bytes;
	memmove(card->random, card->random + n_bytes, card->n_random);
	return true;
}

/* ---- status ---- */

void vcard_forget_counts(struct vcard *card)
{
	card->n_verify = 0;
	for (size_t i = 0; i < card->n_applications; i++)
		for (size_t j = 0; j < VCARD_CREDENTIALS_MAX; j++)
			card->applications[i].credentials[j].n_verify = 0;
}

int vcard_n_verify(const struct vcard *card)
{
	return card->n_verify;
}

static const struct vcard_credential *next_credential(const struct vcard *card, size_t *at)
{
	while (*at < card->n_applications * VCARD_CREDENTIALS_MAX) {
		const struct vcard_application *application = &card->applications[*at / VCARD_CREDENTIALS_MAX];
		const struct vcard_credential *credential = &application->credentials[*at % VCARD_CREDENTIALS_MAX];

		++*at;
		if (credential->word)
			return credential;
	}
	return NULL;
}

const char *vcard_status(const struct vcard *card, char *out, size_t size)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(4096);
	const struct vcard_credential *credential;
	size_t at = 0;
	int r = 0;

	while (!r && (credential = next_credential(card, &at)))
		r = buf_addf(&line, "%s %d ", credential->word, credential->tries);
	if (!r)
		r = buf_addf(&line, "verify %d", card->n_verify);
	at = 0;
	while (!r && (credential = next_credential(card, &at)))
		if (credential->n_verify)
			r = buf_addf(&line, " verify-%s %d", credential->word, credential->n_verify);
	snprintf(out, size, "%s", buf_text(&line));
	return out;
}
