/* SPDX-License-Identifier: MIT
 * Strict: a misspelt key, or one of another kind of card, would make a test of something else than it says. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cardreader/virtual/persona_fields.h"
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define FILE_BYTES_MAX (1024 * 1024)
#define TRIES_PIN_MAX 3
#define TRIES_JPKI_SIGN_MAX 5
#define TRIES_B_MAX 10

const char *persona_kind_word(enum persona_kind kind)
{
	static const char *const words[PERSONA_KINDS] = {"my-number", "driver-licence", "residence-card"};

	return words[kind];
}

/* ---- findings ---- */

static void tell(struct reader *reader, struct fy_node *where, const char *key, const char *what)
{
	struct fy_token *token = where ? fy_node_get_scalar_token(where) : NULL;
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;

	fprintf(reader->diagnostics, "%s:%d:%d: error: %s%s%s\n", reader->path, mark ? mark->line + 1 : 1,
		mark ? mark->column + 1 : 1, key ? key : "", key ? ": " : "", what);
	reader->n_findings++;
}

static const struct field *find_field(const struct field *fields, size_t n_fields, const char *key, size_t *ret_i)
{
	for (size_t i = 0; key && i < n_fields; i++)
		if (strcmp(fields[i].key, key) == 0) {
			*ret_i = i;
			return &fields[i];
		}
	return NULL;
}

static void take_pair(struct reader *reader, struct fy_node_pair *pair, const struct field *field, const char *key,
		      void *base)
{
	struct fy_node *value = fy_node_pair_value(pair);
	const char *text = fy_node_get_scalar0(value);
	char other[80];
	const char *wrong;

	if (!(field->kinds & 1U << reader->persona->kind)) {
		snprintf(other, sizeof(other), "a card of kind %s has no such key", persona_kind_word(reader->persona->kind));
		tell(reader, fy_node_pair_key(pair), key, other);
		return;
	}
	if (field->shape == FIELD_TEXT ? !text : field->shape == FIELD_MAP ? !fy_node_is_mapping(value) : !fy_node_is_sequence(value))
		wrong = field->shape == FIELD_TEXT ? "a text was expected" :
			field->shape == FIELD_MAP  ? "a map was expected" :
						     "a list was expected";
	else
		wrong = field->take(reader, (char *)base + field->offset, field->size, value, text);
	if (wrong)
		tell(reader, fy_node_pair_key(pair), key, wrong);
}

void reader_take_map(struct reader *reader, struct fy_node *map, const struct field *fields, size_t n_fields, void *base)
{
	struct fy_node_pair *pair;
	uint64_t seen = 0;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(map, &at))) {
		const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
		size_t i = 0;
		const struct field *field = find_field(fields, n_fields, key, &i);

		if (!field) {
			tell(reader, fy_node_pair_key(pair), key, "unknown key; madoguchi-virtual-card --fields prints all");
			continue;
		}
		seen |= 1ULL << i;
		reader->has_pin |= strcmp(key, "pin") == 0;
		take_pair(reader, pair, field, key, base);
	}
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].required & 1U << reader->persona->kind && !(seen & 1ULL << i))
			tell(reader, NULL, fields[i].key, "is missing");
}

/* ---- the whole ---- */

static void take_kind(struct reader *reader, struct fy_node *root)
{
	struct fy_node *value = fy_node_mapping_lookup_by_string(root, "kind", FY_NT);
	const char *word = value ? fy_node_get_scalar0(value) : "my-number";

	for (int i = 0; word && i < PERSONA_KINDS; i++)
		if (strcmp(persona_kind_word(i), word) == 0)
			reader->persona->kind = i;
}

static void check_whole(struct reader *reader)
{
	struct persona *p = reader->persona;

	if (p->kind == PERSONA_MY_NUMBER && (p->pin[0] ? p->is_pin_unusable : !p->is_pin_unusable && !reader->has_pin))
		tell(reader, NULL, "pin", "either a pin, or pin_unusable: true");
	if (p->kind == PERSONA_DRIVER_LICENCE && !p->licence.pin1[0] != !p->licence.pin2[0])
		tell(reader, NULL, "pin1", "both pin1 and pin2, or neither");
	if (p->kind == PERSONA_RESIDENCE_CARD && p->residence.category == PERSONA_SPECIAL_PERMANENT &&
	    (p->residence.permission[0] || p->residence.permission_individual[0] || p->residence.is_pending))
		tell(reader, NULL, "permission", "a special permanent resident certificate has none, nor one pending");
	if (p->kind != PERSONA_MY_NUMBER && p->tamper >= PERSONA_WRONG_INTERNAL_KEY)
		tell(reader, NULL, "tamper", "only a My Number card has a key of its own");
	if (!p->certificates_expire[0])
		memcpy(p->certificates_expire, p->expires, sizeof(p->expires));
	if (p->is_pin_unusable)
		p->tries_pin = p->tries_jpki_auth = p->tries_jpki_sign = 0;
}

static int take_document(struct reader *reader, struct fy_document *document)
{
	struct fy_node *root = fy_document_root(document);

	if (!fy_node_is_mapping(root)) {
		tell(reader, NULL, NULL, "a persona is a map");
		return fault_raise(-EINVAL);
	}
	take_kind(reader, root);
	reader_take_map(reader, root, persona_fields, persona_n_fields, reader->persona);
	check_whole(reader);
	return reader->n_findings ? fault_raise(-EINVAL) : 0;
}

/* ---- the file ---- */

static int refuse(struct reader *reader, const char *what)
{
	fprintf(reader->diagnostics, "%s: error: %s\n", reader->path, what);
	reader->n_findings++;
	return fault_raise(-EINVAL);
}

/* Nothing is read from what may have no end: a device, a pipe. O_NONBLOCK, since opening a pipe may wait for ever. */
static int read_file(struct reader *reader, struct buf *to)
{
	CLEANUP(closep) int fd = open(reader->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat is;
	char part[4096];
	ssize_t n;

	if (fd < 0 || fstat(fd, &is) < 0)
		return refuse(reader, errno == ENOENT ? "there is no such file" : "cannot be opened; see its permissions");
	if (!S_ISREG(is.st_mode))
		return refuse(reader, "is not a file; name a persona file (YAML)");
	if (is.st_size > FILE_BYTES_MAX)
		return refuse(reader, "is larger than 1 MiB; name a persona file (YAML)");
	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0)
			return refuse(reader, "cannot be read");
		if (buf_add(to, part, (size_t)n) < 0)
			return refuse(reader, "is larger than 1 MiB; name a persona file (YAML)");
	}
	return 0;
}

/* By line and column, counted in bytes: the letters before it may be none. */
static int refuse_at(struct reader *reader, const struct buf *text, size_t at, const char *what)
{
	int line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column = text->bytes[i] == '\n' ? 1 : column + 1;
		line += text->bytes[i] == '\n';
	}
	fprintf(reader->diagnostics, "%s:%d:%d: error: %s\n", reader->path, line, column, what);
	reader->n_findings++;
	return fault_raise(-EINVAL);
}

/* The first line that is no UTF-8 is the place. */
static int check_text(struct reader *reader, const struct buf *text)
{
	const char *bytes = text->bytes;
	const char *nul = text->len ? memchr(bytes, '\0', text->len) : NULL;

	if (!text->len)
		return refuse(reader, "is empty; begin with a line such as name: 見本　花子");
	if (nul)
		return refuse_at(reader, text, (size_t)(nul - bytes), "holds a NUL byte, so it is no text; save it as UTF-8");
	for (size_t at = 0; at < text->len;) {
		const char *end = memchr(bytes + at, '\n', text->len - at);
		size_t n = end ? (size_t)(end - bytes) - at + 1 : text->len - at;

		if (!utf8_is_valid(bytes + at, n))
			return refuse_at(reader, text, at, "this line is not UTF-8; save the file as UTF-8");
		at += n;
	}
	return 0;
}

static int refuse_syntax(struct reader *reader, struct fy_diag *diag)
{
	void *at = NULL;
	struct fy_diag_error *error = fy_diag_errors_iterate(diag, &at);

	if (!error)
		return refuse(reader, "is not YAML, or holds nothing; madoguchi-virtual-card --fields prints its keys");
	fprintf(reader->diagnostics, "%s:%d:%d: error: %s; mend the YAML\n", reader->path, error->line, error->column,
		error->msg ? error->msg : "syntax");
	reader->n_findings++;
	return fault_raise(-EINVAL);
}

static int take_text(struct reader *reader, const struct buf *text)
{
	struct fy_diag_cfg quiet;
	struct fy_parse_cfg config = {.flags = FYPCF_DEFAULT_DOC | FYPCF_QUIET | FYPCF_COLLECT_DIAG};
	struct fy_document *document = NULL;
	int r;

	fy_diag_cfg_default(&quiet);
	quiet.fp = NULL;
	quiet.colorize = false;
	config.diag = fy_diag_create(&quiet);
	if (!config.diag)
		return fault_raise(-ENOMEM);
	fy_diag_set_collect_errors(config.diag, true);
	document = fy_document_build_from_string(&config, text->bytes, text->len);
	r = document && fy_document_root(document) ? take_document(reader, document) : refuse_syntax(reader, config.diag);
	fy_document_destroy(document);
	fy_diag_destroy(config.diag);
	return r < 0 ? fault_pass(r) : 0;
}

int persona_load(const char *path, FILE *diagnostics, struct persona **ret_persona)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(persona_freep) struct persona *persona = calloc(1, sizeof(*persona));
	struct reader reader = {.diagnostics = diagnostics, .path = path, .persona = persona};
	int r;

	if (!persona)
		return fault_raise(-ENOMEM);
	persona->tries_pin = persona->tries_jpki_auth = persona->tries_pin1 = persona->tries_pin2 = TRIES_PIN_MAX;
	persona->tries_jpki_sign = TRIES_JPKI_SIGN_MAX;
	persona->tries_a = persona->tries_b = TRIES_B_MAX;
	snprintf(persona->sign_pin, sizeof(persona->sign_pin), "MIHON1");
	r = read_file(&reader, &text);
	if (!r)
		r = check_text(&reader, &text);
	if (!r)
		r = take_text(&reader, &text);
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

void persona_make_b(const struct persona *p, char out[20])
{
	char iso[11];
	struct date date;
	int era_year = 0;

	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", p->birth_date, p->birth_date + 4, p->birth_date + 6);
	if (date_parse(iso, &date) < 0 || era_of(&date, &era_year) == ERA_NONE)
		era_year = 0;
	snprintf(out, 20, "%02d%.4s%.4s%.4s", era_year % 100, p->birth_date + 4, p->expires, p->security_code);
}

static void print_fields(FILE *to, const struct field *fields, size_t n_fields, unsigned kind, const char *indent)
{
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].kinds & kind)
			fprintf(to, "%s%-22s %s%s\n", indent, fields[i].key, fields[i].about,
				fields[i].required & kind ? " (required)" : "");
}

void persona_print_fields(FILE *to)
{
	for (int i = 0; i < PERSONA_KINDS; i++) {
		fprintf(to, "%skind: %s\n", i ? "\n" : "", persona_kind_word(i));
		print_fields(to, persona_fields, persona_n_fields, 1U << i, "  ");
		if (i == PERSONA_MY_NUMBER) {
			fputs("  in licence:\n", to);
			print_fields(to, persona_licence_fields, persona_n_licence_fields, 1U << i, "    ");
		}
	}
}
