/* SPDX-License-Identifier: MIT
 * The PIN comes before the certificate: a telephone's token keeps even that behind it. The certificate is judged before
 * the key is used, so that the card's last answer decides: all of challenge, chain and dates, or not genuine. The card's
 * own copy of the CA certificate is asked for only where the town's anchors say nothing; it can break the proof, never
 * make one. */
#include <string.h>

#include "cardreader/profile/my_number.h"
#include "shared/base/banned.h"

#define SW_NOT_FOUND 0x6A82

/* EFs of one kind of key */
struct key_files {
	uint16_t pin, key, certificate, ca_certificate;
};

static const struct key_files auth_files = {PROFILE_JPKI_AUTH_PIN_EF, 0x0017, 0x000A, 0x000B};
static const struct key_files sign_files = {PROFILE_JPKI_SIGN_PIN_EF, 0x001A, 0x0001, 0x0002};

static bool is_signing(const struct dialogue *d)
{
	return d->request->auth == CARD_AUTH_SIGN_PIN;
}

static const struct key_files *files_of(const struct dialogue *d)
{
	return is_signing(d) ? &sign_files : &auth_files;
}

static struct jpki *jpki_of(struct dialogue *d)
{
	return &memory_of(d)->jpki;
}

/* ---- asks ---- */

static int ask_pin(struct dialogue *d, struct card_ask *ask)
{
	ask->ef = files_of(d)->pin;
	return 0;
}

static int ask_certificate(struct dialogue *d, struct card_ask *ask)
{
	ask->ef = files_of(d)->certificate;
	return 0;
}

static int ask_ca_certificate(struct dialogue *d, struct card_ask *ask)
{
	ask->ef = files_of(d)->ca_certificate;
	return 0;
}

static int ask_key(struct dialogue *d, struct card_ask *ask)
{
	ask->ef = files_of(d)->key;
	return 0;
}

static int ask_challenge(struct dialogue *d, struct card_ask *ask)
{
	uint8_t hash[SIGNATURE_HASH_BYTES];
	int r = signature_hash(d->request->nonce, sizeof(d->request->nonce), hash);

	if (r < 0)
		return r;
	ask->n_data = signature_info(hash, sizeof(hash), jpki_of(d)->challenge);
	ask->data = jpki_of(d)->challenge;
	return 0;
}

/* ---- answers ---- */

static enum dialogue_verdict take_application(struct dialogue *d, const struct card_answer *answer)
{
	return answer->sw == SW_OK ? DIALOGUE_NEXT : DIALOGUE_OTHER_KIND;
}

/* Under fifteen there is as a rule no signing certificate, and then no PIN or file of it. */
static enum dialogue_verdict take_file(struct dialogue *d, const struct card_answer *answer)
{
	if (answer->sw == SW_OK)
		return DIALOGUE_NEXT;
	return dialogue_end(d, answer->sw == SW_NOT_FOUND ? CARD_UNSUPPORTED : CARD_MALFORMED);
}

static bool keeps_last_try(const struct dialogue *d)
{
	return !d->request->may_spend_last_try;
}

static bool is_between(const char *today, const char *not_before, const char *not_after)
{
	return strcmp(not_before, today) <= 0 && strcmp(today, not_after) <= 0;
}

/* The certificate's dates, and its CA's where we hold that. */
static bool is_in_date(const struct dialogue *d, const X509 *issuer)
{
	const struct card_proof *proof = &d->result->proof;
	char not_before[11], not_after[11];

	return d->request->today[0] && is_between(d->request->today, proof->not_before, proof->not_after) &&
	       (!issuer || (jpki_certificate_dates(issuer, not_before, not_after) == 0 &&
			    is_between(d->request->today, not_before, not_after)));
}

static int judge_certificate(struct dialogue *d, X509 *certificate)
{
	CLEANUP(x509_freep) X509 *issuer = NULL;
	struct card_proof *proof = &d->result->proof;
	int r = jpki_certificate_dates(certificate, proof->not_before, proof->not_after);

	if (!r && is_signing(d))
		r = jpki_certificate_person(certificate, &d->result->person, &proof->has_substitute_characters);
	if (r < 0)
		return r;
	proof->chain = jpki_certificate_chain(certificate, trust_store(d->request->trust), &issuer);
	proof->is_in_date = is_in_date(d, issuer);
	return 0;
}

static enum dialogue_verdict take_certificate(struct dialogue *d, const struct card_answer *answer)
{
	CLEANUP(x509_freep) X509 *certificate = NULL;
	struct jpki *jpki = jpki_of(d);

	if (answer->sw == SW_NOT_FOUND)
		return dialogue_end(d, CARD_UNSUPPORTED);
	if (answer->sw != SW_OK || jpki_certificate_parse(answer->bytes, answer->n_bytes, &certificate) < 0 ||
	    judge_certificate(d, certificate) < 0)
		return dialogue_end(d, CARD_MALFORMED);
	memcpy(jpki->certificate, answer->bytes, answer->n_bytes); /* parse took no more than fits */
	jpki->n_certificate = answer->n_bytes;
	return DIALOGUE_NEXT;
}

static bool wants_own_ca(const struct dialogue *d)
{
	return d->result->proof.chain == PROOF_NOT_CHECKED && !memory_in(d)->jpki.has_no_ca;
}

static enum dialogue_verdict take_ca_file(struct dialogue *d, const struct card_answer *answer)
{
	jpki_of(d)->has_no_ca = answer->sw != SW_OK;
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict take_ca_certificate(struct dialogue *d, const struct card_answer *answer)
{
	CLEANUP(x509_freep) X509 *certificate = NULL, *ca = NULL;
	const struct jpki *jpki = jpki_of(d);

	if (answer->sw && answer->sw != SW_OK)
		return DIALOGUE_NEXT;
	if (!answer->sw || jpki_certificate_parse(answer->bytes, answer->n_bytes, &ca) < 0 ||
	    jpki_certificate_parse(jpki->certificate, jpki->n_certificate, &certificate) < 0 ||
	    !jpki_certificate_is_issued(certificate, ca))
		d->result->proof.chain = PROOF_FAILED;
	return DIALOGUE_NEXT;
}

static enum value_proof conclude(const struct dialogue *d)
{
	const struct card_proof *proof = &d->result->proof;

	if (!proof->is_challenge_answered || proof->chain == PROOF_FAILED || (d->request->today[0] && !proof->is_in_date))
		return PROOF_FAILED;
	return proof->is_in_date ? proof->chain : PROOF_NOT_CHECKED;
}

static enum dialogue_verdict take_challenge(struct dialogue *d, const struct card_answer *answer)
{
	CLEANUP(x509_freep) X509 *certificate = NULL;
	const struct jpki *jpki = jpki_of(d);
	enum value_proof proof;

	d->result->proof.is_challenge_answered =
		answer->sw == SW_OK &&
		jpki_certificate_parse(jpki->certificate, jpki->n_certificate, &certificate) == 0 &&
		signature_holds(X509_get0_pubkey(certificate), d->request->nonce, sizeof(d->request->nonce), answer->bytes,
				answer->n_bytes);
	proof = conclude(d);
	dialogue_prove(d, proof);
	return proof == PROOF_FAILED ? dialogue_end(d, CARD_NOT_GENUINE) : DIALOGUE_NEXT;
}

const struct card_step jpki_prove[] = {
	{.fixed = {.kind = CARD_ASK_SELECT, .aid = profile_jpki_aid, .n_aid = sizeof(profile_jpki_aid)},
	 .take = take_application},
	{.ask = ask_pin, .fixed = {.kind = CARD_ASK_SELECT_FILE}, .take = take_file},
	{.is_wanted = keeps_last_try, .fixed = {.kind = CARD_ASK_TRIES, .reference = CARD_CURRENT_FILE},
	 .take = dialogue_tries},
	{.fixed = {.kind = CARD_ASK_VERIFY, .reference = CARD_CURRENT_FILE}, .take = dialogue_verified},
	{.ask = ask_certificate, .fixed = {.kind = CARD_ASK_SELECT_FILE}, .take = take_file},
	{.fixed = {.kind = CARD_ASK_READ, .is_long = true}, .take = take_certificate},
	{.is_wanted = wants_own_ca, .is_optional = true, .ask = ask_ca_certificate,
	 .fixed = {.kind = CARD_ASK_SELECT_FILE}, .take = take_ca_file},
	{.is_wanted = wants_own_ca, .is_optional = true, .fixed = {.kind = CARD_ASK_READ, .is_long = true},
	 .take = take_ca_certificate},
	{.ask = ask_key, .fixed = {.kind = CARD_ASK_SELECT_FILE}, .take = take_file},
	{.ask = ask_challenge, .is_optional = true,
	 .fixed = {.kind = CARD_ASK_COMMAND, .cla = 0x80, .ins = 0x2A, .p2 = 0x80, .le = 256}, .take = take_challenge},
	{0},
};
