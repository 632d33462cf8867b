#pragma once
/* SPDX-License-Identifier: MIT
 * Script: an exchange written down, one command or answer a line, for the drivers without a reader.
 *   > 00A4040C0A D3921000310001010408      a command; ".." stands for any byte (a PIN is never written down)
 *   < 9000                                 its answer
 *   ! refused                              instead of one: the reader could not carry the command
 *   ! removed                              instead of one: the card was taken away; the end of the text says the same
 *   # to the end of the line               remark
 * Behind the last answer the card is gone. */
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/driver/driver.h"

#define SCRIPT_LINES_MAX 512
#define SCRIPT_BYTES_MAX 16386 /* as long as an answer of cardreader/session/transport may be */

enum script_kind { SCRIPT_COMMAND, SCRIPT_ANSWER, SCRIPT_REFUSED, SCRIPT_REMOVED };

struct script_line {
	enum script_kind kind;
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
