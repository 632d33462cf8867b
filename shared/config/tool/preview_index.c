/* SPDX-License-Identifier: MIT
 * The page a mayor clicks through: what is still missing on top, then screens, forms, slip, board, phone and console as cards.
 * Everything is a file beside it, so that it opens from a USB stick; the language is chosen by a switch that the style sheet reads. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/config/layer/memory.h"
#include "shared/config/tool/preview.h"
#include "shared/base/banned.h"

static const char style[] =
	":root{--ink:#1a1a1a;--soft:#5c5c5c;--line:#d6d6d6;--key:#0017c1;--ground:#f4f5fb}*{box-sizing:border-box}"
	"body{margin:0;color:var(--ink);background:var(--ground);font:16px/1.7 'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic UI',sans-serif}"
	"header.top{padding:28px 40px 20px;background:var(--key);color:#fff}header.top h1{margin:0;font-size:32px;line-height:1.3}header.top p{margin:4px 0 0}"
	"main{max-width:1560px;margin:0 auto;padding:8px 40px 80px}h2{margin:44px 0 4px;font-size:25px;line-height:1.35}h3{margin:26px 0 8px;font-size:19px}"
	".note{margin:0 0 12px;color:var(--soft)}"
	".bar{position:sticky;top:0;z-index:5;display:flex;flex-wrap:wrap;gap:8px 10px;align-items:center;padding:10px 40px;background:#fff;border-bottom:3px solid var(--key)}"
	".bar a{padding:4px 12px;border-radius:8px;color:var(--ink);text-decoration:none}.bar a:hover,.bar a:focus{background:var(--ground);text-decoration:underline}"
	".bar .languages{display:flex;flex-wrap:wrap;gap:6px;margin-left:auto;align-items:center}"
	".bar label{padding:4px 14px;border:2px solid var(--key);border-radius:20px;background:#fff;color:var(--key);font-weight:700;cursor:pointer}"
	"input.switch{position:absolute;opacity:0}"
	".grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:18px}.grid.wide{grid-template-columns:repeat(auto-fill,438px)}"
	".grid.paper{grid-template-columns:repeat(auto-fill,minmax(400px,1fr))}.grid.narrow{grid-template-columns:repeat(auto-fill,238px)}"
	".card{display:block;overflow:hidden;border:1px solid var(--line);border-radius:12px;background:#fff;color:inherit;text-decoration:none;transition:box-shadow .15s}"
	"a.card:hover,a.card:focus{box-shadow:0 0 0 3px var(--key)}.card img{display:block;width:100%;height:auto;border-bottom:1px solid var(--line)}"
	".card b{display:block;padding:8px 14px 0;line-height:1.4}.card small{display:block;padding:0 14px 10px;color:var(--soft);overflow-wrap:anywhere}"
	".pair{display:grid;grid-template-columns:1fr 1fr;gap:8px;padding:10px}.pair a{color:inherit}.pair img{border:1px solid var(--line);border-radius:4px}"
	".pair span,.links{font-size:14px;color:var(--soft)}.links{padding:0 14px 12px}.links a{margin-right:14px}"
	".window{position:relative;overflow:hidden;width:100%;border-bottom:1px solid var(--line);background:#fff}"
	".window iframe{position:absolute;top:0;left:0;border:0;transform-origin:0 0;pointer-events:none}"
	".screen{aspect-ratio:16/9}.screen iframe{width:1600px;height:900px;transform:scale(.2725)}"
	".stand{aspect-ratio:9/16}.stand iframe{width:900px;height:1600px;transform:scale(.262)}"
	".phone{aspect-ratio:390/780}.phone iframe{width:390px;height:780px;transform:scale(.605)}"
	".missing{padding:16px 22px;border:2px solid #b45a00;border-radius:12px;background:#fff8ec}.missing.none{border-color:#1d7a46;background:#eef8f1}"
	".missing h2{margin:0 0 4px}.missing ul{margin:6px 0 0;padding-left:1.3em}.missing li{overflow-wrap:anywhere}.missing code{font:13px/1.5 monospace;color:var(--soft)}"
	".missing details{margin-top:8px}summary{cursor:pointer;font-weight:700}"
	"@media print{.bar,input{display:none}}";

/* What a screen shows, by the beginning of its name; longer beginnings first. */
static const struct screen_title {
	const char *name, *title;
	int group;
} screen_titles[] = {
	{"start-closed", "受付時間の外", 0}, {"start-queue-away", "番号札が 出せないとき", 0}, {"start", "はじめの画面", 0},
	{"guide", "手続きを さがす", 0}, {"services", "業務を えらぶ", 0}, {"procedures", "手続きを えらぶ", 0}, {"language", "ことばを えらぶ", 0},
	{"card-number", "在留カードの 番号", 1}, {"card", "カードを 置く", 1}, {"by-hand", "手で 書く", 1}, {"take-card", "カードを 取る", 1},
	{"reading", "読み取り中", 1}, {"scan", "書類を 読む", 1}, {"other-kind", "ちがう カード", 1}, {"expired", "期限が 切れた カード", 1},
	{"failed", "カードが 使えないとき", 1}, {"number-ask", "個人番号を 使うか", 2}, {"pin", "暗証番号", 2}, {"last-try", "あと1回", 2},
	{"blocked", "暗証番号が 使えない", 2}, {"b-", "カードに 書いてある 番号", 2}, {"check", "内容を 確かめる", 3}, {"correct", "直す", 3},
	{"question", "質問", 3}, {"review", "申請書を 確かめる", 3}, {"printing", "印刷中", 4}, {"ticket", "番号札", 4}, {"no-ticket", "番号札が 出ないとき", 4},
	{"staff", "職員を よぶ", 4}, {"quit", "やめる", 4}, {"warning", "まもなく おわります", 4},
};
static const char *const group_titles[] = {"はじめ・えらぶ", "カード", "暗証番号", "確かめる・質問", "おわり・職員をよぶ", "そのほか"};
#define GROUPS (sizeof(group_titles) / sizeof(group_titles[0]))

static void put(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else
			fputc(*text, out);
	}
}

static const char *language_name(const char *language)
{
	static const char *const names[][2] = {{"ja", "日本語"}, {"ja-easy", "やさしい日本語"}, {"en", "English"}, {"zh-Hans", "中文"}, {"ko", "한국어"},
					       {"vi", "Tiếng Việt"}, {"pt", "Português"}, {"fil", "Filipino"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], language) == 0)
			return names[i][1];
	return language;
}

static bool exists(const struct preview *preview, const char *path)
{
	const char *whole = memory_format(preview->memory, "%s/%s", preview->out, path);

	return whole && access(whole, R_OK) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* ---- top --------------------------------------------------------------------------------------------------------- */

static void put_head(const struct preview *preview, FILE *out)
{
	const struct config *config = preview->config;
	const char *town = preview_title(preview, &config->municipality.name);

	fprintf(out, "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
	put(out, town);
	fprintf(out, " の窓口 — 下見</title><style>%s", style);
	for (size_t i = 0; i < config->terminal.n_languages; i++)
		fprintf(out, "#l%zu:checked~.bar label[for=l%zu]{background:var(--key);color:#fff}#l%zu:focus-visible~.bar label[for=l%zu]{outline:3px solid #000}"
			"#l%zu:not(:checked)~main .l%zu{display:none}", i, i, i, i, i, i);
	fputs("</style></head>\n<body>\n<header class=\"top\"><h1>", out);
	put(out, town);
	fprintf(out, " の窓口 — 下見</h1><p>団体コード %s。来庁者と 職員が 見るものを すべて 並べました。押すと 大きく 見られます。人も 番号も 見本です。</p></header>\n",
		config->municipality.code);
	for (size_t i = 0; i < config->terminal.n_languages; i++)
		fprintf(out, "<input class=\"switch\" type=\"radio\" name=\"language\" id=\"l%zu\"%s>", i, i == 0 ? " checked" : "");
	fputs("\n<nav class=\"bar\" aria-label=\"目次\"><a href=\"#missing\">足りないもの</a><a href=\"#screens\">端末の画面</a><a href=\"#forms\">申請書</a>"
	      "<a href=\"#slips\">番号札</a><a href=\"#boards\">呼出表示</a><a href=\"#phones\">スマホ</a><a href=\"#consoles\">職員の画面</a><span class=\"languages\">ことば:", out);
	for (size_t i = 0; i < config->terminal.n_languages; i++)
		fprintf(out, "<label for=\"l%zu\" lang=\"%s\">%s</label>", i, config->terminal.languages[i], language_name(config->terminal.languages[i]));
	fputs("</span></nav>\n<main>\n", out);
}

static void put_finding(const struct finding *finding, FILE *out)
{
	fputs("<li>", out);
	put(out, finding->what);
	fputs(" <code>", out);
	put(out, finding->file);
	fprintf(out, ":%d</code></li>\n", finding->line);
}

/* What check says, and what could not be drawn. */
static void put_missing(const struct preview *preview, FILE *out)
{
	const struct findings *findings = preview->findings;
	size_t n = findings->n_items + preview->jobs->n_failed;

	fprintf(out, "<section class=\"missing%s\" id=\"missing\"><h2>%s</h2>\n", n == 0 ? " none" : "",
		n == 0 ? "足りないものは ありません" : "まだ 足りないもの");
	if (n > 0)
		fprintf(out, "<p>あと <b>%zu</b> 件。書き足すと、次の下見から 消えます。</p>\n<ul>\n", n);
	for (size_t i = 0; i < preview->jobs->n_items; i++) {
		const struct job *job = &preview->jobs->items[i];

		if (job->state != JOB_FAILED)
			continue;
		fputs("<li><b>描けませんでした: ", out);
		put(out, job->what);
		fputs("</b> <code>", out);
		put(out, job->said);
		fputs("</code></li>\n", out);
	}
	for (size_t i = 0; i < findings->n_items; i++) {
		if (i == 8)
			fprintf(out, "</ul><details><summary>ほか %zu 件を 見る</summary><ul>\n", findings->n_items - i);
		put_finding(&findings->items[i], out);
	}
	fputs(n > 0 ? "</ul>\n" : "", out);
	fputs(findings->n_items > 8 ? "</details></section>\n" : "</section>\n", out);
}

/* ---- screens ----------------------------------------------------------------------------------------------------- */

static const struct screen_title *title_of(const char *name)
{
	for (size_t i = 0; i < sizeof(screen_titles) / sizeof(screen_titles[0]); i++)
		if (strncmp(name, screen_titles[i].name, strlen(screen_titles[i].name)) == 0)
			return &screen_titles[i];
	return NULL;
}

/* @file: LANGUAGE-NN-NAME.png. Gives NAME.png, or NULL when it is of another language. */
static const char *screen_name(const char *file, const char *language)
{
	size_t n = strlen(language);

	if (strncmp(file, language, n) != 0 || file[n] != '-' || strspn(file + n + 1, "0123456789") == 0)
		return NULL;
	file += n + 1;
	file += strspn(file, "0123456789");
	return *file == '-' ? file + 1 : NULL;
}

static void put_screen(const char *folder, const char *file, const char *name, FILE *out)
{
	const struct screen_title *title = title_of(name);
	int n = (int)strcspn(name, ".");

	fprintf(out, "<a class=\"card\" href=\"%s/%s\"><img loading=\"lazy\" src=\"%s/%s\" alt=\"\">", folder, file, folder, file);
	fprintf(out, "<b>%s</b><small>%.*s</small></a>\n", title ? title->title : "画面", n, name);
}

static void put_screen_group(const struct preview *preview, const char *folder, struct dirent **files, int n_files, size_t group,
			     bool has_title, FILE *out)
{
	const struct config *config = preview->config;
	bool is_begun = false;

	for (size_t l = 0; l < config->terminal.n_languages; l++)
		for (int i = 0; i < n_files; i++) {
			const char *name = screen_name(files[i]->d_name, config->terminal.languages[l]);
			const struct screen_title *title = name ? title_of(name) : NULL;

			if (!name || (has_title && (title ? (size_t)title->group : GROUPS - 1) != group))
				continue;
			if (!is_begun && has_title)
				fprintf(out, "<h3>%s</h3>\n", group_titles[group]);
			if (!is_begun)
				fputs("<div class=\"grid\">\n", out);
			is_begun = true;
			fprintf(out, "<div class=\"l%zu\">", has_title ? l : config->terminal.n_languages);
			put_screen(folder, files[i]->d_name, name, out);
			fputs("</div>\n", out);
		}
	fputs(is_begun ? "</div>\n" : "", out);
}

static int put_screens(const struct preview *preview, const char *folder, bool has_groups, FILE *out)
{
	const char *path = memory_format(preview->memory, "%s/%s", preview->out, folder);
	struct dirent **files = NULL;
	int n = path ? scandir(path, &files, NULL, by_name) : -1;

	if (n < 0)
		return fault_raise(-errno);
	for (size_t group = 0; group < (has_groups ? GROUPS : 1); group++)
		put_screen_group(preview, folder, files, n, group, has_groups, out);
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	return 0;
}

/* ---- paper ------------------------------------------------------------------------------------------------------- */

static void put_form(const struct preview *preview, const struct form *form, FILE *out)
{
	static const struct {
		const char *end, *title;
	} sides[] = {{"blank", "白紙"}, {"filled", "記入例"}};

	fputs("<div class=\"card\"><div class=\"pair\">", out);
	for (size_t i = 0; i < 2; i++) {
		const char *png = memory_format(preview->memory, "forms/%s-%s.png", form->id, sides[i].end);

		if (png && exists(preview, png))
			fprintf(out, "<a href=\"%s\"><img loading=\"lazy\" src=\"%s\" alt=\"\"><span>%s</span></a>", png, png, sides[i].title);
		else
			fprintf(out, "<span>%s: 描けませんでした</span>", sides[i].title);
	}
	fputs("</div><b>", out);
	put(out, preview_title(preview, &form->title));
	fprintf(out, "</b><small>%s 第%d版</small><p class=\"links\">", form->id, form->version);
	for (size_t i = 0; i < 2; i++)
		fprintf(out, "<a href=\"forms/%s-%s.pdf\">%s PDF</a>", form->id, sides[i].end, sides[i].title);
	fputs("</p></div>\n", out);
}

static void put_slips(const struct preview *preview, FILE *out)
{
	const struct config *config = preview->config;

	fputs("<div class=\"grid narrow\">\n", out);
	for (size_t i = 0; i < config->terminal.n_languages; i++) {
		const char *language = config->terminal.languages[i];
		const char *png = memory_format(preview->memory, "slips/%s.png", language);

		if (png && exists(preview, png))
			fprintf(out, "<a class=\"card\" href=\"%s\"><img loading=\"lazy\" src=\"%s\" alt=\"\"><b>%s</b><small>%s</small></a>\n", png, png,
				language_name(language), language);
	}
	fputs("</div>\n", out);
}

/* ---- pages of the browser ---------------------------------------------------------------------------------------- */

static const char *state_title(const char *kind, const char *state)
{
	static const struct {
		const char *kind, *state, *title;
	} titles[] = {
		{"board", "start", "まだ だれも 呼んでいない"}, {"board", "called", "番号を 呼んだ"},
		{"phone", "no-window", "窓口が 開く前"}, {"phone", "waiting", "待っている"}, {"phone", "called", "呼ばれた"},
		{"phone", "serving", "対応中"}, {"phone", "held", "保留"}, {"phone", "no-show", "来なかった"}, {"phone", "cancelled", "取り消した"},
		{"phone", "finished", "おわった"}, {"phone", "gone", "番号が ない"},
		{"clerk", "sign-in", "サインイン"}, {"clerk", "choose", "窓口を えらぶ"}, {"clerk", "called", "呼んだところ"}, {"clerk", "serving", "申請書を 見る"},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (strcmp(titles[i].kind, kind) == 0 && strcmp(titles[i].state, state) == 0)
			return titles[i].title;
	return state;
}

static size_t language_index(const struct config *config, const char *language)
{
	for (size_t i = 0; i < config->terminal.n_languages; i++)
		if (strcmp(config->terminal.languages[i], language) == 0)
			return i;
	return 0;
}

static const char *word(const json_t *page, const char *member)
{
	const char *text = json_string_value(json_object_get(page, member));

	return text ? text : "";
}

static void put_page(const struct preview *preview, const json_t *page, const char *shape, FILE *out)
{
	const char *kind = word(page, "kind");

	if (strcmp(kind, "phone") == 0)
		fprintf(out, "<div class=\"l%zu\">", language_index(preview->config, word(page, "language")));
	else
		fputs("<div>", out);
	fputs("<a class=\"card\" href=\"pages/", out);
	put(out, word(page, "file"));
	fprintf(out, "\"><div class=\"window %s\"><iframe loading=\"lazy\" tabindex=\"-1\" title=\"\" src=\"pages/", shape);
	put(out, word(page, "file"));
	fprintf(out, "\"></iframe></div><b>%s</b><small>", state_title(kind, word(page, "state")));
	put(out, word(page, "office_name"));
	fputs("</small></a></div>\n", out);
}

static void put_pages(const struct preview *preview, const json_t *pages, const char *kind, const char *shape, const char *grid, FILE *out)
{
	const json_t *page;
	size_t i;

	fprintf(out, "<div class=\"grid %s\">\n", grid);
	json_array_foreach(pages, i, page)
		if (strcmp(word(page, "kind"), kind) == 0)
			put_page(preview, page, shape, out);
	fputs("</div>\n", out);
}

static void put_web(const struct preview *preview, FILE *out)
{
	const char *path = memory_format(preview->memory, "%s/pages/pages.json", preview->out);
	json_t *list = path ? json_load_file(path, 0, NULL) : NULL;
	const json_t *pages = json_object_get(list, "pages");

	fputs("<h2 id=\"boards\">呼出表示</h2><p class=\"note\">待合の 大きな画面。横長でも 縦長でも 使えます。本物の ページに 見本の 一日を 入れたものです。</p>\n", out);
	put_pages(preview, pages, "board", "screen", "wide", out);
	fputs("<h3>縦長の 画面</h3>\n", out);
	put_pages(preview, pages, "board", "stand", "narrow", out);
	fputs("<h2 id=\"phones\">スマホ</h2><p class=\"note\">番号札の QRコードから 開く ページ。</p>\n", out);
	put_pages(preview, pages, "phone", "phone", "narrow", out);
	fputs("<h2 id=\"consoles\">職員の画面</h2><p class=\"note\">窓口の パソコンの ブラウザーで 使います。</p>\n", out);
	put_pages(preview, pages, "clerk", "screen", "wide", out);
	json_decref(list);
}

static int put_all(const struct preview *preview, FILE *out)
{
	int r;

	put_head(preview, out);
	put_missing(preview, out);
	fputs("<h2 id=\"screens\">端末の画面</h2><p class=\"note\">来庁者が さわる 画面。上の「ことば」で 切りかわります。</p>\n", out);
	r = put_screens(preview, "screens", true, out);
	fputs("<details><summary>大きな字（150％）</summary>\n", out);
	if (r == 0)
		r = put_screens(preview, "screens-large", false, out);
	fputs("</details>\n<h2 id=\"forms\">申請書</h2><p class=\"note\">白紙と、見本 花子さんが 端末で 作ったもの。</p><div class=\"grid paper\">\n", out);
	for (size_t i = 0; i < preview->config->n_forms; i++)
		put_form(preview, &preview->config->forms[i], out);
	fputs("</div>\n<h2 id=\"slips\">番号札</h2><p class=\"note\">ことばごとに、実際の 大きさの 比で。</p>\n", out);
	put_slips(preview, out);
	put_web(preview, out);
	fputs("</main>\n</body></html>\n", out);
	return r;
}

int preview_index(const struct preview *preview)
{
	const char *path = memory_format(preview->memory, "%s/index.html", preview->out);
	CLEANUP(fclosep) FILE *out = path ? fopen(path, "we") : NULL;
	int r;

	if (!out)
		return fault_raise(path ? -errno : -ENOMEM);
	r = put_all(preview, out);
	if (r < 0)
		return r;
	return fflush(out) != 0 || ferror(out) ? fault_raise(errno ? -errno : -EIO) : 0;
}
