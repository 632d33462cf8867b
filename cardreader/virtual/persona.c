/* SPDX-License-Identifier: MIT
 * Strict: a misspelt key in a persona would make a test of something else than it says. */
#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/virtual/persona.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define TRIES_PIN_MAX 3
#define TRIES_B_MAX 10

struct entry {
	const char *key;
	bool required;
	/* @text: NULL for a map. Return: NULL, or what is wrong */
	const char *(*take)(struct persona *persona, struct fy_node *value, const char *text);
	bool is_map;
};

/* ---- values ---- */

static const char *take_kind(struct persona *persona, struct fy_node *value, const char *text)
{
	return strcmp(text, "my-number") == 0 ? NULL : "kind must be my-number";
}

static const char *take_text(char *out, const char *text)
{
	size_t n = strlen(text);

	if (n >= PERSONA_TEXT_BYTES_MAX)
		return "text is longer than 1023 bytes";
	if (!n || !utf8_is_clean_text(text, n))
		return "text is empty or holds control characters";
	memcpy(out, text, n + 1);
	return NULL;
}

static const char *take_digits(char *out, size_t n_digits, const char *text)
{
	if (strlen(text) != n_digits || strspn(text, "0123456789") != n_digits)
		return "wrong number of digits (write it in quotes)";
	memcpy(out, text, n_digits + 1);
	return NULL;
}

static const char *take_date(char out[9], const char *text)
{
	struct date date;

	if (date_parse(text, &date) < 0)
		return "date must be YYYY-MM-DD, unknown parts 00";
	snprintf(out, 9, "%.4s%.2s%.2s", text, text + 5, text + 8);
	return NULL;
}

static const char *take_name(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_text(persona->name, text);
}

static const char *take_address(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_text(persona->address, text);
}

static const char *take_birth_date(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_date(persona->birth_date, text);
}

static const char *take_expires(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_date(persona->expires, text);
}

static const char *take_sex(struct persona *persona, struct fy_node *value, const char *text)
{
	static const struct {
		const char *word;
		char digit;
	} sexes[] = {{"male", '1'}, {"female", '2'}, {"other", '9'}, {"unknown", '0'}};

	for (size_t i = 0; i < sizeof(sexes) / sizeof(*sexes); i++)
		if (strcmp(sexes[i].word, text) == 0) {
			persona->sex = sexes[i].digit;
			return NULL;
		}
	return "sex must be male, female, other or unknown";
}

static const char *take_number(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_digits(persona->number, 12, text);
}

static const char *take_pin(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_digits(persona->pin, 4, text);
}

static const char *take_security_code(struct persona *persona, struct fy_node *value, const char *text)
{
	return take_digits(persona->security_code, 4, text);
}

static const char *take_one_try(struct persona *persona, const char *key, const char *text)
{
	const struct {
		const char *key;
		int *to, max;
	} all[] = {{"pin", &persona->tries_pin, TRIES_PIN_MAX}, {"a", &persona->tries_a, TRIES_B_MAX},
		   {"b", &persona->tries_b, TRIES_B_MAX}};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		char *end;
		long tries = strtol(text, &end, 10);

		if (strcmp(all[i].key, key) != 0)
			continue;
		if (end == text || *end || tries < 0 || tries > all[i].max)
			return "tries must be 0-3 for pin, 0-10 for a and b";
		*all[i].to = (int)tries;
		return NULL;
	}
	return "tries has pin, a and b";
}

static const char *take_tries(struct persona *persona, struct fy_node *value, const char *text)
{
	struct fy_node_pair *pair;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(value, &at))) {
		const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
		const char *tries = fy_node_get_scalar0(fy_node_pair_value(pair));
		const char *wrong = key && tries ? take_one_try(persona, key, tries) : "tries has pin, a and b";

		if (wrong)
			return wrong;
	}
	return NULL;
}

static int take_hex(const char *text, struct persona_file *file)
{
	size_t n = 0;

	file->bytes = calloc(strlen(text) / 2 + 1, 1);
	if (!file->bytes)
		return fault_raise(-ENOMEM);
	for (; *text; text++) {
		unsigned byte;

		if (*text == ' ' || *text == '\n')
			continue;
		if (n == PERSONA_FILE_BYTES_MAX || sscanf(text, "%2x", &byte) != 1 || !text[1] || strchr(" \n", text[1]))
			return fault_raise(-EINVAL);
		file->bytes[n++] = (uint8_t)byte;
		text++;
	}
	file->n_bytes = n;
	return 0;
}

static const char *take_files(struct persona *persona, struct fy_node *value, const char *text)
{
	struct fy_node_pair *pair;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(value, &at))) {
		const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
		const char *hex = fy_node_get_scalar0(fy_node_pair_value(pair));
		char *end;
		unsigned long ef = key ? strtoul(key, &end, 16) : 0;

		if (!key || !hex || strlen(key) != 4 || *end || ef < 1 || ef > 0x1f)
			return "files has EF identifiers 0001-001F in quotes, each with bytes in hex";
		if (persona->n_files == PERSONA_FILES_MAX)
			return "too many files";
		persona->files[persona->n_files].ef = (uint16_t)ef;
		if (take_hex(hex, &persona->files[persona->n_files++]) < 0)
			return "bytes must be pairs of hex digits, at most 4096";
	}
	return NULL;
}

static const struct entry entries[] = {
	{"kind", false, take_kind, false},
	{"name", true, take_name, false},
	{"address", true, take_address, false},
	{"birth_date", true, take_birth_date, false},
	{"sex", true, take_sex, false},
	{"number", true, take_number, false},
	{"pin", true, take_pin, false},
	{"expires", true, take_expires, false},
	{"security_code", true, take_security_code, false},
	{"tries", false, take_tries, true},
	{"files", false, take_files, true},
};
#define N_ENTRIES (sizeof(entries) / sizeof(*entries))

static const char *take_pair(struct persona *persona, struct fy_node_pair *pair, unsigned *seen)
{
	struct fy_node *value = fy_node_pair_value(pair);
	const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
	const char *text = fy_node_get_scalar0(value);

	for (size_t i = 0; key && i < N_ENTRIES; i++) {
		if (strcmp(entries[i].key, key) != 0)
			continue;
		if (entries[i].is_map ? !fy_node_is_mapping(value) : !text)
			return entries[i].is_map ? "a map was expected" : "a text was expected";
		*seen |= 1U << i;
		return entries[i].take(persona, value, text);
	}
	return "unknown key; known are kind name address birth_date sex number pin expires security_code tries files";
}

static int take_document(struct persona *persona, struct fy_document *document, FILE *diagnostics, const char *path)
{
	struct fy_node *root = fy_document_root(document);
	struct fy_node_pair *pair;
	void *at = NULL;
	unsigned seen = 0;
	int r = 0;

	while (fy_node_is_mapping(root) && (pair = fy_node_mapping_iterate(root, &at))) {
		const char *wrong = take_pair(persona, pair, &seen);
		struct fy_token *token = fy_node_get_scalar_token(fy_node_pair_key(pair));
		const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;

		if (!wrong)
			continue;
		fprintf(diagnostics, "%s:%d:%d: error: %s\n", path, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1,
			wrong);
		r = fault_raise(-EINVAL);
	}
	for (size_t i = 0; i < N_ENTRIES; i++)
		if (entries[i].required && !(seen & 1U << i)) {
			fprintf(diagnostics, "%s:1:1: error: %s is missing\n", path, entries[i].key);
			r = fault_raise(-EINVAL);
		}
	return r;
}

int persona_load(const char *path, FILE *diagnostics, struct persona **ret_persona)
{
	CLEANUP(persona_freep) struct persona *persona = calloc(1, sizeof(*persona));
	struct fy_document *document;
	int r;

	if (!persona)
		return fault_raise(-ENOMEM);
	persona->tries_pin = TRIES_PIN_MAX;
	persona->tries_a = persona->tries_b = TRIES_B_MAX;
	document = fy_document_build_from_file(&(struct fy_parse_cfg){.flags = FYPCF_DEFAULT_DOC}, path);
	if (!document)
		return fault_raise(-EINVAL); /* libfyaml has said what and where on stderr */
	r = take_document(persona, document, diagnostics, path);
	fy_document_destroy(document);
	if (r < 0)
		return fault_pass(r);
	*ret_persona = TAKE(persona);
	return 0;
}

struct persona *persona_free(struct persona *persona)
{
	if (!persona)
		return NULL;
	for (size_t i = 0; i < persona->n_files; i++)
		free(persona->files[i].bytes);
	explicit_bzero(persona, sizeof(*persona));
	free(persona);
	return NULL;
}
