/* SPDX-License-Identifier: MIT
 * sd_journal_sendv() reports success when nobody listens, so the journal's socket is looked for first. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

#define LOG_FIELDS_MAX 12
#define LOG_FIELD_BYTES_MAX 512
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

static const struct event {
	const char *id, *code, *ja;
	int level;
} events[] = {
#define LOG_EVENT(id, code, level, ja) {#id, code, ja, level},
#include "shared/log/log_events.h"
#undef LOG_EVENT
};

static const char *log_program = "madoguchi"; /* the one mutable state of this file: the sink's name */

void log_open(const char *program)
{
	log_program = program;
}

static const char *safe_word(const char *word)
{
	static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:/._- <,";

	return strlen(word) < LOG_FIELD_BYTES_MAX - 64 && strspn(word, set) == strlen(word) ? word : "?";
}

static void to_journal(const struct event *e, const struct log_field *fields, size_t n_fields)
{
	char lines[LOG_FIELDS_MAX + 4][LOG_FIELD_BYTES_MAX];
	struct iovec iov[LOG_FIELDS_MAX + 4];
	size_t n = 0;

	snprintf(lines[n++], LOG_FIELD_BYTES_MAX, "MESSAGE=%s", e->ja);
	snprintf(lines[n++], LOG_FIELD_BYTES_MAX, "PRIORITY=%d", e->level);
	snprintf(lines[n++], LOG_FIELD_BYTES_MAX, "MADOGUCHI_EVENT=%s", e->code);
	snprintf(lines[n++], LOG_FIELD_BYTES_MAX, "SYSLOG_IDENTIFIER=%s", log_program);
	for (size_t i = 0; i < n_fields && i < LOG_FIELDS_MAX; i++)
		if (fields[i].word)
			snprintf(lines[n++], LOG_FIELD_BYTES_MAX, "MADOGUCHI_%s=%s", fields[i].key, safe_word(fields[i].word));
		else
			snprintf(lines[n++], LOG_FIELD_BYTES_MAX, "MADOGUCHI_%s=%" PRId64, fields[i].key, fields[i].number);
	for (size_t i = 0; i < n; i++)
		iov[i] = (struct iovec){lines[i], strlen(lines[i])};
	sd_journal_sendv(iov, (int)n);
}

static void to_stderr(const struct event *e, const struct log_field *fields, size_t n_fields)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(8192);
	int r = buf_addf(&line, "{\"program\":\"%s\",\"event\":\"%s\",\"id\":\"%s\",\"level\":%d", log_program, e->code, e->id,
			 e->level);

	for (size_t i = 0; i < n_fields && r == 0; i++)
		if (fields[i].word)
			r = buf_addf(&line, ",\"%s\":\"%s\"", fields[i].key, safe_word(fields[i].word));
		else
			r = buf_addf(&line, ",\"%s\":%" PRId64, fields[i].key, fields[i].number);
	if (r == 0)
		r = buf_addf(&line, ",\"message\":\"%s\"}\n", e->ja);
	if (r == 0)
		(void)!write(STDERR_FILENO, buf_text(&line), line.len); /* one write: lines of several programs stay whole */
}

void log_emit_fields(enum log_event event, const struct log_field *fields, size_t n_fields)
{
	const struct event *e = &events[event];

	if (access(JOURNAL_SOCKET, W_OK) == 0)
		to_journal(e, fields, n_fields);
	else
		to_stderr(e, fields, n_fields);
}

void log_fault(enum log_event event, int code)
{
	char trail[256];

	log_emit(event, LOG_WORD("FAULT", fault_name(code)), LOG_WORD("TRAIL", fault_format(trail, sizeof(trail))));
}
