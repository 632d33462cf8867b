/* SPDX-License-Identifier: MIT
 * A word that is missing shows as its id, so that a hole is seen before a resident holds it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/jp/ruby.h"
#include "printer/slip/words.h"
#include "shared/base/banned.h"

#define WORDS_BYTES_MAX 1024

static const char *word_find(const struct config *config, const char *id, const char *language)
{
	char name[64];
	const struct text *text;

	snprintf(name, sizeof(name), "slip.%s", id);
	text = config_text_find(config, name);
	if (text && !text_has(text, language) && strncmp(language, "ja", 2) != 0 && text_has(text, "en"))
		return text_in(text, "en");
	return config_text(config, name, language);
}

char *slip_words(const struct config *config, const char *id, const char *language, const char *first, const char *second)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(WORDS_BYTES_MAX);
	CLEANUP(freep) char *plain = ruby_strip(word_find(config, id, language));
	int r = 0;

	if (!plain)
		return NULL;
	for (const char *at = plain; *at && r == 0; at++) {
		bool is_first = at[0] == '$' && at[1] == '1', is_second = at[0] == '$' && at[1] == '2';
		const char *value = is_first ? first : second;

		if (!is_first && !is_second) {
			r = buf_add(&out, at, 1);
			continue;
		}
		r = value ? buf_add_text(&out, value) : 0;
		at++;
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
	bool is_ja = strncmp(language, "ja", 2) == 0 || strcmp(language, "zh-Hans") == 0;
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
