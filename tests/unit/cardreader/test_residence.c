/* SPDX-License-Identifier: MIT
 * The residence card's plans against the virtual card, whole and broken: what is read, what is proven, what is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/picture/convert.h"
#include "cardreader/picture/picture.h"
#include "cardreader/profile/profile.h"
#include "cardreader/profile/residence.h"
#include "cardreader/profile/trust.h"
#include "cardreader/virtual/certificate.h"
#include "cardreader/virtual/faults.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/banned.h"

#define NUMBER "AA12345678BB"
#define TODAY "2026-11-22"
#define WANT_ALL (CARD_WANT_PICTURES | CARD_WANT_PROOF)
#define COMMAND_MAX 320
#define LOG_MAX SESSION_APDUS_MAX
#define GARBAGE_RUNS 300

static const uint8_t published_nonce[SESSION_NONCE_BYTES] = {
	0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
	0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F};

struct bench {
	struct persona *persona;
	struct vcard *card;
	struct faults faults;
	struct secret *number;
	struct session *session;
	struct {
		uint8_t bytes[COMMAND_MAX];
		size_t n;
	} log[LOG_MAX];
	int n_log;
	int spoil_at; /* the answer whose bytes are spoilt; 0: none */
	uint8_t spoil_with;
};

/* keys are made once for all tests */
struct world {
	struct keyring *keys;
	struct trust *trust;
	char dir[64];
};

static int make_world(void **state)
{
	static struct world world;

	snprintf(world.dir, sizeof(world.dir), "%s/residence-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (profile_warm_up() < 0 || !mkdtemp(world.dir) || keyring_new(NULL, &world.keys) < 0 ||
	    keyring_write_trust(world.keys, world.dir) < 0 || trust_load(world.dir, stderr, &world.trust) < 0)
		return -1;
	*state = &world;
	return 0;
}

static int release_world(void **state)
{
	struct world *world = *state;
	DIR *dir = opendir(world->dir);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(world->dir);
	trust_free(world->trust);
	keyring_free(world->keys);
	return 0;
}

static void make_bench(struct bench *b, const char *persona)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/virtual/personas/%s", getenv("MESON_SOURCE_ROOT"), persona);
	assert_int_equal(persona_load(path, stderr, &b->persona), 0);
}

static void release_bench(struct bench *b)
{
	session_free(b->session);
	secret_free(b->number);
	vcard_free(b->card);
	persona_free(b->persona);
}

static void override(struct bench *b, const char *place, uint16_t ef, const void *bytes, size_t n)
{
	struct persona_file *file = &b->persona->files[b->persona->n_files++];

	*file = (struct persona_file){.ef = ef, .bytes = malloc(n), .n_bytes = n};
	snprintf(file->place, sizeof(file->place), "%s", place);
	memcpy(file->bytes, bytes, n);
}

static size_t transmit(struct bench *b, uint8_t *answer)
{
	size_t n_command, n_answer;
	const uint8_t *command = session_command(b->session, &n_command);

	assert_true(n_command >= 4 && n_command <= COMMAND_MAX && b->n_log < LOG_MAX);
	memcpy(b->log[b->n_log].bytes, command, n_command);
	b->log[b->n_log++].n = n_command;
	n_answer = faults_transmit(&b->faults, b->card, command, n_command, answer);
	if (b->spoil_at == b->n_log)
		answer[(size_t)b->spoil_with * 37 % n_answer] ^= (uint8_t)(1 << b->spoil_with % 8);
	return n_answer;
}

static const struct session_result *run(void **state, struct bench *b, const char *number, struct session_request request)
{
	static uint8_t answer[VCARD_ANSWER_BYTES_MAX];
	struct world *world = *state;

	if (!b->card)
		assert_int_equal(vcard_new_with_keys(b->persona, world->keys, &b->card), 0);
	vcard_reset(b->card);
	faults_reset(&b->faults);
	b->number = secret_free(b->number);
	b->number = secret_new(64);
	assert_int_equal(secret_append(b->number, number, strlen(number)), 0);
	request.secret = b->number;
	if (request.purpose == SESSION_READ)
		request.auth = CARD_AUTH_CARD_NUMBER;
	memcpy(request.nonce, published_nonce, sizeof(request.nonce));
	if (!request.today[0])
		memcpy(request.today, TODAY, sizeof(request.today));
	b->session = session_free(b->session);
	b->n_log = 0;
	assert_int_equal(session_new(&request, &b->session), 0);
	for (enum session_step step = session_start(b->session); step == SESSION_SEND;)
		step = session_answer(b->session, answer, transmit(b, answer));
	return session_result(b->session);
}

static const struct session_result *read_all(void **state, struct bench *b, bool is_trusted)
{
	const struct world *world = *state;

	return run(state, b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = WANT_ALL,
							       .trust = is_trusted ? world->trust : NULL});
}

static const struct session_picture *picture_of(const struct session_result *result, const char *what)
{
	for (size_t i = 0; i < result->n_pictures; i++)
		if (strcmp(result->pictures[i].what, what) == 0)
			return &result->pictures[i];
	return NULL;
}

static void assert_drawable(const struct session_result *result, const char *what, const char *media)
{
	static uint8_t png[CARD_PICTURE_PNG_BYTES_MAX];
	const struct session_picture *picture = picture_of(result, what);
	size_t n_png;

	assert_non_null(picture);
	assert_string_equal(picture->media, media);
	assert_int_equal(picture_convert(media, picture->bytes, picture->n_bytes, png, sizeof(png), &n_png), 0);
}

/* ---- what is read ---- */

static void eight_commands_read_the_address_and_nothing_else(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->kind, CARD_RESIDENCE);
	assert_string_equal(result->person.address.text, b.persona->address);
	assert_int_equal(result->person.address.source, VALUE_CARD);
	assert_int_equal(result->person.address.proof, PROOF_NOT_CHECKED);
	assert_null(result->person.name.text);
	assert_null(result->person.birth_date.text);
	assert_null(result->person.sex.text);
	assert_int_equal(result->n_pictures, 0);
	assert_int_equal(result->tries_left, -1);
	assert_string_equal(result->expires, "");
	assert_int_equal(result->n_apdus, 8);
	assert_int_equal(secret_length(b.number), 0);
}

/* The dialogue of the annex, command for command. */
static void published_random_numbers_give_the_published_commands(void **state)
{
	static const uint8_t random_of_card[] = {0x5A, 0x6E, 0x7E, 0x38, 0x51, 0x62, 0xB7, 0xA3, 0x19, 0xD0, 0x49, 0x49,
						 0x0F, 0xFF, 0x52, 0xEE, 0xDB, 0xFC, 0xB9, 0x30, 0xBC, 0x81, 0x0E, 0xD0};
	static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
	static const uint8_t mutual[] = {0x00, 0x82, 0x00, 0x00, 0x28};
	static const uint8_t mac[] = {0x1A, 0xD7, 0xFB, 0x6A, 0x33, 0x89, 0xE0, 0x17, 0x00};
	static const uint8_t verify[] = {0x08, 0x20, 0x00, 0x86, 0x13, 0x86, 0x11, 0x01, 0x1A, 0xA8, 0x29, 0x73,
					 0xDB, 0x95, 0x9A, 0x81, 0x1F, 0x97, 0x11, 0xD7, 0x28, 0xF0, 0xEE, 0xF6};
	static const uint8_t read_front[] = {0x08, 0xB0, 0x85, 0x00, 0x00, 0x00, 0x04, 0x96, 0x02, 0x00, 0x00, 0x00, 0x00};
	CLEANUP(release_bench) struct bench b = {0};
	struct world *world = *state;
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	assert_int_equal(vcard_new_with_keys(b.persona, world->keys, &b.card), 0);
	vcard_set_random(b.card, random_of_card, sizeof(random_of_card));
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = CARD_WANT_FRONT});
	assert_int_equal(result->outcome, CARD_OK);
	assert_memory_equal(b.log[3].bytes, challenge, sizeof(challenge));
	assert_int_equal(b.log[4].n, 5 + 40 + 1);
	assert_memory_equal(b.log[4].bytes, mutual, sizeof(mutual));
	assert_memory_equal(b.log[4].bytes + 5 + 32, mac, sizeof(mac));
	assert_int_equal(b.log[5].n, sizeof(verify));
	assert_memory_equal(b.log[5].bytes, verify, sizeof(verify));
	assert_int_equal(b.log[9].n, sizeof(read_front));
	assert_memory_equal(b.log[9].bytes, read_front, sizeof(read_front));
}

static void images_come_when_wanted(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = CARD_WANT_FACE});
	assert_int_equal(result->n_pictures, 1);
	assert_drawable(result, "face", "image/jp2");
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = CARD_WANT_FRONT});
	assert_int_equal(result->n_pictures, 1);
	assert_drawable(result, "front", "image/tiff");
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = CARD_WANT_PROOF});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->n_pictures, 0); /* read for the proof, shown to nobody */
}

static void poor_readers_get_the_same(void **state)
{
	static const struct faults poor[] = {{.no_extended = true}, {.t0 = true}};
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	for (size_t i = 0; i < sizeof(poor) / sizeof(*poor); i++) {
		b.faults = poor[i];
		result = read_all(state, &b, true);
		assert_int_equal(result->outcome, CARD_OK);
		assert_int_equal(result->genuine, PROOF_VERIFIED);
		assert_true(result->has_no_extended);
		assert_string_equal(result->person.address.text, b.persona->address);
		assert_drawable(result, "front", "image/tiff");
		assert_drawable(result, "face", "image/jp2");
		print_message("# %d commands\n", result->n_apdus);
		assert_in_range(result->n_apdus, 60, 120);
	}
}

/* What is known of the reader is not tried again. */
static void known_lack_of_extended_length_is_remembered(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	b.faults.no_extended = true;
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = WANT_ALL,
								  .has_no_extended = true});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->n_pictures, 2);
	for (int i = 0; i < b.n_log; i++)
		assert_false(b.log[i].n > 6 && b.log[i].bytes[4] == 0); /* no extended command was sent */
}

static void certificate_of_a_special_permanent_resident_reads_alike(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	b.persona->residence.category = PERSONA_SPECIAL_PERMANENT;
	result = read_all(state, &b, true);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->genuine, PROOF_VERIFIED);
	assert_int_equal(result->n_pictures, 2);
}

/* ---- which card ---- */

static void look_and_tries_need_no_number(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_LOOK});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->kind, CARD_RESIDENCE);
	assert_true(result->needs_secret);
	assert_string_equal(result->expires, "");
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_TRIES, .kind = CARD_RESIDENCE});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->tries.pin, -1);
	assert_int_equal(vcard_n_verify(b.card), 0);
}

static void other_cards_are_not_residence_cards(void **state)
{
	static const char *const personas[] = {"mihon-hanako.yaml", "licence.yaml"};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(release_bench) struct bench b = {0};
		const struct session_result *result;

		make_bench(&b, personas[i]);
		result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ});
		assert_int_equal(result->outcome, CARD_UNSUPPORTED);
		assert_int_equal(vcard_n_verify(b.card), 0);
	}
}

static void second_generation_is_refused_before_anything_is_sent(void **state)
{
	static const struct {
		uint16_t ef;
		const char *bytes;
		size_t n;
	} strange[] = {{0x0B, "\xC0\x04" "0002", 6}, {0x0A, "\xC1\x02" "05", 4}, {0x0A, "\xC1\x01" "7", 3}, {0x0A, "\xC1\x00", 2}};

	for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++) {
		CLEANUP(release_bench) struct bench b = {0};
		const struct session_result *result;

		make_bench(&b, "residence-card.yaml");
		override(&b, "mf", strange[i].ef, strange[i].bytes, strange[i].n);
		result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ});
		assert_int_equal(result->outcome, CARD_UNSUPPORTED);
		assert_int_equal(result->n_apdus, strange[i].ef == 0x0B ? 2 : 3);
	}
}

/* ---- the number ---- */

static void wrong_number_is_told_without_a_count(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	result = run(state, &b, "AA12345678BC", (struct session_request){.purpose = SESSION_READ, .want = WANT_ALL});
	assert_int_equal(result->outcome, CARD_PIN_INCORRECT);
	assert_int_equal(result->tries_left, -1);
	assert_null(result->person.address.text);
	assert_int_equal(result->n_pictures, 0);
	assert_int_equal(secret_length(b.number), 0);
	result = run(state, &b, "aa12345678bb", (struct session_request){.purpose = SESSION_READ});
	assert_int_equal(result->outcome, CARD_PIN_MALFORMED);
	assert_int_equal(result->n_apdus, 0);
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ});
	assert_int_equal(result->outcome, CARD_OK); /* a wrong one costs nothing */
}

/* ---- proof ---- */

static void verified_images_lend_the_address_no_proof(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	result = read_all(state, &b, true);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->genuine, PROOF_VERIFIED);
	assert_int_equal(result->person.address.proof, PROOF_NOT_CHECKED);
	assert_int_equal(result->person.address.source, VALUE_CARD);
	result = read_all(state, &b, false);
	assert_int_equal(result->genuine, PROOF_NOT_CHECKED); /* no anchor */
	assert_int_equal(result->person.address.proof, PROOF_NOT_CHECKED);
}

static void what_does_not_hold_is_failed_with_and_without_anchors(void **state)
{
	static const enum persona_tamper tampers[] = {PERSONA_WRONG_HASH, PERSONA_WRONG_SIGNATURE};

	for (size_t i = 0; i < 4; i++) {
		CLEANUP(release_bench) struct bench b = {0};
		const struct session_result *result;

		make_bench(&b, "residence-card.yaml");
		b.persona->tamper = tampers[i / 2];
		result = read_all(state, &b, i % 2);
		assert_int_equal(result->outcome, CARD_OK);
		assert_int_equal(result->genuine, PROOF_FAILED);
		assert_int_equal(result->person.address.proof, PROOF_FAILED);
		assert_int_equal(result->person.address.source, VALUE_TYPED);
	}
}

static void certificate_not_by_the_anchor_is_failed_only_under_its_name(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b, "residence-card.yaml");
	b.persona->tamper = PERSONA_WRONG_CERTIFICATE;
	assert_int_equal(read_all(state, &b, true)->genuine, PROOF_FAILED);
	assert_int_equal(read_all(state, &b, false)->genuine, PROOF_NOT_CHECKED);
}

static void stranger_anchor_proves_nothing(void **state)
{
	CLEANUP(keyring_freep) struct keyring *others = NULL;
	CLEANUP(release_bench) struct bench b = {0};
	struct world *world = *state;

	assert_int_equal(keyring_new(NULL, &others), 0);
	make_bench(&b, "residence-card.yaml");
	assert_int_equal(vcard_new_with_keys(b.persona, others, &b.card), 0);
	/* the same authority by name with another key: a forger's card */
	assert_int_not_equal(run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ, .want = WANT_ALL,
									      .trust = world->trust})->genuine,
			     PROOF_VERIFIED);
}

/* DF3 anew: the images of the card, signed by whoever holds a JPKI key, with the certificate JPKI gave for it. */
static void sign_by_jpki(struct bench *b, struct world *world, const struct session_result *genuine)
{
	static uint8_t images[RESIDENCE_FRONT_BYTES + RESIDENCE_FACE_BYTES];
	static uint8_t file[RESIDENCE_SIGNATURE_FILE_BYTES] = {0xDA, 0x82, 0x01, 0x00, [260] = 0xDB, 0x82, 0x04, 0xB0};
	const struct session_picture *front = picture_of(genuine, "front"), *face = picture_of(genuine, "face");
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char *at = file + 264;
	size_t n = 256;
	EVP_PKEY *key;

	memcpy(images, front->bytes, front->n_bytes);
	memcpy(images + RESIDENCE_FRONT_BYTES, face->bytes, face->n_bytes);
	assert_int_equal(keyring_get(world->keys, KEYRING_JPKI_AUTH, &key), 0);
	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, file + 4, &n, images, sizeof(images)), 1);
	EVP_MD_CTX_free(context);
	assert_int_equal(certificate_of_holder(world->keys, KEYRING_JPKI_AUTH, b->persona, false, &certificate), 0);
	assert_in_range(i2d_X509(certificate, NULL), 500, 1200);
	i2d_X509(certificate, &at);
	override(b, "df3", 0x02, file, sizeof(file));
}

/* The folder holds JPKI's certificates too: they must not speak for residence cards. */
static void holder_of_a_my_number_card_cannot_sign_a_residence_card(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	snprintf(b.persona->certificates_expire, sizeof(b.persona->certificates_expire), "20281005");
	assert_non_null(trust_store(((struct world *)*state)->trust));
	sign_by_jpki(&b, *state, read_all(state, &b, true));
	b.card = vcard_free(b.card);
	result = read_all(state, &b, true);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->genuine, PROOF_NOT_CHECKED); /* the signature holds; nobody answers for its key */
}

static void outside_the_certificates_dates_nothing_is_proven(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct world *world = *state;
	struct session_request request = {.purpose = SESSION_READ, .want = WANT_ALL, .trust = world->trust};

	make_bench(&b, "residence-card.yaml");
	memcpy(request.today, "2099-01-01", sizeof(request.today));
	assert_int_equal(run(state, &b, NUMBER, request)->genuine, PROOF_NOT_CHECKED);
	memcpy(request.today, "1999-01-01", sizeof(request.today));
	assert_int_equal(run(state, &b, NUMBER, request)->genuine, PROOF_NOT_CHECKED);
}

static void card_of_a_child_has_no_photo_and_no_signature(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	b.persona->residence.is_under_16 = true;
	result = read_all(state, &b, true);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->genuine, PROOF_NOT_CHECKED);
	assert_null(picture_of(result, "face"));
	assert_non_null(picture_of(result, "front"));
	assert_string_equal(result->person.address.text, b.persona->address);
}

/* ---- broken cards ---- */

static void address_file(uint8_t file[RESIDENCE_ADDRESS_FILE_BYTES], const void *address, size_t n)
{
	memset(file, 0, RESIDENCE_ADDRESS_FILE_BYTES);
	memcpy(file, "\xD2\x08" "20251006" "\xD3\x06" "209996" "\xD4\x82\x01\x40", 22);
	memcpy(file + 22, address, n);
}

static void addresses_are_taken_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		int r;
	} addresses[] = {
		{"", 0, 0}, {"\xE8\xA6\x8B", 3, 0}, {"\xF0\xA0\xAE\xB7\xE9\x82\x89\xF3\xA0\x84\x80", 11, 0},
		{"\xE8\xA6", 2, -EBADMSG}, {"\xC0\x80", 2, -EBADMSG}, {"\xED\xA0\x80", 3, -EBADMSG},
		{"a\nb", 3, -EBADMSG}, {"a\0b", 3, -EBADMSG}, {"\0b", 2, -EBADMSG},
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		CLEANUP(person_release) struct person person = {0};
		uint8_t file[RESIDENCE_ADDRESS_FILE_BYTES];

		address_file(file, addresses[i].bytes, addresses[i].n);
		assert_int_equal(residence_parse_address(file, sizeof(file), &person), addresses[i].r);
		if (addresses[i].r || !addresses[i].n) {
			assert_null(person.address.text);
			continue;
		}
		assert_int_equal(strlen(person.address.text), addresses[i].n);
		assert_memory_equal(person.address.text, addresses[i].bytes, addresses[i].n);
	}
}

static void address_filling_its_object_is_read(void **state)
{
	CLEANUP(person_release) struct person person = {0};
	uint8_t file[RESIDENCE_ADDRESS_FILE_BYTES], text[320];

	memset(text, 'x', sizeof(text));
	address_file(file, text, sizeof(text));
	assert_int_equal(residence_parse_address(file, sizeof(file), &person), 0);
	assert_int_equal(strlen(person.address.text), sizeof(text));
	for (size_t n = 0; n < sizeof(file); n++) {
		CLEANUP(person_release) struct person cut = {0};

		assert_int_equal(residence_parse_address(file, n, &cut), -EBADMSG);
		assert_null(cut.address.text);
	}
}

static void never_written_address_is_no_address(void **state)
{
	static const uint8_t zeros[RESIDENCE_ADDRESS_FILE_BYTES];
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "residence-card.yaml");
	override(&b, "df2", 0x01, zeros, sizeof(zeros));
	result = run(state, &b, NUMBER, (struct session_request){.purpose = SESSION_READ});
	assert_int_equal(result->outcome, CARD_OK);
	assert_null(result->person.address.text);
}

/* Pictures of other lengths than the fixed ones, and files that end early. */
static void strange_picture_files_cost_the_picture_only(void **state)
{
	uint8_t file[40] = {0xD1, 0x10, 0xFF, 0x4F, 0xFF, 0x51};

	for (size_t i = 0; i < 4; i++) {
		CLEANUP(release_bench) struct bench b = {0};
		const struct session_result *result;

		make_bench(&b, "residence-card.yaml");
		file[0] = i == 1 ? 0xD5 : 0xD1;
		file[1] = i == 2 ? 0x7F : i == 3 ? 0x80 : 0x10;
		override(&b, "df1", 0x06, file, sizeof(file));
		result = read_all(state, &b, true);
		assert_int_equal(result->outcome, CARD_OK);
		assert_string_equal(result->person.address.text, b.persona->address);
		assert_non_null(picture_of(result, "front"));
		assert_int_equal(result->genuine, PROOF_FAILED); /* it claims a signature over a photo it has not */
		assert_int_equal(picture_of(result, "face") != NULL, i == 0);
	}
}

static void any_spoilt_answer_ends_within_the_bound_and_is_never_verified_falsely(void **state)
{
	static uint8_t front[RESIDENCE_FRONT_BYTES], face[RESIDENCE_FACE_BYTES];
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;
	int n_answers, n_verified = 0;

	make_bench(&b, "residence-card.yaml");
	result = read_all(state, &b, true);
	memcpy(front, picture_of(result, "front")->bytes, picture_of(result, "front")->n_bytes);
	memcpy(face, picture_of(result, "face")->bytes, picture_of(result, "face")->n_bytes);
	n_answers = b.n_log;
	for (b.spoil_at = 1; b.spoil_at <= n_answers; b.spoil_at++)
		for (unsigned with = 1; with < 256; with += 17) {
			b.spoil_with = (uint8_t)with;
			result = read_all(state, &b, true);
			assert_true(result->n_apdus <= SESSION_APDUS_MAX);
			if (result->outcome != CARD_OK)
				assert_null(result->person.address.text);
			assert_int_equal(secret_length(b.number), 0);
			if (result->genuine != PROOF_VERIFIED)
				continue;
			n_verified++; /* the spoilt byte was in what nobody signed */
			assert_memory_equal(picture_of(result, "front")->bytes, front, picture_of(result, "front")->n_bytes);
			assert_memory_equal(picture_of(result, "face")->bytes, face, picture_of(result, "face")->n_bytes);
		}
	print_message("# %d of %d still verified\n", n_verified, n_answers * 15);
	assert_in_range(n_verified, 1, n_answers * 15 / 2);
}

static void garbage_ends_within_the_bound(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b, "residence-card.yaml");
	for (uint64_t seed = 1; seed <= GARBAGE_RUNS; seed++) {
		faults_set_garbage(&b.faults, true, seed);
		assert_true(read_all(state, &b, true)->n_apdus <= SESSION_APDUS_MAX);
	}
}

static void filler_behind_a_picture_is_cut(void **state)
{
	uint8_t bytes[100] = {1, 2, 3};

	assert_int_equal(residence_picture_length(bytes, sizeof(bytes)), 3 + 16);
	assert_int_equal(residence_picture_length(bytes, 10), 10);
	assert_int_equal(residence_picture_length(bytes + 3, sizeof(bytes) - 3), 0);
	assert_int_equal(residence_picture_length(bytes, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_commands_read_the_address_and_nothing_else),
		cmocka_unit_test(published_random_numbers_give_the_published_commands),
		cmocka_unit_test(images_come_when_wanted),
		cmocka_unit_test(poor_readers_get_the_same),
		cmocka_unit_test(known_lack_of_extended_length_is_remembered),
		cmocka_unit_test(certificate_of_a_special_permanent_resident_reads_alike),
		cmocka_unit_test(look_and_tries_need_no_number),
		cmocka_unit_test(other_cards_are_not_residence_cards),
		cmocka_unit_test(second_generation_is_refused_before_anything_is_sent),
		cmocka_unit_test(wrong_number_is_told_without_a_count),
		cmocka_unit_test(verified_images_lend_the_address_no_proof),
		cmocka_unit_test(what_does_not_hold_is_failed_with_and_without_anchors),
		cmocka_unit_test(certificate_not_by_the_anchor_is_failed_only_under_its_name),
		cmocka_unit_test(stranger_anchor_proves_nothing),
		cmocka_unit_test(holder_of_a_my_number_card_cannot_sign_a_residence_card),
		cmocka_unit_test(outside_the_certificates_dates_nothing_is_proven),
		cmocka_unit_test(card_of_a_child_has_no_photo_and_no_signature),
		cmocka_unit_test(addresses_are_taken_whole_or_not_at_all),
		cmocka_unit_test(address_filling_its_object_is_read),
		cmocka_unit_test(never_written_address_is_no_address),
		cmocka_unit_test(strange_picture_files_cost_the_picture_only),
		cmocka_unit_test(any_spoilt_answer_ends_within_the_bound_and_is_never_verified_falsely),
		cmocka_unit_test(garbage_ends_within_the_bound),
		cmocka_unit_test(filler_behind_a_picture_is_cut),
	};

	return cmocka_run_group_tests(tests, make_world, release_world);
}
