/* SPDX-License-Identifier: MIT
 * One row per key. The order of rows is the order of printing; the first key of a list's map is its id. */
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/config.h"
#include "shared/config/language.h"
#include "shared/config/schema/keys.h"
#include "shared/base/banned.h"

const char *const key_languages[] = {"ja", "kana", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt", "fil", NULL};
const char *const key_roles[] = {"slip", "form", NULL};
const char *const key_weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static const char *const zones[] = {"Asia/Tokyo", "UTC", NULL};
static const char *const icons[] = {"document", "house", "shield", "person", "yen", "flower", "question", "", NULL};
static const char *const number_uses[] = {"never", "optional", "required", NULL};
static const char *const comers[] = {"self", "household", "agent", "anyone", NULL};
static const char *const signatures[] = {"none", "typed", "handwritten", NULL};
static const char *const field_types[] = {"text", "person-name", "kana", "address", "postal-code", "date", "sex", "phone",
	"integer", "choice", "choices", "yes-no", "rows", "signature", "office-use", "individual-number", NULL};
static const char *const card_kinds[] = {"my-number", "driver-licence", "residence-card", NULL};
static const char *const card_pictures[] = {"name", "address", "face", "front", NULL};
static const char *const papers[] = {"a4", "a4-landscape", "a3-left-half", NULL};
static const char *const sources[] = {"person.name", "person.kana", "person.address", "person.postal_code",
	"person.birth_date", "person.sex", "visit.date", NULL};

#define AT(type_, member) .at = offsetof(type_, member)
#define COUNTED(type_, member) .at = offsetof(type_, member), .count_at = offsetof(type_, n_##member)
#define MAP(name_, what_, size_) \
	static const struct key_map name_ = {what_, name_##_keys, sizeof(name_##_keys) / sizeof(name_##_keys[0]), size_}

static const struct key municipality_keys[] = {
	{"code", KEY_CODE, true, AT(struct config_municipality, code)},
	{"name", KEY_TEXT, true, AT(struct config_municipality, name)},
	{"timezone", KEY_WORD, false, AT(struct config_municipality, timezone), .words = zones, .fallback = "Asia/Tokyo"},
};
MAP(municipality, "the municipality", sizeof(struct config_municipality));

static const struct key office_keys[] = {
	{"id", KEY_ID, true, AT(struct config_office, id)},
	{"name", KEY_TEXT, true, AT(struct config_office, name)},
	{"hours", KEY_HOURS, true, AT(struct config_office, hours)},
	{"lunch", KEY_SPAN, false, AT(struct config_office, lunch)},
	{"day_starts", KEY_TIME, false, AT(struct config_office, day_starts_min), .fallback = "04:00"},
};
MAP(office, "an office", sizeof(struct config_office));

static const struct key service_keys[] = {
	{"id", KEY_ID, true, AT(struct config_service, id)},
	{"name", KEY_TEXT, true, AT(struct config_service, name)},
	{"detail", KEY_TEXT, false, AT(struct config_service, detail)},
	{"icon", KEY_WORD, false, AT(struct config_service, icon), .words = icons, .fallback = ""},
	{"prefix", KEY_PREFIX, false, AT(struct config_service, prefix), .fallback = ""},
	{"numbers", KEY_BAND, true, AT(struct config_service, number_first), .min = 1, .max = 99999},
	{"minutes", KEY_INT, false, AT(struct config_service, minutes), .min = 1, .max = 480, .fallback = "10"},
};
MAP(service, "a service", sizeof(struct config_service));

static const struct key window_keys[] = {
	{"id", KEY_ID, true, AT(struct config_window, id)},
	{"office", KEY_REF, true, AT(struct config_window, office), .target = "offices"},
	{"label", KEY_TEXT, true, AT(struct config_window, label)},
	{"place", KEY_TEXT, false, AT(struct config_window, place)},
	{"serves", KEY_REFS, true, COUNTED(struct config_window, serves), .target = "services"},
	{"staffed_from", KEY_REF, false, AT(struct config_window, staffed_from), .target = "offices"},
};
MAP(window, "a window", sizeof(struct config_window));

static const struct key procedure_keys[] = {
	{"id", KEY_ID, true, AT(struct config_procedure, id)},
	{"name", KEY_TEXT, true, AT(struct config_procedure, name)},
	{"detail", KEY_TEXT, false, AT(struct config_procedure, detail)},
	{"note", KEY_TEXT, false, AT(struct config_procedure, note)},
	{"rule", KEY_STRING, false, AT(struct config_procedure, rule)},
	{"who", KEY_WORDS, false, COUNTED(struct config_procedure, who), .words = comers},
	{"service", KEY_REF, true, AT(struct config_procedure, service), .target = "services"},
	{"forms", KEY_REFS, false, COUNTED(struct config_procedure, forms), .target = "forms"},
	{"individual_number", KEY_ENUM, false, AT(struct config_procedure, individual_number), .words = number_uses, .fallback = "never"},
	{"number_basis", KEY_STRING, false, AT(struct config_procedure, number_basis)},
	{"signature", KEY_ENUM, false, AT(struct config_procedure, signature), .words = signatures, .fallback = "none"},
	{"fee_yen", KEY_INT, false, AT(struct config_procedure, fee_yen), .min = 0, .max = 1000000, .fallback = "0"},
	{"bring", KEY_REFS, false, COUNTED(struct config_procedure, bring), .target = "texts", .prefix = "bring."},
	{"within_days", KEY_INT, false, AT(struct config_procedure, within_days), .min = 0, .max = 3650, .fallback = "0"},
};
MAP(procedure, "a procedure", sizeof(struct config_procedure));

static const struct key option_keys[] = {
	{"id", KEY_ID, true, AT(struct form_option, id)},
	{"label", KEY_TEXT, true, AT(struct form_option, label)},
};
MAP(option, "an option", sizeof(struct form_option));

static const struct key show_if_keys[] = {
	{"field", KEY_STRING, true, AT(struct form_field, show_if_field)},
	{"equals", KEY_STRING, false, AT(struct form_field, show_if_value)},
	{"any", KEY_IDS, false, COUNTED(struct form_field, show_if_any)},
};
MAP(show_if, "show_if", 0);

static const struct key field_keys[] = {
	{"id", KEY_ID, true, AT(struct form_field, id)},
	{"type", KEY_ENUM, true, AT(struct form_field, type), .words = field_types},
	{"label", KEY_TEXT, true, AT(struct form_field, label)},
	{"ask", KEY_TEXT, false, AT(struct form_field, ask)},
	{"help", KEY_TEXT, false, AT(struct form_field, help)},
	{"section", KEY_STRING, false, AT(struct form_field, section)},
	{"from", KEY_WORD, false, AT(struct form_field, from), .words = sources},
	{"required", KEY_BOOL, false, AT(struct form_field, is_required)},
	{"inline", KEY_BOOL, false, AT(struct form_field, is_inline)},
	{"min", KEY_INT, false, AT(struct form_field, min), .min = -1000000, .max = 1000000},
	{"max", KEY_INT, false, AT(struct form_field, max), .min = 0, .max = 1000000},
	{"default", KEY_STRING, false, AT(struct form_field, default_value)},
	{"unit", KEY_TEXT, false, AT(struct form_field, unit)},
	{"options", KEY_LIST, false, COUNTED(struct form_field, options), .map = &option},
	{"show_if", KEY_MAP, false, .at = 0, .map = &show_if},
	{"fields", KEY_LIST, false, COUNTED(struct form_field, fields), .map = &key_field},
};
const struct key_map key_field = {N_("a field"), field_keys, sizeof(field_keys) / sizeof(field_keys[0]), sizeof(struct form_field)};

static const struct key section_keys[] = {
	{"id", KEY_ID, true, AT(struct form_section, id)},
	{"title", KEY_TEXT, true, AT(struct form_section, title)},
	{"block", KEY_REF, false, .at = NOT_KEPT, .target = "blocks"}, /* gone when the whole is looked at: layer/blocks.h */
};
MAP(section, "a section", sizeof(struct form_section));

static const struct key block_keys[] = {
	{"id", KEY_ID, true, .at = 0},
	{"title", KEY_TEXT, true, .at = NOT_KEPT},
	{"fields", KEY_LIST, true, .at = NOT_KEPT, .map = &key_field},
};
MAP(block, "a block", sizeof(const char *));

static const struct key form_keys[] = {
	{"id", KEY_ID, true, AT(struct form, id)},
	{"version", KEY_INT, true, AT(struct form, version), .min = 1, .max = 100000},
	{"paper", KEY_ENUM, false, AT(struct form, paper), .words = papers, .fallback = "a4"},
	{"title", KEY_TEXT, true, AT(struct form, title)},
	{"addressee", KEY_TEXT, false, AT(struct form, addressee)},
	{"note", KEY_TEXT, false, AT(struct form, note)},
	{"sections", KEY_LIST, false, COUNTED(struct form, sections), .map = &section},
	{"fields", KEY_LIST, true, COUNTED(struct form, fields), .map = &key_field},
};
MAP(form, "a form", sizeof(struct form));

static const struct key guide_question_keys[] = {
	{"id", KEY_ID, true, AT(struct guide_question, id)},
	{"ask", KEY_TEXT, true, AT(struct guide_question, ask)},
	{"help", KEY_TEXT, false, AT(struct guide_question, help)},
	{"options", KEY_LIST, true, COUNTED(struct guide_question, options), .map = &option},
};
MAP(guide_question, "a question of the guide", sizeof(struct guide_question));

static const struct key guide_condition_keys[] = {
	{"question", KEY_ID, true, AT(struct guide_condition, question)},
	{"any", KEY_IDS, true, COUNTED(struct guide_condition, any)},
};
MAP(guide_condition, "a condition of the guide", sizeof(struct guide_condition));

static const struct key guide_result_keys[] = {
	{"id", KEY_ID, true, AT(struct guide_result, id)},
	{"procedure", KEY_REF, true, AT(struct guide_result, procedure), .target = "procedures"},
	{"reason", KEY_TEXT, true, AT(struct guide_result, reason)},
	{"when", KEY_LIST, false, COUNTED(struct guide_result, when), .map = &guide_condition},
	{"optional", KEY_BOOL, false, AT(struct guide_result, is_optional)},
};
MAP(guide_result, "a result of the guide", sizeof(struct guide_result));

static const struct key guide_keys[] = {
	{"id", KEY_ID, true, AT(struct guide_event, id)},
	{"name", KEY_TEXT, true, AT(struct guide_event, name)},
	{"detail", KEY_TEXT, false, AT(struct guide_event, detail)},
	{"icon", KEY_WORD, false, AT(struct guide_event, icon), .words = icons, .fallback = ""},
	{"questions", KEY_LIST, false, COUNTED(struct guide_event, questions), .map = &guide_question},
	{"results", KEY_LIST, true, COUNTED(struct guide_event, results), .map = &guide_result},
};
MAP(guide, "an event of the guide", sizeof(struct guide_event));

static const struct key theme_keys[] = {
	{"key_colour", KEY_COLOUR, false, AT(struct config, theme.key_colour), .fallback = "#0017c1"},
};
MAP(theme, "theme", 0);

static const struct key screen_keys[] = { /* what fingers and eyes are measured by; the window takes its own size */
	{"width_px", KEY_INT, false, .at = NOT_KEPT, .min = 320, .max = 8192, .fallback = "1080"},
	{"height_px", KEY_INT, false, .at = NOT_KEPT, .min = 320, .max = 8192, .fallback = "1920"},
	{"diagonal_inch", KEY_DECIMAL, false, .at = NOT_KEPT, .min = 50, .max = 1200, .fallback = "24"},
};
MAP(screen, "the screen", 0);

static const struct key terminal_keys[] = {
	{"languages", KEY_WORDS, false, AT(struct config, terminal.languages), .count_at = offsetof(struct config, terminal.n_languages),
	 .words = key_languages, .fallback = "ja en"},
	{"idle_s", KEY_INT, false, AT(struct config, terminal.idle_s), .min = 10, .max = 900, .fallback = "60"},
	{"warning_s", KEY_INT, false, AT(struct config, terminal.warning_s), .min = 5, .max = 300, .fallback = "20"},
	{"ended_s", KEY_INT, false, AT(struct config, terminal.ended_s), .min = 2, .max = 120, .fallback = "15"},
	{"card_kinds", KEY_WORDS, false, AT(struct config, terminal.card_kinds), .count_at = offsetof(struct config, terminal.n_card_kinds),
	 .words = card_kinds, .fallback = "my-number driver-licence residence-card"},
	{"card_pictures", KEY_WORDS, false, AT(struct config, terminal.card_pictures),
	 .count_at = offsetof(struct config, terminal.n_card_pictures), .words = card_pictures,
	 .fallback = "name address front"},
	{"screen", KEY_MAP, false, .at = NOT_KEPT, .map = &screen},
};
MAP(terminal, "terminal", 0);

static const struct key queue_keys[] = {
	{"public_url", KEY_WEB, false, AT(struct config, queue.public_url), .fallback = ""},
	{"session_idle_min", KEY_INT, false, AT(struct config, queue.session_idle_min), .min = 1, .max = 720, .fallback = "30"},
	{"session_max_min", KEY_INT, false, AT(struct config, queue.session_max_min), .min = 1, .max = 1440, .fallback = "720"},
};
MAP(queue, "queue", 0);

static const struct key printer_keys[] = {
	{"roles", KEY_ROLES, false, AT(struct config, printer.roles), .count_at = offsetof(struct config, printer.n_roles)},
	{"slip_dots", KEY_INT, false, AT(struct config, printer.slip_dots), .min = 360, .max = 1280, .fallback = "576"},
};
MAP(printer, "printer", 0);

static const struct key retention_keys[] = {
	{"accepted_draft_days", KEY_INT, false, AT(struct config, retention.accepted_draft_days), .min = 0, .max = 365, .fallback = "7"},
};
MAP(retention, "retention", 0);

static const struct key holiday_keys[] = {
	{"date", KEY_DATE, true, .at = 0},
	{"name", KEY_TEXT, false, .at = NOT_KEPT},
};
MAP(holiday, "a holiday", sizeof(const char *));

static const struct key root_keys[] = {
	{"municipality", KEY_MAP, true, AT(struct config, municipality), .map = &municipality},
	{"offices", KEY_LIST, true, COUNTED(struct config, offices), .map = &office},
	{"services", KEY_LIST, true, COUNTED(struct config, services), .map = &service},
	{"windows", KEY_LIST, true, COUNTED(struct config, windows), .map = &window},
	{"procedures", KEY_LIST, true, COUNTED(struct config, procedures), .map = &procedure},
	{"blocks", KEY_LIST, false, .at = NOT_KEPT, .map = &block},
	{"forms", KEY_LIST, false, COUNTED(struct config, forms), .map = &form},
	{"guide", KEY_LIST, false, COUNTED(struct config, guide), .map = &guide},
	{"texts", KEY_TEXTS, false, COUNTED(struct config, texts)},
	{"theme", KEY_MAP, false, .at = 0, .map = &theme},
	{"terminal", KEY_MAP, false, .at = 0, .map = &terminal},
	{"queue", KEY_MAP, false, .at = 0, .map = &queue},
	{"printer", KEY_MAP, false, .at = 0, .map = &printer},
	{"retention", KEY_MAP, false, .at = 0, .map = &retention},
	{"holidays", KEY_LIST, false, COUNTED(struct config, holidays), .map = &holiday},
};
const struct key_map key_root = {N_("the configuration"), root_keys, sizeof(root_keys) / sizeof(root_keys[0]), sizeof(struct config)};

const struct key *key_find(const struct key_map *map, const char *name)
{
	for (size_t i = 0; i < map->n_keys; i++)
		if (strcmp(map->keys[i].name, name) == 0)
			return &map->keys[i];
	return NULL;
}

int word_index(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

#define WORD_MAX 32

/* Edit distance with swapped neighbours counting one; words longer than WORD_MAX are far from all. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t n_a = strlen(a), n_b = strlen(b);

	if (n_a > WORD_MAX || n_b > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= n_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n_a; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two_above[j - 2] + 1 < best)
				best = two_above[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[n_a % 3][n_b];
}

static void consider(const char *candidate, const char *word, size_t *best, const char **ret_nearest)
{
	size_t d = distance(candidate, word);
	size_t limit = strlen(candidate) < 5 ? 1 : 2;

	if (d <= limit && d < *best) {
		*best = d;
		*ret_nearest = candidate;
	}
}

const char *word_nearest(const char *const *words, const char *word)
{
	const char *nearest = NULL;
	size_t best = WORD_MAX;

	for (size_t i = 0; words[i]; i++)
		consider(words[i], word, &best, &nearest);
	return nearest;
}

const char *key_nearest(const struct key_map *map, const char *name)
{
	const char *nearest = NULL;
	size_t best = WORD_MAX;

	for (size_t i = 0; i < map->n_keys; i++)
		consider(map->keys[i].name, name, &best, &nearest);
	return nearest;
}
