/* SPDX-License-Identifier: MIT
 * card_loop CARDD AUTH [TRUST]: keeps one card client alive as the terminal does and reads once for each line of
 * standard input, a secret for AUTH (pin, b, card-number, none). Answers each with one line: the outcome's word, the
 * tries left, whether it is genuine, and which values came; never a value. For tests that look at what stays behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cardreader/card.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

struct loop {
	sd_event *event;
	struct card_client *client;
	struct secret *secret;
	enum card_auth auth;
	unsigned want;
	sd_event_source *input;
	bool is_busy;
};

static void on_read(void *data, const struct card_reading *reading)
{
	struct loop *loop = data;
	const struct person *p = &reading->person;

	printf("%s %d %s%s%s%s%s pictures=%zu\n", card_outcome_word(reading->outcome), reading->tries_left,
	       value_proof_word(reading->genuine), p->name.text ? " name" : "", p->address.text ? " address" : "",
	       p->birth_date.text ? " birth_date" : "", p->sex.text ? " sex" : "", reading->n_pictures);
	fflush(stdout);
	loop->is_busy = false;
	sd_event_source_set_enabled(loop->input, SD_EVENT_ON);
}

static void ask(struct loop *loop)
{
	const struct card_read_request request = {.secret = loop->secret, .auth = loop->auth, .want = loop->want,
						  .insertion = card_client_insertion(loop->client)};

	loop->is_busy = true;
	sd_event_source_set_enabled(loop->input, SD_EVENT_OFF);
	if (card_read(loop->client, &request, on_read, loop) < 0)
		sd_event_exit(loop->event, 1);
}

static int on_line(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct loop *loop = data;

	if (secret_read_fd(loop->secret, fd) < 0 || (loop->auth != CARD_AUTH_NONE && secret_length(loop->secret) == 0))
		sd_event_exit(loop->event, 0);
	else
		ask(loop);
	return 0;
}

static void on_presence(void *data, enum card_presence presence)
{
	printf("presence %d\n", (int)presence);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct card_handlers handlers = {on_presence};
	static const char *const auths[] = {"none", "pin", "b", "a", "card-number"};
	struct loop loop = {.want = CARD_WANT_EXPIRY};
	int r = 1;

	for (size_t i = 0; argc > 2 && i < sizeof(auths) / sizeof(*auths); i++)
		if (strcmp(argv[2], auths[i]) == 0) {
			loop.auth = (enum card_auth)i;
			r = 0;
		}
	if (argc > 3)
		loop.want |= CARD_WANT_PROOF | CARD_WANT_PICTURES;
	wipe_json();
	r = r || secret_init_process() < 0;
	loop.secret = r ? NULL : secret_new(64);
	if (!loop.secret || loop_new(&loop.event) < 0 ||
	    card_client_new(loop.event, &(struct card_options){.cardd_path = argv[1], .trust_dir = argc > 3 ? argv[3] : NULL},
			    &handlers, &loop, &loop.client) < 0 ||
	    sd_event_add_io(loop.event, &loop.input, STDIN_FILENO, EPOLLIN, on_line, &loop) < 0) {
		fprintf(stderr, "usage: card_loop CARDD none|pin|b|a|card-number [TRUST]\n");
		return 1;
	}
	r = sd_event_loop(loop.event);
	sd_event_source_disable_unref(loop.input);
	card_client_free(loop.client);
	secret_free(loop.secret);
	sd_event_unref(loop.event);
	return r < 0;
}
