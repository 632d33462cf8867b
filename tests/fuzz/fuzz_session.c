/* SPDX-License-Identifier: MIT
 * A whole session against a card that may answer anything: any purpose, kind and secret. It ends within its bound on
 * commands, no PIN object sees the secret twice, the secret is gone afterwards, whatever it came to can be told to
 * the client, who understands it, and only what our own anchors signed counts as verified. Four bytes say what is asked for; then answers, each with its length in two bytes. */
#include "cardreader/cardd_wire.h"
#include "cardreader/profile/apdu.h"
#include "cardreader/session/session.h"
#include "shared/base/limits.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

#define OBJECTS_MAX 8
#define WANT_BITS 0x1f
#define SPENDS_LAST_TRY 0x10
#define HAS_NO_EXTENDED 0x20
#define REFUSES_EXTENDED 0x40
#define GOES_ON_FOR_EVER 0x80 /* the last answer again and again; without it the card is taken away */

struct watch {
	uint8_t aid[32], ef[2];
	size_t n_aid;
	struct {
		uint8_t aid[32], ef[2], reference;
		size_t n_aid;
	} verified[OBJECTS_MAX];
	size_t n_verified;
};

static void watch_select(struct watch *watch, const struct apdu *apdu)
{
	if (apdu->p1 == 2) {
		memcpy(watch->ef, apdu->data, 2);
		return;
	}
	memset(watch->ef, 0, sizeof(watch->ef));
	CLAIM(apdu->n_data <= sizeof(watch->aid));
	memcpy(watch->aid, apdu->data, apdu->n_data);
	watch->n_aid = apdu->n_data;
}

static void watch_verify(struct watch *watch, const struct apdu *apdu)
{
	for (size_t i = 0; i < watch->n_verified; i++)
		CLAIM(watch->verified[i].n_aid != watch->n_aid || watch->verified[i].reference != apdu->p2 ||
		      memcmp(watch->verified[i].aid, watch->aid, watch->n_aid) != 0 ||
		      memcmp(watch->verified[i].ef, watch->ef, 2) != 0);
	CLAIM(watch->n_verified < OBJECTS_MAX);
	memcpy(watch->verified[watch->n_verified].aid, watch->aid, sizeof(watch->aid));
	memcpy(watch->verified[watch->n_verified].ef, watch->ef, 2);
	watch->verified[watch->n_verified].n_aid = watch->n_aid;
	watch->verified[watch->n_verified++].reference = apdu->p2;
}

static bool watch_command(struct watch *watch, const struct session *session)
{
	size_t n;
	const uint8_t *command = session_command(session, &n);
	struct apdu apdu;

	CLAIM(apdu_decode(command, n, &apdu) == 0);
	if (apdu.ins == 0xA4 && apdu.n_data >= 2)
		watch_select(watch, &apdu);
	if (apdu.ins == 0x20 && apdu.n_data)
		watch_verify(watch, &apdu);
	return apdu.le > 256 || apdu.n_data > 255;
}

static struct secret *fill_secret(enum card_auth auth)
{
	static const char *const values[] = {
		[CARD_AUTH_NONE] = "", [CARD_AUTH_PIN] = "1234", [CARD_AUTH_B] = "35022920339876",
		[CARD_AUTH_A] = "209996000010", [CARD_AUTH_CARD_NUMBER] = "AA12345678BB", [CARD_AUTH_SIGN_PIN] = "MIHON1",
	};
	static struct secret *secret; /* one for all runs: guarded pages are dear */

	if (!secret)
		secret = secret_new(64);
	CLAIM(secret);
	secret_clear(secret);
	CLAIM(secret_append(secret, values[auth], strlen(values[auth])) == 0);
	return secret;
}

static bool is_signed(const struct value *value, const char *signed_text)
{
	return !value->text || value->proof != PROOF_VERIFIED || strcmp(value->text, signed_text) == 0;
}

/* The seeds' one person whom the anchors of the seeds prove. */
static void check_proof(const struct person *person)
{
	CLAIM(is_signed(&person->name, "見本　花子"));
	CLAIM(is_signed(&person->address, "長野県見本村大字例示１２３番地"));
	CLAIM(is_signed(&person->birth_date, "1960-02-29"));
	CLAIM(is_signed(&person->sex, "female"));
	CLAIM(!person->kana.text || person->kana.proof != PROOF_VERIFIED);
}

static void check_result(const struct session_request *wish, const struct session_result *result)
{
	struct session_result told;
	bool is_in_use;
	json_t *message = cardd_wire_done(1, wish->purpose, result, false);
	char *text;

	CLAIM(result->n_apdus <= SESSION_APDUS_MAX && result->n_pictures <= CARD_PICTURES_MAX);
	check_proof(&result->person);
	CLAIM(!result->number || wish->purpose == SESSION_NUMBER);
	CLAIM(message);
	text = json_dumps(message, JSON_COMPACT);
	CLAIM(text && strlen(text) <= LINK_MESSAGE_BYTES_MAX);
	CLAIM(cardd_wire_take_done(message, &told, &is_in_use) == 0);
	CLAIM(told.outcome == result->outcome && told.has_licence == result->has_licence);
	if (result->outcome == CARD_OK && result->person.name.text)
		CLAIM(strcmp(told.person.name.text, result->person.name.text) == 0);
	cardd_wire_release(&told);
	free(text);
	json_decref(message);
}

static void converse(struct session *session, struct fuzz *from, uint8_t manners)
{
	struct watch watch = {0};
	enum session_step step = session_start(session);
	const uint8_t *block = NULL;
	size_t n = 0;

	while (step == SESSION_SEND) {
		bool is_extended = watch_command(&watch, session);
		uint8_t *exact;

		if (is_extended && manners & REFUSES_EXTENDED) {
			step = session_refused(session);
			continue;
		}
		if (from->n) {
			block = fuzz_block(from, &n);
		} else if (!(manners & GOES_ON_FOR_EVER) || !block) {
			session_lost(session, CARD_REMOVED);
			break;
		}
		exact = fuzz_copy(block, n);
		step = session_answer(session, exact, n);
		free(exact);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	struct fuzz from = {bytes, n_bytes};
	struct session_request wish = {.purpose = fuzz_byte(&from) % N_SESSION_PURPOSES, .today = "2026-11-22"};
	CLEANUP(session_freep) struct session *session = NULL;
	uint8_t manners;

	wish.kind = fuzz_byte(&from) % N_CARD_KINDS;
	wish.auth = fuzz_byte(&from) % (CARD_AUTH_SIGN_PIN + 1);
	manners = fuzz_byte(&from);
	wish.want = manners & WANT_BITS;
	wish.may_spend_last_try = manners & SPENDS_LAST_TRY;
	wish.has_no_extended = manners & HAS_NO_EXTENDED;
	wish.secret = fill_secret(wish.auth);
	wish.trust = fuzz_trust();
	CLAIM(session_new(&wish, &session) == 0);
	converse(session, &from, manners);
	CLAIM(secret_length(wish.secret) == 0);
	check_result(&wish, session_result(session));
	return 0;
}
