#pragma once
/* SPDX-License-Identifier: MIT
 * Draft: one filled form. Field values with source and proof, rows for repeated people. The form says
 * which fields exist (shared/config); the draft never holds an individual number, only the mark that the card gave it.
 * Beside its values it may say which card was read and carry pictures out of it, for the clerk's eye and never for paper.
 * Wiped on release.
 * JSON form: contract §5 (draft.json). */
#include <jansson.h>
#include <stdbool.h>
#include "shared/config/config.h"
#include "shared/model/person.h"

struct draft;

/** draft_new() - empty, for form @form (id) in @version. NULL: no memory. */
struct draft *draft_new(const char *form, int version);
struct draft *draft_free(struct draft *draft);
DEFINE_CLEANUP(struct draft *, draft_free)
const char *draft_form(const struct draft *draft);
int draft_version(const struct draft *draft);

/** draft_set() - sets or replaces a field. @text NULL or "" removes it. Choices: ids joined by ",". Yes-no: "yes"
 *  or "no". 0, -EINVAL (not clean UTF-8, or FORM_NUMBER_FIELD and not FORM_NUMBER_FROM_CARD), -ENOSPC (limits.h), -ENOMEM. */
MUST_USE int draft_set(struct draft *draft, const char *field, const char *text, enum value_source source,
		       enum value_proof proof);
/** draft_find() - NULL when the field has no value. Borrowed until the next set. */
const struct value *draft_find(const struct draft *draft, const char *field);

/** draft_dispute() - whether the resident says that this value is wrong. -ENOENT when the field has none; setting a
 *  value anew ends the dispute. */
MUST_USE int draft_dispute(struct draft *draft, const char *field, bool is_disputed);

/* Rows of a rows field: row 0 … DRAFT_ROWS_MAX - 1; setting the row after the last adds one (-EINVAL further out). Same
 * values and errors as draft_set() and draft_find(); removing moves the later rows up. */
size_t draft_n_rows(const struct draft *draft, const char *field);
/** draft_row_set() - @row may be the one after the last, which adds it. As draft_set(); -EINVAL also for a field that
 *  holds a single value. Taking the last cell out of the last row takes the row away. */
MUST_USE int draft_row_set(struct draft *draft, const char *field, size_t row, const char *column, const char *text,
			   enum value_source source, enum value_proof proof);
const struct value *draft_row_find(const struct draft *draft, const char *field, size_t row, const char *column);
MUST_USE int draft_row_dispute(struct draft *draft, const char *field, size_t row, const char *column, bool is_disputed);
void draft_row_remove(struct draft *draft, const char *field, size_t row);

/** draft_fill() - defaults of the form, then what `from` takes from the person (values keep their source). Fields
 *  that already have a value are left. */
MUST_USE int draft_fill(struct draft *draft, const struct form *form, const struct person *person, const char *date_iso);
/** draft_is_shown() - whether show_if lets @field be asked and printed. */
bool draft_is_shown(const struct draft *draft, const struct form_field *field);

/** Pictures out of a card: its true letter shapes (外字), the holder, the face of the card. Words: name address face front. */
enum draft_picture { DRAFT_PICTURE_NAME, DRAFT_PICTURE_ADDRESS, DRAFT_PICTURE_FACE, DRAFT_PICTURE_FRONT };
#define DRAFT_PICTURES 4
const char *draft_picture_word(enum draft_picture picture);
MUST_USE int draft_picture_parse(const char *word, enum draft_picture *ret_picture); /* -EINVAL */
/** draft_set_picture() - a copy of @png, a whole PNG of at most 2048 × 2048 pixels; 0 bytes take it away. The pictures of
 *  a visit travel on its first draft. 0, -EINVAL (no PNG), -ENOSPC (limits.h), -ENOMEM; unchanged on failure. */
MUST_USE int draft_set_picture(struct draft *draft, enum draft_picture picture, const void *png, size_t n_bytes);
/** draft_picture() - NULL when there is none. Borrowed until the next set. */
const void *draft_picture(const struct draft *draft, enum draft_picture picture, size_t *ret_n_bytes);

/** Which card was read. */
struct draft_card {
	char kind[24];               /* my-number driver-licence residence-card …; small letters, digits, hyphens */
	char expires[11];            /* ISO; "" not told */
	enum value_proof genuine;    /* of the card as a whole */
	enum value_proof revocation; /* whether it was asked if the card is still in force */
};
/** draft_set_card() - copied; NULL takes it away. 0, or -EINVAL (no such word or day). */
MUST_USE int draft_set_card(struct draft *draft, const struct draft_card *card);
const struct draft_card *draft_card(const struct draft *draft); /* NULL: no card was read */

/** One finding of draft_check(): which field, which rule (permanent word), and for whom. */
struct draft_finding {
	const char *field;  /* borrowed from the form, or the draft for unknown fields */
	const char *rule;   /* required, unknown-field, not-an-integer, out-of-range, too-long, not-a-date,
	                     * not-an-option, not-kana, not-a-phone-number, not-a-postal-code, too-many-rows,
	                     * wrong-version (field is the form's id), not-clean-text,
	                     * individual-number-in-draft (digits where only the card's mark may stand) */
	const char *column; /* of a rows field, NULL otherwise; field is then the rows field */
	size_t row;         /* 0-based, with column only */
};
#define DRAFT_FINDINGS_MAX 256
/** draft_check() - all findings at once, in the form's order. Return: how many were written. */
size_t draft_check(const struct draft *draft, const struct form *form, struct draft_finding *out, size_t out_max);

/** draft_holds_number() - whether a field for an individual number (also another person's) has anything but the mark it
 *  may have: such a draft must not be kept. */
bool draft_holds_number(const struct draft *draft, const struct form *form);

/** draft_encode() - contract's draft.json, with card and pictures; NULL: no memory. Caller decrefs. */
json_t *draft_encode(const struct draft *draft);
/** draft_encode_values() - form, version and values only: what paper and hand-over may know. */
json_t *draft_encode_values(const struct draft *draft);
/** draft_decode() - 0 or -EBADMSG, -ENOMEM, -ENOSPC. Knows nothing of the form: check afterwards. */
MUST_USE int draft_decode(const json_t *json, struct draft **ret_draft);
