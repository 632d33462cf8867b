/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/jp/ruby.h"
#include "printer/slip/words.h"
#include "shared/base/banned.h"

#define WORDS_BYTES_MAX 1024

static const struct {
	const char *id, *ja, *en;
} words[] = {
#define SLIP_WORD(id, ja, en) {"slip." #id, ja, en},
#include "printer/slip/words_list.h"
#undef SLIP_WORD
};

static const char *word_find(const struct config *config, enum slip_word word, const char *language)
{
	const struct text *text = config_text_find(config, words[word].id);

	if (text && text_has(text, language))
		return text_in(text, language);
	return strcmp(language, "ja") == 0 ? words[word].ja : words[word].en;
}

/* Return: length of the value's name at @text, 0 when none stands there. */
static size_t add_value(struct buf *out, const char *text, const struct slip_values *values)
{
	const struct {
		const char *name;
		int number;
		const char *word;
	} known[] = {
		{"{from}", values->from, NULL},
		{"{to}", values->to, NULL},
		{"{copy}", values->copy, NULL},
		{"{clock}", 0, values->clock ? values->clock : ""},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strncmp(text, known[i].name, strlen(known[i].name)) == 0) {
			int r = known[i].word ? buf_add_text(out, known[i].word) : buf_addf(out, "%d", known[i].number);

			return r < 0 ? 0 : strlen(known[i].name);
		}
	return 0;
}

char *slip_words(const struct config *config, enum slip_word word, const char *language, const struct slip_values *values)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(WORDS_BYTES_MAX);
	CLEANUP(freep) char *plain = ruby_strip(word_find(config, word, language));
	const char *at = plain;
	int r = 0;

	if (!plain)
		return NULL;
	while (*at && r == 0) {
		size_t n = *at == '{' && values ? add_value(&out, at, values) : 0;

		if (!n)
			r = buf_add(&out, at, n = 1);
		at += n;
	}
	return r < 0 ? NULL : strdup(buf_text(&out));
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* 地方自治法: the office of a 町 or 村 is its 役場, of a 市 or 区 its 役所. */
char *slip_hall(const struct config *config)
{
	CLEANUP(freep) char *name = ruby_strip(text_in(&config->municipality.name, "ja"));
	char *hall = NULL;
	const char *kind = "";

	if (!name)
		return NULL;
	if (ends_with(name, "町") || ends_with(name, "村"))
		kind = "役場";
	else if (ends_with(name, "市") || ends_with(name, "区"))
		kind = "役所";
	return asprintf(&hall, "%s%s", name, kind) < 0 ? NULL : hall;
}

static bool serves(const struct slip *slip, const struct config_window *window)
{
	if (slip->ticket->window)
		return strcmp(window->id, slip->ticket->window) == 0;
	if (strcmp(window->office, slip->office->id) != 0)
		return false;
	for (size_t i = 0; i < window->n_serves; i++)
		if (strcmp(window->serves[i], slip->ticket->service) == 0)
			return true;
	return false;
}

static int add_plain(struct buf *out, const struct text *text, const char *language)
{
	CLEANUP(freep) char *plain = ruby_strip(text_in(text, language));

	return plain ? buf_add_text(out, plain) : -1;
}

static int add_window(struct buf *out, const struct config_window *window, const char *language, bool is_alone)
{
	bool is_ja = strcmp(language, "ja") == 0;
	int r = out->len ? buf_add_text(out, is_ja ? "・" : ", ") : 0;

	if (r == 0)
		r = add_plain(out, &window->label, language);
	if (r < 0 || !is_alone || !text_in(&window->place, language)[0])
		return r;
	r = buf_add_text(out, is_ja ? "（" : " (");
	if (r == 0)
		r = add_plain(out, &window->place, language);
	return r < 0 ? r : buf_add_text(out, is_ja ? "）" : ")");
}

char *slip_where(const struct slip *slip, const char *language)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(WORDS_BYTES_MAX);
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < slip->config->n_windows; i++)
		n += serves(slip, &slip->config->windows[i]);
	for (size_t i = 0; i < slip->config->n_windows && r == 0; i++)
		if (serves(slip, &slip->config->windows[i]))
			r = add_window(&out, &slip->config->windows[i], language, n == 1);
	return r < 0 ? NULL : strdup(buf_text(&out));
}
