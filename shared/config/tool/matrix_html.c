/* SPDX-License-Identifier: MIT
 * The matrix as one page: towns down, entries across under vertical headings, both headings staying while one scrolls. Sign and
 * letter say what colour only helps to see. The filters are check boxes read by the style sheet, so that the page needs no script. */
#include <string.h>

#include "shared/config/tool/matrix.h"
#include "shared/base/banned.h"

static const char style[] =
	":root{--ink:#1a1a1a;--soft:#5c5c5c;--line:#d6d6d6;--key:#0017c1}"
	"*{box-sizing:border-box}body{margin:0;padding:24px 28px 64px;color:var(--ink);background:#fff;"
	"font:15px/1.6 'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic UI',sans-serif}"
	"h1{margin:0 0 4px;font-size:28px;line-height:1.3}h2{margin:40px 0 8px;font-size:20px}h3{margin:28px 0 6px;font-size:17px}"
	".lead{margin:0 0 14px;color:var(--soft)}.lead b{color:var(--ink);font-size:19px}"
	".legend,.filters{display:flex;flex-wrap:wrap;gap:6px 20px;margin:0 0 10px;padding:0;list-style:none;align-items:center}"
	".legend .cell{display:inline-flex;width:40px;height:26px;margin-right:6px;align-items:center;justify-content:center;border-radius:4px;vertical-align:middle}"
	".filters label{display:inline-flex;gap:6px;align-items:center;min-height:32px;cursor:pointer}.filters input{width:18px;height:18px;accent-color:var(--key)}"
	".frame{overflow:auto;width:fit-content;max-width:100%;max-height:calc(100vh - 40px);border:1px solid var(--line);border-radius:8px}"
	"table{border-collapse:separate;border-spacing:0}"
	".matrix th,.matrix td{border-right:1px solid #ececec;border-bottom:1px solid #ececec}"
	".matrix td{height:27px;min-width:34px;padding:0;text-align:center;font-size:13px;white-space:nowrap}"
	".matrix td a,.matrix td span.v{display:block;padding:2px 5px;color:inherit;text-decoration:none}"
	".matrix td a:hover,.matrix td a:focus{outline:3px solid var(--key);outline-offset:-3px}"
	".matrix td small{font-size:11px;font-weight:700}"
	".matrix thead th{position:sticky;z-index:2;background:#f4f5fb;font-weight:400}"
	".matrix thead tr:first-child th{top:0;height:30px;padding:0 8px;border-right:2px solid #c3c6dd;text-align:left;font-weight:700;white-space:nowrap}"
	".matrix thead tr.names th{top:30px;height:212px;padding:8px 0;vertical-align:bottom}"
	".matrix thead tr.names th span{display:inline-block;writing-mode:vertical-rl;max-height:196px;overflow:hidden;line-height:1.25;text-align:left}"
	".matrix thead tr.sums th{top:242px;height:26px;border-bottom:2px solid #c3c6dd;font-size:12px;color:var(--soft)}"
	".matrix thead tr.sums th b{color:var(--ink)}"
	".matrix th.town{position:sticky;left:0;z-index:1;width:210px;min-width:210px;padding:0 10px;background:#fff;border-right:2px solid #c3c6dd;"
	"text-align:left;font-weight:700;white-space:nowrap}.matrix th.town small{color:var(--soft);font-weight:400;font-variant-numeric:tabular-nums}"
	".matrix th.town i{float:right;min-width:26px;padding:0 6px;border-radius:9px;background:#eceef8;font-style:normal;font-size:12px;line-height:19px;margin-top:4px;text-align:center}"
	".matrix thead th.corner{left:0;z-index:3}"
	".matrix tbody tr:hover td,.matrix tbody tr:hover th{box-shadow:inset 0 2px #8d97e8,inset 0 -2px #8d97e8}"
	".same{color:#767676}.changed{background:#ffe9b3;color:#5c3b00}.added{background:#cfeed8;color:#0b4a25}"
	".removed{background:#f6d5d5;color:#7d0d0d}.value{color:#1a1a1a}.broken{background:#7d0d0d;color:#fff;text-align:left!important}"
	".lively{display:none}#only:checked~.frame .lively{display:table-cell}#only:checked~.frame .dull,#only:checked~.frame .calm{display:none}"
	"#g0:not(:checked)~.frame .g0,#g1:not(:checked)~.frame .g1,#g2:not(:checked)~.frame .g2,#g3:not(:checked)~.frame .g3,"
	"#g4:not(:checked)~.frame .g4,#g5:not(:checked)~.frame .g5,#g6:not(:checked)~.frame .g6{display:none}"
	".off{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
	"input.switch{position:absolute;opacity:0}input.switch:focus-visible~.filters{outline:3px solid var(--key)}"
	".filters label::before{content:'☐';font-size:20px;line-height:1}"
	"#only:checked~.filters label[for=only]::before,#g0:checked~.filters label[for=g0]::before,#g1:checked~.filters label[for=g1]::before,"
	"#g2:checked~.filters label[for=g2]::before,#g3:checked~.filters label[for=g3]::before,#g4:checked~.filters label[for=g4]::before,"
	"#g5:checked~.filters label[for=g5]::before,#g6:checked~.filters label[for=g6]::before{content:'☑';color:var(--key)}"
	".list{width:100%;max-width:1200px;border-top:2px solid #c3c6dd}.list th,.list td{padding:4px 10px;border-bottom:1px solid var(--line);"
	"text-align:left;vertical-align:top;overflow-wrap:anywhere}.list th{font-weight:400;color:var(--soft);white-space:nowrap}"
	".list td:first-child{width:24%}.list td code{font:13px/1.5 monospace;color:var(--soft)}.list tr:target td{background:#fff6d6}"
	"@media print{.frame{max-height:none;overflow:visible;border:0}.filters,input{display:none}}";

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

static const char *const classes[] = {"same", "changed", "added", "removed", "value"};
static const char *const signs[] = {"・", "△", "＋", "×", ""};
static const char *const words[] = {"共通と同じ", "変更", "追加", "削除", ""};

static void put_head(const struct matrix *matrix, FILE *out)
{
	size_t n_deviating = 0;

	for (size_t t = 0; t < matrix->n_towns; t++)
		n_deviating += matrix->towns[t]->n_deviating;
	fprintf(out, "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n"
		"<title>町ごとの ちがい</title><style>%s</style></head>\n<body>\n<h1>町ごとの ちがい</h1>\n", style);
	fprintf(out, "<p class=\"lead\"><b>%zu</b> の町が 一つの 共通設定を 使っています。項目は <b>%zu</b>、ちがいは 全部で <b>%zu</b>。"
		"色のついた ますを 押すと 中身が 見られます。申請書の あて先は 町ごとに ちがうものなので 数えません。</p>\n",
		matrix->n_towns, matrix->n_rows, n_deviating);
	fputs("<ul class=\"legend\" aria-label=\"しるしの意味\"><li><span class=\"cell same\">・</span>共通と同じ</li>"
	      "<li><span class=\"cell changed\">△<small>町</small></span>変更</li><li><span class=\"cell added\">＋<small>町</small></span>追加</li>"
	      "<li><span class=\"cell removed\">×<small>町</small></span>削除</li>"
	      "<li>小さい字は どの層で: <b>県</b> 都道府県　<b>町</b> 市町村　<b>所</b> 庁舎　<b>端</b> 端末</li></ul>\n", out);
	fputs("<input class=\"switch\" type=\"checkbox\" id=\"only\">", out);
	for (int group = 0; group < GROUPS; group++)
		fprintf(out, "<input class=\"switch\" type=\"checkbox\" id=\"g%d\" checked>", group);
	fputs("\n<div class=\"filters\"><label for=\"only\"><b>ちがいだけ 見る</b></label>", out);
	for (int group = 0; group < GROUPS; group++)
		fprintf(out, "<label for=\"g%d\">%s</label>", group, matrix_group_name((enum matrix_group)group));
	fputs("</div>\n", out);
}

static bool is_dull(const struct matrix_row *row)
{
	return row->n_deviating == 0 && row->group != GROUP_TOWN;
}

static void put_groups(const struct matrix *matrix, FILE *out)
{
	fputs("<tr><th class=\"town corner\" rowspan=\"2\" scope=\"col\">町</th>", out);
	for (int group = 0; group < GROUPS; group++) {
		size_t n = 0, n_lively = 0;

		for (size_t i = 0; i < matrix->n_rows; i++) {
			n += (int)matrix->rows[i].group == group;
			n_lively += (int)matrix->rows[i].group == group && !is_dull(&matrix->rows[i]);
		}
		/* two headings, as wide as what is shown with and without the filter */
		if (n > 0)
			fprintf(out, "<th class=\"g%d %s\" colspan=\"%zu\" scope=\"colgroup\">%s</th>", group,
				n_lively < n ? "dull" : "", n, matrix_group_name((enum matrix_group)group));
		if (n_lively > 0 && n_lively < n)
			fprintf(out, "<th class=\"g%d lively\" colspan=\"%zu\" scope=\"colgroup\">%s</th>", group, n_lively,
				matrix_group_name((enum matrix_group)group));
	}
	fputs("</tr>\n", out);
}

static void put_columns(const struct matrix *matrix, FILE *out)
{
	fputs("<table class=\"matrix\"><caption class=\"off\">町を たてに、項目を よこに ならべた 表。ますは その町の その項目が 共通と どうちがうか。</caption><thead>\n", out);
	put_groups(matrix, out);
	fputs("<tr class=\"names\">", out);
	for (size_t i = 0; i < matrix->n_rows; i++) {
		const struct matrix_row *row = &matrix->rows[matrix->order[i]];

		fprintf(out, "<th class=\"g%d%s\" scope=\"col\" title=\"", row->group, is_dull(row) ? " dull" : "");
		put(out, row->key);
		fputs("\"><span>", out);
		put(out, row->label);
		fputs("</span></th>", out);
	}
	fputs("</tr>\n<tr class=\"sums\"><th class=\"town corner\" scope=\"row\">ちがう町の数</th>", out);
	for (size_t i = 0; i < matrix->n_rows; i++) {
		const struct matrix_row *row = &matrix->rows[matrix->order[i]];

		if (row->n_deviating > 0)
			fprintf(out, "<th class=\"g%d\"><b>%zu</b></th>", row->group, row->n_deviating);
		else
			fprintf(out, "<th class=\"g%d%s\"></th>", row->group, is_dull(row) ? " dull" : "");
	}
	fputs("</tr>\n</thead><tbody>\n", out);
}

static void put_title(const struct matrix_row *row, const struct matrix_cell *cell, FILE *out)
{
	put(out, row->label);
	fprintf(out, "：%s", words[cell->state]);
	if (cell->first && (*cell->first->before != '\0' || *cell->first->after != '\0')) {
		fputs("\n", out);
		put(out, cell->first->before);
		fputs(" → ", out);
		put(out, cell->first->after);
	}
	if (cell->n_details > 1)
		fprintf(out, "\nほか %zu", cell->n_details - 1);
}

static void put_cell(const struct matrix *matrix, size_t town, size_t row, FILE *out)
{
	const struct matrix_row *heading = &matrix->rows[row];
	const struct matrix_cell *cell = matrix->towns[town]->cells[row];
	char layers[16];

	if (!cell || cell->state == CELL_SAME || cell->state == CELL_VALUE) {
		fprintf(out, "<td class=\"%s g%d%s\">", cell && *cell->value != '\0' ? "value" : "same", heading->group,
			is_dull(heading) ? " dull" : "");
		fputs("<span class=\"v\">", out);
		put(out, cell && *cell->value != '\0' ? cell->value : signs[CELL_SAME]);
		fputs("</span></td>", out);
		return;
	}
	fprintf(out, "<td class=\"%s g%d\"><a href=\"#t%zu-%zu\" title=\"", classes[cell->state], heading->group, town, row);
	put_title(heading, cell, out);
	fprintf(out, "\">%s", signs[cell->state]);
	put(out, cell->value);
	fprintf(out, "<small>%s</small><span class=\"off\">%s</span></a></td>", matrix_layers_text(cell->layers, layers),
		words[cell->state]);
}

static void put_town(const struct matrix *matrix, size_t t, FILE *out)
{
	const struct matrix_town *town = matrix->towns[t];

	fprintf(out, "<tr%s><th class=\"town\" scope=\"row\">", town->n_deviating == 0 && town->n_errors == 0 ? " class=\"calm\"" : "");
	if (town->n_deviating > 0)
		fprintf(out, "<i title=\"ちがいの数\">%zu</i>", town->n_deviating);
	put(out, town->name);
	fputs(" <small>", out);
	put(out, town->code);
	fputs("</small></th>", out);
	if (town->n_errors > 0)
		fprintf(out, "<td class=\"broken\" colspan=\"%zu\"><span class=\"v\">読めません：誤りが %zu あります（check で 見てください）</span></td>",
			matrix->n_rows, town->n_errors);
	for (size_t i = 0; i < matrix->n_rows && town->n_errors == 0; i++)
		put_cell(matrix, t, matrix->order[i], out);
	fputs("</tr>\n", out);
}

static void put_details(const struct matrix *matrix, size_t t, FILE *out)
{
	const struct matrix_town *town = matrix->towns[t];
	char layers[16];

	if (town->n_deviating == 0)
		return;
	fputs("<h3>", out);
	put(out, town->name);
	fprintf(out, "</h3>\n<table class=\"list\"><thead><tr><th scope=\"col\">項目</th><th scope=\"col\">しるし</th><th scope=\"col\">共通</th>"
		"<th scope=\"col\">この町</th><th scope=\"col\">どこで</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < matrix->n_rows; i++) {
		size_t row = matrix->order[i];
		const struct matrix_cell *cell = town->cells[row];

		if (!matrix_is_deviating(cell))
			continue;
		for (const struct matrix_detail *detail = cell->first; detail; detail = detail->next) {
			if (detail == cell->first)
				fprintf(out, "<tr id=\"t%zu-%zu\">", t, row);
			else
				fputs("<tr>", out);
			fputs("<td>", out);
			put(out, detail == cell->first ? matrix->rows[row].label : "");
			fputs("<br><code>", out);
			put(out, detail->path);
			fprintf(out, "</code></td><td>%s<small>%s</small></td><td>", signs[cell->state], matrix_layers_text(cell->layers, layers));
			put(out, detail->before);
			fputs("</td><td>", out);
			put(out, detail->after);
			fputs("</td><td><code>", out);
			put(out, detail->place);
			fputs("</code></td></tr>\n", out);
		}
	}
	fputs("</tbody></table>\n", out);
}

void matrix_print_html(const struct matrix *matrix, FILE *out)
{
	put_head(matrix, out);
	fputs("<div class=\"frame\" role=\"region\" aria-label=\"町と項目の表\" tabindex=\"0\">\n", out);
	put_columns(matrix, out);
	for (size_t t = 0; t < matrix->n_towns; t++)
		put_town(matrix, t, out);
	fputs("</tbody></table>\n</div>\n<h2>ちがいの 中身</h2>\n", out);
	for (size_t t = 0; t < matrix->n_towns; t++)
		put_details(matrix, t, out);
	fputs("</body></html>\n", out);
}
