/* SPDX-License-Identifier: MIT
 * madoguchi-virtual-card: a card in software on the PC/SC virtual reader (vpcd), for training, demonstration and tests.
 * Fictional people only: it is no copy of any card, and no authority but its own vouches for it. */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/virtual/control.h"
#include "cardreader/virtual/picture.h"
#include "cardreader/virtual/specimen.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-virtual-card"
#define VPCD_PORT 35963
#define FACE_DPI 300.0
#define FACE_BYTES_MAX (4 * 1024 * 1024)
#define DEFAULT_PERSONA "mihon-hanako"

static const char usage[] =
	"usage: madoguchi-virtual-card [--persona FILE.yaml] [--port N] [--control SOCKET] [--removed]\n"
	"                              [--keys DIR] [--trust-out DIR]\n"
	"       madoguchi-virtual-card [--persona FILE.yaml] --print-face FILE.png\n"
	"       madoguchi-virtual-card --fields\n"
	"  Joins the virtual reader vpcd on 127.0.0.1 as a card and prints `ready`: My Number card, driver's licence,\n"
	"  residence card or special permanent resident certificate, as the persona says.\n"
	"  --persona FILE    whose card: a file, or the name of a shipped one (pin-less, licence, residence-card, forged-clone …);\n"
	"                    default: mihon-hanako, the sample card 見本 花子, PIN 1234\n"
	"  --fields          prints every key a persona may have and what it means, and ends\n"
	"  --port N          vpcd's port, default 35963 (its second reader: 35964)\n"
	"  --control SOCKET  takes a line each and answers `ok` or `error: why`: insert, remove, remove after N (commands),\n"
	"                    swap FILE, delay MS, stall MS, answer HEX [xN|always], no-extended [on|off], t0 [on|off],\n"
	"                    blocked-sw 6983|6984, short-answers N|off, garbage SEED|off, heal (none of these), status\n"
	"  --removed         starts with the card beside the reader\n"
	"  --keys DIR        keeps its keys there: a card that proves the same after a restart; default: new ones each time\n"
	"  --trust-out DIR   writes the anchors that verify this card: public keys as KEY-ID.pem, CA certificates as *.crt\n"
	"  --print-face PNG  draws the card's face, marked 見本, for practice; and ends\n"
	"  --help, --version\n";

struct program {
	sd_event *loop;
	struct station *station;
	struct control *control;
	struct keyring *keys;
	const char *persona_path, *control_path, *keys_path, *trust_path, *face_path;
	long port;
	bool is_removed, has_persona;
};

static void on_first_insertion(void *data, int r)
{
	struct program *program = data;

	if (r == -ECANCELED)
		return;
	if (r < 0) {
		command_failed(PROGRAM, "no virtual reader on port %ld (%s); see that pcscd runs with vpcd", program->port,
			       fault_name(r));
		sd_event_exit(program->loop, COMMAND_FAILED);
		return;
	}
	puts("ready");
	fflush(stdout);
}

/* Beside the program in the build tree, else where meson installs it: found from the program's own path, so that
 * the same bytes run anywhere. */
static int find_persona(const char *name, char **ret_path)
{
	static const char *const places[] = {"", "../share/madoguchi/personas/"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *directory;

	if (n < 0)
		return fault_raise(-errno);
	self[n] = '\0';
	directory = dirname(self);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		CLEANUP(freep) char *path = NULL;

		if (asprintf(&path, "%s/%s%s.yaml", directory, places[i], name) < 0)
			return fault_raise(-ENOMEM);
		if (access(path, R_OK) == 0) {
			*ret_path = TAKE(path);
			return 0;
		}
	}
	return fault_raise(-ENOENT);
}

static int load_persona(const char *path, struct persona **ret_persona)
{
	CLEANUP(freep) char *found = NULL;
	bool is_name = !path || (!strchr(path, '/') && access(path, R_OK) < 0);
	int r = is_name ? find_persona(path ? path : DEFAULT_PERSONA, &found) : 0;

	if (!r)
		r = persona_load(is_name ? found : path, stderr, ret_persona);
	return r < 0 ? fault_pass(r) : 0;
}

static int print_face(const struct persona *persona, const char *path)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
	CLEANUP(buf_release) struct buf png = BUF_INIT(FACE_BYTES_MAX);
	CLEANUP(fclosep) FILE *file = NULL;
	int r = specimen_draw(persona, FACE_DPI, SPECIMEN_FOR_STAFF, &surface);

	if (!r)
		r = picture_to_colour_png(surface, FACE_DPI, &png);
	file = !r ? fopen(path, "we") : NULL;
	if (r < 0 || !file)
		return r < 0 ? fault_pass(r) : fault_raise(-errno);
	return fwrite(png.bytes, 1, png.len, file) == png.len && fflush(file) == 0 ? 0 : fault_raise(-EIO);
}

static int run(struct program *program)
{
	CLEANUP(persona_freep) struct persona *persona = NULL;
	int r;

	r = load_persona(program->persona_path, &persona);
	program->has_persona = !r;
	if (!r && program->face_path)
		return print_face(persona, program->face_path);
	if (!r)
		r = keyring_new(program->keys_path, &program->keys);
	if (!r && program->trust_path)
		r = keyring_write_trust(program->keys, program->trust_path);
	if (!r)
		r = keyring_make_all(program->keys);
	if (!r)
		r = loop_new(&program->loop);
	if (!r)
		r = station_new(program->loop, (uint16_t)program->port, persona, program->keys, &program->station);
	if (r < 0)
		return fault_pass(r);
	(void)TAKE(persona);
	if (program->control_path)
		r = control_new(program->loop, program->control_path, program->station, &program->control);
	if (!r && !program->is_removed)
		r = station_insert(program->station, on_first_insertion, program);
	if (r < 0)
		return fault_pass(r);
	if (program->is_removed)
		on_first_insertion(program, 0);
	r = sd_event_loop(program->loop);
	return r < 0 ? fault_raise(r) : r;
}

static bool take_option(struct program *program, int option)
{
	char *end;

	switch (option) {
	case 'p':
		program->persona_path = optarg;
		return true;
	case 'c':
		program->control_path = optarg;
		return true;
	case 'r':
		program->is_removed = true;
		return true;
	case 'k':
		program->keys_path = optarg;
		return true;
	case 't':
		program->trust_path = optarg;
		return true;
	case 'f':
		program->face_path = optarg;
		return true;
	case 'n':
		program->port = strtol(optarg, &end, 10);
		return !*end && program->port > 0 && program->port < 65536;
	default:
		return false;
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"persona", required_argument, NULL, 'p'}, {"control", required_argument, NULL, 'c'},
		{"port", required_argument, NULL, 'n'},	   {"removed", no_argument, NULL, 'r'},
		{"keys", required_argument, NULL, 'k'},	   {"trust-out", required_argument, NULL, 't'},
		{"print-face", required_argument, NULL, 'f'}, {"fields", no_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},	   {"version", no_argument, NULL, 'v'},
		{0},
	};
	struct program program = {.port = VPCD_PORT};
	char trail[512];
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'h')
			return command_help(usage);
		if (option == 'v')
			return command_version(PROGRAM);
		if (option == 'l') {
			persona_print_fields(stdout);
			return COMMAND_DONE;
		}
		if (!take_option(&program, option))
			return command_usage(usage);
	}
	if (optind != argc)
		return command_usage(usage);
	r = run(&program);
	control_free(program.control);
	station_free(program.station);
	keyring_free(program.keys);
	sd_event_unref(program.loop);
	if (r == -EINVAL && !program.has_persona)
		return COMMAND_FAILED; /* persona_load() has said what and where */
	if (r == -ENOENT)
		return command_failed(PROGRAM, "no such persona or folder; shipped personas are named without their folder (pin-less)");
	if (r < 0)
		return command_failed(PROGRAM, "%s", fault_format(trail, sizeof(trail)));
	return r;
}
