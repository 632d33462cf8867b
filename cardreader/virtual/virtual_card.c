/* SPDX-License-Identifier: MIT
 * madoguchi-virtual-card: a My Number card in software on the PC/SC virtual reader (vpcd), for training,
 * demonstration and tests. Fictional people only: it is no copy of any card and proves nothing. */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/virtual/control.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-virtual-card"
#define VPCD_PORT 35963
#define DEFAULT_PERSONA "mihon-hanako.yaml"

static const char usage[] =
	"usage: madoguchi-virtual-card [--persona FILE.yaml] [--port N] [--control SOCKET] [--removed]\n"
	"  Joins the virtual reader vpcd on 127.0.0.1 as a My Number card and prints `ready`.\n"
	"  --persona FILE    whose card: kind name address birth_date sex number pin expires security_code\n"
	"                    tries: {pin, a, b}  files: {\"0002\": hex}; default: the sample card 見本 花子, PIN 1234\n"
	"  --port N          vpcd's port, default 35963\n"
	"  --control SOCKET  takes a line each and answers `ok` or `error: why`: insert, remove, remove after N\n"
	"                    (commands), swap FILE, delay MS, stall MS, answer HEX (the next answer), status\n"
	"  --removed         starts with the card beside the reader\n"
	"  --help, --version\n"
	"The signature PIN of its JPKI application is " VCARD_JPKI_SIGN_PIN ".\n";

struct program {
	sd_event *loop;
	struct station *station;
	struct control *control;
	const char *persona_path, *control_path;
	long port;
	bool is_removed;
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
static int find_persona(char **ret_path)
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

		if (asprintf(&path, "%s/%s" DEFAULT_PERSONA, directory, places[i]) < 0)
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
	int r = path ? 0 : find_persona(&found);

	if (!r)
		r = persona_load(path ? path : found, stderr, ret_persona);
	return r < 0 ? fault_pass(r) : 0;
}

static int run(struct program *program)
{
	CLEANUP(persona_freep) struct persona *persona = NULL;
	int r;

	r = load_persona(program->persona_path, &persona);
	if (!r)
		r = loop_new(&program->loop);
	if (!r)
		r = station_new(program->loop, (uint16_t)program->port, persona, &program->station);
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
		if (!take_option(&program, option))
			return command_usage(usage);
	}
	if (optind != argc)
		return command_usage(usage);
	r = run(&program);
	control_free(program.control);
	station_free(program.station);
	sd_event_unref(program.loop);
	if (r < 0)
		return command_failed(PROGRAM, "%s", fault_format(trail, sizeof(trail)));
	return r;
}
