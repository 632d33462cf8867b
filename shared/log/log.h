#pragma once
/* SPDX-License-Identifier: MIT
 * Log: operator events with permanent identities. Each event is one line of log_events.h: id, level, Japanese
 * text for staff. Fields are numbers, enum words and identities made by us; never free text, so no name,
 * address or number of a resident can get in. Goes to the systemd journal when one listens, else as one JSON
 * object a line to stderr. Libraries do not log; a program logs once, where it handles. */
#include <stddef.h>
#include <stdint.h>

enum log_event {
#define LOG_EVENT(id, code, level, ja) LOG_##id,
#include "shared/log/log_events.h"
#undef LOG_EVENT
	N_LOG_EVENTS
};

struct log_field {
	const char *key;   /* upper-case ASCII, a literal */
	const char *word;  /* a literal, or an identity made by us ([0-9A-Za-z:/._-]); NULL: use number */
	int64_t number;
};

#define LOG_NUMBER(k, n) {.key = (k), .number = (int64_t)(n)}
#define LOG_WORD(k, w) {.key = (k), .word = (w)}

/** log_open() - names the program ("madoguchi-queued") in every line. Borrowed for ever. */
void log_open(const char *program);
/** log_emit() - one event. A word with characters outside its set is replaced by "?". */
void log_emit_fields(enum log_event event, const struct log_field *fields, size_t n_fields);
#define log_emit(event, ...)                                                                                 \
	log_emit_fields((event), (const struct log_field[]){__VA_ARGS__},                                    \
			sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))
/** log_fault() - an event with the present fault's trail (file, line, code). */
void log_fault(enum log_event event, int code);
