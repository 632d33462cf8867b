/* SPDX-License-Identifier: MIT
 * madoguchi-queue: staff, terminals and the check of the log, beside the running daemon on the same database. Passwords come
 * on standard input and are kept as argon2id; a terminal's token is told once and kept as a hash. */
#include <errno.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "queue/hall/hall.h"
#include "queue/state.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/random.h"
#include "shared/base/secret.h"
#include "shared/config/arguments.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-queue"
#define PASSWORD_BYTES_MAX 256
#define PASSWORD_BYTES_MIN 8
#define TOKEN_HEX 64
#define NAME_BYTES_MAX 50

static const char usage[] =
	"usage: madoguchi-queue user add NAME --role clerk|chief|specialist --office OFFICE COMMON   password on stdin\n"
	"       madoguchi-queue device add ID COMMON                   prints the terminal's token once, as the last word\n"
	"       madoguchi-queue verify COMMON                          checks the database and every rule over its log\n"
	"COMMON: --config DIR|FILE.mdg... --database sqlite:PATH --state DIR [--templates DIR] [--bundle-key FILE]\n"
	"        [--allow-unsigned] [--json] [--help] [--version]\n"
	"A password has 8 to 256 bytes. OFFICE is municipality code and office id: 209996-honcho.\n";

struct options {
	struct config_arguments towns;
	const char *database, *state_dir, *role, *office;
	bool is_json;
	int exit_code;
	char **words;
	int n_words;
};

enum { OPT_DATABASE = 1, OPT_STATE, OPT_ROLE, OPT_OFFICE, OPT_JSON, OPT_IGNORED, OPT_HELP,
       OPT_VERSION };

static void take_option(struct options *o, int option, const char *value)
{
	switch (option) {
	case OPT_DATABASE: o->database = value; break;
	case OPT_STATE: o->state_dir = value; break;
	case OPT_ROLE: o->role = value; break;
	case OPT_OFFICE: o->office = value; break;
	case OPT_JSON: o->is_json = true; break;
	case OPT_IGNORED: break;
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
		{"database", required_argument, NULL, OPT_DATABASE}, {"state", required_argument, NULL, OPT_STATE},
		{"role", required_argument, NULL, OPT_ROLE},         {"office", required_argument, NULL, OPT_OFFICE},
		{"clock-file", required_argument, NULL, OPT_IGNORED}, {"json", no_argument, NULL, OPT_JSON},
		{"help", no_argument, NULL, OPT_HELP},               {"version", no_argument, NULL, OPT_VERSION},
		{NULL, 0, NULL, 0},
	};
	struct options o = {.exit_code = -1, .towns = {.is_fast = true}};
	int option;

	while (o.exit_code < 0 && (option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		take_option(&o, option, optarg);
	o.words = argv + optind;
	o.n_words = argc - optind;
	if (o.exit_code < 0 && (!o.n_words || !o.database || !o.state_dir || !o.towns.n_paths))
		o.exit_code = command_usage(usage);
	return o;
}

/* An identity that may stand in logs and audit: letters of ASCII, digits, - _ . */
static bool is_name(const char *text)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return text[0] && strlen(text) <= NAME_BYTES_MAX && strspn(text, set) == strlen(text);
}

static int record_add(struct store *store, const char *kind, const char *key, json_t *value)
{
	CLEANUP(freep) char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
	CLEANUP(clock_freep) struct clock *clock = NULL;
	int r = text ? clock_new(NULL, &clock) : fault_raise(-ENOMEM);

	json_decref(value);
	if (r == 0)
		r = store_begin(store);
	if (r == 0)
		r = store_record_put(store, &(struct store_record){kind, key, clock_utc_ms(clock), text, strlen(text)});
	if (r == 0)
		r = store_commit(store);
	store_rollback(store);
	return r;
}

/* ---- user add, device add ---------------------------------------------------------------------------------------- */

static bool office_is_known(struct config *const *configs, size_t n_configs, const char *office)
{
	for (size_t i = 0; i < n_configs; i++)
		if (config_office_by_name(configs[i], office))
			return true;
	return false;
}

static int password_hash(char out[crypto_pwhash_STRBYTES])
{
	CLEANUP(secret_freep) struct secret *password = secret_new(PASSWORD_BYTES_MAX);
	int r = password ? secret_read_fd(password, 0) : fault_raise(-ENOMEM);

	if (r == 0 && secret_length(password) < PASSWORD_BYTES_MIN)
		r = fault_raise(-EINVAL);
	if (r == 0 && crypto_pwhash_str(out, (const char *)secret_bytes(password), secret_length(password),
					crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		r = fault_raise(-ENOMEM);
	return r;
}

static int user_add(const struct options *o, struct store *store, struct config *const *configs)
{
	static const char *const roles[] = {"clerk", "chief", "specialist"};
	char hash[crypto_pwhash_STRBYTES];
	bool is_role = false;
	int r;

	if (o->n_words != 3 || !o->role || !o->office)
		return command_usage(usage);
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		is_role = is_role || strcmp(roles[i], o->role) == 0;
	if (!is_role || !is_name(o->words[2]))
		return command_usage(usage);
	if (!office_is_known(configs, o->towns.n_paths, o->office))
		return command_failed(PROGRAM, "no office %s in the configuration; it is municipality code and office id", o->office);
	r = password_hash(hash);
	if (r == -EINVAL || r == -ENOSPC)
		return command_failed(PROGRAM, "a password has 8 to 256 bytes; give it on standard input");
	if (r == 0)
		r = record_add(store, "user", o->words[2],
			       json_pack("{ss ss ss}", "role", o->role, "office", o->office, "password", hash));
	if (r < 0)
		return command_failed(PROGRAM, "not stored: %s; check --database", fault_name(r));
	printf("%s\n", o->words[2]);
	return COMMAND_DONE;
}

static int device_add(const struct options *o, struct store *store)
{
	char token[TOKEN_HEX + 1], hash[HALL_HASH_HEX + 1];
	int r;

	if (o->n_words != 3 || !is_name(o->words[2]))
		return command_usage(usage);
	random_hex(token, TOKEN_HEX);
	hall_token_hash(token, hash);
	r = record_add(store, "device", hash, json_pack("{ss}", "id", o->words[2]));
	if (r < 0)
		return command_failed(PROGRAM, "not stored: %s; check --database", fault_name(r));
	printf("%s %s\n", o->words[2], token);
	return COMMAND_DONE;
}

/* ---- verify ------------------------------------------------------------------------------------------------------ */

struct verify {
	struct desk *desk;
	int64_t seq, at_utc_ms;
	size_t n_events, n_findings;
	const char *office;
};

/* Folding refuses what cannot follow: a number twice, a ticket at two windows, a day that opens again. */
static int verify_event(void *data, const struct store_event *stored)
{
	struct verify *v = data;
	struct desk_event event;
	json_t *body = json_loads(stored->body, JSON_REJECT_DUPLICATES, NULL);
	int r = desk_event_decode(stored->kind, stored->ticket, body, &event);

	json_decref(body);
	event.seq = stored->seq;
	event.at_utc_ms = stored->at_utc_ms;
	if (r == 0)
		r = desk_apply(v->desk, &event);
	if (r < 0 || stored->seq != v->seq + 1 || stored->at_utc_ms < v->at_utc_ms) {
		fprintf(stderr, "%s: %s event %lld (%s) cannot follow what is before it\n", PROGRAM, v->office,
			(long long)stored->seq, stored->kind);
		v->n_findings++;
	}
	v->seq = stored->seq;
	v->at_utc_ms = stored->at_utc_ms;
	v->n_events++;
	return 0;
}

static int verify_office(struct store *store, const struct config *config, const struct config_office *office, struct verify *v)
{
	char name[128];
	int r = desk_new(config, office, &v->desk);

	if (r < 0)
		return fault_pass(r);
	snprintf(name, sizeof(name), "%s-%s", config->municipality.code, office->id);
	v->office = name;
	v->seq = v->at_utc_ms = 0;
	r = store_read(store, name, 0, verify_event, v);
	v->desk = desk_free(v->desk);
	v->office = NULL;
	return r;
}

static int verify(const struct options *o, struct store *store, struct config *const *configs)
{
	CLEANUP(buf_release) struct buf findings = BUF_INIT(256 * 1024);
	struct verify v = {0};
	int r = store_verify(store, &findings);

	fputs(buf_text(&findings), stderr);
	v.n_findings += findings.len > 0;
	for (size_t i = 0; i < o->towns.n_paths && r == 0; i++)
		for (size_t k = 0; k < configs[i]->n_offices && r == 0; k++)
			r = verify_office(store, configs[i], &configs[i]->offices[k], &v);
	if (r < 0)
		return command_failed(PROGRAM, "could not read the log: %s", fault_name(r));
	if (o->is_json)
		printf("{\"events\":%zu,\"findings\":%zu}\n", v.n_events, v.n_findings);
	else
		printf("%zu events, %zu findings\n", v.n_events, v.n_findings);
	return v.n_findings ? command_failed(PROGRAM, "the log is damaged: restore the last backup") : COMMAND_DONE;
}

/* ---- main -------------------------------------------------------------------------------------------------------- */

static int run(const struct options *o, struct store *store, struct config *const *configs)
{
	if (strcmp(o->words[0], "verify") == 0 && o->n_words == 1)
		return verify(o, store, configs);
	if (o->n_words >= 2 && strcmp(o->words[0], "user") == 0 && strcmp(o->words[1], "add") == 0)
		return user_add(o, store, configs);
	if (o->n_words >= 2 && strcmp(o->words[0], "device") == 0 && strcmp(o->words[1], "add") == 0)
		return device_add(o, store);
	return command_usage(usage);
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct config *configs[CONFIG_PATHS_MAX] = {NULL};
	CLEANUP(store_closep) struct store *store = NULL;
	int r, result = -1;

	if (o.exit_code >= 0)
		return o.exit_code;
	r = secret_init_process();
	if (r == 0)
		r = state_dir_check(o.state_dir);
	if (r < 0)
		return command_failed(PROGRAM, "%s: %s; it has to be ours alone (chmod 700)", o.state_dir, fault_name(r));
	for (size_t i = 0; i < o.towns.n_paths && result < 0; i++)
		if (config_arguments_load(&o.towns, i, &configs[i]) < 0)
			result = command_failed(PROGRAM, "%s cannot be used: mend what stands above", o.towns.paths[i]);
	if (result < 0) {
		r = store_open(o.database, &store);
		result = r < 0 ? command_failed(PROGRAM, "%s: %s", o.database, fault_name(r)) : run(&o, store, configs);
	}
	for (size_t i = 0; i < o.towns.n_paths; i++)
		config_free(configs[i]);
	return result;
}
