/* SPDX-License-Identifier: MIT
 * make_corpus FOLDER TRUST - writes the seeds of all harnesses: what the virtual cards answer to whole sessions, their
 * files one by one, the messages of cardd; and into the folder TRUST the anchors that verify these very cards. Fictional
 * people only. Small on purpose: a seed for each way through the code. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cardreader/cardd_wire.h"
#include "cardreader/profile/apdu.h"
#include "cardreader/session/session.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/buf.h"
#include "tests/support/licence_card.h"
#include "shared/base/banned.h"

#define SEED_BYTES_MAX 40000

static const char *folder;

static void fail(const char *what)
{
	fprintf(stderr, "make_corpus: %s\n", what);
	exit(1);
}

static char *print(const char *format, ...) PRINTF_LIKE(1, 2);
static char *print(const char *format, ...)
{
	va_list arguments;
	char *text;
	int r;

	va_start(arguments, format);
	r = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (r < 0)
		fail("no memory");
	return text;
}

static void write_seed(const char *harness, const char *name, const void *bytes, size_t n_bytes)
{
	CLEANUP(freep) char *own = print("%s/%s", folder, harness);
	CLEANUP(freep) char *path = print("%s/%s", own, name);
	FILE *file;

	if (mkdir(own, 0777) < 0 && errno != EEXIST)
		fail(own);
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, n_bytes, file) != n_bytes || fclose(file) != 0)
		fail(path);
}

static void add(struct buf *to, const void *bytes, size_t n_bytes)
{
	if (buf_add(to, bytes, n_bytes) < 0)
		fail("a seed grew too large");
}

static void add_block(struct buf *to, const void *bytes, size_t n_bytes)
{
	add(to, (const uint8_t[]){(uint8_t)(n_bytes >> 8), (uint8_t)n_bytes}, 2);
	add(to, bytes, n_bytes);
}

/* ---- files of a card, for the harnesses of their parsers ---- */

static void write_part(const char *harness, int mode, const char *name, const uint8_t *bytes, size_t n_bytes)
{
	CLEANUP(buf_release) struct buf seed = BUF_INIT(SEED_BYTES_MAX);

	if (mode >= 0)
		add(&seed, (const uint8_t[]){(uint8_t)mode}, 1);
	add(&seed, bytes, n_bytes);
	write_seed(harness, name, seed.bytes, seed.len);
}

static void write_answer(const char *card, int number, const uint8_t *answer, size_t n_answer)
{
	CLEANUP(freep) char *name = print("%s-%02d", card, number);
	uint8_t tag = n_answer > 2 ? answer[0] : 0;

	if (n_answer > 2 + 16)
		write_part("tlv", -1, name, answer, n_answer - 2);
	if (n_answer > 2 && (tag == 0xFF || tag == 0x01))
		write_part("my_number", -1, name, answer, n_answer - 2);
	if (n_answer > 2 && tag == 0x7F)
		write_part("cvc", -1, name, answer, n_answer - 2);
	if (n_answer > 2 && (tag == 0x30 || tag == 0xDA))
		write_part("certificate", -1, name, answer, n_answer - 2);
	if (n_answer > 2 && tag == 0xD2)
		write_part("residence", 0, name, answer, n_answer - 2);
	if (n_answer == 2 + 40)
		write_part("residence", 1, name, answer, n_answer - 2);
	if (n_answer > 2 && tag == 0x86)
		write_part("residence", 2, name, answer, n_answer - 2 < 600 ? n_answer - 2 : 600);
}

/* ---- sessions ---- */

struct seed {
	const char *card, *name;
	enum session_purpose purpose;
	enum card_kind kind;
	enum card_auth auth;
	unsigned want;
	const char *secret;
};

static const struct seed seeds[] = {
	{"mihon-hanako", "look", SESSION_LOOK, CARD_KIND_AUTO, CARD_AUTH_NONE, 0, ""},
	{"mihon-hanako", "tries", SESSION_TRIES, CARD_KIND_AUTO, CARD_AUTH_NONE, 0, ""},
	{"mihon-hanako", "pin", SESSION_READ, CARD_KIND_AUTO, CARD_AUTH_PIN, CARD_WANT_EXPIRY | CARD_WANT_PROOF, "1234"},
	{"mihon-hanako", "b", SESSION_READ, CARD_KIND_AUTO, CARD_AUTH_B, 15, "35022920339876"},
	{"mihon-hanako", "wrong", SESSION_READ, CARD_KIND_AUTO, CARD_AUTH_PIN, 0, "0000"},
	{"mihon-hanako", "number", SESSION_NUMBER, CARD_MY_NUMBER, CARD_AUTH_PIN, 2, "1234"},
	{"mihon-hanako", "prove", SESSION_PROVE, CARD_MY_NUMBER, CARD_AUTH_PIN, 0, "1234"},
	{"mihon-hanako", "sign", SESSION_PROVE, CARD_MY_NUMBER, CARD_AUTH_SIGN_PIN, 0, "MIHON1"},
	{"mihon-hanako", "licence-look", SESSION_LOOK, CARD_DRIVER_LICENCE, CARD_AUTH_NONE, 0, ""},
	{"mihon-hanako", "licence", SESSION_READ, CARD_DRIVER_LICENCE, CARD_AUTH_PIN, 15, "5678"},
	{"licence", "look", SESSION_LOOK, CARD_KIND_AUTO, CARD_AUTH_NONE, 0, ""},
	{"licence", "pin", SESSION_READ, CARD_KIND_AUTO, CARD_AUTH_PIN, 0, "1234"},
	{"residence-card", "look", SESSION_LOOK, CARD_KIND_AUTO, CARD_AUTH_NONE, 0, ""},
	{"residence-card", "number", SESSION_READ, CARD_RESIDENCE, CARD_AUTH_CARD_NUMBER, 6, NULL},
};

static enum session_step answer(struct session *session, struct vcard *card, struct buf *script, const char *card_name,
				int number)
{
	static uint8_t bytes[VCARD_ANSWER_BYTES_MAX];
	size_t n_command, n;
	const uint8_t *command = session_command(session, &n_command);
	CLEANUP(freep) char *name = print("%02x-%02zu", command[1], n_command); /* one of a kind */

	write_seed("apdu", name, command, n_command);
	n = vcard_transmit(card, command, n_command, bytes);
	if (script->len + n + 2 <= SEED_BYTES_MAX)
		add_block(script, bytes, n);
	write_answer(card_name, number, bytes, n);
	return session_answer(session, bytes, n);
}

static void write_messages(const char *name, const struct session_request *wish, const struct session_result *result)
{
	const struct cardd_ask ask = {.id = 1, .insertion = 1, .wish = *wish};
	CLEANUP(buf_release) struct buf frames = BUF_INIT(SEED_BYTES_MAX);
	json_t *messages[2] = {cardd_wire_done(1, wish->purpose, result, false), cardd_wire_ask(&ask)};
	char *done = json_dumps(messages[0], JSON_COMPACT), *request = json_dumps(messages[1], JSON_COMPACT);
	CLEANUP(buf_release) struct buf packet = BUF_INIT(SEED_BYTES_MAX);

	if (!done || !request)
		fail("no memory");
	write_seed("wire", name, done, strlen(done));
	add_block(&frames, "S1234", 5);
	add(&packet, "J", 1);
	add(&packet, request, strlen(request));
	add_block(&frames, packet.bytes, packet.len);
	write_seed("frames", name, frames.bytes, frames.len);
	free(done);
	free(request);
	json_decref(messages[0]);
	json_decref(messages[1]);
}

static void write_session(const struct seed *seed, struct keyring *keys)
{
	CLEANUP(persona_freep) struct persona *persona = NULL;
	CLEANUP(vcard_freep) struct vcard *card = NULL;
	CLEANUP(secret_freep) struct secret *secret = secret_new(64);
	CLEANUP(session_freep) struct session *session = NULL;
	CLEANUP(buf_release) struct buf script = BUF_INIT(SEED_BYTES_MAX);
	struct session_request wish = {.purpose = seed->purpose, .kind = seed->kind, .auth = seed->auth, .want = seed->want,
				       .secret = secret, .today = "2026-11-22"};
	CLEANUP(freep) char *path = print("%s/cardreader/virtual/personas/%s.yaml", getenv("MESON_SOURCE_ROOT"), seed->card);
	CLEANUP(freep) char *name = print("%s-%s", seed->card, seed->name);
	enum session_step step;

	if (persona_load(path, stderr, &persona) < 0)
		fail(path);
	if (persona->kind == PERSONA_MY_NUMBER) {
		persona->has_licence = true;
		persona->licence = (struct persona_licence){.number = "209996000026", .colour = "優良", .pin1 = "5678",
							    .issued = "20250401", .expires = "20300329",
							    .categories = {[1] = "19850401"}};
	}
	if (vcard_new_with_keys(persona, keys, &card) < 0)
		fail(path);
	if (secret_append(secret, seed->secret ? seed->secret : persona->residence.card_number,
			  strlen(seed->secret ? seed->secret : persona->residence.card_number)) < 0 ||
	    session_new(&wish, &session) < 0)
		fail("no memory");
	add(&script, (const uint8_t[]){(uint8_t)seed->purpose, (uint8_t)seed->kind, (uint8_t)seed->auth, (uint8_t)seed->want}, 4);
	step = session_start(session);
	for (int number = 0; step == SESSION_SEND; number++)
		step = answer(session, card, &script, name, number);
	write_seed("session", name, script.bytes, script.len);
	write_messages(name, &wish, session_result(session));
	fprintf(stderr, "%s: %s, %d commands\n", name, card_outcome_word(session_result(session)->outcome),
		session_result(session)->n_apdus);
}

/* ---- licences of bytes: with changes written in, and on a My Number card ---- */

static void write_licences(void)
{
	static struct licence_card card;

	licence_card_make(&card);
	write_part("licence", 0, "record", card.record.bytes, card.record.n_bytes);
	card.changes.n_bytes = 0;
	licence_put(&card.changes, 0x50, "\x01", 1);
	licence_put_change(&card.changes, 0x60, "5070401", "架空　花子");
	licence_put_change(&card.changes, 0x68, "5070401", "カクウ　ハナコ");
	licence_put_change(&card.changes, 0x70, "5070401", "見本県見本村字北町２番地");
	licence_put_change(&card.changes, 0x78, "5070401", "補聴器");
	licence_fill(&card.changes, 640);
	write_part("licence", 1, "changes", card.changes.bytes, card.changes.n_bytes);
	write_part("licence", 3, "text", card.record.bytes + 5, 10);
	write_part("licence", 4, "common", card.common.bytes, card.common.n_bytes);
	licence_card_make_my(&card);
	write_part("licence", 2, "my-record", card.my_record.bytes, card.my_record.n_bytes);
}

/* ---- one ask against a reader's manners ---- */

static void write_transports(void)
{
	static const struct {
		const char *name, *bytes;
		size_t n_bytes;
	} scripts[] = {
		{"read-61", "\x04\x08\x00\x20\x00\x02\x61\x10\x00\x06\x01\x02\x03\x04\x90\x00\x00\x02\x6B\x00", 20},
		{"read-6c", "\x04\x08\x00\x02\x00\x02\x6C\x02\x00\x04\x01\x02\x90\x00", 14},
		{"read-refused", "\x04\x0a\x04\x00\xFF\x00\x05\x01\x02\x03\x90\x00", 12},
		{"read-6700", "\x04\x0a\x04\x00\x00\x02\x67\x00\x00\x05\x01\x02\x03\x62\x82", 15},
		{"read-object", "\x04\x08\x00\x00\x00\x06\x12\x03\x41\x42\x90\x00\x00\x03\x43\x90\x00", 17},
		{"verify", "\x03\x08\x00\x00\x00\x02\x63\xC2", 8},
		{"tries", "\x02\x08\x00\x00\x00\x02\x63\xC3", 8},
		{"select", "\x00\x01\x00\x00\x00\x02\x61\x05\x00\x07\x01\x02\x03\x04\x05\x90\x00", 17},
		{"command", "\x06\x14\x00\x00\x00\x06\x01\x02\x03\x04\x90\x00", 12},
	};

	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++)
		write_seed("transport", scripts[i].name, scripts[i].bytes, scripts[i].n_bytes);
}

int main(int argc, char **argv)
{
	CLEANUP(keyring_freep) struct keyring *keys = NULL;

	if (argc != 3 || !getenv("MESON_SOURCE_ROOT"))
		fail("usage: MESON_SOURCE_ROOT=CHECKOUT make_corpus FOLDER TRUST");
	folder = argv[1];
	if (keyring_new(NULL, &keys) < 0)
		fail("no keys");
	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++)
		write_session(&seeds[i], keys);
	if (keyring_write_trust(keys, argv[2]) < 0)
		fail("no anchors");
	write_licences();
	write_transports();
	return 0;
}
