#pragma once
/* SPDX-License-Identifier: MIT
 * Script: an exchange written down, one command or answer a line, for the drivers without a reader.
 *   > 00A4040C0A D3921000310001010408      a command; ".." stands for any byte (a PIN is never written down)
 *   < 9000                                 its answer
 *   # to the end of the line               remark
 * Behind the last answer the card is gone. */
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/driver/driver.h"

#define SCRIPT_LINES_MAX 512
#define SCRIPT_BYTES_MAX 4098

struct script_line {
	bool is_answer;
	size_t n_bytes;
	uint8_t *bytes;
	bool *any; /* of a command: this byte may be anything */
};

struct script {
	size_t n_lines, at;
	struct script_line lines[SCRIPT_LINES_MAX];
	bool is_connected;
};

/** script_parse() - 0, -EBADMSG for any other line, -ENOSPC, -ENOMEM. */
MUST_USE int script_parse(const char *text, struct script **ret_script);
struct script *script_free(struct script *script);
DEFINE_CLEANUP(struct script *, script_free)
/** script_next() - the next line, NULL at the end; moves on. */
const struct script_line *script_next(struct script *script);
bool script_is_over(const struct script *script);

/* what the memory and the replay driver share: one reader with the card in it until the script is over */
int script_watch(struct script *script, const char *reader, struct driver_readers *readers, int timeout_ms);
int script_connect(struct script *script, const char *reader, const char *wanted, uint32_t event_count);
/** script_answer() - copies an answer's bytes out. DRIVER_OK, or -EMSGSIZE. */
int script_answer(const struct script_line *line, uint8_t *answer, size_t answer_max, size_t *ret_n_answer);
