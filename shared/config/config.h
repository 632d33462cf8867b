#pragma once
/* SPDX-License-Identifier: MIT
 * Config: one town's counter as data, merged from its layers (compiled defaults < base < prefecture <
 * municipality < office < device), checked whole before anything starts. Immutable after loading; every
 * pointer in it lives as long as the struct config. Lists keep the order of the weakest layer that named
 * an entry. Texts are maps by language. Outside view: contract §4. */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "shared/base/cleanup.h"
#include "shared/config/rules.h"

/** A text in several languages; "ja" is always there when the text is there at all. */
struct text {
	struct text_entry {
		const char *language; /* ja, kana (the reading), ja-easy, en, zh-Hans, ko, vi, pt, fil */
		const char *value;    /* may hold ruby as {漢字|かんじ}: see shared/jp/ruby.h */
	} *entries;
	size_t n_entries;
};

/** text_in() - the text in @language, else in ja, else "". Borrowed. */
const char *text_in(const struct text *text, const char *language);
/** text_has() - whether @language itself is given. */
bool text_has(const struct text *text, const char *language);

struct config_municipality {
	const char *code; /* 6 digits with check digit, 全国地方公共団体コード */
	struct text name;
	const char *timezone; /* Asia/Tokyo */
};

struct config_hours {
	bool is_open;
	int from_min, to_min; /* minutes of the local day */
};

struct config_office {
	const char *id;
	struct text name;
	struct config_hours hours[8];      /* by weekday 1 Monday … 7 Sunday; 0 unused */
	struct config_hours lunch;         /* is_open: a lunch break is declared */
	int day_starts_min;                /* when the service day rolls over, default 04:00 */
};

struct config_service {
	const char *id;
	struct text name;
	struct text detail;                /* one line below the name on the first screen */
	const char *icon;                  /* document house shield person yen flower question, or "" */
	const char *prefix;                /* 0–2 capital letters */
	int number_first, number_last;     /* 1–99999 */
	int minutes;                       /* configured mean service time, the prior of the promise */
};

struct config_window {
	const char *id;
	const char *office;
	struct text label;                 /* 1番窓口 */
	struct text place;                 /* 1階 右手 */
	const char **serves;               /* service ids */
	size_t n_serves;
	const char *staffed_from;          /* id of the office whose clerk sits at the other end of a remote counter; "" here */
};

enum individual_number { INDIVIDUAL_NUMBER_NEVER, INDIVIDUAL_NUMBER_OPTIONAL, INDIVIDUAL_NUMBER_REQUIRED };
enum signature { SIGNATURE_NONE, SIGNATURE_TYPED, SIGNATURE_HANDWRITTEN };

struct config_procedure {
	const char *id;
	struct text name;
	struct text detail;
	struct text note;                  /* who may come and what to mind, said before the forms; may be empty */
	const char *rule;                  /* which law stands behind it: shared/config/schema/rule.h; "" the town's own */
	const char **who;                  /* who may come: self household agent anyone; none: nothing is said */
	size_t n_who;
	const char *service;
	const char **forms;                /* form ids, may be none */
	size_t n_forms;
	enum individual_number individual_number;
	const char *number_basis;          /* by what a number may be asked where no rule allows it: 番号法 9条2項 and the town's own ordinance; "" */
	enum signature signature;
	int fee_yen;                       /* per copy; 0 free */
	const char **bring;                /* ids of texts "bring.ID" */
	size_t n_bring;
	int within_days;                   /* 0: no limit */
};

enum form_field_type {
	FIELD_TEXT, FIELD_PERSON_NAME, FIELD_KANA, FIELD_ADDRESS, FIELD_POSTAL_CODE, FIELD_DATE, FIELD_SEX,
	FIELD_PHONE, FIELD_INTEGER, FIELD_CHOICE, FIELD_CHOICES, FIELD_YES_NO, FIELD_ROWS, FIELD_SIGNATURE,
	FIELD_OFFICE_USE, /* a box only staff write in */
	FIELD_INDIVIDUAL_NUMBER, /* 個人番号, twelve boxes: see FORM_NUMBER_FIELD */
};

/** The field of the resident's own number has this id. Its value in a draft is FORM_NUMBER_FROM_CARD or none, never digits;
 *  any other individual-number field is somebody else's number and stays empty for the pen. */
#define FORM_NUMBER_FIELD "individual_number"
#define FORM_NUMBER_FROM_CARD "from-card"
#define FORM_NUMBER_DIGITS 12

struct form_option {
	const char *id;
	struct text label;
};

struct form_field {
	const char *id;
	enum form_field_type type;
	struct text label;                 /* as printed */
	struct text ask;                   /* the question on the screen; empty: not asked (from card or default) */
	struct text help;
	const char *section;               /* id of a form_section, or "" */
	const char *from;                  /* person.name person.kana person.address person.postal_code
	                                    * person.birth_date person.sex, visit.date, or "" */
	bool is_required;
	bool is_inline;                    /* printed in the box of the field before it, without a label of its own */
	int min, max;                      /* integer: range; text: characters; choices: how many */
	const char *default_value;         /* "" none */
	struct text unit;                  /* 通 */
	struct form_option *options;
	size_t n_options;
	const char *show_if_field;         /* asked and printed only when that field has one of these values; "" always */
	const char *show_if_value;         /* "" when only show_if_any says which */
	const char **show_if_any;
	size_t n_show_if_any;
	struct form_field *fields;         /* rows: the columns */
	size_t n_fields;
};

/** What a form is printed on. The left half of an A3 sheet is that of the national 届書 (出生届, 死亡届), whose right half belongs
 *  to the doctor: nothing is ever drawn there. */
enum form_paper { PAPER_A4, PAPER_A4_LANDSCAPE, PAPER_A3_LEFT_HALF };

struct form_section {
	const char *id;
	struct text title;
};

struct form {
	const char *id;
	int version;
	enum form_paper paper;
	struct text title;
	struct text addressee;             /* 見本村長 様; empty: the mayor of the municipality */
	struct text note;                  /* at the foot of the page */
	struct form_section *sections;
	size_t n_sections;
	struct form_field *fields;
	size_t n_fields;
};

/* The guide (迷わない): a life event, a few questions, and as a decision table what is then to be done. */
struct guide_question {
	const char *id;
	struct text ask;
	struct text help;
	struct form_option *options;       /* one is chosen */
	size_t n_options;
};

struct guide_condition {
	const char *question;              /* id */
	const char **any;                  /* ids of its options, one of which was chosen */
	size_t n_any;
};

struct guide_result {
	const char *id;
	const char *procedure;             /* id */
	struct text reason;                /* why it is named, one sentence */
	struct guide_condition *when;      /* all must hold; none: always */
	size_t n_when;
	bool is_optional;                  /* told, but not chosen for the resident: who needs it picks it */
};

struct guide_event {
	const char *id;
	struct text name;                  /* 引っこして きた */
	struct text detail;
	const char *icon;                  /* as of a service */
	struct guide_question *questions;  /* in the order they are asked */
	size_t n_questions;
	struct guide_result *results;      /* in the order they are told */
	size_t n_results;
};

struct config_printer_role {
	const char *role;                  /* slip, form */
	const char **uris;                 /* in order of preference */
	size_t n_uris;
};

struct config_named_text {
	const char *id;                    /* dotted: card.title */
	struct text text;
};

struct config {
	struct config_municipality municipality;
	struct config_office *offices;
	size_t n_offices;
	struct config_service *services;
	size_t n_services;
	struct config_window *windows;
	size_t n_windows;
	struct config_procedure *procedures;
	size_t n_procedures;
	struct form *forms;
	size_t n_forms;
	struct guide_event *guide;
	size_t n_guide;
	struct config_named_text *texts;
	size_t n_texts;
	const char **holidays;             /* YYYY-MM-DD */
	size_t n_holidays;
	struct {
		const char *key_colour;    /* #0017c1 */
	} theme;
	struct {
		const char **languages;    /* offered on the screen, first is the default: ja en */
		size_t n_languages;
		int idle_s;                /* untouched seconds until the warning */
		int warning_s;             /* seconds the warning stays */
		int ended_s;               /* seconds the last screen stays */
		const char **card_kinds;   /* asked of a card: my-number driver-licence residence-card; none: no card is read */
		size_t n_card_kinds;
		const char **card_pictures; /* sent with the draft for the clerk's eye: name address face front */
		size_t n_card_pictures;
	} terminal;
	struct {
		const char *public_url;    /* "" : no phone page address, no phone QR */
		int session_idle_min, session_max_min;
	} queue;
	struct {
		struct config_printer_role *roles;
		size_t n_roles;
		int slip_dots;             /* width of the slip printer's line, 576 for 80 mm */
	} printer;
	struct {
		int accepted_draft_days;   /* an accepted draft is kept so long, then erased */
	} retention;
	struct number_permits *number_permits; /* NULL unless from a verified bundle: shared/config/number_permit.h */
	void *memory;                      /* everything above is in here */
};

/** One thing to mend. @file is "" when it concerns the whole. line and column are 1-based, 0 unknown. */
struct finding {
	enum finding_rule rule;
	enum finding_level level; /* of that rule */
	const char *file;
	int line, column;
	const char *what; /* what, and what to do */
};

struct findings {
	struct finding *items; /* sorted by file, line, column */
	size_t n_items;
	size_t n_errors;
	void *memory;
};

/** findings_release() - frees the content; a zeroed struct is fine. */
void findings_release(struct findings *findings);
/** findings_print() - FILE:LINE:COL: level: what, one a line. */
void findings_print(const struct findings *findings, FILE *out);

struct bundle;
struct loading;
struct config_options {
	const char *templates_dir;         /* where layer names are looked up; NULL: beside the program, then installed */
	const char *bundle_key;            /* FILE.pub of minisign: the bundle's signature must fit it; NULL: none */
	const char *office;                /* whose layer is laid above the town's: "honcho", or "209996-honcho" for that town only */
	const char *device;                /* and above it that of this device, and of its office when none is given */
	bool allow_unsigned;               /* take a bundle without a key, and folders although there is a key */
	bool is_fast;                      /* skip the checks that need fonts */
	/** Asked of a bundle once signature and manifest are sound, before anything else of it is parsed. 0, or -EBADMSG after a
	 *  finding. It may take bundle->bytes and ->signature. NULL: every sound one is taken. */
	int (*admit)(void *data, struct loading *loading, const char *path, struct bundle *bundle);
	void *admit_data;
};

/** config_load() - loads the layer folder @path with all it extends, or the bundle FILE.mdg whose signature (beside it, as
 *  FILE.mdg.minisig) fits options->bundle_key, merges and checks. Nothing of a bundle is looked at before its signature.
 *  @findings: zeroed by the caller; filled in any case, all findings of one run.
 *  Return: 0 and *ret_config; -EBADMSG when any finding is an error (no config); other negative errno. */
MUST_USE int config_load(const char *path, const struct config_options *options, struct findings *findings,
			 struct config **ret_config);
/** config_check() - looks for all that could be found in @path, as config_load() does, and also as each of the town's offices
 *  and devices will load it. Return: 0 (look at findings->n_errors), -ENOMEM. */
MUST_USE int config_check(const char *path, const struct config_options *options, struct findings *findings);
struct config *config_free(struct config *config);
DEFINE_CLEANUP(struct config *, config_free)
DEFINE_CLEANUP(struct findings *, findings_release)

/* Finding by id; NULL when there is none. */
const struct config_office *config_office_find(const struct config *config, const char *id);
const struct config_service *config_service_find(const struct config *config, const char *id);
const struct config_window *config_window_find(const struct config *config, const char *id);
const struct config_procedure *config_procedure_find(const struct config *config, const char *id);
const struct form *config_form_find(const struct config *config, const char *id);
const struct config_printer_role *config_printer_role_find(const struct config *config, const char *role);
/** config_text() - the named text in @language, falling back to ja; the id itself when it is missing, so
 *  that a hole is visible. Borrowed. */
const char *config_text(const struct config *config, const char *id, const char *language);
const struct text *config_text_find(const struct config *config, const char *id);
/** config_office_split() - "209996-honcho" → whether the code is this town's; *ret_office borrowed from config. */
const struct config_office *config_office_by_name(const struct config *config, const char *name);
