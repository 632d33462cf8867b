/* SPDX-License-Identifier: MIT
 * The side of madoguchi-cardd that stays alive. cardd may hang at any time in a reader's driver, so every wait has
 * a bound: from its start to its first word, and from a request to its answer. Whoever misses it is killed and
 * started afresh; between starts a growing pause keeps a broken reader service from costing anything.
 *
 * Insertions are numbered here, across restarts of cardd: after one the same card counts as newly inserted, so
 * that a PIN typed before never reaches a card nobody watched meanwhile. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cardreader/client_parts.h"
#include "cardreader/session/outcome.h"
#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define REQUEST_TIMEOUT_MS 3000
#define RESTART_MS_MIN 100
#define RESTART_MS_MAX 1000 /* so soon a reader service that came back is seen */
#define TIMER_ACCURACY_US 1000
#define RECORD_BYTES_MAX (2 * 1024 * 1024)

static void start(struct card_client *client);

/* ---- one timer for every bound ---- */

void client_clear_watchdog(struct card_client *client)
{
	client->watchdog = sd_event_source_disable_unref(client->watchdog);
}

static int set_timer(struct card_client *client, int after_ms, sd_event_time_handler_t fn)
{
	int r;

	client_clear_watchdog(client);
	r = sd_event_add_time(client->loop, &client->watchdog, CLOCK_MONOTONIC,
			      ((uint64_t)clock_mono_ms() + (uint64_t)after_ms) * 1000, TIMER_ACCURACY_US, fn, client);
	return r < 0 ? fault_raise(r) : 0;
}

/* The caller may free the client in its handler: nothing of it is touched afterwards. */
static void tell(struct card_client *client, enum card_presence presence, bool is_new_card)
{
	bool changed = !client->was_told || presence != client->presence || is_new_card;

	client->was_told = true;
	client->presence = presence;
	if (changed && client->handlers.presence)
		client->handlers.presence(client->data, presence);
}

/* ---- losing cardd and starting it again ---- */

static int on_restart(sd_event_source *source, uint64_t now_us, void *data)
{
	start(data);
	return 0;
}

void client_lose(struct card_client *client)
{
	client->link = link_free(client->link);
	client->child = child_free(client->child);
	client->n_readers = 0;
	client->cardd_insertion = 0;
	/* without a timer the service stays away, which is what the presence says */
	(void)!set_timer(client, client->restart_ms, on_restart);
	client->restart_ms = client->restart_ms * 2 < RESTART_MS_MAX ? client->restart_ms * 2 : RESTART_MS_MAX;
	if (client->record.len)
		client_write_record(client, "# neither card nor reader said more in time\n");
	if (client_is_unanswered(client))
		(void)!client_answer_early(client, CARD_SERVICE_UNAVAILABLE);
	tell(client, CARD_PRESENCE_NO_SERVICE, false);
}

static int on_overdue(sd_event_source *source, uint64_t now_us, void *data)
{
	client_lose(data);
	return 0;
}

int client_set_watchdog(struct card_client *client, int after_ms)
{
	return set_timer(client, after_ms, on_overdue);
}

static void on_child_exit(void *data, struct child *child, int status)
{
	client_lose(data);
}

static void on_link_closed(void *data, struct link *link, int reason)
{
	client_lose(data);
}

/* ---- what cardd says ---- */

static void take_readers(struct card_client *client, const json_t *readers)
{
	size_t i;
	json_t *reader;

	client->n_readers = 0;
	json_array_foreach(readers, i, reader) {
		struct card_reader *to = &client->readers[client->n_readers];
		const char *name = json_string_value(json_object_get(reader, "name"));

		if (!name || client->n_readers == CARD_READERS_MAX)
			break;
		snprintf(to->name, sizeof(to->name), "%s", name);
		to->has_card = json_is_true(json_object_get(reader, "card"));
		client->n_readers++;
	}
}

static void on_presence(struct card_client *client, const json_t *message)
{
	const char *word = json_string_value(json_object_get(message, "presence"));
	int64_t insertion = json_integer_value(json_object_get(message, "insertion"));
	enum card_presence presence;
	bool is_new_card;

	if (!word || card_presence_parse(word, &presence) < 0) {
		client_lose(client);
		return;
	}
	if (!client_is_unanswered(client))
		client_clear_watchdog(client);
	if (presence != CARD_PRESENCE_NO_SERVICE)
		client->restart_ms = RESTART_MS_MIN;
	is_new_card = presence == CARD_PRESENCE_PRESENT && insertion != client->cardd_insertion;
	if (is_new_card) {
		client->cardd_insertion = insertion;
		client->insertion++;
	}
	take_readers(client, json_object_get(message, "readers"));
	tell(client, presence, is_new_card);
}

/* ---- recording: a trace that cannot be kept costs the trace, not the reading ---- */

static void take_record(struct card_client *client, const char *text)
{
	if (text && client->record_fd >= 0)
		(void)!buf_add_text(&client->record, text);
}

void client_write_record(struct card_client *client, const char *remark)
{
	if (client->record_fd < 0)
		return;
	(void)!buf_add_text(&client->record, remark);
	(void)!write(client->record_fd, buf_text(&client->record), client->record.len);
	buf_release(&client->record);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct card_client *client = data;
	const char *event = json_string_value(json_object_get(message, "event"));

	if (event && strcmp(event, "presence") == 0)
		on_presence(client, message);
	else if (event && strcmp(event, "done") == 0)
		client_take_done(client, message);
	else if (event && strcmp(event, "record") == 0)
		take_record(client, json_string_value(json_object_get(message, "text")));
	else
		client_lose(client);
}

#define CARDD_ARGUMENTS_MAX 8

static void add_argument(char *argv[CARDD_ARGUMENTS_MAX], size_t *n, const char *name, char *value)
{
	if (!value)
		return;
	argv[(*n)++] = (char *)(uintptr_t)name; /* execv() does not write to it */
	argv[(*n)++] = value;
}

static int try_start(struct card_client *client)
{
	static const struct link_handlers handlers = {on_message, on_link_closed};
	char *argv[CARDD_ARGUMENTS_MAX] = {client->path};
	size_t n_arguments = 1;
	CLEANUP(closep) int fd = -1;
	int r;

	add_argument(argv, &n_arguments, "--reader", client->reader);
	add_argument(argv, &n_arguments, "--trust", client->trust_dir);
	if (client->record_fd >= 0)
		argv[n_arguments] = (char *)(uintptr_t)"--record";
	r = child_start(client->loop, argv, on_child_exit, client, &client->child, &fd);
	if (!r)
		r = link_new(client->loop, fd, &handlers, client, &client->link);
	if (r < 0)
		return fault_pass(r);
	(void)TAKE_FD(fd);
	return client_set_watchdog(client, client->request_timeout_ms);
}

static void start(struct card_client *client)
{
	if (try_start(client) < 0)
		client_lose(client);
}

/* ---- life ---- */

static int copy_text(const char *text, char **ret_copy)
{
	*ret_copy = text ? strdup(text) : NULL;
	return text && !*ret_copy ? fault_raise(-ENOMEM) : 0;
}

static int open_record(struct card_client *client, const char *path)
{
	static const char head[] = "# madoguchi-card: what was said to a card and what it said; names, numbers, dates and pictures are "
				   "replaced\n";

	client->record_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (client->record_fd < 0)
		return fault_raise(-errno);
	return write(client->record_fd, head, strlen(head)) == (ssize_t)strlen(head) ? 0 : fault_raise(-EIO);
}

static int copy_paths(struct card_client *client, const char *cardd_path)
{
	const char *slash = strrchr(cardd_path, '/');
	int n_folder = slash ? (int)(slash - cardd_path) + 1 : 0;

	if (asprintf(&client->picture_path, "%.*smadoguchi-card-picture", n_folder, cardd_path) < 0) {
		client->picture_path = NULL;
		return fault_raise(-ENOMEM);
	}
	return copy_text(cardd_path, &client->path);
}

static int copy_options(struct card_client *client, const struct card_options *options)
{
	int r = 0;

	client->request_timeout_ms = options->request_timeout_ms ? options->request_timeout_ms : REQUEST_TIMEOUT_MS;
	if (options->cardd_path)
		r = copy_paths(client, options->cardd_path);
	else
		r = command_sibling("cardreader", "madoguchi-cardd", &client->path);
	if (!r)
		r = copy_text(options->reader, &client->reader);
	if (!r)
		r = copy_text(options->trust_dir, &client->trust_dir);
	if (!r && options->record_path)
		r = open_record(client, options->record_path);
	return r < 0 ? fault_pass(r) : 0;
}

int card_client_new(sd_event *loop, const struct card_options *options, const struct card_handlers *handlers,
		    void *data, struct card_client **ret_client)
{
	CLEANUP(card_client_freep) struct card_client *client = calloc(1, sizeof(*client));
	int r = 0;

	if (!client)
		return fault_raise(-ENOMEM);
	client->loop = sd_event_ref(loop);
	client->handlers = *handlers;
	client->data = data;
	client->restart_ms = RESTART_MS_MIN;
	client->record_fd = -1;
	client->record = BUF_INIT(RECORD_BYTES_MAX);
	r = copy_options(client, options);
	if (!r && client->trust_dir)
		r = client_check_trust(client->path, client->trust_dir);
	if (!r)
		r = try_start(client);
	if (r < 0)
		return fault_pass(r);
	*ret_client = TAKE(client);
	return 0;
}

struct card_client *card_client_free(struct card_client *client)
{
	if (!client)
		return NULL;
	sd_event_source_disable_unref(client->watchdog);
	client_forget_request(client);
	link_free(client->link);
	child_free(client->child);
	sd_event_unref(client->loop);
	free(client->path);
	free(client->reader);
	free(client->trust_dir);
	free(client->picture_path);
	buf_release(&client->record);
	if (client->record_fd >= 0)
		close(client->record_fd);
	free(client);
	return NULL;
}

enum card_presence card_client_presence(const struct card_client *client)
{
	return client->presence;
}

const struct card_reader *card_client_readers(const struct card_client *client, size_t *ret_n_readers)
{
	*ret_n_readers = client->n_readers;
	return client->readers;
}

bool card_client_is_in_use(const struct card_client *client)
{
	return client->is_in_use;
}

int64_t card_client_insertion(const struct card_client *client)
{
	return client->insertion;
}
