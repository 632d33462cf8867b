/* SPDX-License-Identifier: MIT
 * The key tables as JSON Schema (draft 07, which editors' YAML language servers speak). A layer says only what it changes, so
 * that nothing but an entry's id is required; what only makes sense together stays with check. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/config/tool/key_doc.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

#define ID "[a-z][a-z0-9_-]{0,47}"
#define TIME "([01][0-9]|2[0-3]):[0-5][0-9]"
#define DAY "(mon|tue|wed|thu|fri|sat|sun)"
#define MAPS_MAX 64

/* ---- values ------------------------------------------------------------------------------------------------------ */

static json_t *string_like(const char *pattern)
{
	return json_pack("{ss ss}", "type", "string", "pattern", pattern);
}

/* One line; YAML takes 1 and true for something else than text, the loader does not. */
static json_t *any_scalar(void)
{
	return json_pack("{s[sss]}", "type", "string", "number", "boolean");
}

static json_t *words_schema(const char *const *words)
{
	json_t *list = json_array();

	for (size_t i = 0; words[i]; i++)
		json_array_append_new(list, json_string(words[i]));
	return json_pack("{so}", "enum", list);
}

static json_t *list_of(json_t *items)
{
	return json_pack("{ss so sb si}", "type", "array", "items", items, "uniqueItems", true, "maxItems", CONFIG_ENTRIES_MAX);
}

static json_t *reference(const char *definition)
{
	return json_pack("{so}", "$ref", json_sprintf("#/definitions/%s", definition));
}

static json_t *text_schema(void)
{
	return json_pack("{s[{s[ss]} o]}", "anyOf", "type", "string", "number", reference("text"));
}

static json_t *named(const char *pattern, json_t *value)
{
	return json_pack("{ss s{so} sb}", "type", "object", "patternProperties", pattern, value, "additionalProperties", false);
}

static json_t *roles_schema(void)
{
	json_t *properties = json_object();

	for (size_t i = 0; key_roles[i]; i++)
		json_object_set_new(properties, key_roles[i],
				    list_of(json_pack("{ss s{s{ss ss}} s[s] sb}", "type", "object", "properties", "uri", "type", "string",
						      "pattern", "^(ipps://|usb://|socket://|file:|ipp://).+", "required", "uri",
						      "additionalProperties", false)));
	return json_pack("{ss so sb}", "type", "object", "properties", properties, "additionalProperties", false);
}

/* "a service" → a-service, as a definition is called. */
static const char *definition_name(const struct key_map *map, char out[64])
{
	snprintf(out, 64, "%s", map->what);
	for (char *at = out; *at; at++)
		if (*at == ' ')
			*at = '-';
	return out;
}

static json_t *entries_schema(const struct key *key)
{
	char name[64];
	json_t *entry = reference(definition_name(key->map, name));

	if (key->map->keys[0].type == KEY_DATE) /* a bare date will do */
		entry = json_pack("{s[o o]}", "anyOf", string_like("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), entry);
	return json_pack("{ss so si}", "type", "array", "items", entry, "maxItems", CONFIG_ENTRIES_MAX);
}

static json_t *value_schema(const struct key *key)
{
	char name[64];

	switch (key->type) {
	case KEY_ID:
		return string_like("^(" ID "|\\*)$");
	case KEY_REF:
		return string_like("^" ID "$");
	case KEY_REFS:
	case KEY_IDS:
		return list_of(string_like("^" ID "$"));
	case KEY_STRING:
		return any_scalar();
	case KEY_TEXT:
		return text_schema();
	case KEY_INT:
		return json_pack("{ss si si}", "type", "integer", "minimum", (int)key->min, "maximum", (int)key->max);
	case KEY_DECIMAL:
		return json_pack("{ss sf sf}", "type", "number", "minimum", (double)key->min / 10, "maximum", (double)key->max / 10);
	case KEY_BOOL:
		return json_pack("{ss}", "type", "boolean");
	case KEY_WORD:
	case KEY_ENUM:
		return words_schema(key->words);
	case KEY_WORDS:
		return list_of(words_schema(key->words));
	case KEY_TIME:
		return string_like("^(" TIME "|24:00)$");
	case KEY_SPAN:
		return string_like("^(" TIME "-(" TIME "|24:00)|closed)$");
	case KEY_HOURS:
		return named("^" DAY "(-" DAY ")?$", string_like("^(" TIME "-(" TIME "|24:00)|closed)$"));
	case KEY_BAND:
		return string_like("^[1-9][0-9]{0,4}-[1-9][0-9]{0,4}$");
	case KEY_PREFIX:
		return string_like("^[A-Z]{0,2}$");
	case KEY_CODE:
		return string_like("^[0-9]{6}$");
	case KEY_COLOUR:
		return string_like("^#[0-9a-fA-F]{6}$");
	case KEY_WEB:
		return string_like("^(https?://[^ \"<>]+)?$");
	case KEY_PRINTER:
		return string_like("^(ipps://|usb://|socket://|file:|ipp://).+");
	case KEY_DATE:
		return string_like("^([0-9]{4}-[0-9]{2}-[0-9]{2}|\\*)$");
	case KEY_MAP:
		return reference(definition_name(key->map, name));
	case KEY_LIST:
		return entries_schema(key);
	case KEY_TEXTS:
		return named("^[a-z0-9_.-]+$", text_schema());
	case KEY_ROLES:
		return roles_schema();
	}
	return NULL;
}

/* ---- maps -------------------------------------------------------------------------------------------------------- */

static void set_docs(json_t *schema, const struct key_doc *doc, const struct key *key)
{
	if (!doc || !schema)
		return;
	json_object_set_new(schema, "description", json_string(doc->ja));
	if (key && key->fallback && *key->fallback != '\0')
		json_object_set_new(schema, "markdownDescription",
				    json_sprintf("%s\n\n%s\n\n書かないとき: `%s`", doc->ja, doc->en, key->fallback));
	else
		json_object_set_new(schema, "markdownDescription", json_sprintf("%s\n\n%s", doc->ja, doc->en));
}

/* The compiled default as JSON. */
static json_t *default_value(const struct key *key)
{
	char *words, *word, *state = NULL;
	json_t *list;

	if (!key->fallback)
		return NULL;
	if (key->type == KEY_INT)
		return json_integer(strtol(key->fallback, NULL, 10));
	if (key->type == KEY_DECIMAL)
		return json_real(strtod(key->fallback, NULL));
	if (key->type != KEY_WORDS)
		return json_string(key->fallback);
	list = json_array();
	words = strdup(key->fallback);
	for (word = words ? strtok_r(words, " ", &state) : NULL; word; word = strtok_r(NULL, " ", &state))
		json_array_append_new(list, json_string(word));
	free(words);
	return list;
}

/* Draft 07 has readers look past what stands beside $ref: it goes into allOf. */
static json_t *documented(json_t *schema, const struct key_map *map, const struct key *key)
{
	json_t *value;

	if (json_object_get(schema, "$ref"))
		schema = json_pack("{s[o]}", "allOf", schema);
	set_docs(schema, key_doc_find(map, key->name), key);
	value = default_value(key);
	if (schema && value)
		json_object_set_new(schema, "default", value);
	else
		json_decref(value);
	return schema;
}

static json_t *properties_of(const struct key_map *map)
{
	json_t *properties = json_object();

	for (size_t i = 0; i < map->n_keys; i++)
		json_object_set_new(properties, map->keys[i].name, documented(value_schema(&map->keys[i]), map, &map->keys[i]));
	return properties;
}

/* @is_entry: of a list, told apart by its first key, and it may be a removal. */
static json_t *map_schema(const struct key_map *map, bool is_entry)
{
	json_t *properties = properties_of(map);
	json_t *schema = json_pack("{ss ss sO sb}", "type", "object", "title", map->what, "properties", properties,
				   "additionalProperties", false);

	set_docs(schema, key_doc_find(map, ""), NULL);
	if (is_entry && schema) {
		json_object_set_new(properties, "remove",
				    json_pack("{s[b] ss}", "enum", true, "description", "true で、弱い層のこの項目をなくす。id: \"*\" なら全部。"));
		json_object_set_new(properties, "except", list_of(string_like("^" ID "$")));
		json_object_set_new(schema, "required", json_pack("[s]", map->keys[0].name));
	}
	json_decref(properties);
	return schema;
}

static void define(json_t *definitions, const struct key_map *map, bool is_entry)
{
	char name[64];

	if (json_object_get(definitions, definition_name(map, name)) || json_object_size(definitions) > MAPS_MAX)
		return;
	json_object_set_new(definitions, name, map_schema(map, is_entry));
	for (size_t i = 0; i < map->n_keys; i++)
		if (map->keys[i].map)
			define(definitions, map->keys[i].map, map->keys[i].type == KEY_LIST);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static json_t *language_map(void)
{
	json_t *properties = json_object();

	for (size_t i = 0; key_languages[i]; i++)
		json_object_set_new(properties, key_languages[i],
				    json_pack("{s[sss] ss}", "type", "string", "number", "boolean", "description",
					      strcmp(key_languages[i], "kana") == 0 ? "よみがな（漢字なし）" :
					      strcmp(key_languages[i], "ja-easy") == 0 ? "やさしい日本語。漢字には {漢字|かんじ} でふりがな。" : ""));
	return json_pack("{ss ss so sb si}", "type", "object", "description", "ことばごとの文。ただの文字列は ja。", "properties", properties,
			 "additionalProperties", false, "minProperties", 1);
}

/* What layer.yaml says of the layer itself. */
static void set_heading(json_t *properties)
{
	static const char *const names[][2] = {
		{"extends", "もとにする層。例: prefectures/20、base、またはフォルダー。Layer this one builds on."},
		{"code", "この層の団体コード（6けた）か都道府県の番号（2けた）。Municipality or prefecture this layer is for."},
		{"version", "この層の版。Version of this layer."},
		{"office", "端末の層: どの庁舎にあるか。For a device's layer: its office."},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_set_new(properties, names[i][0], json_pack("{s[ss] ss}", "type", "string", "number", "description", names[i][1]));
}

static json_t *language_file(void)
{
	CLEANUP(freep) char *pattern = NULL;
	size_t size;
	FILE *out = open_memstream(&pattern, &size);
	json_t *schema;

	if (!out)
		return NULL;
	fputs("^(", out);
	for (size_t i = 0; i < key_root.n_keys; i++)
		fprintf(out, "%s%s", i ? "|" : "", key_root.keys[i].name);
	fputs(")\\..+$", out);
	if (fclose(out) != 0)
		return NULL;
	schema = named(pattern, any_scalar());
	if (schema)
		json_object_set_new(schema, "description", json_string("lang/ の翻訳ファイル。設定の道（services.moving.name など）と、その言葉での文。"));
	return schema;
}

/* Every file of a layer may hold any root; layer.yaml also says what it extends. */
static json_t *layer_file(void)
{
	json_t *schema = map_schema(&key_root, false);
	json_t *definitions = json_object();

	if (!schema || !definitions)
		return NULL;
	set_heading(json_object_get(schema, "properties"));
	for (size_t i = 0; i < key_root.n_keys; i++)
		if (key_root.keys[i].map)
			define(definitions, key_root.keys[i].map, key_root.keys[i].type == KEY_LIST);
	json_object_set_new(definitions, "text", language_map());
	json_object_set_new(definitions, "language-file", language_file());
	json_object_set_new(schema, "definitions", definitions);
	return schema;
}

int tool_schema(const struct tool_call *call)
{
	json_t *schema;
	int r;

	if (call->n_words != 0 || (call->is_manual && call->is_language_file))
		return tool_usage();
	if (call->is_manual)
		return tool_manual();
	schema = call->is_language_file ? language_file() : layer_file();
	if (!schema)
		return command_failed(TOOL, "there was no memory — try again");
	json_object_set_new(schema, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
	json_object_set_new(schema, "$id", json_string(call->is_language_file ? "urn:madoguchi:language-file" : "urn:madoguchi:layer"));
	r = json_dumpf(schema, stdout, JSON_INDENT(1));
	json_decref(schema);
	if (r < 0 || putchar('\n') == EOF)
		return command_failed(TOOL, "the schema could not be written — see that there is room for it");
	return COMMAND_DONE;
}
