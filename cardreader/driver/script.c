/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/driver/script.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

static int parse_bytes(const char *text, size_t n_text, struct script_line *line)
{
	size_t i = 0;

	line->bytes = calloc(n_text + 1, 1);
	line->any = calloc(n_text + 1, sizeof(bool));
	if (!line->bytes || !line->any)
		return fault_raise(-ENOMEM);
	while (i < n_text && text[i] != '#') {
		if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r') {
			i++;
			continue;
		}
		if (n_text - i < 2 || line->n_bytes == SCRIPT_BYTES_MAX)
			return fault_raise(-EBADMSG);
		line->any[line->n_bytes] = text[i] == '.' && text[i + 1] == '.' && line->kind == SCRIPT_COMMAND;
		if (!line->any[line->n_bytes]) {
			int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);

			if (high < 0 || low < 0)
				return fault_raise(-EBADMSG);
			line->bytes[line->n_bytes] = (uint8_t)(high << 4 | low);
		}
		line->n_bytes++;
		i += 2;
	}
	return 0;
}

static int parse_event(const char *text, size_t n_text, struct script_line *line)
{
	size_t n = strcspn(text, "#\n");

	if (n > n_text)
		n = n_text;
	while (n && strchr(" \t\r", text[n - 1]))
		n--;
	if (n == strlen(" refused") && strncmp(text, " refused", n) == 0)
		line->kind = SCRIPT_REFUSED;
	else if (n == strlen(" removed") && strncmp(text, " removed", n) == 0)
		line->kind = SCRIPT_REMOVED;
	else
		return fault_raise(-EBADMSG);
	return 0;
}

static int parse_line(struct script *script, const char *text, size_t n_text)
{
	struct script_line *line = &script->lines[script->n_lines];

	while (n_text && (*text == ' ' || *text == '\t')) {
		text++;
		n_text--;
	}
	if (!n_text || *text == '#' || *text == '\r')
		return 0;
	if (script->n_lines == SCRIPT_LINES_MAX)
		return fault_raise(-ENOSPC);
	script->n_lines++;
	switch (*text) {
	case '>':
		line->kind = SCRIPT_COMMAND;
		return parse_bytes(text + 1, n_text - 1, line);
	case '<':
		line->kind = SCRIPT_ANSWER;
		return parse_bytes(text + 1, n_text - 1, line);
	case '!':
		return parse_event(text + 1, n_text - 1, line);
	default:
		return fault_raise(-EBADMSG);
	}
}

int script_parse(const char *text, struct script **ret_script)
{
	CLEANUP(script_freep) struct script *script = calloc(1, sizeof(*script));
	int r;

	if (!script)
		return fault_raise(-ENOMEM);
	while (*text) {
		size_t n = strcspn(text, "\n");

		r = parse_line(script, text, n);
		if (r < 0)
			return fault_pass(r);
		text += n + (text[n] == '\n');
	}
	*ret_script = TAKE(script);
	return 0;
}

struct script *script_free(struct script *script)
{
	if (!script)
		return NULL;
	for (size_t i = 0; i < script->n_lines; i++) {
		if (script->lines[i].bytes)
			explicit_bzero(script->lines[i].bytes, script->lines[i].n_bytes);
		free(script->lines[i].bytes);
		free(script->lines[i].any);
	}
	free(script);
	return NULL;
}

const struct script_line *script_next(struct script *script)
{
	return script_is_over(script) ? NULL : &script->lines[script->at++];
}

bool script_is_over(const struct script *script)
{
	return script->at == script->n_lines;
}
