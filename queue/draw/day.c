/* SPDX-License-Identifier: MIT
 * One office's sample day, told in the order it is lived. Every page is written at the moment it would be looked at. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queue/draw/client.h"
#include "queue/draw/draw.h"
#include "shared/base/fault.h"
#include "shared/model/draft.h"
#include "shared/base/banned.h"

#define ANSWER_BYTES_MAX (8 * 1024 * 1024)
#define AHEAD 3              /* people before ours */
#define DAYS_LOOKED_AT 14
#define LONG_SERVICE_MIN 15  /* of what takes longer, one waits */
#define MINUTE_MS 60000
#define DAY_MS (24 * 60 * (int64_t)MINUTE_MS)

struct ticket {
	char id[40], number[16], token[DRAW_TOKEN_BYTES_MAX];
};

struct life {
	struct draw_day *day;
	struct draw_client client;
	char office[128];                    /* 209996-honcho */
	const struct config_procedure *procedure; /* what ours came for; NULL: nothing with a form */
	const char *service;
	const struct config_window *window;  /* that serves it */
	struct ticket before[AHEAD], ours, missed, left;
	int64_t now_utc_ms;
};

/* What follows, as it is told when it fails. */
static void step(struct life *life, int r, const char *what)
{
	if (r == 0)
		life->day->failed = what;
}

/* ---- time -------------------------------------------------------------------------------------------------------- */

static bool is_holiday(const struct config *config, const struct local_time *day)
{
	char date[32];

	snprintf(date, sizeof(date), "%04d-%02d-%02d", day->year, day->month, day->day);
	for (size_t i = 0; i < config->n_holidays; i++)
		if (strcmp(config->holidays[i], date) == 0)
			return true;
	return false;
}

/* Some time into the office's next open day. */
static int64_t opening(const struct draw_day *day, int64_t now_utc_ms)
{
	const char *zone = day->config->municipality.timezone;
	struct local_time local;
	int64_t start;

	for (int i = 1; i <= DAYS_LOOKED_AT; i++) {
		const struct config_hours *hours;

		if (local_time_from(now_utc_ms + i * DAY_MS, zone, &local) < 0)
			break;
		hours = &day->office->hours[local.weekday];
		if (!hours->is_open || is_holiday(day->config, &local))
			continue;
		local.hour = (hours->from_min + 20) / 60;
		local.minute = (hours->from_min + 20) % 60;
		local.second = 0;
		if (local_time_to_utc_ms(&local, zone, &start) == 0)
			return start;
	}
	return now_utc_ms;
}

/* The clock is set anew by another file in its place. */
static int pass(struct life *life, int minutes)
{
	char text[INSTANT_LENGTH + 1], path[320];
	FILE *file;
	bool is_bad;

	life->now_utc_ms += minutes * (int64_t)MINUTE_MS;
	snprintf(path, sizeof(path), "%s.new", life->day->clock_file);
	file = fopen(path, "we");
	if (!file)
		return fault_raise(-errno);
	is_bad = fprintf(file, "%s\n", instant_format(life->now_utc_ms, life->day->config->municipality.timezone, text)) < 0;
	is_bad |= fclose(file) != 0;
	return is_bad || rename(path, life->day->clock_file) < 0 ? fault_raise(-EIO) : 0;
}

/* ---- the terminal ------------------------------------------------------------------------------------------------ */

static int set_from(struct value *value, const char *text)
{
	return value_set(value, text, VALUE_CARD, PROOF_VERIFIED);
}

/* 見本 花子, who lives in this town and nowhere. */
static int sample_person(const struct config *config, struct person *person)
{
	char address[512];

	snprintf(address, sizeof(address), "%s大字見本123番地4", text_in(&config->municipality.name, "ja"));
	if (set_from(&person->name, "見本 花子") < 0 || set_from(&person->kana, "ミホン ハナコ") < 0 ||
	    set_from(&person->address, address) < 0 || set_from(&person->birth_date, "1958-04-03") < 0 ||
	    set_from(&person->sex, "female") < 0)
		return fault_raise(-ENOMEM);
	return 0;
}

/* What would have been asked on the screen: the first choice, one copy. */
static int answer_questions(struct draft *draft, const struct form *form)
{
	int r = 0;

	for (size_t i = 0; i < form->n_fields && r == 0; i++) {
		const struct form_field *field = &form->fields[i];

		if (draft_find(draft, field->id) || !draft_is_shown(draft, field) || !field->is_required)
			continue;
		if ((field->type == FIELD_CHOICE || field->type == FIELD_CHOICES) && field->n_options > 0)
			r = draft_set(draft, field->id, field->options[0].id, VALUE_TYPED, PROOF_NOT_CHECKED);
		else if (field->type == FIELD_INTEGER)
			r = draft_set(draft, field->id, "1", VALUE_TYPED, PROOF_NOT_CHECKED);
		else if (field->type == FIELD_PHONE)
			r = draft_set(draft, field->id, "000-0000-0000", VALUE_TYPED, PROOF_NOT_CHECKED);
	}
	return r;
}

/* NULL: no form, or no memory. */
static json_t *sample_draft(const struct life *life)
{
	static const struct draft_card card = {"my-number", "2034-04-03", PROOF_VERIFIED, PROOF_NOT_CHECKED};
	const struct config *config = life->day->config;
	const struct form *form = life->procedure ? config_form_find(config, life->procedure->forms[0]) : NULL;
	CLEANUP(draft_freep) struct draft *draft = form ? draft_new(form->id, form->version) : NULL;
	CLEANUP(person_release) struct person person = {0};
	char date[INSTANT_LENGTH + 1];

	if (!draft)
		return NULL;
	instant_format(life->now_utc_ms, config->municipality.timezone, date);
	date[10] = '\0';
	if (sample_person(config, &person) < 0 || draft_fill(draft, form, &person, date) < 0 ||
	    answer_questions(draft, form) < 0 || draft_set_card(draft, &card) < 0)
		return NULL;
	return draft_encode(draft);
}

static int issue(struct life *life, const char *service, json_t *drafts, struct ticket *ret_ticket)
{
	char path[200];
	json_t *body = json_pack("{ss}", "service", service), *answer;
	struct ticket ticket = {""};

	if (life->procedure && strcmp(service, life->service) == 0)
		json_object_set_new(body, "procedures", json_pack("[s]", life->procedure->id));
	if (drafts)
		json_object_set_new(body, "drafts", json_pack("[o]", drafts));
	snprintf(path, sizeof(path), "/api/v1/offices/%s/tickets", life->office);
	answer = draw_ask_json(&life->client, DRAW_TERMINAL, "POST", path, body);
	if (!answer)
		return fault_raise(-EIO);
	snprintf(ticket.id, sizeof(ticket.id), "%s", json_string_value(json_object_get(answer, "id")));
	snprintf(ticket.number, sizeof(ticket.number), "%s", json_string_value(json_object_get(answer, "number")));
	snprintf(ticket.token, sizeof(ticket.token), "%s", json_string_value(json_object_get(answer, "token")));
	json_decref(answer);
	if (ret_ticket)
		*ret_ticket = ticket;
	return pass(life, 1);
}

/* ---- the clerk --------------------------------------------------------------------------------------------------- */

static int press(struct life *life, const char *window, const char *command, json_t *body)
{
	char path[320];
	json_t *answer;

	snprintf(path, sizeof(path), "/api/v1/offices/%s/windows/%s/%s", life->office, window, command);
	answer = draw_ask_json(&life->client, DRAW_CLERK, "POST", path, body);
	if (!answer)
		return fault_raise(-EIO);
	json_decref(answer);
	return 0;
}

static int sign_in(struct life *life)
{
	json_t *answer = draw_ask_json(&life->client, DRAW_CLERK, "POST", "/api/v1/sessions",
				       json_pack("{ss ss}", "user", life->day->user, "password", life->day->password));

	if (!answer)
		return fault_raise(-EIO);
	json_decref(answer);
	return 0;
}

static bool is_here(const struct life *life, const struct config_window *window)
{
	return strcmp(window->office, life->day->office->id) == 0;
}

static int open_windows(struct life *life)
{
	const struct config *config = life->day->config;
	int r = 0;

	for (size_t i = 0; i < config->n_windows && r == 0; i++)
		if (is_here(life, &config->windows[i]))
			r = press(life, config->windows[i].id, "open", NULL);
	return r;
}

/* ---- pages ------------------------------------------------------------------------------------------------------- */

/* Adds what GET @path answers to @answers, for any address that fits @pattern. */
static int keep(struct life *life, json_t *answers, enum draw_caller caller, const char *path, const char *pattern)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(ANSWER_BYTES_MAX);
	long status = 0;
	int r = draw_ask(&life->client, caller, "GET", path, NULL, &status, &answer);
	json_t *body = r == 0 ? json_loadb(answer.bytes ? answer.bytes : "", answer.len, 0, NULL) : NULL;

	if (!body)
		return fault_raise(-EIO);
	return json_array_append_new(answers, json_pack("{ss ss sI so}", "method", "GET", "path", pattern, "status",
							(json_int_t)status, "body", body)) < 0 ? fault_raise(-ENOMEM) : 0;
}

/* The words of a page in every language the town offers. */
static int keep_texts(struct life *life, json_t *answers, const char *path, const char *pattern)
{
	const struct config *config = life->day->config;
	char address[320];
	int r = 0;

	for (size_t i = 0; i < config->terminal.n_languages && r == 0; i++) {
		snprintf(address, sizeof(address), "%s/texts?lang=%s", path, config->terminal.languages[i]);
		r = keep(life, answers, DRAW_ANYONE, address, pattern);
		if (r == 0)
			json_object_set_new(json_array_get(answers, json_array_size(answers) - 1), "language",
					    json_string(config->terminal.languages[i]));
	}
	return r;
}

static int keep_png(struct life *life, json_t *answers, const char *path, const char *pattern)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(ANSWER_BYTES_MAX);
	CLEANUP(freep) char *text = NULL;
	long status = 0;
	int r = draw_ask(&life->client, DRAW_CLERK, "GET", path, NULL, &status, &answer);
	size_t size = sodium_base64_encoded_len(answer.len, sodium_base64_VARIANT_ORIGINAL);

	if (r < 0 || status != 200)
		return fault_raise(-EIO);
	text = malloc(size);
	if (!text)
		return fault_raise(-ENOMEM);
	sodium_bin2base64(text, size, (const unsigned char *)answer.bytes, answer.len, sodium_base64_VARIANT_ORIGINAL);
	return json_array_append_new(answers, json_pack("{ss ss sI ss}", "method", "GET", "path", pattern, "status",
							(json_int_t)status, "png", text)) < 0 ? fault_raise(-ENOMEM) : 0;
}

/* Writes one page and takes it into the list. @answers is given back to nobody. */
static int write_page(struct life *life, const char *file, const char *asset, const char *kind, const char *state,
		      const char *language, const char *window, json_t *answers)
{
	const struct draw_page page = {file, asset, language, window, answers};
	int r = draw_page_write(life->day->out, &page);

	json_decref(answers);
	if (r < 0)
		return r;
	return json_array_append_new(life->day->pages, json_pack("{ss ss ss ss ss ss}", "file", file, "kind", kind, "state", state,
								 "language", language, "office", life->day->office->id, "office_name",
								 text_in(&life->day->office->name, "ja"))) < 0 ? fault_raise(-ENOMEM) : 0;
}

static int draw_board(struct life *life, const char *state)
{
	char path[200], file[160];
	json_t *answers = json_array();
	int r;

	snprintf(path, sizeof(path), "/api/v1/offices/%s/board", life->office);
	snprintf(file, sizeof(file), "board-%s-%s.html", life->day->office->id, state);
	r = keep(life, answers, DRAW_ANYONE, path, "/api/v1/offices/[^/]*/board");
	snprintf(path, sizeof(path), "/api/v1/offices/%s", life->office);
	if (r == 0)
		r = keep_texts(life, answers, path, "/api/v1/offices/[^/]*/texts");
	if (r < 0)
		json_decref(answers);
	return r < 0 ? r : write_page(life, file, "/assets/board/index.html", "board", state, "ja", "", answers);
}

/* The holder's page of @ticket in every language the town offers. */
static int draw_phone(struct life *life, const struct ticket *ticket, const char *state)
{
	const struct config *config = life->day->config;
	char path[160], file[160];
	int r = 0;

	snprintf(path, sizeof(path), "/api/v1/tickets/%s", ticket->token);
	for (size_t i = 0; i < config->terminal.n_languages && r == 0; i++) {
		const char *language = config->terminal.languages[i];
		json_t *answers = json_array();

		snprintf(file, sizeof(file), "phone-%s-%s-%s.html", life->day->office->id, state, language);
		r = keep(life, answers, DRAW_ANYONE, path, "/api/v1/tickets/[^/]*");
		if (r == 0)
			r = keep_texts(life, answers, path, "/api/v1/tickets/[^/]*/texts");
		if (r < 0)
			json_decref(answers);
		else
			r = write_page(life, file, "/assets/resident/index.html", "phone", state, language, "", answers);
	}
	return r;
}

static int keep_console(struct life *life, json_t *answers, const struct ticket *serving)
{
	char path[320];
	int r = keep(life, answers, DRAW_CLERK, "/api/v1/sessions", "/api/v1/sessions");

	snprintf(path, sizeof(path), "/api/v1/offices/%s/board", life->office);
	if (r == 0)
		r = keep(life, answers, DRAW_CLERK, path, "/api/v1/offices/[^/]*/board");
	snprintf(path, sizeof(path), "/api/v1/offices/%s/windows/%s", life->office, life->window->id);
	if (r == 0)
		r = keep(life, answers, DRAW_CLERK, path, "/api/v1/offices/[^/]*/windows/[^/]*");
	if (!serving || r < 0)
		return r;
	snprintf(path, sizeof(path), "/api/v1/offices/%s/tickets/%s/drafts", life->office, serving->id);
	r = keep(life, answers, DRAW_CLERK, path, "/api/v1/offices/[^/]*/tickets/[^/]*/drafts");
	snprintf(path, sizeof(path), "/api/v1/offices/%s/tickets/%s/drafts/0.png", life->office, serving->id);
	if (r == 0 && life->procedure)
		r = keep_png(life, answers, path, "/api/v1/offices/[^/]*/tickets/[^/]*/drafts/0.png");
	return r;
}

/* @window: the console of that window; "": still to be chosen. */
static int draw_console(struct life *life, const char *state, const char *window, const struct ticket *serving)
{
	char file[160];
	json_t *answers = json_array();
	int r = keep_console(life, answers, serving);

	snprintf(file, sizeof(file), "clerk-%s-%s.html", life->day->office->id, state);
	if (r < 0)
		json_decref(answers);
	return r < 0 ? r : write_page(life, file, "/assets/clerk/index.html", "clerk", state, "ja", window, answers);
}

/* Nobody has signed in: the queue says so itself. */
static int draw_sign_in(struct life *life)
{
	char file[160];
	json_t *answers = json_array();
	int r = keep(life, answers, DRAW_ANYONE, "/api/v1/sessions", "/api/v1/sessions");

	snprintf(file, sizeof(file), "clerk-%s-sign-in.html", life->day->office->id);
	if (r < 0)
		json_decref(answers);
	return r < 0 ? r : write_page(life, file, "/assets/clerk/index.html", "clerk", "sign-in", "ja", "", answers);
}

/* ---- the day ----------------------------------------------------------------------------------------------------- */

static const struct config_window *window_for(const struct life *life, const char *service)
{
	const struct config *config = life->day->config;

	for (size_t i = 0; i < config->n_windows; i++)
		for (size_t j = 0; is_here(life, &config->windows[i]) && j < config->windows[i].n_serves; j++)
			if (strcmp(config->windows[i].serves[j], service) == 0)
				return &config->windows[i];
	return NULL;
}

/* Whether a card fills a form of @procedure here, and no individual number is asked. */
static bool is_errand(const struct life *life, const struct config_procedure *procedure)
{
	const struct form *form = procedure->n_forms > 0 ? config_form_find(life->day->config, procedure->forms[0]) : NULL;

	if (!form || procedure->individual_number != INDIVIDUAL_NUMBER_NEVER || !window_for(life, procedure->service))
		return false;
	for (size_t i = 0; i < form->n_fields; i++)
		if (strcmp(form->fields[i].from, "person.name") == 0)
			return true;
	return false;
}

/* What ours came for: rather something with a fee, else any procedure with a form, else the first service. */
static void choose_errand(struct life *life)
{
	const struct config *config = life->day->config;

	for (size_t i = 0; i < config->n_procedures && !life->procedure; i++)
		if (config->procedures[i].fee_yen > 0 && is_errand(life, &config->procedures[i]))
			life->procedure = &config->procedures[i];
	for (size_t i = 0; i < config->n_procedures && !life->procedure; i++)
		if (is_errand(life, &config->procedures[i]))
			life->procedure = &config->procedures[i];
	if (life->procedure)
		life->service = life->procedure->service;
	for (size_t i = 0; i < config->n_services && !life->service; i++)
		if (window_for(life, config->services[i].id))
			life->service = config->services[i].id;
	life->window = life->service ? window_for(life, life->service) : NULL;
}

static int morning(struct life *life)
{
	int r = 0;

	step(life, 0, "people take numbers");
	for (int i = 0; i < AHEAD && r == 0; i++)
		r = issue(life, life->service, NULL, &life->before[i]);
	if (r == 0)
		r = issue(life, life->service, sample_draft(life), &life->ours);
	if (r == 0)
		r = issue(life, life->service, NULL, &life->missed);
	if (r == 0)
		r = issue(life, life->service, NULL, &life->left);
	if (r == 0)
		r = draw_phone(life, &life->ours, "no-window");
	step(life, r, "the board before the first call");
	return r == 0 ? draw_board(life, "start") : r;
}

/* People for the other services, and the other windows call one each. */
static int fill_hall(struct life *life)
{
	static const int many[] = {2, 3, 1, 2};
	const struct config *config = life->day->config;
	int r = 0;

	step(life, 0, "the hall fills");
	for (size_t i = 0; i < config->n_services && r == 0; i++) {
		int n = config->services[i].minutes > LONG_SERVICE_MIN ? 1 : many[i % 4];

		for (; n > 0 && r == 0 && window_for(life, config->services[i].id); n--)
			r = issue(life, config->services[i].id, NULL, NULL);
	}
	for (size_t i = 0; i < config->n_windows && r == 0; i++) {
		struct ticket ticket;

		if (!is_here(life, &config->windows[i]) || &config->windows[i] == life->window || config->windows[i].n_serves == 0)
			continue;
		r = issue(life, config->windows[i].serves[0], NULL, &ticket);
		if (r == 0)
			r = press(life, config->windows[i].id, "call", json_pack("{ss}", "id", ticket.id));
	}
	return r;
}

/* Somebody is called at our window and served to the end. */
static int serve(struct life *life, const struct ticket *ticket)
{
	int r = press(life, life->window->id, "call", json_pack("{ss}", "id", ticket->id));

	if (r == 0)
		r = press(life, life->window->id, "start", NULL);
	if (r == 0)
		r = pass(life, 4);
	return r == 0 ? press(life, life->window->id, "finish", NULL) : r;
}

static int call_ours(struct life *life)
{
	int r;

	step(life, 0, "ours is called");
	r = press(life, life->window->id, "call", json_pack("{ss}", "id", life->ours.id));
	if (r == 0)
		r = draw_phone(life, &life->ours, "called");
	if (r == 0)
		r = draw_board(life, "called");
	if (r == 0)
		r = draw_console(life, "called", life->window->id, NULL);
	step(life, r, "ours is served");
	if (r == 0)
		r = press(life, life->window->id, "start", NULL);
	if (r == 0)
		r = pass(life, 2);
	if (r == 0)
		r = draw_phone(life, &life->ours, "serving");
	if (r == 0)
		r = draw_console(life, "serving", life->window->id, &life->ours);
	step(life, r, "ours is put on hold");
	if (r == 0)
		r = press(life, life->window->id, "hold", NULL);
	if (r == 0)
		r = draw_phone(life, &life->ours, "held");
	return r;
}

static int evening(struct life *life)
{
	char path[160];
	json_t *answer;
	int r;

	step(life, 0, "one does not come, one goes");
	r = press(life, life->window->id, "call", json_pack("{ss}", "id", life->missed.id));
	if (r == 0)
		r = press(life, life->window->id, "no-show", NULL);
	if (r == 0)
		r = draw_phone(life, &life->missed, "no-show");
	snprintf(path, sizeof(path), "/api/v1/tickets/%s/cancel", life->left.token);
	answer = r == 0 ? draw_ask_json(&life->client, DRAW_ANYONE, "POST", path, NULL) : NULL;
	if (!answer)
		return r < 0 ? r : fault_raise(-EIO);
	json_decref(answer);
	r = draw_phone(life, &life->left, "cancelled");
	step(life, r, "ours is done");
	if (r == 0)
		r = press(life, life->window->id, "resume", json_pack("{ss}", "id", life->ours.id));
	if (r == 0)
		r = press(life, life->window->id, "finish", NULL);
	if (r == 0)
		r = draw_phone(life, &life->ours, "finished");
	return r == 0 ? draw_phone(life, &(struct ticket){.token = "nobody-has-this-number"}, "gone") : r;
}

static int live(struct life *life)
{
	int r = pass(life, 0);

	step(life, r, "the clerk signs in");
	if (r == 0)
		r = draw_sign_in(life);
	if (r == 0)
		r = sign_in(life);
	if (r == 0)
		r = morning(life);
	step(life, r, "the windows open");
	if (r == 0)
		r = draw_console(life, "choose", "", NULL);
	if (r == 0)
		r = open_windows(life);
	if (r == 0)
		r = draw_phone(life, &life->ours, "waiting");
	for (int i = 0; i < AHEAD && r == 0; i++)
		r = serve(life, &life->before[i]);
	if (r == 0)
		r = fill_hall(life);
	if (r == 0)
		r = call_ours(life);
	return r == 0 ? evening(life) : r;
}

int draw_day(struct draw_day *day)
{
	struct life life = {.day = day};
	CLEANUP(clock_freep) struct clock *clock = NULL;
	int r = clock_new(NULL, &clock);

	snprintf(life.office, sizeof(life.office), "%s-%s", day->config->municipality.code, day->office->id);
	choose_errand(&life);
	if (!life.window)
		return 0; /* an office without a window has no day */
	if (r == 0)
		life.now_utc_ms = opening(day, clock_utc_ms(clock));
	if (r == 0)
		r = draw_client_init(&life.client, day->url, day->device_token);
	if (r == 0)
		r = live(&life);
	draw_client_release(&life.client);
	return r;
}
