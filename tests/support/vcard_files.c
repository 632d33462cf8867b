/* SPDX-License-Identifier: MIT
 * vcard_files PERSONA.yaml DIR KEYS: opens a virtual card with all its credentials, reads every file through APDUs and
 * writes each as DIR/APPLICATION-EF, for tests that look at them with other programs; the anchors go to DIR/trust, the
 * keys are kept in KEYS. */
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/virtual/mutual.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/banned.h"

#define EF_MAX 0x20

struct world {
	struct persona *persona;
	struct keyring *keys;
	struct vcard *card;
	struct mutual reader;
	const char *directory;
	uint8_t answer[VCARD_ANSWER_BYTES_MAX];
	size_t n;
};

static unsigned transmit(struct world *w, const uint8_t *command, size_t n_command)
{
	size_t n = vcard_transmit(w->card, command, n_command, w->answer);

	w->n = n - 2;
	return (unsigned)w->answer[w->n] << 8 | w->answer[w->n + 1];
}

static bool verify(struct world *w, uint8_t reference, const char *value)
{
	uint8_t command[32] = {0x00, 0x20, 0x00, reference, (uint8_t)strlen(value)};

	memcpy(command + 5, value, strlen(value));
	return transmit(w, command, 5 + strlen(value)) == 0x9000;
}

static bool write_file(const struct world *w, const char *application, unsigned ef, const uint8_t *bytes, size_t n_bytes)
{
	char path[512];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s-%04X", w->directory, application, ef);
	file = fopen(path, "we");
	ok = file && fwrite(bytes, 1, n_bytes, file) == n_bytes;
	return file && fclose(file) == 0 && ok;
}

/* Under secure messaging where the card wants it. */
static bool read_file(struct world *w, const char *application, uint8_t ef)
{
	const uint8_t plain[] = {0x00, 0xB0, 0x80 | ef, 0x00, 0x00, 0x00, 0x00};
	const uint8_t secured[] = {0x08, 0xB0, 0x80 | ef, 0x00, 0x00, 0x00, 0x04, 0x96, 0x02, 0x00, 0x00, 0x00, 0x00};
	unsigned sw = transmit(w, plain, sizeof(plain));
	uint8_t clear[16384];
	int n;

	if (sw == 0x6A82 || sw == 0x6981)
		return true;
	if (sw == 0x9000)
		return write_file(w, application, ef, w->answer, w->n);
	if (sw != 0x6982 || transmit(w, secured, sizeof(secured)) != 0x9000 || w->n < 5)
		return false;
	n = mutual_unwrap(&w->reader, w->answer + 5, w->n - 5, clear); /* 86 82 hh ll 01 */
	return n >= 0 && write_file(w, application, ef, clear, (size_t)n);
}

static bool read_application(struct world *w, const char *name, const uint8_t *aid, size_t n_aid)
{
	uint8_t command[32] = {0x00, 0xA4, 0x04, 0x0C, (uint8_t)n_aid};

	memcpy(command + 5, aid, n_aid);
	if (transmit(w, command, 5 + n_aid) != 0x9000)
		return false;
	if (strcmp(name, "text") == 0)
		verify(w, 0x91, w->persona->pin);
	if (strcmp(name, "jpki") == 0)
		verify(w, 0x9B, w->persona->sign_pin);
	if (strcmp(name, "visual") == 0) {
		char b[20];

		persona_make_b(w->persona, b);
		b[6] = '\0';
		if (!verify(w, 0x91, b) || !verify(w, 0x93, w->persona->number))
			return false;
	}
	for (uint8_t ef = 1; ef < EF_MAX; ef++)
		if (!read_file(w, name, ef)) {
			fprintf(stderr, "vcard_files: %s %04X is not read\n", name, ef);
			return false;
		}
	return true;
}

static bool open_residence(struct world *w)
{
	static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
	uint8_t command[46] = {0x00, 0x82, 0x00, 0x00, 0x28}, plain[32] = {0}, seed[20], hash[20], wrapped[32];
	uint8_t number[24] = {0x08, 0x20, 0x00, 0x86, 0x13, 0x86, 0x11, 0x01};
	const char *card_number = w->persona->residence.card_number;

	if (mutual_init(&w->reader, card_number) < 0 || transmit(w, challenge, sizeof(challenge)) != 0x9000)
		return false;
	memcpy(plain + 8, w->answer, 8);
	if (mutual_cipher(w->reader.key, true, plain, 32, command + 5) < 0 ||
	    mutual_mac(w->reader.key, command + 5, 32, command + 37) < 0 || transmit(w, command, sizeof(command)) != 0x9000 ||
	    mutual_cipher(w->reader.key, false, w->answer, 32, plain) < 0)
		return false;
	memcpy(seed, plain + 16, 16); /* K.IFD is zero */
	memcpy(seed + 16, "\0\0\0\1", 4);
	SHA1(seed, sizeof(seed), hash);
	memcpy(w->reader.session_key, hash, 16);
	if (mutual_wrap(&w->reader, (const uint8_t *)card_number, 12, wrapped) != 16)
		return false;
	memcpy(number + 8, wrapped, 16);
	return transmit(w, number, sizeof(number)) == 0x9000;
}

static bool read_all(struct world *w)
{
	static const uint8_t text[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08},
			     visual[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02},
			     jpki[] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
	uint8_t licence[16] = {0xA0, 0x00, 0x00, 0x02, 0x31, 0x01}, residence[16] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02};
	bool ok;

	if (w->persona->kind == PERSONA_MY_NUMBER)
		return read_application(w, "text", text, sizeof(text)) && read_application(w, "visual", visual, sizeof(visual)) &&
		       read_application(w, "jpki", jpki, sizeof(jpki));
	if (w->persona->kind == PERSONA_DRIVER_LICENCE) {
		ok = verify(w, 0x81, w->persona->licence.pin1[0] ? w->persona->licence.pin1 : "****") &&
		     verify(w, 0x82, w->persona->licence.pin2[0] ? w->persona->licence.pin2 : "****") &&
		     read_application(w, "df1", licence, sizeof(licence));
		licence[5] = 0x02;
		return ok && read_application(w, "df2", licence, sizeof(licence));
	}
	ok = open_residence(w) && read_application(w, "df1", residence, sizeof(residence));
	residence[5] = 0x03;
	ok = ok && read_application(w, "df2", residence, sizeof(residence));
	residence[5] = 0x04;
	return ok && read_application(w, "df3", residence, sizeof(residence));
}

int main(int argc, char **argv)
{
	struct world *w = calloc(1, sizeof(*w));
	char trust[512];
	bool ok;

	if (argc != 4 || !w) {
		fprintf(stderr, "usage: vcard_files PERSONA.yaml DIR KEYS\n");
		return 2;
	}
	w->directory = argv[2];
	snprintf(trust, sizeof(trust), "%s/trust", argv[2]);
	ok = persona_load(argv[1], stderr, &w->persona) == 0 && keyring_new(argv[3], &w->keys) == 0 &&
	     vcard_new_with_keys(w->persona, w->keys, &w->card) == 0 && read_all(w) && keyring_write_trust(w->keys, trust) == 0;
	vcard_free(w->card);
	keyring_free(w->keys);
	persona_free(w->persona);
	free(w);
	return ok ? 0 : 1;
}
