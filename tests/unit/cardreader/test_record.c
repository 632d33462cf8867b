/* SPDX-License-Identifier: MIT
 * Recordings of the sample cards: nothing of the person is in them in any encoding, and played back they come to what
 * the card itself came to. Each session runs against the card in this process, then against its own recording. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/driver/exchange.h"
#include "cardreader/driver/record.h"
#include "cardreader/driver/scrub.h"
#include "cardreader/virtual/keyring.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/banned.h"

#define PIN_BYTES 4
#define TEXT_BYTES_MAX (1024 * 1024)
#define CANARIES_MAX 40
#define FRAGMENT_BYTES 16

struct canary {
	char name[64];
	uint8_t bytes[512];
	size_t n;
};

struct bench {
	struct keyring *keys;
	struct persona *persona;
	struct vcard *card;
	struct recorder *recorder;
	struct buf text, said; /* the recording; its bytes; */
	struct canary canaries[CANARIES_MAX];
	size_t n_canaries;
};

/* ---- canaries ---- */

static void add_bytes(struct bench *b, const char *name, const void *bytes, size_t n)
{
	struct canary *c = &b->canaries[b->n_canaries];

	if (n < 4)
		return; /* so little stands anywhere by chance */
	assert_true(b->n_canaries++ < CANARIES_MAX && n <= sizeof(c->bytes));
	snprintf(c->name, sizeof(c->name), "%s", name);
	memcpy(c->bytes, bytes, n);
	c->n = n;
}

static void add_encoded(struct bench *b, const char *encoding, const char *text)
{
	iconv_t cd = iconv_open(encoding, "UTF-8");
	char out[512], *in_at = (char *)(uintptr_t)text, *out_at = out;
	size_t n_in = strlen(text), n_out = sizeof(out);

	assert_ptr_not_equal(cd, (iconv_t)-1);
	if (iconv(cd, &in_at, &n_in, &out_at, &n_out) != (size_t)-1)
		add_bytes(b, encoding, out, sizeof(out) - n_out);
	iconv_close(cd);
}

static void add_jis(struct bench *b, const char *text)
{
	iconv_t cd = iconv_open("EUC-JP", "UTF-8");
	char out[512], *in_at = (char *)(uintptr_t)text, *out_at = out;
	size_t n_in = strlen(text), n_out = sizeof(out), n;

	assert_ptr_not_equal(cd, (iconv_t)-1);
	n = iconv(cd, &in_at, &n_in, &out_at, &n_out) == (size_t)-1 ? 0 : sizeof(out) - n_out;
	iconv_close(cd);
	for (size_t i = 0; i < n; i++)
		out[i] &= 0x7f;
	add_bytes(b, "JIS X 0208", out, n);
}

static void add_text(struct bench *b, const char *text)
{
	static const char *const encodings[] = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "SHIFT_JIS", "EUC-JP"};

	for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++)
		add_encoded(b, encodings[i], text);
	add_jis(b, text);
}

static void add_digits(struct bench *b, const char *digits)
{
	uint8_t bcd[16];
	size_t n = strlen(digits) / 2;

	add_bytes(b, digits, digits, strlen(digits));
	for (size_t i = 0; i < n && i < sizeof(bcd); i++)
		bcd[i] = (uint8_t)((digits[2 * i] & 0xf) << 4 | (digits[2 * i + 1] & 0xf));
	add_bytes(b, "BCD", bcd, n);
}

static void add_person(struct bench *b)
{
	char family[64], address[64];

	snprintf(family, sizeof(family), "%.6s", b->persona->name); /* two kanji */
	snprintf(address, sizeof(address), "%.12s", b->persona->address);
	add_text(b, family);
	add_text(b, address);
	add_text(b, b->persona->name);
	add_digits(b, b->persona->birth_date);
	add_digits(b, b->persona->number);
	add_digits(b, b->persona->licence.number);
	add_bytes(b, "card number", b->persona->residence.card_number, strlen(b->persona->residence.card_number));
}

static const void *find(const struct buf *in, const void *what, size_t n)
{
	return in->len ? memmem(in->bytes, in->len, what, n) : NULL;
}

static void assert_nothing_of(const struct bench *b)
{
	for (size_t i = 0; i < b->n_canaries; i++) {
		const struct canary *c = &b->canaries[i];

		/* four digits stand in the hexadecimal of any signature by chance; as bytes they do not */
		if (find(&b->said, c->bytes, c->n) || (c->n > PIN_BYTES && find(&b->text, c->bytes, c->n)))
			fail_msg("%s (%s) is in the recording\n%s", c->name, b->persona->name, buf_text(&b->text));
	}
}

/* ---- a card, recorded ---- */

static void load(struct bench *b, const char *persona)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/virtual/personas/%s.yaml", getenv("MESON_SOURCE_ROOT"), persona);
	b->persona = persona_free(b->persona);
	b->card = vcard_free(b->card);
	assert_int_equal(persona_load(path, stderr, &b->persona), 0);
	assert_int_equal(vcard_new_with_keys(b->persona, b->keys, &b->card), 0);
	b->n_canaries = 0;
	add_person(b);
}

static int nibble(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c - 'A' + 10;
}

/* The bytes of all lines, one behind the other. */
static void decode(struct bench *b)
{
	const char *at = buf_text(&b->text);

	for (; *at; at++) {
		if (*at == '#')
			at += strcspn(at, "\n");
		if (isxdigit((unsigned char)at[0]) && isxdigit((unsigned char)at[1])) {
			uint8_t byte = (uint8_t)(nibble(at[0]) << 4 | nibble(at[1]));

			assert_int_equal(buf_add(&b->said, &byte, 1), 0);
			at++;
		}
	}
}

static enum card_outcome record(struct bench *b, const struct session_request *wish)
{
	static uint8_t answer[VCARD_ANSWER_BYTES_MAX];
	CLEANUP(session_freep) struct session *session = NULL;
	const uint8_t *command;
	size_t n;

	buf_release(&b->text);
	buf_release(&b->said);
	vcard_reset(b->card);
	assert_int_equal(session_new(wish, &session), 0);
	for (enum session_step step = session_start(session); step == SESSION_SEND;) {
		command = session_command(session, &n);
		recorder_command(b->recorder, command, n);
		assert_int_equal(recorder_take(b->recorder, false, &b->text), 0);
		n = vcard_transmit(b->card, command, n, answer);
		recorder_answer(b->recorder, DRIVER_OK, answer, n);
		if (n > 1000) /* inside the key of a certificate, or a picture */
			add_bytes(b, "a fragment", answer + n * 3 / 8, FRAGMENT_BYTES);
		step = session_answer(session, answer, n);
	}
	assert_int_equal(recorder_take(b->recorder, true, &b->text), 0);
	decode(b);
	return session_result(session)->outcome;
}

static enum card_outcome replay(struct bench *b, const struct session_request *wish)
{
	CLEANUP(session_freep) struct session *session = NULL;
	struct driver_readers readers = {0};
	void *device;

	assert_int_equal(session_new(wish, &session), 0);
	assert_int_equal(driver_replay.open(buf_text(&b->text), &device), DRIVER_OK);
	assert_int_equal(driver_replay.watch(device, &readers, 0), DRIVER_OK);
	assert_int_equal(card_exchange(&driver_replay, device, readers.at[0].name, readers.at[0].event_count, session, NULL), DRIVER_OK);
	driver_replay.close(device);
	return session_result(session)->outcome;
}

static struct secret *secret_of(const char *text)
{
	struct secret *secret = secret_new(64);

	assert_non_null(secret);
	assert_int_equal(secret_append(secret, text, strlen(text)), 0);
	return secret;
}

/* ---- the exchanges ---- */

struct exchange {
	const char *persona, *secret;
	enum session_purpose purpose;
	enum card_auth auth;
	unsigned want;
	enum card_outcome outcome;
	bool is_fresh; /* holds an answer to a fresh challenge, which no recording can give again */
};

#define WANT_ALL (CARD_WANT_EXPIRY | CARD_WANT_PROOF | CARD_WANT_PICTURES)

static const struct exchange exchanges[] = {
	{"mihon-hanako", "", SESSION_LOOK, CARD_AUTH_NONE, 0, CARD_OK, false},
	{"mihon-hanako", "", SESSION_TRIES, CARD_AUTH_NONE, 0, CARD_OK, false},
	{"mihon-hanako", "1234", SESSION_READ, CARD_AUTH_PIN, WANT_ALL, CARD_OK, false},
	{"mihon-hanako", "35022920339876", SESSION_READ, CARD_AUTH_B, WANT_ALL, CARD_OK, false},
	{"mihon-hanako", "9999", SESSION_READ, CARD_AUTH_PIN, 0, CARD_PIN_INCORRECT, false},
	{"mihon-hanako", "1234", SESSION_NUMBER, CARD_AUTH_PIN, 0, CARD_OK, false},
	{"mihon-hanako", "1234", SESSION_PROVE, CARD_AUTH_PIN, 0, CARD_OK, true},
	{"mihon-hanako", "MIHON1", SESSION_PROVE, CARD_AUTH_SIGN_PIN, 0, CARD_OK, true},
	{"licence", "", SESSION_LOOK, CARD_AUTH_NONE, 0, CARD_OK, false},
	{"licence", "1234", SESSION_READ, CARD_AUTH_PIN, WANT_ALL, CARD_OK, false},
	{"residence-card", "", SESSION_LOOK, CARD_AUTH_NONE, 0, CARD_OK, false},
	{"residence-card", "AA12345678BB", SESSION_READ, CARD_AUTH_CARD_NUMBER, WANT_ALL, CARD_OK, true},
};

static struct session_request wish_of(const struct exchange *e, struct secret *secret)
{
	return (struct session_request){.purpose = e->purpose, .auth = e->auth, .want = e->want, .secret = secret,
					.nonce = {1, 2, 3}, .today = "2026-11-24"};
}

static void nothing_of_a_person_is_recorded_and_the_recording_plays(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(exchanges) / sizeof(*exchanges); i++) {
		const struct exchange *e = &exchanges[i];
		CLEANUP(secret_freep) struct secret *secret = secret_of(e->secret), *again = secret_of(e->secret);
		struct session_request wish = wish_of(e, secret);

		load(b, e->persona);
		if (*e->secret)
			add_bytes(b, "the secret", e->secret, strlen(e->secret));
		assert_int_equal(record(b, &wish), e->outcome);
		assert_true(b->text.len > 20);
		assert_nothing_of(b);
		wish.secret = again;
		if (!e->is_fresh)
			assert_int_equal(replay(b, &wish), e->outcome);
		else
			assert_int_not_equal(replay(b, &wish), CARD_SERVICE_UNAVAILABLE); /* the commands are the recorded ones */
	}
}

static void the_search_would_find_what_is_not_replaced(void **state)
{
	struct bench *b = *state;
	static const char said[] = "> 00B0820000\n< FF20 DF22 0F E8A68BE69CACE38080E88AB1E5AD90 9000\n";

	load(b, "mihon-hanako");
	buf_release(&b->text);
	buf_release(&b->said);
	assert_int_equal(buf_add_text(&b->text, said), 0);
	decode(b);
	assert_non_null(find(&b->said, b->persona->name, strlen(b->persona->name)));
}

static void the_same_value_gets_the_same_fake_and_another_recording_another(void **state)
{
	struct bench *b = *state;
	CLEANUP(buf_release) struct buf first = BUF_INIT(TEXT_BYTES_MAX);

	for (int i = 0; i < 3; i++) {
		CLEANUP(secret_freep) struct secret *secret = secret_of("1234");
		struct session_request wish = wish_of(&exchanges[2], secret);
		const char *line;

		wish.want = 0;
		if (i == 2)
			b->recorder = recorder_free(b->recorder);
		if (i == 2)
			assert_int_equal(recorder_new(&b->recorder), 0);
		load(b, "mihon-hanako");
		record(b, &wish);
		line = strstr(buf_text(&b->text), "FF20");
		assert_non_null(line);
		if (i == 0)
			assert_int_equal(buf_add(&first, line, strcspn(line, " ")), 0);
		else
			assert_true((memcmp(buf_text(&first), line, first.len) == 0) == (i == 1));
	}
}

static unsigned year_in(const uint8_t *digits, size_t n)
{
	unsigned year = 0;

	for (size_t i = 0; i < n; i++)
		year = 10 * year + (digits[i] - '0');
	return year;
}

/* The year of birth and the year of expiry are parts of 照合番号B: 1000 keys, and no date keeps a part it had. */
static void no_date_keeps_its_year(void **state)
{
	static const char *const dates[] = {"20330412", "19600229", "20270101", "20350828"};
	static const char *const era_dates[] = {"3350229", "4020412", "5070401", "5140731"};

	for (int round = 0; round < 1000; round++) {
		struct scrub *scrub = scrub_new();

		assert_non_null(scrub);
		for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
			uint8_t date[8], era[7];

			memcpy(date, dates[i], 8);
			memcpy(era, era_dates[i], 7);
			scrub_file(scrub, SCRUB_OPAQUE, date, 8);
			scrub_file(scrub, SCRUB_OPAQUE, era, 7);
			assert_int_not_equal(year_in(date, 4), year_in((const uint8_t *)dates[i], 4));
			assert_memory_not_equal(date + 4, dates[i] + 4, 2);
			assert_memory_not_equal(date + 6, dates[i] + 6, 2);
			assert_int_not_equal(year_in(era + 1, 2), year_in((const uint8_t *)era_dates[i] + 1, 2));
		}
		scrub_free(scrub);
	}
}

static void a_removal_and_a_refusal_are_played_back(void **state)
{
	struct bench *b = *state;
	CLEANUP(secret_freep) struct secret *secret = secret_of("1234");
	const uint8_t select[] = {0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
	const struct session_request wish = wish_of(&exchanges[4], secret);

	buf_release(&b->text);
	recorder_command(b->recorder, select, sizeof(select));
	recorder_answer(b->recorder, DRIVER_REMOVED, NULL, 0);
	assert_int_equal(recorder_take(b->recorder, true, &b->text), 0);
	assert_int_equal(replay(b, &wish), CARD_REMOVED);
	buf_release(&b->text);
	recorder_command(b->recorder, select, sizeof(select));
	recorder_answer(b->recorder, DRIVER_REFUSED, NULL, 0);
	assert_int_equal(recorder_take(b->recorder, true, &b->text), 0);
	assert_non_null(strstr(buf_text(&b->text), "! refused"));
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->text = b->said = BUF_INIT(TEXT_BYTES_MAX);
	assert_int_equal(keyring_new(NULL, &b->keys), 0);
	assert_int_equal(recorder_new(&b->recorder), 0);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	buf_release(&b->text);
	buf_release(&b->said);
	recorder_free(b->recorder);
	vcard_free(b->card);
	persona_free(b->persona);
	keyring_free(b->keys);
	free(b);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_a_person_is_recorded_and_the_recording_plays),
		cmocka_unit_test(the_search_would_find_what_is_not_replaced),
		cmocka_unit_test(the_same_value_gets_the_same_fake_and_another_recording_another),
		cmocka_unit_test(no_date_keeps_its_year),
		cmocka_unit_test(a_removal_and_a_refusal_are_played_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
