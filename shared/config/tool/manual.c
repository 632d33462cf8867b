/* SPDX-License-Identifier: MIT
 * The reference manual out of the same rows: Markdown, one table for each map, Japanese with the English sentence below. */
#include <string.h>

#include "shared/config/tool/key_doc.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

#define MAPS_MAX 64

static const char *type_text(const struct key *key, char out[160])
{
	static const char *const texts[] = {
		[KEY_ID] = "id（小文字・数字・- _）", [KEY_STRING] = "一行の文字", [KEY_TEXT] = "文（ことばごと）", [KEY_BOOL] = "true・false",
		[KEY_TIME] = "時刻 \"04:00\"", [KEY_SPAN] = "時間 \"12:00-13:00\"", [KEY_HOURS] = "曜日ごとの時間", [KEY_BAND] = "範囲 1-499",
		[KEY_PREFIX] = "大文字 0〜2字", [KEY_CODE] = "\"209996\"", [KEY_COLOUR] = "\"#0017c1\"", [KEY_WEB] = "https:// の住所",
		[KEY_PRINTER] = "プリンターの住所", [KEY_DATE] = "2026-12-29", [KEY_TEXTS] = "名前: 文", [KEY_ROLES] = "役割: [{uri: …}]",
		[KEY_IDS] = "id の一覧",
	};
	size_t n;

	switch (key->type) {
	case KEY_INT:
		snprintf(out, 160, "整数 %ld〜%ld", key->min, key->max);
		return out;
	case KEY_DECIMAL:
		snprintf(out, 160, "数 %ld〜%ld", key->min / 10, key->max / 10);
		return out;
	case KEY_REF:
	case KEY_REFS:
		snprintf(out, 160, "%s の id%s", key->target, key->type == KEY_REFS ? "の一覧" : "");
		return out;
	case KEY_WORD:
	case KEY_WORDS:
	case KEY_ENUM:
		n = (size_t)snprintf(out, 160, "%s", key->type == KEY_WORDS ? "いくつか: " : "");
		for (size_t i = 0; key->words[i] && n < 150; i++)
			n += (size_t)snprintf(out + n, 160 - n, "%s%s", i && *key->words[i] ? " " : "", key->words[i]);
		return out;
	case KEY_MAP:
	case KEY_LIST:
		snprintf(out, 160, "%s[%s](#%.64s)", key->type == KEY_LIST ? "一覧: " : "", key->map->what, key->map->what);
		for (char *at = strchr(out, '#'); at && *at; at++)
			if (*at == ' ')
				*at = '-';
		return out;
	case KEY_ID: case KEY_STRING: case KEY_TEXT: case KEY_BOOL: case KEY_TIME: case KEY_SPAN: case KEY_HOURS: case KEY_BAND: case KEY_PREFIX:
	case KEY_CODE: case KEY_COLOUR: case KEY_WEB: case KEY_PRINTER: case KEY_DATE: case KEY_TEXTS: case KEY_ROLES: case KEY_IDS:
		return texts[key->type];
	}
	return "";
}

static void put_map(const struct key_map *map)
{
	const struct key_doc *doc = key_doc_find(map, "");
	char type[160];

	printf("\n## %s\n\n%s<br>%s\n\n| 名前 | 値 | 書かないとき | 意味 |\n|---|---|---|---|\n", map->what, doc ? doc->ja : "", doc ? doc->en : "");
	for (size_t i = 0; i < map->n_keys; i++) {
		const struct key *key = &map->keys[i];

		doc = key_doc_find(map, key->name);
		printf("| `%s` | %s | %s%s%s%s | %s<br>%s |\n", key->name, type_text(key, type), key->is_required ? "**必要**" : "",
		       key->fallback && *key->fallback ? "`" : "", key->fallback && *key->fallback ? key->fallback : "",
		       key->fallback && *key->fallback ? "`" : "",
		       doc ? doc->ja : "", doc ? doc->en : "");
	}
}

static void put_maps(const struct key_map *map, const struct key_map **known, size_t *n_known)
{
	for (size_t i = 0; i < *n_known; i++)
		if (known[i] == map)
			return;
	if (*n_known == MAPS_MAX)
		return;
	known[(*n_known)++] = map;
	put_map(map);
	for (size_t i = 0; i < map->n_keys; i++)
		if (map->keys[i].map)
			put_maps(map->keys[i].map, known, n_known);
}

int tool_manual(void)
{
	const struct key_map *known[MAPS_MAX];
	size_t n_known = 0;

	fputs("# 設定の 手引き\n\n町の設定（YAML）に 書ける ことの すべてです。この手引きは プログラムの 表から 作られるので、いつも 実物と 同じです。\n\n"
	      "- 文は `{ja: 住民票の写し, kana: じゅうみんひょうの うつし, en: …}` のように ことばごとに 書きます。文字だけなら ja です。\n"
	      "- 一覧は id で 重なります。`remove: true` で その項目を、`{id: \"*\", remove: true}` で 全部を なくします。\n"
	      "- 強い層: 端末 > 庁舎 > 市町村 > 都道府県 > 共通。\n", stdout);
	put_maps(&key_root, known, &n_known);
	return COMMAND_DONE;
}
