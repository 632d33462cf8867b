/* SPDX-License-Identifier: MIT
 * 200 sessions, each with values drawn by chance; after each the whole writable memory of this process is searched for
 * pieces of them. What is looked for is kept inverted, so that the search does not find itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/rand.h>

#include "cardreader/profile/profile.h"
#include "tests/unit/cardreader/card_bench.h"
#include "shared/base/banned.h"

#define SESSIONS 200
#define PIECES_MAX 16
#define PIECE_BYTES 8
#define CHUNK_BYTES (1 << 20)
#define REGION_BYTES_MAX (64UL << 20) /* a sanitizer's shadow is larger, and nobody's */

static EVP_PKEY *keys[N_BENCH_KEYS];
static struct card_bench bench;

struct pieces {
	uint8_t inverted[PIECES_MAX][PIECE_BYTES];
	size_t n;
};

static void note(struct pieces *pieces, const void *bytes)
{
	assert_true(pieces->n < PIECES_MAX);
	for (size_t i = 0; i < PIECE_BYTES; i++)
		pieces->inverted[pieces->n][i] = (uint8_t)(0xFF - ((const uint8_t *)bytes)[i]);
	pieces->n++;
}

static bool is_piece(const uint8_t *at, const uint8_t *inverted)
{
	for (size_t i = 0; i < PIECE_BYTES; i++)
		if (at[i] + inverted[i] != 0xFF)
			return false;
	return true;
}

static size_t count_in(const uint8_t *bytes, size_t n, const struct pieces *pieces)
{
	size_t n_found = 0;

	for (size_t p = 0; p < pieces->n; p++)
		for (const uint8_t *at = bytes; n >= PIECE_BYTES && at <= bytes + n - PIECE_BYTES; at++) {
			at = memchr(at, 0xFF - pieces->inverted[p][0], (size_t)(bytes + n - at));
			if (!at || at > bytes + n - PIECE_BYTES)
				break;
			n_found += is_piece(at, pieces->inverted[p]);
		}
	return n_found;
}

static size_t count_in_region(int memory, uint64_t from, uint64_t until, const struct pieces *pieces)
{
	static uint8_t chunk[CHUNK_BYTES];
	size_t n_found = 0;

	while (from < until) {
		size_t n = until - from < CHUNK_BYTES ? (size_t)(until - from) : CHUNK_BYTES;
		ssize_t n_read = pread(memory, chunk, n, (off_t)from);

		if (n_read <= 0)
			break; /* guard pages of secrets */
		n_found += count_in(chunk, (size_t)n_read, pieces);
		explicit_bzero(chunk, sizeof(chunk));
		from += (uint64_t)n_read;
	}
	return n_found;
}

/* How often any piece stands anywhere in what this process may write. */
static size_t search(const struct pieces *pieces)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int memory = open("/proc/self/mem", O_RDONLY);
	size_t n_found = 0;
	char line[512];

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (fgets(line, sizeof(line), maps)) {
		uint64_t from, until;
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &from, &until, rights) == 3 && rights[1] == 'w' &&
		    until - from <= REGION_BYTES_MAX)
			n_found += count_in_region(memory, from, until, pieces);
	}
	close(memory);
	fclose(maps);
	return n_found;
}

static void draw_digits(uint8_t *at, size_t n)
{
	assert_int_equal(RAND_bytes(at, (int)n), 1);
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)('0' + at[i] % 10);
}

/* Kanji of three bytes each, from U+5000 to U+7FFF. */
static void draw_kanji(uint8_t *at, size_t n_kanji)
{
	for (size_t i = 0; i < n_kanji; i++, at += 3) {
		assert_int_equal(RAND_bytes(at, 3), 1);
		at[0] = (uint8_t)(0xE5 + at[0] % 3);
		at[1] = (uint8_t)(0x80 | (at[1] & 0x3f));
		at[2] = (uint8_t)(0x80 | (at[2] & 0x3f));
	}
}

static void draw_card(struct pieces *pieces)
{
	uint8_t *attributes, *number, *b = (uint8_t *)bench_pin(&bench, BENCH_TEXT, 0x15)->value;
	struct bench_file *visual;

	attributes = bench_file(&bench, BENCH_TEXT, 0x0002)->bytes + 14 + 3; /* name behind its header, then the address */
	draw_kanji(attributes, 5);
	draw_kanji(attributes + 15 + 3, 1);
	number = bench_file(&bench, BENCH_TEXT, 0x0001)->bytes + 3;
	draw_digits(number, 12);
	memcpy(bench_pin(&bench, BENCH_TEXT, 0x14)->value, number, 12);
	draw_digits(b, 14);
	memcpy(b + 2, (const char[]){'0', b[3], '0', b[5], '2', '0'}, 6); /* a date and a century that can be */
	memcpy(bench_pin(&bench, BENCH_VISUAL, 0x12)->value, b, 14);
	visual = bench_file(&bench, BENCH_VISUAL, 0x0002);
	assert_int_equal(RAND_bytes(visual->bytes + visual->n - 1000, 64), 1); /* in the face */
	note(pieces, attributes);
	note(pieces, attributes + 7);
	note(pieces, attributes + 18);
	note(pieces, number);
	note(pieces, number + 4);
	note(pieces, b);
	note(pieces, b + 6);
	note(pieces, visual->bytes + visual->n - 1000);
}

static void put_name_into_certificate(struct pieces *pieces)
{
	uint8_t name[16] = {0};

	draw_kanji(name, 5);
	note(pieces, name);
	bench_certificate(&bench, 0x0001, &(struct bench_certificate){
		.not_before = "20240331150000Z", .not_after = "20290630145959Z", .key = keys[KEY_LEAF],
		.issuer = keys[KEY_CA], .has_attributes = true, .name = (const char *)name});
	explicit_bzero(name, sizeof(name));
}

static void one_session(int i)
{
	static const struct {
		enum session_purpose purpose;
		enum card_auth auth;
	} kinds[] = {{SESSION_READ, CARD_AUTH_PIN}, {SESSION_READ, CARD_AUTH_B}, {SESSION_NUMBER, CARD_AUTH_PIN},
		     {SESSION_NUMBER, CARD_AUTH_A}, {SESSION_PROVE, CARD_AUTH_SIGN_PIN}};
	const char *secret = kinds[i % 5].auth == CARD_AUTH_PIN ? "1234" :
			     kinds[i % 5].auth == CARD_AUTH_SIGN_PIN ? "MIHON1" :
			     kinds[i % 5].auth == CARD_AUTH_B ? bench_pin(&bench, BENCH_TEXT, 0x15)->value :
								 bench_pin(&bench, BENCH_TEXT, 0x14)->value;
	const struct session_result *result = bench_run(&bench, (struct session_request){
		.purpose = kinds[i % 5].purpose, .auth = kinds[i % 5].auth, .today = "2026-11-22",
		.want = CARD_WANT_EXPIRY | CARD_WANT_FACE | CARD_WANT_NAME_PICTURES | (i % 2 ? CARD_WANT_PROOF : 0)}, secret);

	assert_true(result->outcome == CARD_OK);
	assert_true(kinds[i % 5].auth == CARD_AUTH_A || kinds[i % 5].purpose == SESSION_PROVE || result->person.name.text);
}

static void the_search_finds_what_is_left(void **state)
{
	struct pieces pieces = {0};
	char *volatile left = malloc(64);

	bench_make(&bench, keys);
	draw_card(&pieces);
	memcpy(left, bench_file(&bench, BENCH_TEXT, 0x0001)->bytes, 17);
	explicit_bzero(&bench, sizeof(bench));
	assert_int_equal(search(&pieces), 2);
	explicit_bzero(left, 64);
	assert_int_equal(search(&pieces), 0);
	free(left);
}

static void after_a_session_no_piece_of_it_is_left_in_memory(void **state)
{
	for (int i = 0; i < SESSIONS; i++) {
		struct pieces pieces = {0};

		bench_make(&bench, keys);
		draw_card(&pieces);
		if (i % 5 == 4)
			put_name_into_certificate(&pieces);
		one_session(i);
		bench_release(&bench);
		explicit_bzero(&bench, sizeof(bench));
		assert_int_equal(search(&pieces), 0);
	}
}

static int make_world(void **state)
{
	assert_int_equal(profile_warm_up(), 0);
	bench_keys(keys);
	return 0;
}

static int end_world(void **state)
{
	bench_keys_free(keys);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_search_finds_what_is_left),
		cmocka_unit_test(after_a_session_no_piece_of_it_is_left_in_memory),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
