#pragma once
/* SPDX-License-Identifier: MIT
 * Auth: who calls. Terminals by bearer token, staff by a session cookie with a CSRF token beside it. Only hashes of
 * tokens are stored, passwords as argon2id. Failed sign-ins slow down their user name and their address. */
#include "queue/http/request.h"

struct throttle;
struct throttle *throttle_new(void);
struct throttle *throttle_free(struct throttle *throttle);

/** auth_caller() - fills request->caller. false: the problem is answered already. */
bool auth_caller(struct request *request);
/** auth_allows() - whether the caller may use the route. false: the problem is answered already. */
bool auth_allows(struct request *request);
bool auth_session_lives(struct server *server, const char *session);

const char *role_word(enum role role); /* clerk chief specialist */
MUST_USE int role_parse(const char *word, enum role *ret_role);
