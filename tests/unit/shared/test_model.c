/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shared/base/limits.h"
#include "shared/model/draft.h"
#include "shared/model/person.h"
#include "shared/model/ticket.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

static json_t *parse(const char *text)
{
	return json_loads(text, JSON_REJECT_DUPLICATES, NULL);
}

static int decode_draft(const char *text, struct draft **ret_draft)
{
	json_t *json = parse(text);
	int r = draft_decode(json, ret_draft);

	json_decref(json);
	return r;
}

static int decode_person(const char *text, struct person *ret_person)
{
	json_t *json = parse(text);
	int r = person_decode(json, ret_person);

	json_decref(json);
	return r;
}

static void value_keeps_the_old_text_when_the_new_one_is_refused(void **state)
{
	CLEANUP(value_release) struct value value = {0};
	char longer[VALUE_BYTES_MAX + 2];

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(value_set(&value, "見本　花子", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(value_set(&value, "\xff", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_int_equal(value_set(&value, "a\x1b[31m", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_int_equal(value_set(&value, longer, VALUE_TYPED, PROOF_NOT_CHECKED), -ENOSPC);
	assert_string_equal(value.text, "見本　花子");
	assert_int_equal(value.source, VALUE_CARD);
	longer[VALUE_BYTES_MAX] = '\0';
	assert_int_equal(value_set(&value, longer, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
}

static void words_of_source_and_proof_parse_back(void **state)
{
	enum value_source source = VALUE_CARD;
	enum value_proof proof = PROOF_VERIFIED;

	for (int i = VALUE_CARD; i <= VALUE_STAFF; i++) {
		assert_int_equal(value_source_parse(value_source_word((enum value_source)i), &source), 0);
		assert_int_equal(source, i);
	}
	for (int i = PROOF_NOT_CHECKED; i <= PROOF_FAILED; i++) {
		assert_int_equal(value_proof_parse(value_proof_word((enum value_proof)i), &proof), 0);
		assert_int_equal(proof, i);
	}
	assert_int_equal(value_source_parse("guessed", &source), -EINVAL);
	assert_int_equal(value_source_parse(NULL, &source), -EINVAL);
	assert_string_equal(value_proof_word(PROOF_NOT_CHECKED), "not-checked");
}

static void person_accepts_plain_strings_as_typed(void **state)
{
	CLEANUP(person_release) struct person person = {0};

	assert_int_equal(decode_person("{\"name\":\"見本 花子\",\"kana\":null,\"address\":{\"value\":\"見本村大字見本1番地\","
				       "\"source\":\"card\",\"proof\":\"verified\"},\"expires\":\"2030-01-01\"}", &person), 0);
	assert_string_equal(person.name.text, "見本 花子");
	assert_int_equal(person.name.source, VALUE_TYPED);
	assert_int_equal(person.address.proof, PROOF_VERIFIED);
	assert_null(person.kana.text);
	assert_ptr_equal(person_find(&person, "person.address"), &person.address);
	assert_null(person_find(&person, "person.number"));
	assert_null(person_find(&person, "name"));
}

static void person_encodes_to_a_fixed_point_and_copies_deep(void **state)
{
	CLEANUP(person_release) struct person person = {0};
	CLEANUP(person_release) struct person again = {0};
	CLEANUP(person_release) struct person copy = {0};
	json_t *first, *second;

	assert_int_equal(value_set(&person.name, "葛󠄂 𠮷子", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(value_set(&person.birth_date, "1950-00-00", VALUE_SCAN, PROOF_FAILED), 0);
	first = person_encode(&person);
	assert_int_equal(person_decode(first, &again), 0);
	second = person_encode(&again);
	assert_true(json_equal(first, second));
	assert_string_equal(again.name.text, "葛󠄂 𠮷子");
	assert_int_equal(person_copy(&person, &copy), 0);
	assert_ptr_not_equal(copy.name.text, person.name.text);
	assert_string_equal(copy.birth_date.text, "1950-00-00");
	json_decref(first);
	json_decref(second);
}

static void person_refuses_hostile_json(void **state)
{
	static const char *const wrong[] = {"[]", "{\"name\":7}", "{\"name\":{\"value\":7}}", "{\"name\":[]}",
		"{\"name\":{\"source\":\"card\"}}", "{\"name\":{\"value\":\"a\",\"source\":\"dream\"}}",
		"{\"name\":{\"value\":\"a\",\"source\":4}}", "{\"name\":{\"value\":\"a\",\"proof\":\"maybe\"}}",
		"{\"name\":{\"value\":\"a\",\"disputed\":\"yes\"}}",
		"{\"name\":\"a\\nb\"}", "{\"name\":\"\\u202eb\"}"};
	struct person person = {0};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(decode_person(wrong[i], &person), -EBADMSG);
		assert_null(person.name.text);
	}
}

static void draft_sets_replaces_and_removes(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("juminhyo", 3);

	assert_int_equal(draft_set(draft, "name", "見本 花子", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(draft_set(draft, "copies", "1", VALUE_DEFAULT, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_set(draft, "name", "見本 太郎", VALUE_STAFF, PROOF_NOT_CHECKED), 0);
	assert_string_equal(draft_find(draft, "name")->text, "見本 太郎");
	assert_int_equal(draft_find(draft, "name")->source, VALUE_STAFF);
	assert_int_equal(draft_set(draft, "name", "", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_null(draft_find(draft, "name"));
	assert_int_equal(draft_set(draft, "", "x", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_int_equal(draft_set(draft, "bad", "\xc0\x80", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_null(draft_find(draft, "bad"));
	assert_string_equal(draft_form(draft), "juminhyo");
	assert_int_equal(draft_version(draft), 3);
}

static void a_disputed_value_keeps_its_proof_until_it_is_set_anew(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("juminhyo", 3);

	assert_int_equal(draft_dispute(draft, "address", true), -ENOENT);
	assert_int_equal(draft_set(draft, "address", "見本県見本村１", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(draft_dispute(draft, "address", true), 0);
	assert_true(draft_find(draft, "address")->is_disputed);
	assert_int_equal(draft_find(draft, "address")->proof, PROOF_VERIFIED);
	assert_int_equal(draft_set(draft, "address", "見本県見本村２", VALUE_STAFF, PROOF_NOT_CHECKED), 0);
	assert_false(draft_find(draft, "address")->is_disputed);
	assert_int_equal(draft_row_set(draft, "members", 0, "name", "見本 太郎", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_dispute(draft, "members", true), -ENOENT);
	assert_int_equal(draft_row_dispute(draft, "members", 0, "kana", true), -ENOENT);
	assert_int_equal(draft_row_dispute(draft, "members", 1, "name", true), -ENOENT);
	assert_int_equal(draft_row_dispute(draft, "members", 0, "name", true), 0);
	assert_true(draft_row_find(draft, "members", 0, "name")->is_disputed);
}

static void only_a_disputed_value_says_so_in_json(void **state)
{
	CLEANUP(person_release) struct person person = {0};
	CLEANUP(person_release) struct person copy = {0};
	json_t *json;

	assert_int_equal(decode_person("{\"name\":{\"value\":\"見本\",\"source\":\"card\",\"disputed\":true},"
				       "\"address\":{\"value\":\"見本村\",\"disputed\":false},\"kana\":\"ミホン\"}", &person), 0);
	assert_true(person.name.is_disputed);
	assert_false(person.address.is_disputed);
	assert_int_equal(person_copy(&person, &copy), 0);
	assert_true(copy.name.is_disputed);
	json = person_encode(&copy);
	assert_true(json_is_true(json_object_get(json_object_get(json, "name"), "disputed")));
	assert_null(json_object_get(json_object_get(json, "address"), "disputed"));
	assert_null(json_object_get(json_object_get(json, "kana"), "disputed"));
	json_decref(json);
}

static void draft_rows_grow_by_one_and_close_up(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	char name[8];

	assert_int_equal(draft_row_set(draft, "m", 1, "name", "a", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_int_equal(draft_n_rows(draft, "m"), 0);
	for (size_t i = 0; i < DRAFT_ROWS_MAX; i++) {
		snprintf(name, sizeof(name), "n%zu", i);
		assert_int_equal(draft_row_set(draft, "m", i, "name", name, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	}
	assert_int_equal(draft_row_set(draft, "m", DRAFT_ROWS_MAX, "name", "x", VALUE_TYPED, PROOF_NOT_CHECKED), -ENOSPC);
	draft_row_remove(draft, "m", 0);
	assert_string_equal(draft_row_find(draft, "m", 0, "name")->text, "n1");
	assert_int_equal(draft_n_rows(draft, "m"), DRAFT_ROWS_MAX - 1);
	assert_int_equal(draft_set(draft, "m", "single", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_null(draft_find(draft, "m"));
	assert_int_equal(draft_row_set(draft, "m", DRAFT_ROWS_MAX - 2, "name", NULL, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_n_rows(draft, "m"), DRAFT_ROWS_MAX - 2);
	assert_int_equal(draft_set(draft, "m", NULL, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_n_rows(draft, "m"), 0);
	assert_int_equal(draft_set(draft, "s", "single", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_row_set(draft, "s", 0, "name", "x", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_string_equal(draft_find(draft, "s")->text, "single");
}

static void draft_holds_so_many_fields_and_no_more(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	char id[16];

	for (int i = 0; i < DRAFT_FIELDS_MAX; i++) {
		snprintf(id, sizeof(id), "f%d", i);
		assert_int_equal(draft_set(draft, id, "v", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	}
	assert_int_equal(draft_set(draft, "one-more", "v", VALUE_TYPED, PROOF_NOT_CHECKED), -ENOSPC);
	assert_int_equal(draft_set(draft, "f7", "w", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_string_equal(draft_find(draft, "f255")->text, "v");
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Texts that break careless code: variation selectors, four-byte characters, combining marks, compatibility forms. */
static const char *random_text(uint64_t *seed, char *out, size_t size)
{
	static const char *const parts[] = {"葛󠄀", "葛󠄂", "𠮷", "𩸽", "神", "が", "か\u3099", "髙", "邉󠄄", "\"", "\\", "/", "　", " ", "ﾊﾝｶｸ",
					    "Nguyễn", "👩‍👧", "〓", "1", "</b>", "%s", ",", "{", "~", "−"};
	size_t n = next_random(seed) % 12 + 1;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(out);

		snprintf(out + used, size - used, "%s", parts[next_random(seed) % (sizeof(parts) / sizeof(*parts))]);
	}
	return out;
}

static void random_draft(uint64_t *seed, struct draft *draft)
{
	static const char *const ids[] = {"name", "kana", "address", "members", "copies", "usage", "phone"};
	char text[512];

	for (int i = 0; i < 60; i++) {
		const char *id = ids[next_random(seed) % 7];
		enum value_source source = (enum value_source)(next_random(seed) % 5);
		enum value_proof proof = (enum value_proof)(next_random(seed) % 3);
		int r;

		random_text(seed, text, sizeof(text));
		switch (next_random(seed) % 7) {
		case 0:
			r = draft_set(draft, id, NULL, source, proof);
			break;
		case 1:
			draft_row_remove(draft, id, next_random(seed) % 4);
			continue;
		case 2:
		case 3:
			r = draft_row_set(draft, id, next_random(seed) % 4, ids[next_random(seed) % 7],
					  next_random(seed) % 4 ? text : NULL, source, proof);
			break;
		case 4:
			r = draft_n_rows(draft, id) ? draft_row_dispute(draft, id, 0, ids[next_random(seed) % 7], true) :
						      draft_dispute(draft, id, true);
			break;
		default:
			r = draft_set(draft, id, text, source, proof);
		}
		assert_true(r == 0 || r == -EINVAL || r == -ENOENT);
	}
}

static void draft_encode_decode_encode_is_a_fixed_point(void **state)
{
	uint64_t seed = 20261124;

	for (int round = 0; round < 500; round++) {
		CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
		CLEANUP(draft_freep) struct draft *again = NULL;
		json_t *first, *second;
		char *first_text, *second_text;

		random_draft(&seed, draft);
		first = draft_encode(draft);
		assert_int_equal(draft_decode(first, &again), 0);
		second = draft_encode(again);
		first_text = json_dumps(first, 0);
		second_text = json_dumps(second, 0);
		assert_string_equal(first_text, second_text); /* the order too */
		wipe_free(first_text);
		wipe_free(second_text);
		json_decref(first);
		json_decref(second);
	}
}

static void draft_refuses_hostile_json(void **state)
{
	static const char *const wrong[] = {
		"[]", "{}", "{\"form\":\"f\",\"version\":1}", "{\"form\":\"\",\"version\":1,\"values\":{}}",
		"{\"form\":\"f\",\"version\":\"1\",\"values\":{}}", "{\"form\":\"f\",\"version\":-1,\"values\":{}}",
		"{\"form\":\"f\",\"version\":99999999999,\"values\":{}}", "{\"form\":\"f\",\"version\":1,\"values\":[]}",
		"{\"form\":\"f\",\"version\":1,\"values\":{},\"number\":\"1\"}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":\"plain\"}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":{\"value\":\"x\"}}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":{\"value\":\"\",\"source\":\"typed\"}}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":{\"value\":\"x\",\"source\":\"typed\",\"note\":\"y\"}}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"\":{\"value\":\"x\",\"source\":\"typed\"}}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":{\"value\":\"x\\u0007\",\"source\":\"typed\"}}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":[[]]}}", "{\"form\":\"f\",\"version\":1,\"values\":{\"a\":[1]}}",
		"{\"form\":\"f\",\"version\":1,\"values\":{\"a\":[{\"b\":{\"value\":[],\"source\":\"typed\"}}]}}"};
	struct draft *draft = NULL;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(decode_draft(wrong[i], &draft), -EBADMSG);
		assert_null(draft);
	}
}

static void draft_refuses_more_rows_than_it_may_hold(void **state)
{
	json_t *rows = json_array();
	json_t *json;
	struct draft *draft = NULL;

	for (int i = 0; i <= DRAFT_ROWS_MAX; i++)
		json_array_append_new(rows, json_pack("{s:{s:s, s:s}}", "name", "value", "a", "source", "typed"));
	json = json_pack("{s:s, s:i, s:{s:{s:o}}}", "form", "f", "version", 1, "values", "m", "value", rows);
	assert_int_equal(draft_decode(json, &draft), -ENOSPC);
	assert_null(draft);
	json_decref(json);
}

static void draft_accepts_rows_as_a_bare_list_too(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = NULL;

	assert_int_equal(decode_draft("{\"form\":\"f\",\"version\":1,\"values\":{\"m\":[{\"name\":{\"value\":\"a\",\"source\":\"typed\"}}]}}",
				      &draft), 0);
	assert_int_equal(draft_n_rows(draft, "m"), 1);
}

/* ---- against a form ---- */

static struct form_option scopes[] = {{"whole", {0}}, {"part", {0}}};
static struct form_field columns[] = {
	{.id = "name", .type = FIELD_PERSON_NAME, .is_required = true},
	{.id = "birth", .type = FIELD_DATE},
};
static struct form_field fields[] = {
	{.id = "date", .type = FIELD_DATE, .from = "visit.date"},
	{.id = "name", .type = FIELD_PERSON_NAME, .from = "person.name", .is_required = true, .max = 4},
	{.id = "kana", .type = FIELD_KANA, .from = "person.kana"},
	{.id = "sex", .type = FIELD_SEX, .from = "person.sex"},
	{.id = "scope", .type = FIELD_CHOICE, .options = scopes, .n_options = 2, .default_value = "whole"},
	{.id = "marks", .type = FIELD_CHOICES, .options = scopes, .n_options = 2, .max = 1},
	{.id = "copies", .type = FIELD_INTEGER, .min = 1, .max = 10, .default_value = "1", .is_required = true},
	{.id = "phone", .type = FIELD_PHONE},
	{.id = "zip", .type = FIELD_POSTAL_CODE},
	{.id = "agent", .type = FIELD_YES_NO},
	{.id = "relation", .type = FIELD_TEXT, .is_required = true, .show_if_field = "agent", .show_if_value = "yes"},
	{.id = "members", .type = FIELD_ROWS, .max = 2, .fields = columns, .n_fields = 2},
	{.id = "sign", .type = FIELD_SIGNATURE, .is_required = true},
	{.id = "office", .type = FIELD_OFFICE_USE, .is_required = true},
	{.id = "individual_number", .type = FIELD_INDIVIDUAL_NUMBER, .is_required = true},
	{.id = "spouse_number", .type = FIELD_INDIVIDUAL_NUMBER},
};
static const struct form form = {.id = "f", .version = 1, .fields = fields, .n_fields = sizeof(fields) / sizeof(*fields)};

static void assert_rule(const char *field, const char *text, const char *rule)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	struct draft_finding found[DRAFT_FINDINGS_MAX];
	const char *seen = NULL;
	size_t n;

	assert_int_equal(draft_set(draft, field, text, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	n = draft_check(draft, &form, found, DRAFT_FINDINGS_MAX);
	for (size_t i = 0; i < n; i++)
		if (strcmp(found[i].field, field) == 0)
			seen = found[i].rule;
	if (rule && seen)
		assert_string_equal(seen, rule);
	else
		assert_ptr_equal(seen, rule);
}

static void draft_fills_from_the_person_then_from_defaults_and_leaves_what_is_there(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	CLEANUP(person_release) struct person person = {0};

	assert_int_equal(value_set(&person.name, "見本 花子", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(value_set(&person.sex, "unknown", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(draft_set(draft, "copies", "3", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_fill(draft, &form, &person, "2026-11-24"), 0);
	assert_string_equal(draft_find(draft, "name")->text, "見本 花子");
	assert_int_equal(draft_find(draft, "name")->source, VALUE_CARD);
	assert_int_equal(draft_find(draft, "name")->proof, PROOF_VERIFIED);
	assert_string_equal(draft_find(draft, "date")->text, "2026-11-24");
	assert_string_equal(draft_find(draft, "copies")->text, "3");
	assert_string_equal(draft_find(draft, "scope")->text, "whole");
	assert_int_equal(draft_find(draft, "scope")->source, VALUE_DEFAULT);
	assert_null(draft_find(draft, "sex"));
	assert_null(draft_find(draft, "kana"));
	assert_int_equal(draft_fill(draft, &form, NULL, NULL), 0);
}

static void draft_takes_the_mark_of_an_individual_number_and_never_digits(void **state)
{
	static const char *const digits[] = {"123456789010", "1234-5678-9010", "１２３４５６７８９０１０", "from-card ", "x"};
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	struct draft *decoded = NULL;
	char json[256];

	for (size_t i = 0; i < sizeof(digits) / sizeof(*digits); i++) {
		assert_int_equal(draft_set(draft, FORM_NUMBER_FIELD, digits[i], VALUE_CARD, PROOF_VERIFIED), -EINVAL);
		assert_null(draft_find(draft, FORM_NUMBER_FIELD));
		assert_int_equal(draft_row_set(draft, "m", 0, FORM_NUMBER_FIELD, digits[i], VALUE_TYPED, PROOF_NOT_CHECKED),
				 -EINVAL);
		snprintf(json, sizeof(json),
			 "{\"form\":\"f\",\"version\":1,\"values\":{\"individual_number\":{\"value\":\"%s\",\"source\":\"card\"}}}",
			 digits[i]);
		assert_int_equal(decode_draft(json, &decoded), -EBADMSG);
		assert_null(decoded);
		assert_rule("spouse_number", digits[i], "individual-number-in-draft");
	}
	assert_false(draft_holds_number(draft, &form));
	assert_int_equal(draft_set(draft, "spouse_number", digits[0], VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_true(draft_holds_number(draft, &form));
	assert_int_equal(draft_set(draft, "spouse_number", NULL, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_row_set(draft, "spouse_number", 0, "a", digits[0], VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_true(draft_holds_number(draft, &form));
	assert_int_equal(draft_row_set(draft, "spouse_number", 0, "a", NULL, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_row_set(draft, FORM_NUMBER_FIELD, 0, "a", "1", VALUE_TYPED, PROOF_NOT_CHECKED), -EINVAL);
	assert_int_equal(draft_set(draft, FORM_NUMBER_FIELD, FORM_NUMBER_FROM_CARD, VALUE_CARD, PROOF_VERIFIED), 0);
	assert_false(draft_holds_number(draft, &form));
	assert_rule(FORM_NUMBER_FIELD, FORM_NUMBER_FROM_CARD, NULL);
	assert_rule("spouse_number", FORM_NUMBER_FROM_CARD, "individual-number-in-draft");
	assert_rule("zip", "3990000", NULL);
}

static void draft_check_knows_each_kind_of_value(void **state)
{
	assert_rule("name", "葛󠄀飾花子", NULL); /* a variation selector is not a character */
	assert_rule("name", "見本花子郎", "too-long");
	assert_rule("kana", "ミホン　ハナコ", NULL);
	assert_rule("kana", "みほん はなコー", NULL);
	assert_rule("kana", "見本", "not-kana");
	assert_rule("sex", "female", NULL);
	assert_rule("sex", "f", "not-an-option");
	assert_rule("scope", "part", NULL);
	assert_rule("scope", "par", "not-an-option");
	assert_rule("scope", "whole,part", "not-an-option");
	assert_rule("marks", "part", NULL);
	assert_rule("marks", "part,part", "not-an-option");
	assert_rule("marks", "part,", "not-an-option");
	assert_rule("marks", "part,whole", "out-of-range");
	assert_rule("copies", "10", NULL);
	assert_rule("copies", "11", "out-of-range");
	assert_rule("copies", "0", "out-of-range");
	assert_rule("copies", "99999999999999999999", "out-of-range");
	assert_rule("copies", "1.5", "not-an-integer");
	assert_rule("copies", " 1", "not-an-integer");
	assert_rule("copies", "-", "not-an-integer");
	assert_rule("copies", "１", "not-an-integer");
	assert_rule("date", "2026-02-30", "not-a-date");
	assert_rule("date", "1950-00-00", NULL);
	assert_rule("phone", "090-0000-0000", NULL);
	assert_rule("phone", "09000000000", NULL);
	assert_rule("phone", "090--0000", "not-a-phone-number");
	assert_rule("phone", "０９０-0000-0000", "not-a-phone-number");
	assert_rule("phone", "110", "not-a-phone-number");
	assert_rule("zip", "399-0000", NULL);
	assert_rule("zip", "3990000", NULL);
	assert_rule("zip", "39-90000", "not-a-postal-code");
	assert_rule("zip", "399-00000", "not-a-postal-code");
	assert_rule("agent", "maybe", "not-an-option");
	assert_rule("colour", "blue", "unknown-field");
}

static void draft_check_gives_all_findings_in_the_forms_order(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 2);
	struct draft_finding found[DRAFT_FINDINGS_MAX];

	assert_int_equal(draft_set(draft, "ghost", "x", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_set(draft, "agent", "yes", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_row_set(draft, "members", 0, "birth", "yesterday", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_check(draft, &form, found, DRAFT_FINDINGS_MAX), 7);
	assert_string_equal(found[0].rule, "wrong-version");
	assert_string_equal(found[1].field, "name");
	assert_string_equal(found[2].field, "copies");
	assert_string_equal(found[3].field, "relation");
	assert_string_equal(found[3].rule, "required");
	assert_string_equal(found[4].field, "members");
	assert_string_equal(found[4].column, "name");
	assert_int_equal(found[4].row, 0);
	assert_string_equal(found[5].column, "birth");
	assert_string_equal(found[5].rule, "not-a-date");
	assert_string_equal(found[6].rule, "unknown-field");
	assert_int_equal(draft_check(draft, &form, found, 3), 3);
}

static void draft_check_counts_rows(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	struct draft_finding found[DRAFT_FINDINGS_MAX];
	size_t n;

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(draft_row_set(draft, "members", i, "name", "a", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	n = draft_check(draft, &form, found, DRAFT_FINDINGS_MAX);
	assert_string_equal(found[n - 1].rule, "too-many-rows");
}

static void a_field_is_shown_only_when_its_condition_holds(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);

	assert_true(draft_is_shown(draft, &fields[0]));
	assert_false(draft_is_shown(draft, &fields[10]));
	assert_int_equal(draft_set(draft, "agent", "no", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_false(draft_is_shown(draft, &fields[10]));
	assert_int_equal(draft_set(draft, "agent", "yes", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_true(draft_is_shown(draft, &fields[10]));
}

static void ticket_is_what_the_queue_answered(void **state)
{
	static const char text[] = "{\"id\":\"20261124-A015\",\"number\":\"A015\",\"token\":\"abc\",\"service\":\"certificates\","
				   "\"ahead\":2,\"wait\":{\"from_min\":5,\"to_min\":10},\"url\":null,"
				   "\"issued_at\":\"2026-11-24T10:12:00+09:00\"}";
	CLEANUP(ticket_release) struct ticket ticket = {0};
	CLEANUP(ticket_release) struct ticket copy = {0};
	json_t *json = parse(text);
	json_t *again;

	assert_int_equal(ticket_decode(json, &ticket), 0);
	assert_string_equal(ticket.number, "A015");
	assert_null(ticket.url);
	assert_int_equal(ticket.wait_to_min, 10);
	assert_int_equal(ticket_copy(&ticket, &copy), 0);
	again = ticket_encode(&copy);
	assert_true(json_equal(json, again));
	json_decref(json);
	json_decref(again);
}

static void ticket_without_a_promise_says_null(void **state)
{
	CLEANUP(ticket_release) struct ticket ticket = {0};
	json_t *json = parse("{\"id\":\"i\",\"number\":\"7\",\"token\":\"t\",\"service\":\"s\",\"ahead\":0,\"wait\":null,"
			     "\"url\":\"http://127.0.0.1/t/t\",\"issued_at\":\"2026-11-24T10:12:00+09:00\",\"state\":\"called\","
			     "\"window\":\"w1\"}");
	json_t *again;

	assert_int_equal(ticket_decode(json, &ticket), 0);
	assert_int_equal(ticket.wait_from_min, TICKET_WAIT_UNKNOWN);
	again = ticket_encode(&ticket);
	assert_true(json_equal(json, again));
	json_decref(json);
	json_decref(again);
}

static void ticket_refuses_what_the_contract_does_not_promise(void **state)
{
	static const char *const members[] = {"id", "number", "token", "service", "ahead", "wait", "url", "issued_at"};
	static const char text[] = "{\"id\":\"i\",\"number\":\"7\",\"token\":\"t\",\"service\":\"s\",\"ahead\":0,\"wait\":null,"
				   "\"url\":null,\"issued_at\":\"2026-11-24T10:12:00+09:00\"}";
	struct ticket ticket = {0};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *json = parse(text);

		json_object_del(json, members[i]);
		assert_int_equal(ticket_decode(json, &ticket), -EBADMSG);
		json_object_set_new(json, members[i], json_array());
		assert_int_equal(ticket_decode(json, &ticket), -EBADMSG);
		assert_null(ticket.id);
		json_decref(json);
	}
}

/* ---- wiping: this program is linked with --wrap=free, so that every block is looked at as it goes ---- */

void __real_free(void *block);
void __wrap_free(void *block);

static size_t n_dirty;

void __wrap_free(void *block)
{
	static const char name[] = "見本";

	if (block && memmem(block, malloc_usable_size(block), name, strlen(name)))
		n_dirty++;
	__real_free(block);
}

static void encode_and_drop(void)
{
	CLEANUP(draft_freep) struct draft *draft = draft_new("f", 1);
	json_t *json;
	char *text;

	assert_int_equal(draft_set(draft, "name", "見本 花子", VALUE_CARD, PROOF_VERIFIED), 0);
	json = draft_encode(draft);
	text = json_dumps(json, 0);
	json_decref(json);
	json = parse(text);
	json_decref(json);
	wipe_free(text);
}

static void no_freed_block_holds_a_name(void **state)
{
	n_dirty = 0;
	json_set_alloc_funcs(malloc, free);
	encode_and_drop();
	assert_true(n_dirty > 0); /* the search does find it when nobody wipes */
	wipe_json();
	n_dirty = 0;
	encode_and_drop();
	assert_int_equal(n_dirty, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(value_keeps_the_old_text_when_the_new_one_is_refused),
		cmocka_unit_test(words_of_source_and_proof_parse_back),
		cmocka_unit_test(person_accepts_plain_strings_as_typed),
		cmocka_unit_test(person_encodes_to_a_fixed_point_and_copies_deep),
		cmocka_unit_test(person_refuses_hostile_json),
		cmocka_unit_test(draft_sets_replaces_and_removes),
		cmocka_unit_test(a_disputed_value_keeps_its_proof_until_it_is_set_anew),
		cmocka_unit_test(only_a_disputed_value_says_so_in_json),
		cmocka_unit_test(draft_rows_grow_by_one_and_close_up),
		cmocka_unit_test(draft_holds_so_many_fields_and_no_more),
		cmocka_unit_test(draft_encode_decode_encode_is_a_fixed_point),
		cmocka_unit_test(draft_refuses_hostile_json),
		cmocka_unit_test(draft_refuses_more_rows_than_it_may_hold),
		cmocka_unit_test(draft_accepts_rows_as_a_bare_list_too),
		cmocka_unit_test(draft_fills_from_the_person_then_from_defaults_and_leaves_what_is_there),
		cmocka_unit_test(draft_takes_the_mark_of_an_individual_number_and_never_digits),
		cmocka_unit_test(draft_check_knows_each_kind_of_value),
		cmocka_unit_test(draft_check_gives_all_findings_in_the_forms_order),
		cmocka_unit_test(draft_check_counts_rows),
		cmocka_unit_test(a_field_is_shown_only_when_its_condition_holds),
		cmocka_unit_test(ticket_is_what_the_queue_answered),
		cmocka_unit_test(ticket_without_a_promise_says_null),
		cmocka_unit_test(ticket_refuses_what_the_contract_does_not_promise),
		cmocka_unit_test(no_freed_block_holds_a_name),
	};

	wipe_json();
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
