/* SPDX-License-Identifier: MIT
 * madoguchi-queued: numbers, windows, pages. Reads its towns, opens its store, serves until SIGTERM. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "printer/print.h"
#include "queue/draw/draw.h"
#include "queue/http/server.h"
#include "queue/state.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/secret.h"
#include "shared/config/town.h"
#include "shared/log/log.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-queued"

static const char usage[] =
	"usage: madoguchi-queued --config DIR|FILE.mdg... --listen ADDR:PORT --database sqlite:PATH --state DIR [options]\n"
	"       madoguchi-queued --draw OUT --config DIR     the pages of a sample day as files that open without a server\n"
	"  --config DIR          a town, folder or bundle; repeat it to serve several (at most 96)\n"
	"  --templates DIR       where layer names are looked up\n"
	"  --listen ADDR:PORT    127.0.0.1:8080, [::1]:8080; port 0 picks one\n"
	"  --database sqlite:PATH\n"
	"  --state DIR           drafts, keys, hand-over files; 0700\n"
	"  --tls-cert FILE --tls-key FILE   PEM; off loopback, drafts and staff pages need them\n"
	"  --print SOCKET        madoguchi-printd, for printing from the console\n"
	"  --bundle-key FILE     bundles must be signed with this key; folders and unsigned bundles are served to this\n"
	"                        machine only (--allow-unsigned: although there is a key)\n"
	"  --clock-file FILE\n"
	"  --help  --version\n"
	"A request body holds at most 256 KiB, a ticket 8 drafts.\n";

struct options {
	struct config_arguments towns;
	const char *print;
	struct server_options server;
	const char *clock_file;
	const char *draw; /* folder; NULL: serve */
	int exit_code; /* -1: go on */
};

enum { OPT_LISTEN = 1, OPT_DATABASE, OPT_STATE, OPT_CERT, OPT_KEY, OPT_PRINT, OPT_CLOCK, OPT_DRAW,
       OPT_HELP, OPT_VERSION };

static void take_option(struct options *o, int option, const char *value)
{
	switch (option) {
	case OPT_LISTEN: o->server.listen = value; break;
	case OPT_DATABASE: o->server.database = value; break;
	case OPT_STATE: o->server.state_dir = value; break;
	case OPT_CERT: o->server.tls_cert = value; break;
	case OPT_KEY: o->server.tls_key = value; break;
	case OPT_PRINT: o->print = value; break;
	case OPT_DRAW: o->draw = value; break;
	case OPT_CLOCK: o->clock_file = value; break;
	case OPT_HELP: o->exit_code = command_help(usage); break;
	case OPT_VERSION: o->exit_code = command_version(PROGRAM); break;
	default:
		if (!config_arguments_take(&o->towns, option, value))
			o->exit_code = command_usage(usage);
		break;
	}
}

static struct options parse(int argc, char **argv)
{
	static const struct option longs[] = {
		CONFIG_LONG_OPTIONS,
		{"listen", required_argument, NULL, OPT_LISTEN},     {"database", required_argument, NULL, OPT_DATABASE},
		{"state", required_argument, NULL, OPT_STATE},       {"tls-cert", required_argument, NULL, OPT_CERT},
		{"tls-key", required_argument, NULL, OPT_KEY},       {"print", required_argument, NULL, OPT_PRINT},
		{"clock-file", required_argument, NULL, OPT_CLOCK},  {"draw", required_argument, NULL, OPT_DRAW},
		{"help", no_argument, NULL, OPT_HELP},
		{"version", no_argument, NULL, OPT_VERSION},         {NULL, 0, NULL, 0},
	};
	struct options o = {.exit_code = -1, .towns = {.is_fast = true}};
	int option;

	while (o.exit_code < 0 && (option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		take_option(&o, option, optarg);
	if (o.exit_code < 0 && o.draw && optind == argc && o.towns.n_paths == 1)
		return o;
	if (o.exit_code < 0 && (o.draw || optind < argc || !o.towns.n_paths || !o.server.listen || !o.server.database || !o.server.state_dir ||
				!o.server.tls_cert != !o.server.tls_key))
		o.exit_code = command_usage(usage);
	return o;
}

/* The daemon at work. */
struct daemon {
	const struct options *options;
	struct clock *clock;
	struct town *towns[CONFIG_PATHS_MAX];
	struct config *configs[CONFIG_PATHS_MAX]; /* of them, as they are now */
	const char *paths[CONFIG_PATHS_MAX];      /* from where helpers load the same */
	size_t n_towns;
	struct server *server;
	struct render_worker *worker;
	struct print_client *print;
};

static int fits(void *data, const struct config *config)
{
	const struct daemon *daemon = data;

	return daemon->server ? server_fits(daemon->server, config) : 0;
}

/* Folders and unsigned bundles are for who tries alone: once other machines are served, only what is signed is. */
static int load_towns(struct daemon *daemon)
{
	const struct options *o = daemon->options;
	struct town_options how = {.arguments = &o->towns, .state_dir = o->server.state_dir, .clock = daemon->clock,
				   .is_local = server_listens_locally(o->server.listen), .fits = fits, .data = daemon};

	for (how.at = 0; how.at < o->towns.n_paths; how.at++) {
		int r = town_new(&how, &daemon->towns[how.at]);

		if (r < 0) {
			log_emit(LOG_CONFIG_REFUSED);
			return fault_pass(r);
		}
		daemon->configs[how.at] = town_config(daemon->towns[how.at]);
		daemon->paths[how.at] = town_path(daemon->towns[how.at]);
		daemon->n_towns++;
	}
	return 0;
}

static int draw(const struct options *o)
{
	struct config *config = NULL;
	const struct render_worker_options worker = {
		.config_paths = o->towns.paths, .n_config_paths = 1, .templates_dir = o->towns.templates_dir,
		.bundle_key = o->towns.bundle_key, .allow_unsigned = o->towns.allow_unsigned};
	int exit;

	if (config_arguments_load(&o->towns, 0, &config) < 0)
		return command_failed(PROGRAM, "%s cannot be used: mend what stands above", o->towns.paths[0]);
	exit = draw_pages(&(struct draw_options){.out = o->draw, .configs = &config, .worker = &worker});
	config_free(config);
	return exit;
}

static void ignore_status(void *data, const struct print_role_status *roles, size_t n_roles)
{
}

static struct render_worker_options worker_options(const struct daemon *daemon)
{
	const struct config_arguments *towns = &daemon->options->towns;
	bool is_local = server_listens_locally(daemon->options->server.listen);

	return (struct render_worker_options){
		.config_paths = daemon->paths, .n_config_paths = daemon->n_towns, .templates_dir = towns->templates_dir,
		.bundle_key = towns->bundle_key,
		.allow_unsigned = is_local && (towns->allow_unsigned || !towns->bundle_key)};
}

/* Without its program the daemon still gives numbers: only pages are refused. */
static int start_papers(sd_event *loop, struct daemon *daemon)
{
	static const struct print_handlers handlers = {.status = ignore_status};
	const struct render_worker_options worker = worker_options(daemon);
	int r = render_worker_new(loop, &worker, &daemon->worker);

	if (r < 0)
		log_fault(LOG_HELPER_LOST, r);
	return daemon->options->print ? print_client_new(loop, daemon->options->print, &handlers, NULL, &daemon->print) : 0;
}

static void exchange(struct daemon *daemon, size_t at)
{
	struct config *old = NULL;
	struct render_worker_options worker;
	int r;

	if (town_take(daemon->towns[at], &old) == 0)
		return;
	daemon->configs[at] = town_config(daemon->towns[at]);
	daemon->paths[at] = town_path(daemon->towns[at]);
	r = server_exchange(daemon->server, old, daemon->configs[at]);
	if (r < 0)
		log_fault(LOG_STORE_FAILED, r); /* some day may still be folded by the old one: it is left */
	else
		config_free(old);
	worker = worker_options(daemon);
	r = daemon->worker ? render_worker_exchange(daemon->worker, &worker) : 0;
	if (r < 0)
		log_fault(LOG_HELPER_LOST, r);
}

static void on_town_due(void *data, struct town *town)
{
	struct daemon *daemon = data;

	for (size_t i = 0; i < daemon->n_towns; i++)
		if (daemon->towns[i] == town)
			exchange(daemon, i);
}

static int watch_towns(sd_event *loop, struct daemon *daemon)
{
	int r = 0;

	for (size_t i = 0; i < daemon->n_towns && r == 0; i++)
		r = town_watch(daemon->towns[i], loop, on_town_due, daemon);
	return r < 0 ? fault_pass(r) : 0;
}

static int serve(struct daemon *daemon)
{
	struct server_options options = daemon->options->server;
	sd_event *loop = NULL;
	int r = loop_new(&loop);

	if (r == 0)
		r = start_papers(loop, daemon);
	options.configs = daemon->configs;
	options.towns = daemon->towns;
	options.n_configs = daemon->n_towns;
	options.clock = daemon->clock;
	options.worker = daemon->worker;
	options.print = daemon->print;
	if (r == 0)
		r = server_new(loop, &options, &daemon->server);
	if (r == 0)
		r = watch_towns(loop, daemon);
	if (r == 0) {
		printf("ready %s\n", server_url(daemon->server));
		fflush(stdout);
		sd_notify(0, "READY=1");
		log_emit(LOG_STARTED);
		r = sd_event_loop(loop);
		sd_notify(0, "STOPPING=1");
	}
	render_worker_free(daemon->worker);
	print_client_free(daemon->print);
	server_free(daemon->server);
	sd_event_unref(loop);
	return r;
}

/* What to do about a start that failed, for whoever stands before the machine; the trail behind it is for us. */
static const char *remedy(int fault)
{
	switch (-fault) {
	case EROFS:
	case EACCES:
		return "記録を書けません。--database と --state の場所に書込み権限があるか確かめてください / "
		       "the database or state folder cannot be written: check its permissions";
	case ENOSPC:
		return "ディスクに空きがありません。空きを作って起動し直してください / the disk is full: make room and start again";
	case EADDRINUSE:
		return "ポートが使われています。--listen を変えるか、前の queued を止めてください / "
		       "the port is taken: change --listen or stop the other queued";
	case EBADMSG:
	case EUCLEAN:
		return "設定か記録の内容が正しくありません。上の指摘を直すか、madoguchi-queue verify で確かめてください / "
		       "configuration or database is not valid: see above, or run madoguchi-queue verify";
	default:
		return "始められません。--config --listen --database --state を確かめてください / "
		       "cannot serve: check --config, --listen, --database and --state";
	}
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct daemon daemon = {.options = &o};
	struct rlimit files;
	char trail[256];
	int r;

	if (o.exit_code >= 0)
		return o.exit_code;
	wipe_json();
	log_open(PROGRAM);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a fault to answer, not a reason to die */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)!setrlimit(RLIMIT_NOFILE, &files);
	}
	r = secret_init_process();
	if (r == 0 && o.draw)
		return draw(&o);
	if (r == 0)
		r = state_dir_check(o.server.state_dir);
	if (r == -EPERM)
		return command_failed(PROGRAM, "%s may be read by others: chmod 700 it", o.server.state_dir);
	if (r == 0)
		r = clock_new(o.clock_file, &daemon.clock);
	if (r == 0)
		r = load_towns(&daemon);
	if (r == 0)
		r = serve(&daemon);
	for (size_t i = 0; i < daemon.n_towns; i++)
		town_free(daemon.towns[i]);
	clock_free(daemon.clock);
	if (r >= 0)
		log_emit(LOG_STOPPED);
	return r >= 0 ? COMMAND_DONE : command_failed(PROGRAM, "%s (%s)", remedy(r), fault_format(trail, sizeof(trail)));
}
