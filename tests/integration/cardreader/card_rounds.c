/* SPDX-License-Identifier: MIT
 * card_rounds N CARDD TRUST: one client that lives through N rounds of a card laid down, read whole and taken away. Says
 * "round N" after each, so that test_rounds.py can look at it and at its cardd. Run inside tests/support/pcsc_world. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cardreader/card.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define SECRET "35022920339876" /* 照合番号B of the sample card */

struct rounds {
	sd_event *loop;
	struct card_client *client;
	struct secret *secret;
	int n, n_wanted;
	bool is_read; /* the card that lies there */
};

/* Waits for the answer: an insertion is answered when the reader has the card. */
static int tell_card(const char *command)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = getenv("MADOGUCHI_CARD_CONTROL");
	CLEANUP(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char answer[128] = "";

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path ? path : "");
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    write(fd, command, strlen(command)) != (ssize_t)strlen(command) || read(fd, answer, sizeof(answer) - 1) <= 0)
		return -1;
	return strcmp(answer, "ok\n") == 0 ? 0 : -1;
}

static void fail(struct rounds *rounds, const char *what)
{
	fprintf(stderr, "card_rounds: round %d: %s\n", rounds->n, what);
	sd_event_exit(rounds->loop, 1);
}

static void on_read(void *data, const struct card_reading *reading)
{
	struct rounds *rounds = data;

	if (reading->outcome != CARD_OK || !reading->n_pictures || reading->genuine != PROOF_VERIFIED) {
		fail(rounds, card_outcome_word(reading->outcome));
		return;
	}
	rounds->is_read = true;
	printf("round %d\n", ++rounds->n);
	fflush(stdout);
	if (rounds->n == rounds->n_wanted)
		sd_event_exit(rounds->loop, 0);
	else if (tell_card("remove\n") < 0)
		fail(rounds, "the card cannot be removed");
}

static void on_presence(void *data, enum card_presence presence)
{
	struct rounds *rounds = data;
	const struct card_read_request request = {
		.secret = rounds->secret, .auth = CARD_AUTH_B, .insertion = card_client_insertion(rounds->client),
		.want = CARD_WANT_EXPIRY | CARD_WANT_PROOF | CARD_WANT_PICTURES};

	if (presence == CARD_PRESENCE_ABSENT && rounds->is_read) {
		rounds->is_read = false;
		if (tell_card("insert\n") < 0)
			fail(rounds, "the card cannot be inserted");
	} else if (presence == CARD_PRESENCE_PRESENT) {
		if (secret_append(rounds->secret, SECRET, strlen(SECRET)) < 0 ||
		    card_read(rounds->client, &request, on_read, rounds) < 0)
			fail(rounds, "no request");
	}
}

int main(int argc, char **argv)
{
	static const struct card_handlers handlers = {on_presence};
	struct rounds rounds = {.n_wanted = argc == 4 ? (int)strtol(argv[1], NULL, 10) : 0};
	int r = 1;

	wipe_json();
	if (rounds.n_wanted > 0 && secret_init_process() == 0 && loop_new(&rounds.loop) == 0) {
		rounds.secret = secret_new(64);
		r = card_client_new(rounds.loop, &(struct card_options){.cardd_path = argv[2], .trust_dir = argv[3]}, &handlers, &rounds,
				    &rounds.client);
		if (!r && rounds.secret)
			r = sd_event_loop(rounds.loop);
	}
	card_client_free(rounds.client);
	secret_free(rounds.secret);
	sd_event_unref(rounds.loop);
	return r != 0;
}
