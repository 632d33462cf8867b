/* SPDX-License-Identifier: MIT
 * One call of the terminal's client, from the command line, for web_client.py: what came of it as one JSON line.
 * web_client_probe URL OFFICE CA-FILE|- TOKEN-FILE|- GIVE-UP-MS issue SERVICE KEY [DRAFT.json…] | show TOKEN | board | staff-call ID |
 * drop SERVICE KEY */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "queue/queue.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/child.h"
#include "shared/base/banned.h"

struct probe {
	sd_event *loop;
	struct queue_client *client;
	int n_calls;
};

static const char *word_of(enum queue_outcome outcome)
{
	switch (outcome) {
	case QUEUE_OK:
		return "ok";
	case QUEUE_AWAY:
		return "away";
	case QUEUE_CLOSED:
		return "closed";
	case QUEUE_EXHAUSTED:
		return "exhausted";
	case QUEUE_REFUSED:
		return "refused";
	case QUEUE_NOT_FOUND:
		return "not-found";
	}
	return "?";
}

/* The client is freed here, inside its own call: it must bear that. */
static void end(struct probe *probe)
{
	probe->n_calls++;
	probe->client = queue_client_free(probe->client);
	sd_event_exit(probe->loop, 0);
}

static void on_ticket(void *data, enum queue_outcome outcome, const struct ticket *ticket)
{
	printf("{\"outcome\":\"%s\",\"number\":\"%s\",\"token\":\"%s\",\"state\":\"%s\",\"ahead\":%d}\n", word_of(outcome),
	       ticket ? ticket->number : "", ticket && ticket->token ? ticket->token : "",
	       ticket && ticket->state ? ticket->state : "", ticket ? ticket->ahead : -1);
	end(data);
}

static void on_board(void *data, enum queue_outcome outcome, const struct queue_board_service *services, size_t n_services,
		     bool is_open)
{
	printf("{\"outcome\":\"%s\",\"open\":%s,\"services\":{", word_of(outcome), is_open ? "true" : "false");
	for (size_t i = 0; i < n_services; i++)
		printf("%s\"%s\":%d", i ? "," : "", services[i].id, services[i].waiting);
	printf("}}\n");
	end(data);
}

static void on_done(void *data, enum queue_outcome outcome)
{
	printf("{\"outcome\":\"%s\"}\n", word_of(outcome));
	end(data);
}

static int on_dropped(sd_event_source *source, uint64_t usec, void *data)
{
	struct probe *probe = data;

	printf("{\"calls\":%d}\n", probe->n_calls);
	return sd_event_exit(probe->loop, 0);
}

static int read_draft(const char *path, struct draft **ret_draft)
{
	json_t *json = json_load_file(path, 0, NULL);
	int r = draft_decode(json, ret_draft);

	json_decref(json);
	return r;
}

static int issue(struct probe *probe, struct queue_ticket_request *request, char **files)
{
	struct draft *drafts[TICKET_DRAFTS_MAX] = {NULL};
	size_t n = 0;
	int r = 0;

	for (; r == 0 && files[n] && n < TICKET_DRAFTS_MAX; n++)
		r = read_draft(files[n], &drafts[n]);
	request->drafts = drafts;
	request->n_drafts = n;
	if (r == 0)
		r = queue_ticket_issue(probe->client, request, on_ticket, probe);
	while (n)
		draft_free(drafts[--n]);
	return r;
}

static int begin(struct probe *probe, char **words)
{
	struct queue_ticket_request request = {.service = words[1], .language = "ja", .idempotency_key = words[1] ? words[2] : NULL};
	int r;

	if (strcmp(words[0], "issue") == 0)
		return issue(probe, &request, words + 3);
	if (strcmp(words[0], "show") == 0)
		return queue_ticket_show(probe->client, words[1], on_ticket, probe);
	if (strcmp(words[0], "board") == 0)
		return queue_board(probe->client, on_board, probe);
	if (strcmp(words[0], "staff-call") == 0)
		return queue_staff_call(probe->client, words[1], on_done, probe);
	r = queue_ticket_issue(probe->client, &request, on_ticket, probe);
	queue_cancel_all(probe->client);
	return r < 0 ? r : sd_event_add_time_relative(probe->loop, NULL, CLOCK_MONOTONIC, 300000, 0, on_dropped, probe);
}

static int read_token(const char *path, struct secret **ret_token)
{
	CLEANUP(secret_freep) struct secret *token = secret_new(256);
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r = !token ? -ENOMEM : fd < 0 ? -errno : secret_read_fd(token, fd);

	if (r >= 0)
		*ret_token = TAKE(token);
	return r;
}

int main(int argc, char **argv)
{
	struct probe probe = {0};
	struct queue_options options = {0};
	int r;

	if (argc < 7)
		return 2;
	options.url = argv[1];
	options.office = argv[2];
	options.ca_file = strcmp(argv[3], "-") ? argv[3] : NULL;
	options.give_up_ms = (int)strtol(argv[5], NULL, 10);
	if (secret_init_process() < 0 || loop_new(&probe.loop) < 0)
		return 1;
	if (strcmp(argv[4], "-") && read_token(argv[4], &options.device_token) < 0)
		return 1;
	r = queue_client_new(probe.loop, &options, &probe.client);
	if (r >= 0)
		r = begin(&probe, argv + 6);
	if (r < 0) /* a fault is an answer too: the test looks which */
		printf("{\"fault\":\"%s\"}\n", fault_name(r));
	r = r < 0 ? 0 : sd_event_loop(probe.loop);
	queue_client_free(probe.client);
	sd_event_unref(probe.loop);
	return r < 0 ? 1 : 0;
}
