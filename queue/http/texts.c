/* SPDX-License-Identifier: MIT
 * The words of a page in one language, as one answer: what the catalogue calls web.PAGE.*, and the town's names for its
 * windows, services and what to bring. States (board, ticket) speak in ids beside it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "queue/http/request.h"
#include "queue/http/server.h"
#include "shared/base/banned.h"

static bool is_offered(const struct config *config, const char *language)
{
	for (size_t i = 0; language && i < config->terminal.n_languages; i++)
		if (strcmp(config->terminal.languages[i], language) == 0)
			return true;
	return false;
}

/* A browser's tag to one of ours: zh-CN is zh-Hans, tl is what fil was called, pt-BR is pt. */
static const char *known_as(const struct config *config, const char *tag, size_t n)
{
	static const char *const other[][2] = {{"zh", "zh-Hans"}, {"tl", "fil"}};
	size_t n_primary = strcspn(tag, "-;, ");

	n_primary = n_primary < n ? n_primary : n;
	for (size_t i = 0; i < config->terminal.n_languages; i++) {
		const char *ours = config->terminal.languages[i];

		if (strlen(ours) == n_primary && strncasecmp(ours, tag, n_primary) == 0)
			return ours;
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (n_primary == strlen(other[i][0]) && strncasecmp(tag, other[i][0], n_primary) == 0 &&
		    is_offered(config, other[i][1]))
			return other[i][1];
	return NULL;
}

/* The first of Accept-Language that is offered; browsers send them in the order of preference. */
static const char *accepted(const struct request *request, const struct config *config)
{
	const char *at = request_header(request, "Accept-Language");

	while (at && *at) {
		size_t n = strcspn(at, ",");
		const char *found = known_as(config, at, n);

		if (found)
			return found;
		at += n + (at[n] == ',');
		at += strspn(at, " ");
	}
	return is_offered(config, "en") ? "en" : NULL;
}

/* What was asked for, else what the resident chose at the terminal, else what the browser prefers. */
static const char *language_of(const struct request *request, const struct config *config, const struct desk_ticket *ticket)
{
	const char *asked = request_query(request, "lang"), *found;

	if (is_offered(config, asked))
		return asked;
	if (ticket && is_offered(config, ticket->language))
		return ticket->language;
	found = accepted(request, config);
	return found ? found : "ja";
}

/* A text in a language nobody translated it to is better read in English than in Japanese, by who chose neither. */
static json_t *word(const struct text *text, const char *language)
{
	bool is_ja = strncmp(language, "ja", 2) == 0;

	return json_string(text_in(text, text_has(text, language) || is_ja || !text_has(text, "en") ? language : "en"));
}

static json_t *languages(const struct config *config)
{
	json_t *list = json_object();
	char id[32];

	for (size_t i = 0; i < config->terminal.n_languages; i++) {
		const char *language = config->terminal.languages[i];
		const struct text *name;

		snprintf(id, sizeof(id), "language.%s", language);
		for (char *c = id; *c; c++) /* names of texts are small: language.zh-hans */
			*c = (char)tolower((unsigned char)*c);
		name = config_text_find(config, id);
		json_object_set_new(list, language, name ? word(name, language) : json_string(language));
	}
	return list;
}

static json_t *texts(const struct config *config, const char *page, const char *language)
{
	char prefix[16];
	json_t *map = json_object();
	size_t n = (size_t)snprintf(prefix, sizeof(prefix), "web.%s.", page);

	for (size_t i = 0; i < config->n_texts; i++)
		if (strncmp(config->texts[i].id, prefix, n) == 0)
			json_object_set_new(map, config->texts[i].id + n, word(&config->texts[i].text, language));
	return map;
}

static json_t *windows(const struct hall *hall, const char *language)
{
	json_t *map = json_object();

	for (size_t i = 0; i < desk_n_windows(hall_desk(hall)); i++) {
		const struct config_window *window = desk_window_at(hall_desk(hall), i)->config;

		json_object_set_new(map, window->id, word(&window->label, language));
	}
	return map;
}

static json_t *services(const struct hall *hall, const char *language)
{
	const struct config *config = hall_config(hall);
	json_t *map = json_object();

	for (size_t i = 0; i < config->n_services; i++)
		if (desk_offers(hall_desk(hall), config->services[i].id))
			json_object_set_new(map, config->services[i].id, word(&config->services[i].name, language));
	return map;
}

static json_t *things(const struct config *config, const struct desk_ticket *ticket, const char *language)
{
	json_t *map = json_object(), *ids = hall_procedures(ticket), *id;
	char name[DESK_WORD_BYTES_MAX + sizeof("bring.")];
	size_t i;

	json_array_foreach(ids, i, id) {
		const struct config_procedure *procedure = config_procedure_find(config, json_string_value(id));

		for (size_t b = 0; procedure && b < procedure->n_bring; b++) {
			const struct text *text;

			snprintf(name, sizeof(name), "bring.%s", procedure->bring[b]);
			text = config_text_find(config, name);
			if (text)
				json_object_set_new(map, procedure->bring[b], word(text, language));
		}
	}
	json_decref(ids);
	return map;
}

/* @hall NULL: the page belongs to no office, or to a ticket nobody knows. */
static void answer_texts(struct request *request, const char *page, const struct hall *hall, const struct desk_ticket *ticket)
{
	const struct config *config = hall_config(hall ? hall : hall_at(server_halls(request->server), 0));
	const char *language = language_of(request, config, ticket);
	json_t *body = json_pack("{ss so so}", "language", language, "languages", languages(config), "texts",
				 texts(config, page, language));

	if (body && hall) {
		json_object_set_new(body, "municipality", word(&config->municipality.name, language));
		json_object_set_new(body, "office", word(&hall_office(hall)->name, language));
		json_object_set_new(body, "windows", windows(hall, language));
		json_object_set_new(body, "services", services(hall, language));
	}
	if (body && ticket)
		json_object_set_new(body, "bring", things(config, ticket, language));
	answer_json(request, 200, body);
}

void route_texts_index(struct request *request)
{
	answer_texts(request, "index", NULL, NULL);
}

void route_texts_board(struct request *request)
{
	answer_texts(request, "board", request->hall, NULL);
}

void route_texts_phone(struct request *request)
{
	struct hall *hall = NULL;
	const struct desk_ticket *ticket = hall_ticket_by_token(server_halls(request->server), request->params[0], &hall);

	answer_texts(request, "phone", ticket ? hall : NULL, ticket);
}
