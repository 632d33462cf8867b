/* SPDX-License-Identifier: MIT
 * The session walks one profile's plan. With kind auto it begins with the first profile that the secret could open and
 * moves on while cards answer "not mine", which they can do only before a secret was sent. That VERIFY is never
 * repeated is decided here and nowhere else: each PIN object takes the secret once, and none after a refusal. The
 * secret is wiped as soon as no step needs it any more. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/profile/profile.h"
#include "cardreader/session/session.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define PIN_OBJECTS_MAX 4 /* PIN objects one secret may open: text and visual application take the same 照合番号B */

struct session {
	struct session_request request;
	const struct card_profile *const *candidate;
	const struct card_step *step;
	const uint8_t *aid; /* selected last */
	uint16_t ef;
	struct {
		const uint8_t *aid;
		uint16_t ef;
		uint8_t reference;
	} verified[PIN_OBJECTS_MAX];
	size_t n_verified;
	bool is_refused; /* a VERIFY was sent and not (yet) accepted */
	struct transport transport;
	struct dialogue dialogue;
	struct session_result result;
};

static enum session_step begin_plan(struct session *s);

static void drop_secret(struct session *s)
{
	if (s->request.secret)
		secret_clear(s->request.secret);
}

static void drop_findings(struct session_result *result)
{
	person_release(&result->person);
	for (; result->n_pictures; result->n_pictures--) {
		struct session_picture *picture = &result->pictures[result->n_pictures - 1];

		explicit_bzero(picture->bytes, picture->n_bytes);
		free(picture->bytes);
	}
	result->number = secret_free(result->number);
	explicit_bzero(&result->licence, sizeof(result->licence));
}

/* What was found before a session went wrong is nobody's: a person without an outcome would only be a leak. */
static enum session_step done(struct session *s, enum card_outcome outcome)
{
	if (outcome != CARD_OK && outcome != CARD_NOT_GENUINE)
		drop_findings(&s->result);
	explicit_bzero(&s->transport, sizeof(s->transport));
	explicit_bzero(s->dialogue.memory, sizeof(s->dialogue.memory));
	drop_secret(s);
	s->result.outcome = outcome;
	return SESSION_DONE;
}

/* ---- which profiles may be tried ---- */

static bool is_eligible(const struct session *s, const struct card_profile *profile)
{
	const struct session_request *q = &s->request;
	bool needs_auth = q->purpose != SESSION_LOOK && q->purpose != SESSION_TRIES;

	return (q->kind == CARD_KIND_AUTO || q->kind == profile->kind) && profile->plans[q->purpose] &&
	       (!needs_auth || profile->auths[q->purpose] & CARD_AUTH_BIT(q->auth));
}

static enum session_step next_candidate(struct session *s)
{
	while (*s->candidate && !is_eligible(s, *s->candidate))
		s->candidate++;
	if (!*s->candidate)
		return done(s, CARD_UNSUPPORTED);
	return begin_plan(s);
}

/* ---- steps ---- */

static enum session_step follow(struct session *s, enum dialogue_verdict verdict);

/* A step that may fail fails alone, also when the bound on commands is reached: every step behind it does too then. */
static enum session_step skip(struct session *s)
{
	enum dialogue_verdict verdict = s->step->take(&s->dialogue, &(struct card_answer){.tries = -1});

	if (verdict == DIALOGUE_AGAIN && s->result.n_apdus == SESSION_APDUS_MAX)
		return done(s, CARD_MALFORMED);
	return follow(s, verdict);
}

static enum session_step send(struct session *s, enum transport_step step)
{
	if (step == TRANSPORT_SEND && s->result.n_apdus < SESSION_APDUS_MAX) {
		s->result.n_apdus++;
		return SESSION_SEND;
	}
	return s->step->is_optional ? skip(s) : done(s, CARD_MALFORMED);
}

/* Whether the PIN object has not seen the secret yet, and no other refused it; notes that it has seen it now. */
static bool may_verify(struct session *s, uint8_t reference)
{
	if (s->is_refused)
		return false;
	for (size_t i = 0; i < s->n_verified; i++)
		if (s->verified[i].aid == s->aid && s->verified[i].ef == s->ef && s->verified[i].reference == reference)
			return false;
	if (s->n_verified == PIN_OBJECTS_MAX)
		return false;
	s->verified[s->n_verified].aid = s->aid;
	s->verified[s->n_verified].ef = s->ef;
	s->verified[s->n_verified++].reference = reference;
	return true;
}

static enum session_step ask(struct session *s)
{
	struct card_ask ask = s->step->fixed;
	const struct secret *secret = NULL;

	if (s->step->ask && s->step->ask(&s->dialogue, &ask) < 0)
		return done(s, CARD_MALFORMED);
	if (ask.kind == CARD_ASK_SELECT) {
		s->aid = ask.aid;
		s->ef = 0;
	} else if (ask.kind == CARD_ASK_SELECT_FILE) {
		s->ef = ask.ef;
	} else if (ask.kind == CARD_ASK_VERIFY) {
		if (!may_verify(s, ask.reference))
			return done(s, CARD_MALFORMED);
		s->is_refused = true;
		secret = s->request.secret;
	}
	return send(s, transport_ask(&s->transport, &ask, secret));
}

static enum session_step go_on(struct session *s)
{
	while (s->step->take && s->step->is_wanted && !s->step->is_wanted(&s->dialogue))
		s->step++;
	return s->step->take ? ask(s) : done(s, CARD_OK);
}

static enum session_step begin_plan(struct session *s)
{
	explicit_bzero(s->dialogue.memory, sizeof(s->dialogue.memory));
	s->dialogue.tries = -1;
	/* what the last profile took for an expiry or a counter was not one */
	s->result.expires[0] = '\0';
	s->result.tries = (struct card_tries){-1, -1, -1, -1, -1};
	s->step = (*s->candidate)->plans[s->request.purpose];
	s->result.kind = (*s->candidate)->kind;
	return go_on(s);
}

static enum session_step follow(struct session *s, enum dialogue_verdict verdict)
{
	switch (verdict) {
	case DIALOGUE_NEXT:
		s->step++;
		return go_on(s);
	case DIALOGUE_AGAIN:
		return ask(s);
	case DIALOGUE_OTHER_KIND:
		s->result.kind = CARD_KIND_AUTO;
		if (s->n_verified)
			return done(s, CARD_MALFORMED);
		s->candidate++;
		return next_candidate(s);
	case DIALOGUE_END:
		return done(s, s->result.outcome);
	}
	return done(s, CARD_MALFORMED);
}

/* ---- public calls ---- */

int session_new(const struct session_request *request, struct session **ret_session)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return fault_raise(-ENOMEM);
	s->request = *request;
	s->result.tries_left = -1;
	s->result.needs_secret = true;
	s->transport.has_no_extended = request->has_no_extended;
	s->dialogue.request = &s->request;
	s->dialogue.result = &s->result;
	*ret_session = s;
	return 0;
}

struct session *session_free(struct session *session)
{
	if (!session)
		return NULL;
	drop_findings(&session->result);
	explicit_bzero(session, sizeof(*session));
	free(session);
	return NULL;
}

enum session_step session_start(struct session *s)
{
	const struct session_request *q = &s->request;

	s->candidate = card_profiles;
	if (q->purpose != SESSION_LOOK && q->purpose != SESSION_TRIES && !card_secret_is_wellformed(q->auth, q->secret))
		return done(s, CARD_PIN_MALFORMED);
	return next_candidate(s);
}

static bool has_another_verify(const struct session *s)
{
	for (const struct card_step *step = s->step + 1; step->take; step++)
		if (step->fixed.kind == CARD_ASK_VERIFY && (!step->is_wanted || step->is_wanted(&s->dialogue)))
			return true;
	return false;
}

static void note_verify(struct session *s, const struct card_answer *answer)
{
	s->is_refused = answer->sw != SW_OK;
	if (s->is_refused || !has_another_verify(s))
		drop_secret(s);
}

static enum session_step take(struct session *s, enum transport_step step, const struct card_answer *answer)
{
	s->result.has_no_extended = s->transport.has_no_extended;
	if (step != TRANSPORT_ANSWERED)
		return send(s, step);
	if (s->transport.ask.kind == CARD_ASK_VERIFY)
		note_verify(s, answer);
	return follow(s, s->step->take(&s->dialogue, answer));
}

enum session_step session_answer(struct session *s, const uint8_t *bytes, size_t n_bytes)
{
	struct card_answer answer = {0};
	enum transport_step step = transport_take(&s->transport, bytes, n_bytes, &answer);

	return take(s, step, &answer);
}

enum session_step session_refused(struct session *s)
{
	return take(s, transport_refused(&s->transport), &(struct card_answer){.tries = -1});
}

void session_lost(struct session *s, enum card_outcome outcome)
{
	done(s, outcome);
}

const uint8_t *session_command(const struct session *s, size_t *ret_length)
{
	*ret_length = s->transport.n_command;
	return s->transport.command;
}

const struct session_result *session_result(const struct session *s)
{
	return &s->result;
}
