/* SPDX-License-Identifier: MIT
 * libfyaml scans and checks the syntax; the tree is built here from its events, with a depth of our own and a
 * place on every node. Its document builder is not used: it would resolve aliases and type nothing. */
#include <errno.h>
#include <fcntl.h>
#include <libfyaml.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/buf.h"
#include "shared/base/limits.h"
#include "shared/base/utf8.h"
#include "shared/config/language.h"
#include "shared/config/layer/yaml.h"
#include "shared/base/banned.h"

#define DEPTH_MAX 24
#define NAMES_KEPT 256 /* a power of two */

struct reading {
	struct loading *loading;
	struct place at; /* file and layer; line and column of the event at hand */
	struct tree *stack[DEPTH_MAX];
	size_t depth;
	struct tree *root;
	const char *key; /* read, its value is still to come */
	struct place key_place;
	bool is_stopped; /* a finding ends the reading of this file */
	const char *names[NAMES_KEPT]; /* a file says the same few names thousands of times: one text each, by hash */
};

static const char *keep_name(struct reading *reading, const char *bytes, size_t n)
{
	uint32_t hash = 2166136261u;
	const char **kept;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
	kept = &reading->names[hash & (NAMES_KEPT - 1)];
	if (!*kept || strlen(*kept) != n || memcmp(*kept, bytes, n) != 0)
		*kept = memory_text(reading->loading->memory, bytes, n);
	return *kept;
}

static void refuse(struct loading *loading, enum finding_rule rule, const struct place *place, const char *what)
{
	finding_add(loading, rule, place, "%s", gettext(what));
	loading->is_incomplete = true;
}

static const char *why_unreadable(int error)
{
	switch (error) {
	case ELOOP:
		return N_("is a symbolic link — put the file itself into the folder");
	case EACCES:
	case EPERM:
		return N_("cannot be read: permission denied — give the program's user the right to read it");
	default:
		return N_("cannot be read — see that it exists and is a file");
	}
}

int yaml_read_bytes(struct loading *loading, const struct place *place, struct buf *buf)
{
	CLEANUP(closep) int fd = open(place->file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0) {
		refuse(loading, errno == ELOOP ? RULE_SYMBOLIC_LINK : RULE_UNREADABLE_FILE, place, why_unreadable(errno));
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		refuse(loading, RULE_UNREADABLE_FILE, place, "is not a regular file — remove it or give it another ending than .yaml");
		return -1;
	}
	if (status.st_size > CONFIG_FILE_BYTES_MAX) {
		finding_add(loading, RULE_FILE_TOO_LARGE, place, "is larger than %d bytes — split it into several files",
			    CONFIG_FILE_BYTES_MAX);
		loading->is_incomplete = true;
		return -1;
	}
	if (buf_read_fd(buf, fd) < 0) {
		refuse(loading, RULE_UNREADABLE_FILE, place, "cannot be read to its end — see that it is a file of text");
		return -1;
	}
	return 0;
}

/* UTF-8 throughout, without the control characters YAML forbids. */
static bool bytes_are_text(struct loading *loading, struct place place, const char *bytes, size_t n_bytes)
{
	const char *line = bytes;
	const char *end = bytes + n_bytes;

	for (place.line = 1; line < end; place.line++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t n = (size_t)((newline ? newline : end) - line);

		place.column = 1;
		if (!utf8_is_valid(line, n)) {
			refuse(loading, RULE_NOT_UTF8, &place, "is not UTF-8 (perhaps Shift_JIS or UTF-16) — save the file as UTF-8");
			return false;
		}
		for (size_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)line[i];

			place.column = (int)i + 1;
			if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
				refuse(loading, RULE_CONTROL_CHARACTER, &place, "holds a control character — delete it");
				return false;
			}
		}
		line += n + 1;
	}
	return true;
}

static void stop(struct reading *reading, enum finding_rule rule, const char *what)
{
	refuse(reading->loading, rule, &reading->at, what);
	reading->is_stopped = true;
}

static bool has_room(const struct tree *parent)
{
	return parent->n_children < (parent->kind == TREE_LIST ? CONFIG_ENTRIES_MAX : CONFIG_KEYS_MAX);
}

/* Hangs a new node where the reading stands. */
static void put(struct reading *reading, struct tree *node)
{
	struct tree *parent = reading->depth > 0 ? reading->stack[reading->depth - 1] : NULL;
	const struct tree *earlier;

	if (!parent) {
		reading->root = node;
		return;
	}
	if (!has_room(parent)) {
		stop(reading, RULE_TOO_MANY_ENTRIES, "has too many entries — a list holds 512, a map 4096");
		return;
	}
	if (parent->kind == TREE_LIST) {
		tree_add(parent, node, NULL, NULL);
		return;
	}
	earlier = tree_find(parent, reading->key);
	if (earlier)
		finding_add(reading->loading, RULE_DUPLICATE_KEY, &reading->key_place,
			    "\"%s\" stands here twice, first in line %d — keep one", reading->key, earlier->key_place.line);
	else
		tree_add(parent, node, reading->key, &reading->key_place);
	reading->key = NULL;
}

static bool expects_key(const struct reading *reading)
{
	return reading->depth > 0 && reading->stack[reading->depth - 1]->kind == TREE_MAP && !reading->key;
}

static bool text_is_clean(const char *text, size_t n)
{
	while (n > 0) {
		const char *newline = memchr(text, '\n', n);
		size_t n_line = newline ? (size_t)(newline - text) : n;

		if (!utf8_is_clean_text(text, n_line))
			return false;
		n_line += newline != NULL;
		text += n_line;
		n -= n_line;
	}
	return true;
}

static void on_scalar(struct reading *reading, struct fy_event *event)
{
	struct memory *memory = reading->loading->memory;
	size_t n = 0;
	const char *bytes = event->scalar.value ? fy_token_get_text(event->scalar.value, &n) : "";
	bool is_plain = !event->scalar.value || fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN;
	bool is_name = expects_key(reading);
	const char *text = is_name ? keep_name(reading, bytes ? bytes : "", bytes ? n : 0) :
				     memory_text(memory, bytes ? bytes : "", bytes ? n : 0);
	struct tree *node;

	if (!text)
		return;
	if (!text_is_clean(text, n)) {
		stop(reading, RULE_CONTROL_CHARACTER, "this text holds control or direction characters — delete them");
		return;
	}
	if (is_name) {
		reading->key = text;
		reading->key_place = reading->at;
		return;
	}
	node = tree_new_scalar(memory, text, &reading->at);
	if (!node)
		return;
	node->is_null = is_plain && (n == 0 || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
	put(reading, node);
}

static void on_start(struct reading *reading, enum tree_kind kind)
{
	struct tree *node;

	if (expects_key(reading)) {
		stop(reading, RULE_YAML_SYNTAX,
			"a list or map cannot be a name — write the name as plain text, and quote texts that begin "
			"with { or [");
		return;
	}
	if (reading->depth == DEPTH_MAX) {
		stop(reading, RULE_TOO_DEEP, "is nested too deeply — nothing here needs more than a few levels");
		return;
	}
	node = tree_new(reading->loading->memory, kind, &reading->at);
	if (!node)
		return;
	put(reading, node);
	if (!reading->is_stopped)
		reading->stack[reading->depth++] = node;
}

static bool has_anchor_or_tag(struct fy_event *event)
{
	return fy_event_get_anchor_token(event) || fy_event_get_tag_token(event);
}

/* Whether the mark stands behind a quote or asterisk, where people look for the sign itself. */
static bool has_sign(struct fy_event *event)
{
	enum fy_scalar_style style;

	if (event->type != FYET_SCALAR || !event->scalar.value)
		return event->type == FYET_ALIAS;
	style = fy_token_scalar_style(event->scalar.value);
	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static void on_event(struct reading *reading, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	if (mark) {
		reading->at.line = mark->line + 1;
		reading->at.column = mark->column + 1 - (has_sign(event) && mark->column > 0);
	}
	switch (event->type) {
	case FYET_ALIAS:
		stop(reading, RULE_YAML_ALIAS, "aliases (*name) are not used here — write the value out");
		return;
	case FYET_SCALAR:
	case FYET_MAPPING_START:
	case FYET_SEQUENCE_START:
		if (has_anchor_or_tag(event))
			stop(reading, RULE_YAML_ALIAS, "anchors (&name) and tags (!name) are not used here — write the plain value");
		else if (event->type == FYET_SCALAR)
			on_scalar(reading, event);
		else
			on_start(reading, event->type == FYET_MAPPING_START ? TREE_MAP : TREE_LIST);
		return;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		if (reading->depth > 0)
			reading->depth--;
		return;
	case FYET_DOCUMENT_START:
		if (reading->root)
			stop(reading, RULE_YAML_DOCUMENT, "a second document (---) begins — one file is one document");
		return;
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		return;
	}
}

static void add_syntax_findings(struct reading *reading, struct fy_diag *diag)
{
	struct fy_diag_error *error;
	void *iterator = NULL;
	bool is_any = false;

	while ((error = fy_diag_errors_iterate(diag, &iterator))) {
		struct place place = reading->at;

		if (error->type != FYET_ERROR)
			continue;
		place.line = error->line > 0 ? error->line : place.line;
		place.column = error->column > 0 ? error->column : place.column;
		finding_add(reading->loading, RULE_YAML_SYNTAX, &place,
			"%s — mend the YAML", error->msg ? error->msg : "syntax");
		is_any = true;
	}
	if (!is_any)
		finding_add(reading->loading, RULE_YAML_SYNTAX, &reading->at, "is not YAML from here on — mend the YAML");
	reading->loading->is_incomplete = true;
}

static void parse(struct reading *reading, const char *bytes, size_t n_bytes)
{
	struct fy_diag_cfg diag_config;
	struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE};
	struct fy_parser *parser = NULL;
	struct fy_event *event;

	fy_diag_cfg_default(&diag_config);
	diag_config.fp = NULL;
	diag_config.colorize = false;
	config.diag = fy_diag_create(&diag_config);
	if (config.diag) {
		fy_diag_set_collect_errors(config.diag, true);
		parser = fy_parser_create(&config);
	}
	if (!parser || fy_parser_set_string(parser, bytes, n_bytes) < 0)
		stop(reading, RULE_TOO_LARGE, "there was no memory to read it — check again");
	while (!reading->is_stopped && !memory_has_failed(reading->loading->memory) &&
	       (event = fy_parser_parse(parser))) {
		on_event(reading, event);
		fy_parser_event_free(parser, event);
	}
	if (!reading->is_stopped && fy_parser_get_stream_error(parser))
		add_syntax_findings(reading, config.diag);
	fy_parser_destroy(parser);
	fy_diag_destroy(config.diag);
}

struct tree *yaml_parse(struct loading *loading, const char *file, const char *layer, const char *bytes, size_t n_bytes)
{
	struct reading reading = {.loading = loading, .at = {file, 1, 1, layer}};

	if (n_bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		n_bytes -= 3;
	}
	if (n_bytes == 0 || !bytes_are_text(loading, reading.at, bytes, n_bytes))
		return NULL;
	parse(&reading, bytes, n_bytes);
	if (reading.root && reading.root->kind != TREE_MAP &&
	    !(reading.root->kind == TREE_SCALAR && reading.root->is_null)) {
		refuse(loading, RULE_NOT_SETTINGS, &reading.root->place, "is not a map of settings — begin with a name such as services:");
		return NULL;
	}
	return reading.root && reading.root->kind == TREE_MAP ? reading.root : NULL;
}

struct tree *yaml_read(struct loading *loading, const char *file, const char *layer)
{
	struct place place = {file, 1, 1, layer};
	CLEANUP(buf_release) struct buf buf = BUF_INIT(CONFIG_FILE_BYTES_MAX);

	if (yaml_read_bytes(loading, &place, &buf) < 0)
		return NULL;
	return yaml_parse(loading, file, layer, buf_text(&buf), buf.len);
}
