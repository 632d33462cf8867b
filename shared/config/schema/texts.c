/* SPDX-License-Identifier: MIT
 * What a text must be so that everybody can read or hear it: there in every language offered, with a reading, with sound
 * ruby, with the same things put into it, and translated from the words that are shown. */
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/config/layer/folder.h"
#include "shared/config/schema/texts.h"
#include "shared/jp/ruby.h"
#include "shared/base/banned.h"

/* Ideographs, the marks that stand for them (々 〆 〇), and compatibility forms. */
static bool is_kanji(uint32_t sign)
{
	return sign == 0x3005 || sign == 0x3006 || sign == 0x3007 || (sign >= 0x3400 && sign <= 0x4dbf) ||
	       (sign >= 0x4e00 && sign <= 0x9fff) || (sign >= 0xf900 && sign <= 0xfaff) || (sign >= 0x20000 && sign <= 0x3ffff);
}

/* The length of the run of kanji that begins the first in @text, and where it begins; 0: none. */
static int find_kanji(const char *text, size_t n_text, const char **ret_at)
{
	const char *at = text, *end = text + n_text;

	while (at < end) {
		const char *from = at;
		uint32_t sign = utf8_next(&at);

		if (sign == 0)
			return 0;
		if (!is_kanji(sign))
			continue;
		*ret_at = from;
		for (const char *next = at; next < end && is_kanji(utf8_next(&next));)
			at = next;
		return (int)(at - from);
	}
	return 0;
}

/* The same outside of ruby. */
static int find_bare_kanji(const char *text, const char **ret_at)
{
	struct ruby_run run;

	while (ruby_next(&text, &run)) {
		int n = run.reading ? 0 : find_kanji(run.base, run.base_len, ret_at);

		if (n > 0)
			return n;
	}
	return 0;
}

static const struct tree *said(const struct tree *text, const char *language)
{
	const struct tree *entry = tree_find(text, language);

	return entry && !entry->is_bad && entry->kind == TREE_SCALAR && !entry->is_null ? entry : NULL;
}

/* ---- languages --------------------------------------------------------------------------------------------------- */

static void check_languages(const struct text_check *check, const struct tree *text, const char *name)
{
	const struct tree *language = check->languages && *tree_text(text, "ja") != '\0' ? check->languages->first : NULL;

	for (; language; language = language->next)
		if (!language->is_bad && language->kind == TREE_SCALAR && !tree_find(text, language->scalar))
			finding_add(check->loading, RULE_MISSING_TRANSLATION, &text->place,
				    "%s has no text in %s, which the screen offers — add %s: …, else the Japanese shows", name, language->scalar,
				    language->scalar);
}

/* ---- readings and ruby -------------------------------------------------------------------------------------------- */

static void check_reading(const struct text_check *check, const struct tree *text, const char *name)
{
	const struct tree *ja = said(text, "ja"), *kana = said(text, "kana");
	const char *kanji;
	int n = kana ? find_kanji(kana->scalar, strlen(kana->scalar), &kanji) : 0;

	if (n > 0)
		finding_add(check->loading, RULE_KANJI_IN_READING, &kana->place,
			    "the reading of %s holds the kanji \"%.*s\" — write it in hiragana", name, n, kanji);
	if (kana || !ja)
		return;
	n = find_bare_kanji(ja->scalar, &kanji);
	if (n > 0)
		finding_add(check->loading, RULE_MISSING_READING, &ja->place,
			    "%s has no reading for \"%.*s\", so it cannot be spoken aloud — add kana: …, or write {%.*s|…}", name, n, kanji, n,
			    kanji);
}

static void check_easy(const struct text_check *check, const struct tree *text, const char *name)
{
	const struct tree *easy = said(text, "ja-easy");
	const char *kanji;
	int n = easy ? find_bare_kanji(easy->scalar, &kanji) : 0;

	if (n > 0)
		finding_add(check->loading, RULE_MISSING_RUBY, &easy->place,
			    "the easy Japanese of %s has \"%.*s\" without ruby — write {%.*s|…}", name, n, kanji, n, kanji);
}

/* A brace that is neither doubled nor part of a pair; @next: where the text goes on behind @run. */
static bool has_lone_brace(const struct ruby_run *run, const char *next)
{
	bool is_doubled = run->base_len == 1 && next == run->base + 2;

	return !run->reading && !is_doubled &&
	       (memchr(run->base, '{', run->base_len) || memchr(run->base, '}', run->base_len));
}

static void check_ruby(const struct text_check *check, const struct tree *entry, const char *name)
{
	const char *text = entry->scalar, *kanji;
	struct ruby_run run;

	while (ruby_next(&text, &run)) {
		int n = run.reading ? find_kanji(run.reading, run.reading_len, &kanji) : 0;

		if (n > 0)
			finding_add(check->loading, RULE_BROKEN_RUBY, &entry->place,
				    "the ruby over \"%.*s\" in %s holds the kanji \"%.*s\" — write it in hiragana", (int)run.base_len, run.base,
				    name, n, kanji);
		if (has_lone_brace(&run, text))
			finding_add(check->loading, RULE_BROKEN_RUBY, &entry->place,
				    "a brace in %s begins or ends no ruby — write {kanji|reading}, or double the brace to show it", name);
	}
}

/* ---- what is put in ---------------------------------------------------------------------------------------------- */

/* Bits 1 to 9 for $1 to $9. */
static unsigned places_in(const char *text)
{
	unsigned places = 0;

	for (const char *at = strchr(text, '$'); at; at = strchr(at + 1, '$'))
		if (at[1] >= '1' && at[1] <= '9')
			places |= 1U << (at[1] - '0');
	return places;
}

static int lowest(unsigned places)
{
	int n = 1;

	while (n < 9 && !(places & 1U << n))
		n++;
	return n;
}

static void check_places(const struct text_check *check, const struct tree *text, const char *name)
{
	unsigned wanted = places_in(tree_text(text, "ja"));

	for (const struct tree *entry = text->first; entry; entry = entry->next) {
		unsigned is = entry->kind == TREE_SCALAR && !entry->is_bad ? places_in(entry->scalar) : wanted;

		if (wanted & ~is)
			finding_add(check->loading, RULE_MISSING_VARIABLE, &entry->place,
				    "%s in %s leaves out $%d, which the Japanese has — put it where the words want it", name, entry->key,
				    lowest(wanted & ~is));
		else if (is & ~wanted)
			finding_add(check->loading, RULE_UNKNOWN_VARIABLE, &entry->place,
				    "%s in %s has $%d, which the Japanese does not have — nothing is put there, delete it", name, entry->key,
				    lowest(is & ~wanted));
	}
}

/* ---- translated from other words ----------------------------------------------------------------------------------- */

/* 0 for the strongest layer; weaker ones count up. */
static size_t rank_of(const struct text_check *check, const struct place *place)
{
	const struct layers *layers = check->loading->layers;
	size_t rank = 0;

	while (layers && rank < layers->n_items && strcmp(layers->items[rank].name, place->layer) != 0)
		rank++;
	return rank;
}

/* The next sign that is no space and no ruby. */
static int next_plain(const char **text, struct ruby_run *run)
{
	for (;;) {
		while (run->base_len == 0)
			if (!ruby_next(text, run))
				return 0;
		run->base_len--;
		if (*run->base != ' ' && *run->base != '\n')
			return (unsigned char)*run->base++;
		run->base++;
	}
}

/* Whether two texts differ in more than ruby and spaces. */
static bool is_other(const char *a, const char *b)
{
	struct ruby_run run_a = {.base_len = 0}, run_b = {.base_len = 0};
	int sign;

	do {
		sign = next_plain(&a, &run_a);
		if (sign != next_plain(&b, &run_b))
			return true;
	} while (sign != 0);
	return false;
}

/* The Japanese that stood there when a layer of @rank spoke: NULL when there was none yet. */
static const struct tree *words_at(const struct text_check *check, const struct tree *ja, size_t rank)
{
	while (ja && rank_of(check, &ja->place) < rank)
		ja = ja->beaten && ja->beaten->kind == TREE_SCALAR ? ja->beaten : NULL;
	return ja;
}

static void check_stale(const struct text_check *check, const struct tree *text, const char *name)
{
	const struct tree *ja = said(text, "ja");

	for (const struct tree *entry = ja && ja->beaten ? text->first : NULL; entry; entry = entry->next) {
		const struct tree *old = entry->kind == TREE_SCALAR && !entry->is_bad && entry != ja ?
			words_at(check, ja, rank_of(check, &entry->place)) : NULL;

		if (old && old != ja && is_other(old->scalar, ja->scalar))
			finding_add(check->loading, RULE_STALE_TRANSLATION, &ja->place,
				    "%s says something else here, but its %s (%s:%d) still is of \"%.60s\" — add %s: … beside this", name,
				    entry->key, entry->place.file, entry->place.line, old->scalar, entry->key);
	}
}

/* ------------------------------------------------------------------------------------------------------------------- */

uint32_t text_check_mark(const struct tree *languages)
{
	uint32_t hash = 2166136261u;

	for (const struct tree *language = languages ? languages->first : NULL; language; language = language->next)
		for (const char *at = language->kind == TREE_SCALAR ? language->scalar : ""; ; at++) {
			hash = (hash ^ (unsigned char)*at) * 16777619u;
			if (*at == '\0')
				break;
		}
	return hash | 2;
}

/* Whether these very words were looked at before: layers that several towns lie upon share them (layer/tree.h). */
static bool was_looked_at(const struct text_check *check, const struct tree *text, bool is_spoken)
{
	struct tree *first = text->first;
	uint32_t mark = (check->mark & ~1u) | is_spoken;

	if (!first || first->told_for == mark)
		return first != NULL;
	first->told_for = mark;
	return false;
}

void check_one_text(const struct text_check *check, const struct tree *text, const char *name, bool is_spoken)
{
	if (text->is_bad || text->kind != TREE_MAP || was_looked_at(check, text, is_spoken))
		return;
	if (!tree_find(text, "ja")) {
		finding_add(check->loading, RULE_MISSING_JAPANESE, &text->place, "%s has no Japanese text — add ja: …", name);
		return;
	}
	if (is_spoken) {
		check_languages(check, text, name);
		check_reading(check, text, name);
	}
	check_easy(check, text, name);
	for (const struct tree *entry = text->first; entry; entry = entry->next)
		if (said(text, entry->key) == entry)
			check_ruby(check, entry, name);
	check_places(check, text, name);
	check_stale(check, text, name);
}

/* ---- names of texts ------------------------------------------------------------------------------------------------ */

static bool is_brought(const struct tree *root, const char *thing)
{
	const struct tree *procedures = tree_find(root, "procedures");

	for (const struct tree *procedure = procedures ? procedures->first : NULL; procedure; procedure = procedure->next) {
		const struct tree *bring = tree_find(procedure, "bring");

		for (const struct tree *entry = bring ? bring->first : NULL; entry; entry = entry->next)
			if (entry->kind == TREE_SCALAR && strcmp(entry->scalar, thing) == 0)
				return true;
	}
	return false;
}

static const char *nearest_name(struct memory *memory, const struct tree *texts, const char *name)
{
	const char **names = memory_take(memory, (texts->n_children + 1) * sizeof(*names));
	size_t n = 0;

	for (const struct tree *text = texts->first; names && text; text = text->next)
		names[n++] = text->key;
	return names ? word_nearest(names, name) : NULL;
}

static void check_name(struct loading *loading, const struct tree *root, const struct tree *known, const struct tree *text)
{
	char guess[FINDING_GUESS_BYTES];
	const char *nearest;

	if (tree_find(known, text->key) || (strncmp(text->key, "bring.", 6) == 0 && is_brought(root, text->key + 6)))
		return;
	nearest = nearest_name(loading->memory, known, text->key);
	finding_add(loading, RULE_UNKNOWN_TEXT, &text->key_place, "nothing shows a text named \"%.60s\" — %sdelete it", text->key,
		    finding_guess(guess, nearest));
}

void check_text_names(struct loading *loading, const struct tree *root)
{
	const struct layers *layers = loading->layers;
	const struct tree *known = layers && layers->n_items > 1 ? tree_find(layers->items[layers->n_items - 1].root, "texts") : NULL;

	for (size_t i = 0; known && i + 1 < layers->n_items; i++) {
		const struct tree *texts = tree_find(layers->items[i].root, "texts");

		for (const struct tree *text = texts && texts->kind == TREE_MAP ? texts->first : NULL; text; text = text->next)
			if (!text->is_bad)
				check_name(loading, root, known, text);
	}
}
