/* SPDX-License-Identifier: MIT
 * Text for a person who will edit it by hand: every entry stands with a comment in Japanese that says when to change it,
 * and what most towns leave as it is stands as a comment. Names of places are written in the languages the parent offers. */
#include <string.h>

#include "shared/config/tool/new_town.h"
#include "shared/base/banned.h"

const char *const new_town_files[] = {"layer.yaml", "town.yaml", "holidays.yaml", NULL};

#define YEARS 2

/* What every town has, in each language a screen can offer. */
static const struct phrase {
	const char *language, *office, *window;
} phrases[] = {
	{"ja", "本庁", "1番窓口"},
	{"kana", "ほんちょう", "いちばん まどぐち"},
	{"ja-easy", "{本庁|ほんちょう}", "1{番|ばん} {窓口|まどぐち}"},
	{"en", "Main office", "Window 1"},
	{"zh-Hans", "主楼", "1号窗口"},
	{"ko", "본청", "1번 창구"},
	{"vi", "Trụ sở chính", "Quầy số 1"},
	{"pt", "Sede", "Guichê 1"},
	{"fil", "Pangunahing tanggapan", "Bintana 1"},
};

/* As it stands between double quotes. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void put_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	put_escaped(out, text);
	fputc('"', out);
}

static bool is_offered(const struct new_town *town, const char *language)
{
	const struct tree *languages = tree_find(tree_find(town->parent, "terminal"), "languages");

	if (strcmp(language, "ja") == 0 || strcmp(language, "kana") == 0 || strcmp(language, "en") == 0)
		return true;
	for (const struct tree *item = languages ? languages->first : NULL; item; item = item->next)
		if (item->kind == TREE_SCALAR && strcmp(item->scalar, language) == 0)
			return true;
	return false;
}

static void put_member(FILE *out, bool *is_first, const char *language)
{
	fprintf(out, "%s%s: ", *is_first ? "{" : ", ", language);
	*is_first = false;
}

/* {ja: "本庁", kana: …} of what @at gives of each phrase. */
static void put_phrase(const struct new_town *town, FILE *out, size_t at)
{
	bool is_first = true;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (!is_offered(town, phrases[i].language))
			continue;
		put_member(out, &is_first, phrases[i].language);
		put_quoted(out, *(const char *const *)((const char *)&phrases[i] + at));
	}
	fputs("}\n", out);
}

/* The town's name as it is called in @language; NULL when nobody has said it. */
static const char *name_in(const struct new_town *town, const char *language)
{
	if (strcmp(language, "ja") == 0 || strcmp(language, "zh-Hans") == 0)
		return town->name;
	return strcmp(language, "kana") == 0 ? town->kana : town->english;
}

/* "{BASE|READING}" */
static void put_ruby(FILE *out, const char *base, const char *reading)
{
	fputs("\"{", out);
	put_escaped(out, base);
	fprintf(out, "|%s}\"", reading);
}

static void put_name(const struct new_town *town, FILE *out)
{
	bool is_first = true;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		const char *language = phrases[i].language;
		bool is_easy = strcmp(language, "ja-easy") == 0;

		if (!is_offered(town, language) || (is_easy ? !town->kana : !name_in(town, language)))
			continue;
		put_member(out, &is_first, language);
		if (is_easy)
			put_ruby(out, town->name, town->kana);
		else
			put_quoted(out, name_in(town, language));
	}
	fputs("}\n", out);
}

static void put_layer(const struct new_town *town, FILE *out)
{
	fprintf(out, "# %s の 設定。下の extends が 共通の 設定です。ここに 書いていない ことは すべて 共通の とおりに なります。\n",
		town->name);
	fputs("# 変えたら version を ひとつ 上げてください。\nextends: ", out);
	put_quoted(out, town->extends);
	fprintf(out, "\ncode: \"%s\"\nversion: \"1\"\n", town->code);
}

static void put_serves(const struct new_town *town, FILE *out)
{
	const struct tree *services = tree_find(town->parent, "services");
	const char *before = "";

	fputs("    serves: [", out);
	for (const struct tree *service = services ? services->first : NULL; service; service = service->next) {
		fprintf(out, "%s%s", before, tree_text(service, "id"));
		before = ", ";
	}
	fputs("]\n", out);
}

static void put_counter(const struct new_town *town, FILE *out)
{
	fprintf(out, "municipality:\n  code: \"%s\"          # 全国地方公共団体コード（6けた）。変えないでください\n  name: ", town->code);
	put_name(town, out);
	if (!town->kana || !town->english)
		fputs("  # ↑ よみ（kana）と 英語（en）の 名前を 書き足してください。例: {ja: 見本村, kana: みほんむら, en: Mihon Village}\n", out);
	fputs("\noffices:\n  - id: honcho           # 端末や 窓口から この名で よばれます。変えないでください\n    name: ", out);
	put_phrase(town, out, offsetof(struct phrase, office));
	fputs("    hours: {mon-fri: \"08:30-17:15\"}   # 開庁時間。延長のある日: {mon-fri: \"08:30-17:15\", thu: \"08:30-19:00\"}\n"
	      "    # lunch: \"12:00-13:00\"              # 昼休みに 窓口を 閉めるとき、行頭の # を とります\n"
	      "\n# 窓口。ふやすときは 「- id: w1」から 下を 写して、w2、w3 … とします。serves は その窓口が 受ける 業務です。\n"
	      "windows:\n  - id: w1\n    office: honcho\n    label: ", out);
	put_phrase(town, out, offsetof(struct phrase, window));
	fputs("    # place: {ja: 1階 右手, kana: いっかい みぎて, en: \"Ground floor, right\"}   # 番号札に 出る 場所\n", out);
	put_serves(town, out);
}

static void put_services_hint(const struct new_town *town, FILE *out)
{
	const struct tree *services = tree_find(town->parent, "services");

	fputs("\n# 業務。共通と ちがうものだけ 行頭の # を とって 直します。なくすときは {id: …, remove: true}（窓口の serves からも 消します）。\n"
	      "# services:\n", out);
	for (const struct tree *service = services ? services->first : NULL; service; service = service->next)
		fprintf(out, "#   - {id: %s, prefix: \"%s\", numbers: %s, minutes: %s}   # %s\n", tree_text(service, "id"),
			tree_text(service, "prefix"), tree_text(service, "numbers"), tree_text(service, "minutes"),
			tree_text(tree_find(service, "name"), "ja"));
}

static void put_fees_hint(const struct new_town *town, FILE *out)
{
	const struct tree *procedures = tree_find(town->parent, "procedures");

	fputs("\n# 手数料（1通・円）。条例の 金額と 見くらべて、ちがうものだけ 行頭の # を とって 直します。\n# procedures:\n", out);
	for (const struct tree *procedure = procedures ? procedures->first : NULL; procedure; procedure = procedure->next) {
		const char *fee = tree_text(procedure, "fee_yen");

		if (*fee != '\0' && strcmp(fee, "0") != 0)
			fprintf(out, "#   - {id: %s, fee_yen: %s}   # %s\n", tree_text(procedure, "id"), fee,
				tree_text(tree_find(procedure, "name"), "ja"));
	}
}

static void put_holidays(const struct new_town *town, FILE *out)
{
	fputs("# 役場だけの 休みの日（国民の祝日は 共通の 設定に あります）。年末年始は 条例で 確かめてください。\nholidays:\n", out);
	for (int year = town->year; year < town->year + YEARS; year++) {
		for (int day = 29; day <= 31; day++)
			fprintf(out, "  - %d-12-%d\n", year, day);
		for (int day = 2; day <= 3; day++)
			fprintf(out, "  - %d-01-%02d\n", year + 1, day);
	}
}

void new_town_write(const struct new_town *town, size_t which, FILE *out)
{
	switch (which) {
	case 0:
		put_layer(town, out);
		return;
	case 1:
		put_counter(town, out);
		put_services_hint(town, out);
		put_fees_hint(town, out);
		return;
	default:
		put_holidays(town, out);
	}
}
