/* SPDX-License-Identifier: MIT
 * Card and pictures of a draft: what is taken, what is refused whoever sends it, and that nothing of it stays behind. */
#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "shared/base/limits.h"
#include "shared/model/draft.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define HEAD_BYTES 33 /* signature and IHDR */
#define LEAST_BYTES (HEAD_BYTES + 12 + 12)
#define MARK "CANARY-OF-A-FACE"

static unsigned char *put_chunk(unsigned char *at, const char *type, uint32_t n_data, unsigned char fill)
{
	const unsigned char length[4] = {(unsigned char)(n_data >> 24), (unsigned char)(n_data >> 16), (unsigned char)(n_data >> 8),
					 (unsigned char)n_data};

	memcpy(at, length, 4);
	memcpy(at + 4, type, 4);
	memset(at + 8, fill, n_data);
	memset(at + 8 + n_data, 0, 4);
	return at + 12 + n_data;
}

/* A PNG as it looks from outside, of exactly @n_bytes. */
static size_t make_png(unsigned char *out, size_t n_bytes, uint32_t width, uint32_t height)
{
	const unsigned char sides[8] = {(unsigned char)(width >> 24), (unsigned char)(width >> 16), (unsigned char)(width >> 8),
					(unsigned char)width, (unsigned char)(height >> 24), (unsigned char)(height >> 16),
					(unsigned char)(height >> 8), (unsigned char)height};
	unsigned char *at = out + 8;

	memcpy(out, "\x89PNG\r\n\x1a\n", 8);
	at = put_chunk(at, "IHDR", 13, 0);
	memcpy(out + 16, sides, 8);
	out[24] = 1;
	at = put_chunk(at, "IDAT", (uint32_t)(n_bytes - LEAST_BYTES), 'd');
	at = put_chunk(at, "IEND", 0, 0);
	assert_int_equal(at - out, n_bytes);
	return n_bytes;
}

static struct draft *draft_with(enum draft_picture picture, size_t n_bytes)
{
	struct draft *draft = draft_new("juminhyo", 1);
	unsigned char *png = malloc(n_bytes);

	assert_int_equal(draft_set_picture(draft, picture, png, make_png(png, n_bytes, 640, 96)), 0);
	free(png);
	return draft;
}

static void pictures_are_copied_replaced_and_taken_away(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_with(DRAFT_PICTURE_NAME, 300);
	unsigned char png[200];
	size_t n_bytes = 0;

	assert_non_null(draft_picture(draft, DRAFT_PICTURE_NAME, &n_bytes));
	assert_int_equal(n_bytes, 300);
	assert_null(draft_picture(draft, DRAFT_PICTURE_FACE, &n_bytes));
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_NAME, png, make_png(png, 200, 1, 1)), 0);
	memset(png, 0, sizeof(png));
	assert_memory_equal(draft_picture(draft, DRAFT_PICTURE_NAME, &n_bytes), "\x89PNG", 4);
	assert_int_equal(n_bytes, 200);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_NAME, NULL, 0), 0);
	assert_null(draft_picture(draft, DRAFT_PICTURE_NAME, &n_bytes));
	assert_int_equal(draft_set_picture(draft, (enum draft_picture)DRAFT_PICTURES, png, 200), -EINVAL);
}

static void pictures_are_bounded_each_and_together(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_with(DRAFT_PICTURE_NAME, DRAFT_PICTURE_BYTES_MAX);
	unsigned char *png = malloc(DRAFT_PICTURE_BYTES_MAX + 1);
	size_t n_bytes;

	make_png(png, DRAFT_PICTURE_BYTES_MAX + 1, 2, 2);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, DRAFT_PICTURE_BYTES_MAX + 1), -ENOSPC);
	make_png(png, DRAFT_PICTURE_BYTES_MAX, 2, 2);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, DRAFT_PICTURE_BYTES_MAX), 0);
	make_png(png, LEAST_BYTES, 2, 2);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FRONT, png, LEAST_BYTES), -ENOSPC);
	assert_null(draft_picture(draft, DRAFT_PICTURE_FRONT, &n_bytes));
	/* replacing counts only what stays */
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_NAME, png, LEAST_BYTES), 0);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FRONT, png, LEAST_BYTES), 0);
	free(png);
}

static void only_a_whole_png_is_a_picture(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	unsigned char png[128];
	size_t n_bytes = make_png(png, 100, 10, 10);

	for (size_t n = 1; n < n_bytes; n++)
		assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, n), -EINVAL);
	png[100] = 0;
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, n_bytes + 1), -EINVAL); /* something rides behind */
	for (size_t i = 0; i < 8; i++) {
		png[i] = (unsigned char)~png[i];
		assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, n_bytes), -EINVAL);
		png[i] = (unsigned char)~png[i];
	}
	memcpy(png + HEAD_BYTES + 4, "tEXt", 4); /* no image data */
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, n_bytes), -EINVAL);
	memcpy(png + HEAD_BYTES, "\xff\xff\xff\xff", 4); /* a chunk longer than the world */
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, n_bytes), -EINVAL);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", 45), -EINVAL);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, "\xff\xd8\xff\xe0JFIF-and-more-bytes-than-a-head", 36), -EINVAL);
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, make_png(png, 100, 2048, 2048)), 0);
}

static void a_picture_that_would_fill_the_clerks_memory_is_refused(void **state)
{
	static const uint32_t sides[][2] = {{0, 10}, {10, 0}, {2049, 10}, {10, 2049}, {0x7fffffff, 0x7fffffff}, {0xffffffff, 1}};
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	unsigned char png[128];

	for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++)
		assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_NAME, png, make_png(png, 100, sides[i][0], sides[i][1])), -EINVAL);
}

static void random_bytes_never_break_the_look_at_a_png(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	uint64_t seed = 20261124;
	int n_taken = 0;

	for (int round = 0; round < 20000; round++) {
		unsigned char *png = malloc(100); /* of its own, so that a read behind it is seen */

		make_png(png, 100, 10, 10);
		for (int i = 0; i < 3; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			png[seed % 100] = (unsigned char)(seed >> 32);
		}
		n_taken += draft_set_picture(draft, DRAFT_PICTURE_FACE, png, 100) == 0;
		free(png);
	}
	assert_in_range(n_taken, 1000, 19000);
}

static void a_card_is_a_word_a_day_and_two_proofs(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	struct draft_card card = {"my-number", "2031-02-29", PROOF_VERIFIED, PROOF_NOT_CHECKED};

	assert_null(draft_card(draft));
	assert_int_equal(draft_set_card(draft, &card), -EINVAL); /* no such day */
	memcpy(card.expires, "2031-02-28", 11);
	assert_int_equal(draft_set_card(draft, &card), 0);
	assert_string_equal(draft_card(draft)->kind, "my-number");
	assert_int_equal(draft_card(draft)->genuine, PROOF_VERIFIED);
	memcpy(card.kind, "<b>", 4);
	assert_int_equal(draft_set_card(draft, &card), -EINVAL);
	memset(card.kind, 'a', sizeof(card.kind));
	assert_int_equal(draft_set_card(draft, &card), -EINVAL);
	assert_string_equal(draft_card(draft)->expires, "2031-02-28");
	assert_int_equal(draft_set_card(draft, NULL), 0);
	assert_null(draft_card(draft));
}

static int decode(const char *text, struct draft **ret_draft)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	int r = draft_decode(json, ret_draft);

	json_decref(json);
	return r;
}

static void card_and_pictures_come_back_as_they_went(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_with(DRAFT_PICTURE_ADDRESS, 1001);
	CLEANUP(draft_freep) struct draft *again = NULL;
	struct draft_card card = {"residence-card", "2029-03-31", PROOF_FAILED, PROOF_NOT_CHECKED};
	json_t *first, *second;
	size_t n_before = 0, n_after = 0;

	assert_int_equal(draft_set_card(draft, &card), 0);
	first = draft_encode(draft);
	assert_int_equal(draft_decode(first, &again), 0);
	second = draft_encode(again);
	assert_true(json_equal(first, second));
	assert_string_equal(json_string_value(json_object_get(json_object_get(first, "card"), "genuine")), "failed");
	assert_int_equal(json_object_size(json_object_get(first, "pictures")), 1);
	assert_memory_equal(draft_picture(again, DRAFT_PICTURE_ADDRESS, &n_after), draft_picture(draft, DRAFT_PICTURE_ADDRESS, &n_before),
			    1001);
	assert_int_equal(n_after, n_before);
	assert_memory_equal(&card, draft_card(again), sizeof(card));
	json_decref(first);
	json_decref(second);
}

static void paper_and_hand_over_get_values_only(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_with(DRAFT_PICTURE_FACE, 100);
	struct draft_card card = {"my-number", "", PROOF_VERIFIED, PROOF_NOT_CHECKED};
	json_t *json;

	assert_int_equal(draft_set_card(draft, &card), 0);
	json = draft_encode_values(draft);
	assert_int_equal(json_object_size(json), 3);
	assert_null(json_object_get(json, "pictures"));
	assert_null(json_object_get(json, "card"));
	json_decref(json);
	json = draft_encode(draft);
	assert_null(json_object_get(json_object_get(json, "card"), "expires")); /* what was not told is not said */
	json_decref(json);
}

static void drafts_of_older_terminals_still_open(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = NULL;
	size_t n_bytes;

	assert_int_equal(decode("{\"form\":\"juminhyo\",\"version\":1,\"values\":{\"name\":{\"value\":\"見本\",\"source\":\"card\","
				"\"proof\":\"failed\"}}}", &draft), 0);
	assert_false(draft_find(draft, "name")->is_disputed);
	assert_null(draft_card(draft));
	assert_null(draft_picture(draft, DRAFT_PICTURE_NAME, &n_bytes));
}

static void hostile_json_is_refused(void **state)
{
#define AROUND(inner) "{\"form\":\"f\",\"version\":1,\"values\":{}," inner "}"
	static const char *const wrong[] = {
		AROUND("\"pictures\":[]"), AROUND("\"pictures\":\"iVBORw0KGgo=\""), AROUND("\"pictures\":{\"nose\":\"iVBORw0KGgo=\"}"),
		AROUND("\"pictures\":{\"name\":null}"), AROUND("\"pictures\":{\"name\":\"\"}"), AROUND("\"pictures\":{\"name\":\"not base64!\"}"),
		AROUND("\"pictures\":{\"name\":\"iVBORw0KGgo\"}"), AROUND("\"pictures\":{\"name\":\"iVBORw0KGgo=\"}"),
		AROUND("\"pictures\":{\"name\":\"iVBO\\nRw0KGgo=\"}"), AROUND("\"pictures\":{\"name\":\"PHN2Zz48L3N2Zz4=\"}"),
		AROUND("\"pictures\":{\"name\":\"iVBORw0KGgo=\\u0000\"}"), AROUND("\"card\":\"my-number\""), AROUND("\"card\":{}"),
		AROUND("\"card\":{\"kind\":\"\"}"), AROUND("\"card\":{\"kind\":\"My Number\"}"), AROUND("\"card\":{\"kind\":7}"),
		AROUND("\"card\":{\"kind\":\"my-number\",\"expires\":\"soon\"}"), AROUND("\"card\":{\"kind\":\"my-number\",\"expires\":7}"),
		AROUND("\"card\":{\"kind\":\"my-number\",\"expires\":\"2030-01-01T00:00\"}"),
		AROUND("\"card\":{\"kind\":\"my-number\",\"genuine\":\"surely\"}"), AROUND("\"card\":{\"kind\":\"my-number\",\"revocation\":true}"),
		AROUND("\"card\":{\"kind\":\"my-number\",\"number\":\"123456789018\"}"), AROUND("\"photo\":\"iVBORw0KGgo=\""),
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct draft *draft = NULL;

		if (decode(wrong[i], &draft) != -EBADMSG)
			fail_msg("taken: %s", wrong[i]);
		assert_null(draft);
	}
}

static void a_picture_too_long_for_its_place_is_refused_before_it_is_unpacked(void **state)
{
	size_t n_text = 4 * ((DRAFT_PICTURE_BYTES_MAX + 2) / 3) + 4;
	char *text = malloc(n_text + 1);
	struct draft *draft = NULL;
	json_t *json;

	memset(text, 'A', n_text);
	text[n_text] = '\0';
	json = json_pack("{s:s, s:i, s:{}, s:{s:s}}", "form", "f", "version", 1, "values", "pictures", "face", text);
	assert_int_equal(draft_decode(json, &draft), -ENOSPC);
	assert_null(draft);
	json_decref(json);
	free(text);
}

/* ---- nothing stays ---------------------------------------------------------------------------------------------- */

static int n_dirty;

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
	if (block && memmem(block, malloc_usable_size(block), MARK, strlen(MARK)))
		n_dirty++;
	if (block && memmem(block, malloc_usable_size(block), "Q0FOQVJZLU9GLUEtRkFDR", 21)) /* the same in base64 */
		n_dirty++;
	__real_free(block);
}

static struct draft *marked_draft(void)
{
	struct draft *draft = draft_new("f", 1);
	unsigned char png[LEAST_BYTES + 30];

	make_png(png, sizeof(png), 10, 10);
	memcpy(png + HEAD_BYTES + 8 + 1, MARK, strlen(MARK)); /* 42 bytes in: base64 begins a group there */
	assert_int_equal(draft_set_picture(draft, DRAFT_PICTURE_FACE, png, sizeof(png)), 0);
	return draft;
}

static void encode_replace_and_drop(void)
{
	CLEANUP(draft_freep) struct draft *draft = marked_draft();
	CLEANUP(draft_freep) struct draft *again = NULL;
	json_t *json = draft_encode(draft);
	unsigned char png[100];

	assert_int_equal(draft_decode(json, &again), 0);
	assert_int_equal(draft_set_picture(again, DRAFT_PICTURE_FACE, png, make_png(png, 100, 1, 1)), 0);
	json_decref(json);
}

static void no_freed_block_holds_a_face(void **state)
{
	n_dirty = 0;
	json_set_alloc_funcs(malloc, free);
	encode_replace_and_drop();
	assert_true(n_dirty > 0); /* the search does find it when nobody wipes */
	wipe_json();
	n_dirty = 0;
	encode_replace_and_drop();
	assert_int_equal(n_dirty, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_are_copied_replaced_and_taken_away),
		cmocka_unit_test(pictures_are_bounded_each_and_together),
		cmocka_unit_test(only_a_whole_png_is_a_picture),
		cmocka_unit_test(a_picture_that_would_fill_the_clerks_memory_is_refused),
		cmocka_unit_test(random_bytes_never_break_the_look_at_a_png),
		cmocka_unit_test(a_card_is_a_word_a_day_and_two_proofs),
		cmocka_unit_test(card_and_pictures_come_back_as_they_went),
		cmocka_unit_test(paper_and_hand_over_get_values_only),
		cmocka_unit_test(drafts_of_older_terminals_still_open),
		cmocka_unit_test(hostile_json_is_refused),
		cmocka_unit_test(a_picture_too_long_for_its_place_is_refused_before_it_is_unpacked),
		cmocka_unit_test(no_freed_block_holds_a_face),
	};

	wipe_json();
	return cmocka_run_group_tests_name("draft-card", tests, NULL, NULL);
}
