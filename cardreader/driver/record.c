/* SPDX-License-Identifier: MIT
 * To replace what a file says it must be known which file it is and where it ends: so the recorder follows what is
 * selected, and joins the answers to READ BINARY and GET RESPONSE that belong to one file before it is scrubbed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/driver/record.h"
#include "cardreader/driver/scrub.h"
#include "cardreader/profile/apdu.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define EXCHANGES_MAX 256
#define FILE_BYTES_MAX 65536
#define INS_VERIFY 0x20
#define INS_SELECT 0xA4
#define INS_READ_BINARY 0xB0
#define INS_READ_RECORD 0xB2
#define INS_GET_RESPONSE 0xC0
#define BY_SFI 0x80
#define ANY_FILE 0xFFFF

struct exchanged {
	uint8_t header[7]; /* as sent: CLA INS P1 P2 and up to three bytes of Lc or Le */
	uint8_t data[20];  /* of SELECT only */
	size_t n_command, n_data;
	bool is_answered, is_command_given;
	int outcome;
	uint8_t *answer; /* without status word; scrubbed once its file is through */
	size_t n_answer;
	uint16_t sw;
	int64_t began_ms, took_ms;
};

struct recorder {
	struct scrub *scrub;
	struct exchanged at[EXCHANGES_MAX];
	size_t n, n_given; /* given out already */
	size_t first_of_file; /* where the present file begins */
	bool is_full;
	/* what is selected */
	uint8_t aid[16];
	size_t n_aid;
	uint16_t ef;
	/* the present file */
	enum scrub_form form;
	bool is_reading;
	size_t n_file;
};

int recorder_new(struct recorder **ret_recorder)
{
	CLEANUP(recorder_freep) struct recorder *recorder = calloc(1, sizeof(*recorder));

	if (!recorder)
		return fault_raise(-ENOMEM);
	recorder->scrub = scrub_new();
	if (!recorder->scrub)
		return fault_raise(-ENOMEM);
	*ret_recorder = TAKE(recorder);
	return 0;
}

static void forget(struct recorder *recorder)
{
	for (size_t i = 0; i < recorder->n; i++) {
		if (recorder->at[i].answer)
			explicit_bzero(recorder->at[i].answer, recorder->at[i].n_answer);
		free(recorder->at[i].answer);
	}
	explicit_bzero(recorder->at, sizeof(recorder->at));
	recorder->n = recorder->n_given = recorder->first_of_file = 0;
	recorder->n_aid = 0;
	recorder->ef = 0;
	recorder->is_reading = recorder->is_full = false;
}

struct recorder *recorder_free(struct recorder *recorder)
{
	if (!recorder)
		return NULL;
	forget(recorder);
	scrub_free(recorder->scrub);
	free(recorder);
	return NULL;
}

/* ---- which file is it, and how is it built ---- */

static enum scrub_form form_of(const struct recorder *recorder, uint16_t ef)
{
	static const struct {
		const char *aid;
		size_t n_aid; /* compared from the left */
		uint16_t ef;
		enum scrub_form form;
	} forms[] = {
		{"\xD3\x92\x10\x00\x31\x00\x01\x01\x01\x00", 10, 0x01, SCRUB_COMMON_RECORD},
		{"\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x08", 10, 0x04, SCRUB_CV_CERTIFICATE},
		{"\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x02", 10, 0x04, SCRUB_CV_CERTIFICATE},
		{"\xD3\x92\x10\x00\x31\x00\x01\x01", 8, ANY_FILE, SCRUB_BER},
		{"\xD3\x92\xF0\x00\x26\x01", 6, 0x06, SCRUB_TOKEN},
		{"\xD3\x92\xF0\x00\x26\x01", 6, 0x08, SCRUB_TOKEN},
		{"\xD3\x92\xF0\x00\x26\x01", 6, ANY_FILE, SCRUB_BER},
		{"\xD3\x92\xF0\x00\x4F", 5, ANY_FILE, SCRUB_BER},
		{"\xA0\x00\x00\x02\x31\x02", 6, ANY_FILE, SCRUB_BER}, /* its photograph */
		{"\xA0\x00\x00\x02\x31", 5, ANY_FILE, SCRUB_LICENCE},
		{"", 0, 0x2F01, SCRUB_LICENCE}, /* master file of a licence */
		{"", 0, 0x000A, SCRUB_LICENCE}, /* of a licence and of a residence card alike: one object of one byte */
		{"", 0, 0x000B, SCRUB_BER},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if ((forms[i].n_aid ? recorder->n_aid >= forms[i].n_aid : !recorder->n_aid) &&
		    memcmp(recorder->aid, forms[i].aid, forms[i].n_aid) == 0 && (forms[i].ef == ANY_FILE || forms[i].ef == ef))
			return forms[i].form;
	return SCRUB_OPAQUE;
}

static void note_selection(struct recorder *recorder, const struct exchanged *e)
{
	if (e->header[2] == 0x04 && e->n_data <= sizeof(recorder->aid)) {
		memcpy(recorder->aid, e->data, e->n_data);
		recorder->n_aid = e->n_data;
		recorder->ef = 0;
	} else if (e->header[2] == 0x00) {
		recorder->n_aid = 0;
		recorder->ef = 0;
	} else if (e->n_data == 2) {
		recorder->ef = (uint16_t)(e->data[0] << 8 | e->data[1]);
	}
}

/* ---- files: from the first READ to the last ---- */

/* Replaces the bytes of the present file, which lie in several answers. */
static void close_file(struct recorder *recorder)
{
	uint8_t *file = recorder->n_file ? malloc(recorder->n_file) : NULL;
	size_t at = 0;

	for (size_t i = recorder->first_of_file; i < recorder->n; i++) {
		struct exchanged *e = &recorder->at[i];

		if (file && e->n_answer)
			memcpy(file + at, e->answer, e->n_answer);
		else if (e->n_answer) /* no memory: nothing of it is told */
			explicit_bzero(e->answer, e->n_answer);
		at += e->n_answer;
	}
	if (file)
		scrub_file(recorder->scrub, recorder->form, file, recorder->n_file);
	at = 0;
	for (size_t i = recorder->first_of_file; file && i < recorder->n; i++) {
		struct exchanged *e = &recorder->at[i];

		if (e->n_answer)
			memcpy(e->answer, file + at, e->n_answer);
		at += e->n_answer;
	}
	if (file)
		explicit_bzero(file, recorder->n_file);
	free(file);
	recorder->first_of_file = recorder->n;
	recorder->n_file = 0;
	recorder->is_reading = false;
}

/* Whether the command goes on with what the one before it began. */
static bool goes_on(const struct recorder *recorder, const struct exchanged *e)
{
	size_t offset = (size_t)e->header[2] << 8 | e->header[3];

	if (e->header[1] == INS_GET_RESPONSE)
		return true;
	if (!recorder->is_reading || e->header[0] != 0 || e->header[1] != INS_READ_BINARY)
		return false;
	if (e->header[2] & BY_SFI)
		return recorder->n_file == 0 && e->header[3] == 0 && (e->header[2] & 0x1f) == (recorder->ef & 0x1f);
	return offset == recorder->n_file;
}

static void open_file(struct recorder *recorder, const struct exchanged *e)
{
	bool is_read = e->header[0] == 0 && e->header[1] == INS_READ_BINARY;

	recorder->form = SCRUB_OPAQUE;
	recorder->is_reading = is_read;
	if (is_read && e->header[2] & BY_SFI)
		recorder->ef = e->header[2] & 0x1f;
	if (is_read && e->header[3] == 0 && (e->header[2] & BY_SFI || e->header[2] == 0))
		recorder->form = form_of(recorder, recorder->ef);
	else if (e->header[0] == 0 && e->header[1] == INS_READ_RECORD)
		recorder->form = form_of(recorder, e->header[3] >> 3);
}

/* ---- what comes in ---- */

static struct exchanged exchanged_of(const uint8_t *command, size_t n_command)
{
	struct exchanged e = {.n_command = n_command, .began_ms = clock_mono_ms()};
	struct apdu apdu;

	memcpy(e.header, command, n_command < sizeof(e.header) ? n_command : sizeof(e.header));
	if (apdu_decode(command, n_command, &apdu) == 0 && apdu.ins == INS_SELECT && apdu.n_data <= sizeof(e.data)) {
		memcpy(e.data, apdu.data, apdu.n_data);
		e.n_data = apdu.n_data;
	}
	return e;
}

void recorder_command(struct recorder *recorder, const uint8_t *command, size_t n_command)
{
	struct exchanged e = exchanged_of(command, n_command);

	if (recorder->n == EXCHANGES_MAX || n_command < 4) {
		recorder->is_full = true;
		return;
	}
	if (!goes_on(recorder, &e)) {
		close_file(recorder);
		open_file(recorder, &e);
	}
	recorder->at[recorder->n++] = e;
}

void recorder_answer(struct recorder *recorder, int outcome, const uint8_t *answer, size_t n_answer)
{
	struct exchanged *e = recorder->n ? &recorder->at[recorder->n - 1] : NULL;

	if (!e || e->is_answered || recorder->is_full)
		return;
	e->is_answered = true;
	e->outcome = outcome;
	e->took_ms = clock_mono_ms() - e->began_ms;
	e->sw = apdu_status(answer, n_answer);
	if (n_answer > 2 && recorder->n_file + n_answer <= FILE_BYTES_MAX)
		e->answer = malloc(n_answer - 2);
	if (e->answer) {
		e->n_answer = n_answer - 2;
		memcpy(e->answer, answer, e->n_answer);
		recorder->n_file += e->n_answer;
	}
	if (e->header[1] == INS_SELECT && (e->sw == 0x9000 || e->sw >> 8 == 0x61))
		note_selection(recorder, e);
}

/* ---- what goes out ---- */

static int add_hex(struct buf *text, const uint8_t *bytes, size_t n)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = buf_addf(text, "%02X", bytes[i]);
	return r;
}

/* Header and Lc stand, the data only of SELECT, Le stands. */
static int add_command(struct buf *text, const struct exchanged *e)
{
	bool is_extended = e->n_command >= 7 && e->header[4] == 0;
	size_t n_lc = is_extended ? 3 : 1, n_header = e->n_command < 4 + n_lc ? e->n_command : 4 + n_lc;
	int r = buf_add_text(text, "> ");

	if (!r)
		r = add_hex(text, e->header, n_header);
	for (size_t i = n_header; !r && i < e->n_command; i++)
		if (i - n_header < e->n_data)
			r = add_hex(text, e->data + (i - n_header), 1);
		else
			r = buf_add_text(text, "..");
	return r ? r : buf_add_text(text, "\n");
}

static int add_answer(struct buf *text, const struct exchanged *e)
{
	int r;

	if (e->outcome == DRIVER_REFUSED)
		return buf_add_text(text, "! refused\n");
	if (e->outcome != DRIVER_OK)
		return buf_addf(text, "! removed # or lost; after %lld ms\n", (long long)e->took_ms);
	if (!e->sw)
		return buf_addf(text, "< 00 # no status word; after %lld ms\n", (long long)e->took_ms);
	r = buf_add_text(text, "< ");
	if (!r)
		r = add_hex(text, e->answer, e->n_answer);
	return r ? r : buf_addf(text, "%s%04X # %lld ms\n", e->n_answer ? " " : "", e->sw, (long long)e->took_ms);
}

int recorder_take(struct recorder *recorder, bool is_over, struct buf *text)
{
	int r = 0;

	if (is_over)
		close_file(recorder);
	while (!r && recorder->n_given < recorder->n) {
		struct exchanged *e = &recorder->at[recorder->n_given];

		/* a file that is still being read may yet change how its beginning is replaced */
		if (recorder->n_given >= recorder->first_of_file && recorder->n_file)
			break;
		if (!e->is_command_given)
			r = add_command(text, e);
		e->is_command_given |= !r;
		if (!r && !e->is_answered && !is_over)
			break; /* its answer is still to come */
		if (!r && e->is_answered)
			r = add_answer(text, e);
		recorder->n_given += !r;
	}
	if (!r && is_over && recorder->is_full)
		r = buf_add_text(text, "# the rest is left out: too many commands\n");
	if (is_over)
		forget(recorder);
	return r;
}
