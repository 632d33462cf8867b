/* SPDX-License-Identifier: MIT
 * Sessions live in the store, so that a restart of the daemon signs nobody out; the time of last use is written at most
 * once a minute. The CSRF token is derived from the cookie: nothing more to keep, nothing to guess. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "queue/http/auth.h"
#include "queue/http/server.h"
#include "shared/base/fault.h"
#include "shared/base/random.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

#define TOKEN_HEX 64
#define PASSWORD_BYTES_MAX 256
#define SEEN_STEP_MS 60000
#define MINUTE_MS 60000LL
#define THROTTLE_SLOTS 512
#define THROTTLE_FREE_TRIES 5
#define THROTTLE_WAIT_MAX_S 60

static const char *const role_words[] = {"clerk", "chief", "specialist"};

const char *role_word(enum role role)
{
	return role_words[role];
}

int role_parse(const char *word, enum role *ret_role)
{
	for (int i = ROLE_CLERK; i <= ROLE_SPECIALIST; i++)
		if (strcmp(word, role_words[i]) == 0) {
			*ret_role = (enum role)i;
			return 0;
		}
	return fault_raise(-EINVAL);
}

static const char *cookie_name(const struct request *request)
{
	return server_is_tls(request->server) ? "__Host-madoguchi" : "madoguchi";
}

static json_t *record_json(struct server *server, const char *kind, const char *key)
{
	CLEANUP(buf_release) struct buf value = BUF_INIT(STORE_VALUE_BYTES_MAX);
	struct store *store = hall_store(server_halls(server));

	if (!store || store_record_find(store, kind, key, &value) != STORE_OK)
		return NULL;
	return json_loadb(value.bytes, value.len, 0, NULL);
}

static int record_write(struct server *server, const char *kind, const char *key, const json_t *value)
{
	struct store *store = hall_store(server_halls(server));
	CLEANUP(freep) char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
	int64_t now = hall_now(server_halls(server));
	int r = store ? store_begin(store) : fault_raise(-EIO);

	if (r == 0 && text)
		r = store_record_put(store, &(struct store_record){kind, key, now, text, strlen(text)});
	else if (r == 0)
		r = store_record_remove(store, kind, key);
	if (r == 0)
		r = store_commit(store);
	if (r != 0 && store)
		store_rollback(store);
	return r;
}

/* ---- callers --------------------------------------------------------------------------------------------------- */

static bool find_device(struct request *request, const char *authorization)
{
	char hash[HALL_HASH_HEX + 1];
	json_t *device;

	if (strncmp(authorization, "Bearer ", 7) != 0 || strlen(authorization) > 7 + 2 * TOKEN_HEX)
		return false;
	hall_token_hash(authorization + 7, hash);
	device = record_json(request->server, "device", hash);
	if (!device)
		return false;
	request->caller.kind = CALLER_DEVICE;
	snprintf(request->caller.name, sizeof(request->caller.name), "device:%.50s",
		 json_string_value(json_object_get(device, "id")));
	json_decref(device);
	return true;
}

/* The longest idle and absolute minutes any of the towns allows; each user's own town decides. */
static bool session_is_over(struct server *server, const json_t *session, const char *office, int64_t now)
{
	struct hall *hall = hall_find(server_halls(server), office);
	int64_t made = json_integer_value(json_object_get(session, "made"));
	int64_t seen = json_integer_value(json_object_get(session, "seen"));

	if (!hall)
		return true;
	return now - seen > hall_config(hall)->queue.session_idle_min * MINUTE_MS + SEEN_STEP_MS ||
	       now - made > hall_config(hall)->queue.session_max_min * MINUTE_MS;
}

static void derive_csrf(const char *token, char out[HALL_HASH_HEX + 1])
{
	char text[TOKEN_HEX + 8];

	snprintf(text, sizeof(text), "csrf:%.64s", token);
	hall_token_hash(text, out);
}

static bool find_session(struct request *request, const char *token)
{
	struct server *server = request->server;
	int64_t now = hall_now(server_halls(server));
	json_t *session, *user = NULL;
	const char *name, *office;
	bool is_good = false;

	if (strlen(token) != TOKEN_HEX)
		return false;
	hall_token_hash(token, request->caller.session);
	session = record_json(server, "session", request->caller.session);
	name = json_string_value(json_object_get(session, "user"));
	user = name ? record_json(server, "user", name) : NULL;
	office = json_string_value(json_object_get(user, "office"));
	if (office && !session_is_over(server, session, office, now) &&
	    role_parse(json_string_value(json_object_get(user, "role")), &request->caller.role) == 0) {
		is_good = true;
		request->caller.kind = CALLER_STAFF;
		snprintf(request->caller.name, sizeof(request->caller.name), "user:%.50s", name);
		snprintf(request->caller.office, sizeof(request->caller.office), "%s", office);
		derive_csrf(token, request->caller.csrf);
		if (now - json_integer_value(json_object_get(session, "seen")) > SEEN_STEP_MS) {
			json_object_set_new(session, "seen", json_integer(now));
			if (record_write(server, "session", request->caller.session, session) != 0)
				log_emit(LOG_STORE_FAILED, LOG_WORD("PART", "session"));
		}
	}
	json_decref(session);
	json_decref(user);
	return is_good;
}

bool auth_session_lives(struct server *server, const char *session)
{
	json_t *record = record_json(server, "session", session);
	const char *name = json_string_value(json_object_get(record, "user"));
	json_t *user = name ? record_json(server, "user", name) : NULL;
	const char *office = json_string_value(json_object_get(user, "office"));
	bool lives = office && !session_is_over(server, record, office, hall_now(server_halls(server)));

	json_decref(record);
	json_decref(user);
	return lives;
}

bool auth_caller(struct request *request)
{
	const char *authorization = request_header(request, "Authorization");
	const char *cookie = MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, cookie_name(request));

	if (authorization && !find_device(request, authorization)) {
		answer_problem(request, "sign-in-required"); /* a wrong token is never taken for an absent one */
		return false;
	}
	if (!authorization && cookie)
		(void)find_session(request, cookie);
	return true;
}

/* A browser names where a request came from; ours come from the page we served. */
static bool is_own_origin(const struct request *request)
{
	const char *origin = request_header(request, "Origin");
	const char *host = request_header(request, "Host");
	const char *at = origin ? strstr(origin, "://") : NULL;

	return !origin || (at && host && strcmp(at + 3, host) == 0);
}

static bool has_csrf(const struct request *request)
{
	const char *token = request_header(request, "X-CSRF-Token");

	return token && strlen(token) == strlen(request->caller.csrf) &&
	       sodium_memcmp(token, request->caller.csrf, strlen(token)) == 0;
}

static const char *refusal(const struct request *request)
{
	unsigned needs = request->route->needs;
	bool is_change = strcmp(request->route->method, "GET") != 0;

	if ((needs & ROUTE_STAFF && request->caller.kind != CALLER_STAFF) ||
	    (needs & ROUTE_CALLER && request->caller.kind == CALLER_NOBODY))
		return "sign-in-required";
	if (is_change && !is_own_origin(request))
		return "foreign-origin";
	if (request->caller.kind != CALLER_STAFF || !(needs & (ROUTE_STAFF | ROUTE_CALLER)))
		return NULL;
	if (is_change && !has_csrf(request))
		return "csrf";
	if (request->hall && strcmp(request->caller.office, hall_name(request->hall)) != 0)
		return "other-office";
	if (needs & ROUTE_CHIEF && request->caller.role == ROLE_CLERK)
		return "chief-only";
	return NULL;
}

bool auth_allows(struct request *request)
{
	const char *problem = refusal(request);

	if (problem)
		answer_problem(request, problem);
	return !problem;
}

/* ---- sign-in --------------------------------------------------------------------------------------------------- */

struct throttle {
	struct {
		char who[48];
		int n_failed;
		int64_t until_mono_ms;
	} slots[THROTTLE_SLOTS];
};

struct throttle *throttle_new(void)
{
	return calloc(1, sizeof(struct throttle));
}

struct throttle *throttle_free(struct throttle *throttle)
{
	free(throttle);
	return NULL;
}

/* Two slots a sign-in: the name as tried from this address, and the address. A stranger at another machine cannot keep a
 * clerk out by guessing at that clerk's name, nor a colleague behind the same proxy by a few wrong words: the address
 * alone has ten times the tries. Strangers whose slots fall together wait for each other, at most a minute. */
static size_t throttle_slot(const char *kind, const char *who)
{
	char text[160], hash[HALL_HASH_HEX + 1];

	snprintf(text, sizeof(text), "%s:%.128s", kind, who);
	hall_token_hash(text, hash);
	hash[8] = '\0';
	return (size_t)strtoul(hash, NULL, 16) % THROTTLE_SLOTS;
}

static void address_of(const struct request *request, char *out, size_t size)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char hash[HALL_HASH_HEX + 1] = "";
	struct sockaddr_storage address = {0};

	if (info && info->client_addr) {
		memcpy(&address, info->client_addr,
		       info->client_addr->sa_family == AF_INET6 ? 28u : 16u);
		memset((char *)&address + 2, 0, 2); /* the port says nothing */
		sodium_bin2hex(hash, sizeof(hash), (const unsigned char *)&address, 28);
	}
	snprintf(out, size, "%s", hash);
}

static bool throttle_holds(const struct throttle *throttle, const size_t slots[2])
{
	int64_t now = clock_mono_ms();

	return throttle->slots[slots[0]].until_mono_ms > now || throttle->slots[slots[1]].until_mono_ms > now;
}

static void throttle_note(struct throttle *throttle, const size_t slots[2], bool is_failed)
{
	for (int i = 0; i < 2; i++) {
		int free_tries = i == 0 ? THROTTLE_FREE_TRIES : 10 * THROTTLE_FREE_TRIES;
		int wait_s = 1;

		if (!is_failed) {
			throttle->slots[slots[i]].n_failed = 0;
			throttle->slots[slots[i]].until_mono_ms = 0;
			continue;
		}
		throttle->slots[slots[i]].n_failed++;
		for (int n = free_tries; n < throttle->slots[slots[i]].n_failed && wait_s < THROTTLE_WAIT_MAX_S; n++)
			wait_s *= 2;
		if (throttle->slots[slots[i]].n_failed >= free_tries)
			throttle->slots[slots[i]].until_mono_ms =
				clock_mono_ms() + 1000LL * (wait_s < THROTTLE_WAIT_MAX_S ? wait_s : THROTTLE_WAIT_MAX_S);
	}
}

/* As slow for a name we do not know, so that names cannot be found by timing. */
static bool password_is_right(const json_t *user, const char *password)
{
	static const char nobody[] =
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$J1hLDFQ0sy4cZWHF+bdOs2Qy5O4PTCsUjnXcyj2v0Oc";
	const char *hash = json_string_value(json_object_get(user, "password"));
	bool is_right = crypto_pwhash_str_verify(hash ? hash : nobody, password, strlen(password)) == 0;

	return hash && is_right;
}

static json_t *session_view(const struct request *request)
{
	return json_pack("{ss ss ss ss}", "user", request->caller.name + strlen("user:"), "role", role_word(request->caller.role),
			 "office", request->caller.office, "csrf", request->caller.csrf);
}

static void session_start(struct request *request, const char *user)
{
	int64_t now = hall_now(server_halls(request->server));
	char token[TOKEN_HEX + 1], cookie[256];
	json_t *record = json_pack("{ss sI sI}", "user", user, "made", (json_int_t)now, "seen", (json_int_t)now);
	int r;

	random_hex(token, TOKEN_HEX);
	hall_token_hash(token, request->caller.session);
	r = record ? record_write(request->server, "session", request->caller.session, record) : fault_raise(-ENOMEM);
	json_decref(record);
	if (r != 0 || !find_session(request, token)) {
		log_fault(LOG_STORE_FAILED, r);
		answer_problem(request, r != 0 ? "store-unavailable" : "other-office");
		return;
	}
	log_emit(LOG_SIGN_IN, LOG_WORD("OFFICE", request->caller.office));
	snprintf(cookie, sizeof(cookie), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s", cookie_name(request), token,
		 server_is_tls(request->server) ? "; Secure" : "");
	answer_json(request, 201, session_view(request));
	answer_header(request, "Set-Cookie", cookie);
	sodium_memzero(token, sizeof(token));
	sodium_memzero(cookie, sizeof(cookie));
}

void route_session_open(struct request *request)
{
	struct throttle *throttle = server_throttle(request->server);
	bool is_bad_name, is_bad_password;
	const char *name = request_word(request, "user", DESK_WORD_BYTES_MAX - 8, &is_bad_name);
	const char *password = request_word(request, "password", PASSWORD_BYTES_MAX, &is_bad_password);
	char address[72], at_address[160];
	size_t slots[2];
	json_t *user;
	bool is_right;

	if (!name || !password) {
		answer_problem(request, "malformed-request");
		return;
	}
	address_of(request, address, sizeof(address));
	snprintf(at_address, sizeof(at_address), "%s@%s", name, address);
	slots[0] = throttle_slot("user", at_address);
	slots[1] = throttle_slot("address", address);
	if (throttle_holds(throttle, slots)) {
		answer_problem(request, "too-many-tries");
		answer_header(request, "Retry-After", "60");
		return;
	}
	if (!hall_store(server_halls(request->server))) {
		answer_problem(request, "store-unavailable");
		return;
	}
	user = record_json(request->server, "user", name);
	is_right = password_is_right(user, password);
	json_decref(user);
	throttle_note(throttle, slots, !is_right);
	if (is_right) {
		session_start(request, name);
		return;
	}
	log_emit(LOG_SIGN_IN_REFUSED);
	answer_problem(request, "sign-in-refused");
}

void route_session_show(struct request *request)
{
	answer_json(request, 200, session_view(request));
}

void route_session_close(struct request *request)
{
	char cookie[128];

	if (record_write(request->server, "session", request->caller.session, NULL) != 0) {
		answer_problem(request, "store-unavailable");
		return;
	}
	snprintf(cookie, sizeof(cookie), "%s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0%s", cookie_name(request),
		 server_is_tls(request->server) ? "; Secure" : "");
	answer_empty(request, 204);
	answer_header(request, "Set-Cookie", cookie);
}
