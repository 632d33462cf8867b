/* SPDX-License-Identifier: MIT
 * Three faces. Where a value stands follows the real cards, so that a hand that learnt it here finds it there. */
#include <stdio.h>
#include <string.h>

#include "cardreader/virtual/specimen_sheet.h"
#include "shared/base/banned.h"

#define LABEL_DOWN 0.75 /* a label's line stands this much lower than its value's */

static const char *sex_of(const struct persona *p)
{
	return p->sex == '1' ? "男" : p->sex == '2' ? "女" : p->sex == '9' ? "他" : "不明";
}

/* ---- 個人番号カード ---- */

static void draw_dates(struct sheet *s, const struct persona *p, double x)
{
	char text[64];
	double width;

	sheet_label(s, x, 24.3, "生年月日");
	sheet_era(p->birth_date, text);
	width = sheet_text(s, x + 11.5, 23.4, 3.05, false, INK, text);
	sheet_under(s, x + 11.5, 27.8, width, MARK_BIRTH);
	sheet_mark(s, x + 12.3 + width, 23.9, MARK_BIRTH);
	sheet_label(s, x + 47.0, 24.3, "性別");
	sheet_text(s, x + 51.8, 23.4, 3.05, false, INK, sex_of(p));
	sheet_label(s, x, 30.6, "有効期限");
	snprintf(text, sizeof(text), "%.4s年", p->expires);
	width = sheet_text(s, x + 11.5, 29.7, 3.05, false, INK, text);
	sheet_under(s, x + 11.5, 34.1, width - 3.05, MARK_YEAR);
	sheet_western(p->expires, text);
	width += sheet_text(s, x + 11.5 + width, 29.7, 3.05, false, INK, text + strlen("2000年"));
	width += sheet_text(s, x + 11.5 + width, 30.4, 2.3, false, INK, " まで有効");
	sheet_mark(s, x + 12.3 + width, 30.2, MARK_YEAR);
	sheet_label(s, x, 36.2, "電子証明書の有効期限");
	sheet_western(p->certificates_expire, text);
	sheet_text(s, x + 20.5, 35.8, 2.3, false, INK, text);
}

/* What changed since the card was made; ruled like the panel of the real card, empty on most. */
static void draw_additions(struct sheet *s, const struct persona *p, double x)
{
	sheet_box(s, x, 38.9, 37.0, 8.4, 0.6, FAINT, 0);
	sheet_label(s, x + 0.8, 39.3, "追記欄");
	if (p->printed_address[0])
		sheet_fit(s, x + 0.8, 41.3, 2.2, 35.4, 5.6, p->address);
}

static void draw_b_legend(struct sheet *s, const struct persona *p)
{
	double y = sheet_legend(s), x = CARD_MARGIN;
	char b[20], part[16];

	persona_make_b(p, b);
	x += sheet_text(s, x, y + 1.5, 2.2, true, INK, "照合番号B ＝") + 0.5;
	snprintf(part, sizeof(part), " %.6s", b);
	x += sheet_mark(s, x, y + 1.2, MARK_BIRTH);
	x += sheet_text(s, x, y + 1.5, 2.2, true, INK, part) + 0.4;
	x += sheet_text(s, x, y + 1.75, 1.75, false, FAINT, "生年月日") + 1.0;
	snprintf(part, sizeof(part), " %.4s", b + 6);
	x += sheet_mark(s, x, y + 1.2, MARK_YEAR);
	x += sheet_text(s, x, y + 1.5, 2.2, true, INK, part) + 0.4;
	x += sheet_text(s, x, y + 1.75, 1.75, false, FAINT, "期限の年") + 1.0;
	snprintf(part, sizeof(part), " %.4s", b + 10);
	x += sheet_mark(s, x, y + 1.2, MARK_CODE);
	x += sheet_text(s, x, y + 1.5, 2.2, true, INK, part) + 0.4;
	sheet_text(s, x, y + 1.75, 1.75, false, FAINT, "セキュリティコード");
}

void specimen_my_number(struct sheet *s, const struct persona *p)
{
	const double right = CARD_WIDTH - CARD_MARGIN, x = 26.5, code = 65.8;
	double width;

	sheet_background(s, (struct colour){0.99, 0.96, 0.93}, (struct colour){0.89, 0.95, 0.94}, (struct colour){0.10, 0.48, 0.46});
	sheet_header(s, "個人番号カード", "練習用の見本 SPECIMEN");
	sheet_label(s, CARD_MARGIN, 9.3 + LABEL_DOWN, "氏名");
	sheet_fit(s, 11, 8.4, 4.1, right - 11, 5.2, p->name);
	sheet_line(s, CARD_MARGIN, 13.9, right - CARD_MARGIN);
	sheet_label(s, CARD_MARGIN, 14.5 + LABEL_DOWN, "住所");
	sheet_fit(s, 11, 14.5, 2.9, right - 11, 7.6, p->printed_address[0] ? p->printed_address : p->address);
	sheet_line(s, CARD_MARGIN, 22.5, right - CARD_MARGIN);
	sheet_photo(s, p, true, CARD_MARGIN, 24.6, 17.2, 22.4);
	draw_dates(s, p, x);
	draw_additions(s, p, x);
	sheet_label(s, code, 39.9, "セキュリティコード");
	width = sheet_text(s, code, 42.6, 3.5, true, INK, p->security_code);
	sheet_under(s, code, 47.1, width, MARK_CODE);
	sheet_mark(s, code + 0.9 + width, 43.2, MARK_CODE);
	draw_b_legend(s, p);
}

/* ---- 運転免許証 ---- */

static struct colour band_of(const struct persona_licence *licence)
{
	if (strcmp(licence->colour, "優良") == 0)
		return (struct colour){0.80, 0.63, 0.22};
	if (strcmp(licence->colour, "新規") == 0)
		return (struct colour){0.35, 0.62, 0.36};
	return (struct colour){0.33, 0.55, 0.79};
}

static void draw_categories(struct sheet *s, const struct persona_licence *licence, double y)
{
	const double width = 6.6, height = 3.9;

	for (size_t i = 0; i < PERSONA_CATEGORIES; i++) {
		double x = CARD_MARGIN + 1.0 + width * (double)(i % 8), top = y + height * (double)(i / 8);

		cairo_rectangle(s->cairo, x, top, width, height);
		sheet_colour(s, FAINT, 0.6);
		cairo_set_line_width(s->cairo, 0.12);
		cairo_stroke(s->cairo);
		if (licence->categories[i][0])
			sheet_fit(s, x + 0.4, top + 0.75, 2.0, width - 0.6, 2.9, persona_licence_category(i));
	}
}

static void draw_conditions(struct sheet *s, const struct persona_licence *licence)
{
	char all[4 * 128];
	size_t n = 0;

	all[0] = '\0';
	for (size_t i = 0; i < licence->n_conditions && n < sizeof(all); i++)
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s", i ? "／" : "", licence->conditions[i]);
	sheet_label(s, CARD_MARGIN, 31.0, "免許の条件");
	sheet_fit(s, 17, 30.7, 2.1, 41.5, 4.8, licence->n_conditions ? all : "なし");
}

void specimen_licence(struct sheet *s, const struct persona *p)
{
	const struct persona_licence *licence = &p->licence;
	const struct colour band = band_of(licence);
	const double photo = 61.6;
	char text[64], expiry[160];
	double y;

	sheet_background(s, (struct colour){0.95, 0.96, 0.99}, (struct colour){0.97, 0.94, 0.96}, (struct colour){0.30, 0.36, 0.62});
	sheet_header(s, "運転免許証", "練習用の見本 SPECIMEN");
	sheet_label(s, CARD_MARGIN, 9.8 + LABEL_DOWN, "氏名");
	sheet_fit(s, 13.5, 9.2, 3.4, 45, 4.6, p->name);
	sheet_label(s, CARD_MARGIN, 14.3 + LABEL_DOWN, "生年月日");
	sheet_era(p->birth_date, text);
	snprintf(expiry, sizeof(expiry), "%s生", text);
	sheet_text(s, 13.5, 14.4, 2.5, false, INK, expiry);
	sheet_label(s, CARD_MARGIN, 18.1 + LABEL_DOWN, "住所");
	sheet_fit(s, 13.5, 18.2, 2.5, 45, 3.8, p->address);
	sheet_label(s, CARD_MARGIN, 21.9 + LABEL_DOWN, "交付");
	sheet_era(licence->issued, text);
	sheet_text(s, 13.5, 22.0, 2.5, false, INK, text);
	sheet_box(s, 0, 26.0, 59.6, 4.3, 0.01, band, 0.92);
	sheet_era(p->expires, text);
	snprintf(expiry, sizeof(expiry), "%.4s年（%s）まで有効", p->expires, text);
	sheet_text(s, CARD_MARGIN, 26.45, 2.7, true, s->is_plain ? INK : (struct colour){1, 1, 1}, expiry);
	draw_conditions(s, licence);
	sheet_label(s, CARD_MARGIN, 35.8 + LABEL_DOWN, "番号");
	snprintf(text, sizeof(text), "第 %s 号", licence->number);
	sheet_text(s, 13.5, 35.8, 2.8, true, INK, text);
	draw_categories(s, licence, 40.3);
	sheet_photo(s, p, true, photo, 10.4, 20, 26);
	sheet_fit(s, photo, 38.4, 2.4, 20, 6, licence->commission);
	y = sheet_legend(s);
	if (!licence->pin1[0]) {
		double x = CARD_MARGIN + sheet_text(s, CARD_MARGIN, y + 1.55, 2.15, true, INK, "暗証番号の 設定なし") + 3;

		sheet_text(s, x, y + 1.7, 1.9, false, FAINT, "そのまま 読み取れます");
	} else {
		double x = CARD_MARGIN + sheet_text(s, CARD_MARGIN, y + 1.55, 2.15, true, INK, "暗証番号 2組") + 3;

		snprintf(expiry, sizeof(expiry), "窓口では 1組目の 4桁だけを 使います（この見本は %s）", licence->pin1);
		sheet_text(s, x, y + 1.7, 1.9, false, FAINT, expiry);
	}
}

/* ---- 在留カード, 特別永住者証明書 ---- */

static double row(struct sheet *s, double y, double height, double x, double width, double size, const char *label,
		  const char *value)
{
	sheet_label(s, CARD_MARGIN, y + LABEL_DOWN - 0.2, label);
	sheet_fit(s, x, y, size, width, height, value[0] ? value : "―");
	sheet_line(s, CARD_MARGIN, y + height + 0.25, 56.2);
	return y + height + 0.8;
}

static void draw_number(struct sheet *s, const struct persona *p)
{
	double x = 45.5, width;

	sheet_label(s, x, 3.7, "番号");
	width = sheet_text(s, x + 5, 2.9, 3.0, true, INK, p->residence.card_number);
	sheet_under(s, x + 5, 6.8, width, MARK_BIRTH);
}

void specimen_residence(struct sheet *s, const struct persona *p)
{
	const struct persona_residence *residence = &p->residence;
	bool is_special = residence->category == PERSONA_SPECIAL_PERMANENT;
	char birth[64], text[160];
	double x, y = 9.4;

	sheet_background(s, (struct colour){0.93, 0.97, 0.93}, (struct colour){0.97, 0.95, 0.98}, (struct colour){0.32, 0.45, 0.30});
	sheet_text(s, CARD_MARGIN, 2.6, is_special ? 3.0 : 3.9, true, INK, is_special ? "特別永住者証明書" : "在留カード");
	sheet_text(s, is_special ? 30 : 25.5, 4.1, 1.6, false, FAINT, is_special ? "見本" : "見本 SPECIMEN");
	draw_number(s, p);
	y = row(s, y, 4.2, 14, 46, 3.3, "氏名", p->name);
	sheet_western(p->birth_date, birth);
	snprintf(text, sizeof(text), "%s　　性別 %s", birth, sex_of(p));
	y = row(s, y, 3.2, 14, 46, 2.4, "生年月日", text);
	y = row(s, y, 3.2, 14, 46, 2.4, "国籍・地域", residence->nationality);
	y = row(s, y, 5.6, 14, 46.4, 2.2, "住居地", p->address);
	if (!is_special) {
		y = row(s, y, 3.2, 14, 46, 2.4, "在留資格", residence->status);
		y = row(s, y, 3.2, 14, 46, 2.4, "在留期間", residence->period);
		y = row(s, y, 3.2, 14, 46, 2.0, "就労・許可", residence->permission[0] ? residence->permission : "就労制限あり");
	}
	sheet_western(p->expires, birth);
	snprintf(text, sizeof(text), "このカードは %s まで有効です", birth);
	sheet_text(s, CARD_MARGIN, is_special ? 40.5 : 44.1, 2.5, true, INK, text);
	sheet_photo(s, p, !residence->is_under_16, 62.2, 10.2, 19.4, 25.4);
	sheet_box(s, 64.8, 38.2, 14.2, 5.1, 0.9, RED, 0);
	sheet_text(s, 66.3, 38.7, 3.7, true, RED, "見　本");
	if (s->is_plain)
		return;
	y = sheet_legend(s);
	sheet_mark(s, CARD_MARGIN, y + 1.2, MARK_BIRTH);
	x = CARD_MARGIN + 3.7;
	x += sheet_text(s, x, y + 1.55, 2.15, true, INK, "右上の 番号 12文字") + 0.6;
	sheet_text(s, x, y + 1.7, 1.9, false, FAINT, "を 入力すると 読み取れます（回数の 制限なし）");
}
