/* SPDX-License-Identifier: MIT
 * madoguchi-card-picture: decodes the pictures of one card, then dies. A child of whoever reads cards, on a link as
 * descriptor CHILD_LINK_FD. It never holds a PIN and knows no name but as pixels; the decoders it feeds are large
 * and the bytes hostile, so it locks itself up first: no file, no socket, no program, little memory, little time.
 *
 * To us:    {"media":TYPE,"bytes":BASE64}
 * From us:  {"png":BASE64}, or {"error":"malformed"|"too-large"|"no-memory"}, in the order asked */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>

#include "cardreader/picture/confine.h"
#include "cardreader/picture/convert.h"
#include "cardreader/picture/picture.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL

static const char usage[] =
	"usage: madoguchi-card-picture\n"
	"  Started by madoguchi-terminal and madoguchi-card with a link as descriptor 3, never by hand. Turns the pictures\n"
	"  of one card into PNG: at most 12 kB and 2048 x 2048 pixels in, at most 48 kB out, 256 MiB of memory.\n"
	"  --help, --version\n";

struct worker {
	sd_event *loop;
	struct link *link;
	uint8_t bytes[SESSION_PICTURE_BYTES_MAX];
	uint8_t png[CARD_PICTURE_PNG_BYTES_MAX];
	char text[sodium_base64_ENCODED_LEN(CARD_PICTURE_PNG_BYTES_MAX, BASE64)];
};

static const char *error_word(int r)
{
	return r == -ENOMEM ? "no-memory" : r == -ERANGE || r == -ENOSPC ? "too-large" : "malformed";
}

static int convert(struct worker *worker, json_t *message)
{
	const char *media = json_string_value(json_object_get(message, "media"));
	json_t *base64 = json_object_get(message, "bytes");
	size_t n_bytes, n_png;
	int r;

	if (!media || !base64 || sodium_base642bin(worker->bytes, sizeof(worker->bytes), json_string_value(base64),
						   json_string_length(base64), NULL, &n_bytes, NULL, BASE64) < 0)
		return fault_raise(-EBADMSG);
	r = picture_convert(media, worker->bytes, n_bytes, worker->png, sizeof(worker->png), &n_png);
	if (!r)
		sodium_bin2base64(worker->text, sizeof(worker->text), worker->png, n_png, BASE64);
	return r;
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct worker *worker = data;
	int r = convert(worker, message);
	json_t *answer = r ? json_pack("{s:s}", "error", error_word(r)) : json_pack("{s:s}", "png", worker->text);

	if (!answer || link_send(link, answer, -1) < 0)
		sd_event_exit(worker->loop, COMMAND_FAILED);
	json_decref(answer);
	explicit_bzero(worker->bytes, sizeof(worker->bytes));
	explicit_bzero(worker->png, sizeof(worker->png));
	explicit_bzero(worker->text, sizeof(worker->text));
}

static void on_closed(void *data, struct link *link, int reason)
{
	struct worker *worker = data;

	sd_event_exit(worker->loop, COMMAND_DONE);
}

static int run(struct worker *worker)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	int r = loop_new(&worker->loop);

	json_object_seed(0); /* would open a file at its first use */
	if (!r)
		r = link_new(worker->loop, CHILD_LINK_FD, &handlers, worker, &worker->link);
	if (!r)
		r = picture_warm_up();
	if (!r)
		r = picture_confine();
	if (r < 0)
		return fault_pass(r);
	r = sd_event_loop(worker->loop);
	return r < 0 ? fault_raise(r) : r;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'v'}, {0}};
	static struct worker worker; /* too large for the stack */
	char trail[512];
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		switch (option) {
		case 'h':
			return command_help(usage);
		case 'v':
			return command_version("madoguchi-card-picture");
		default:
			return command_usage(usage);
		}
	if (optind != argc || fcntl(CHILD_LINK_FD, F_GETFD) < 0)
		return command_usage(usage);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	unsetenv("OPJ_NUM_THREADS"); /* threads cannot be made any more */
	wipe_json();
	r = secret_init_process(); /* no core dumps, not traceable */
	if (!r)
		r = run(&worker);
	if (r < 0)
		return command_failed("madoguchi-card-picture", "%s", fault_format(trail, sizeof(trail)));
	_exit(r); /* what the decoders left behind goes with the process */
}
