/* SPDX-License-Identifier: MIT
 * Layers are folders, so the tests write folders; the town here is the smallest that loads without a finding. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ftw.h>

#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

static const char sound_town[] =
	"municipality: {code: \"209996\", name: {ja: 見本村, kana: みほんむら, en: Mihon}}\n"
	"offices: [{id: honcho, name: {ja: 本庁, kana: ほんちょう, en: Main}, hours: {mon-fri: \"08:30-17:15\"}, lunch: \"12:00-13:00\"}]\n"
	"services:\n"
	"  - {id: certificates, name: {ja: 証明書, kana: しょうめいしょ, en: Certificates}, prefix: A, numbers: 1-499, minutes: 5}\n"
	"  - {id: moving, name: {ja: 引っこし, kana: ひっこし, en: Moving}, prefix: B, numbers: 1-299}\n"
	"windows:\n"
	"  - {id: w1, office: honcho, label: {ja: 1番窓口, kana: いちばん まどぐち, en: Window 1}, serves: [certificates, moving]}\n"
	"procedures:\n"
	"  - {id: juminhyo, name: {ja: 住民票, kana: じゅうみんひょう, en: Residence}, service: certificates, forms: [juminhyo], fee_yen: 300, "
	"bring: [fee]}\n"
	"forms:\n"
	"  - id: juminhyo\n"
	"    version: 3\n"
	"    title: {ja: 請求書, kana: せいきゅうしょ, en: Application}\n"
	"    fields:\n"
	"      - {id: name, type: person-name, from: person.name, required: true, label: {ja: 氏名, kana: しめい, en: Name}}\n"
	"      - {id: kind, type: choice, label: {ja: 種類, kana: しゅるい, en: Kind}, ask: {ja: どれ, en: Which},\n"
	"         options: [{id: all, label: {ja: 全員, kana: ぜんいん, en: All}}, {id: part, label: {ja: 一部, kana: いちぶ, en: Part}}]}\n"
	"      - {id: copies, type: integer, min: 1, max: 10, default: \"1\", label: {ja: 通数, kana: つうすう, en: Copies}}\n"
	"texts:\n"
	"  bring.fee: {ja: 手数料, kana: てすうりょう, en: Fee}\n"
	"  card.title: {ja: カード, en: Card}\n"
	"holidays: [2026-11-23]\n";

static void path_of(const struct folder *folder, const char *layer, const char *file, char out[256])
{
	snprintf(out, 256, "%s/%s%s%s", folder->path, layer, file ? "/" : "", file ? file : "");
}

void folder_make(struct folder *folder)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/madoguchi-config-XXXXXX");
	if (!mkdtemp(folder->path))
		abort();
	folder_write_text(folder, "town", "layer.yaml", "version: \"1\"\n");
	folder_write_text(folder, "town", "town.yaml", sound_town);
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
	return remove(path);
}

void folder_remove(struct folder *folder)
{
	if (nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
		abort();
}

void folder_write(const struct folder *folder, const char *layer, const char *file, const void *bytes, size_t n_bytes)
{
	char path[256];
	FILE *out;

	path_of(folder, layer, NULL, path);
	mkdir(path, 0700);
	path_of(folder, layer, file, path);
	out = fopen(path, "w");
	if (!out || fwrite(bytes, 1, n_bytes, out) != n_bytes || fclose(out) != 0)
		abort();
}

void folder_write_text(const struct folder *folder, const char *layer, const char *file, const char *text)
{
	folder_write(folder, layer, file, text, strlen(text));
}

int folder_load(const struct folder *folder, const char *layer, struct findings *findings, struct config **ret_config)
{
	const struct config_options options = {.templates_dir = folder->path, .allow_unsigned = true};
	char path[256];

	path_of(folder, layer, NULL, path);
	return config_load(path, &options, findings, ret_config);
}

static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

bool finding_stands(const struct findings *findings, enum finding_level level, const char *file, int line, int column,
		    const char *what)
{
	for (size_t i = 0; i < findings->n_items; i++) {
		const struct finding *item = &findings->items[i];

		if (item->level == level && ends_in(item->file, file) && (line == 0 || item->line == line) &&
		    (column == 0 || item->column == column) && strstr(item->what, what))
			return true;
	}
	fprintf(stderr, "# wanted %s:%d:%d: %s: …%s…, found:\n", file, line, column, level == FINDING_ERROR ? "error" : "warning", what);
	findings_print(findings, stderr);
	return false;
}
