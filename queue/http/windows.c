/* SPDX-License-Identifier: MIT
 * The clerk's window: what it shows and its commands. Who may call whom is the desk's to decide. */
#include <string.h>

#include "queue/http/request.h"
#include "queue/http/server.h"
#include "shared/base/banned.h"

/* WINDOW_COMMAND(word in the path, verb) */
static const struct {
	const char *word;
	enum desk_verb verb;
} commands[] = {
	{"open", DESK_OPEN},     {"pause", DESK_PAUSE},   {"close", DESK_CLOSE},     {"next", DESK_NEXT},
	{"call", DESK_CALL},     {"recall", DESK_RECALL}, {"start", DESK_START},     {"finish", DESK_FINISH},
	{"hold", DESK_HOLD},     {"resume", DESK_RESUME}, {"no-show", DESK_MISS},    {"transfer", DESK_TRANSFER},
	{"undo", DESK_UNDO},
};

void route_window_show(struct request *request)
{
	const struct desk_window *window = desk_window_find(hall_desk(request->hall), request->params[1]);
	int64_t now = hall_now(server_halls(request->server));

	if (!window)
		answer_problem(request, "unknown-window");
	else
		answer_json(request, 200, hall_view_dated(request->hall, hall_view_window(request->hall, window, now), now));
}

static bool flag_is_good(const struct request *request, const char *member)
{
	const json_t *value = json_object_get(request->json, member);

	return !value || json_is_boolean(value);
}

static bool take_arguments(struct request *request)
{
	struct desk_command *command = &request->work.command;
	bool is_bad[4];

	command->window = request->params[1];
	command->ticket = request_word(request, "id", DESK_TICKET_ID_BYTES_MAX, &is_bad[0]);
	command->service = request_word(request, "service", DESK_WORD_BYTES_MAX, &is_bad[1]);
	command->to_window = request_word(request, "window", DESK_WORD_BYTES_MAX, &is_bad[2]);
	command->reason = request_word(request, "reason", DESK_WORD_BYTES_MAX, &is_bad[3]);
	command->finishes = json_is_true(json_object_get(request->json, "finish"));
	command->keeps_place = json_is_true(json_object_get(request->json, "keep_place"));
	return !is_bad[0] && !is_bad[1] && !is_bad[2] && !is_bad[3] && flag_is_good(request, "finish") &&
	       flag_is_good(request, "keep_place");
}

void route_window_command(struct request *request)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].word, request->params[2]) != 0)
			continue;
		request->work.command.verb = commands[i].verb;
		if (take_arguments(request))
			request_submit(request, request_done);
		else
			answer_problem(request, "malformed-request");
		return;
	}
	answer_problem(request, "not-found");
}
