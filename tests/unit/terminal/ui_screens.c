/* SPDX-License-Identifier: MIT
 * Screens for the tests of ui/: start, card, PIN, check, question, ticket. They use every role and style. */
#include <string.h>

#include "tests/unit/terminal/ui_screens.h"
#include "shared/base/banned.h"

const char *const ui_screen_names[N_UI_SCREENS] = {"start", "card", "pin", "confirm", "question", "ticket",
						   "entry"};

static void add_header(struct ui_tree *tree)
{
	struct ui_node *bar = UI_ADD(tree, tree->root, .role = UI_PANEL, .style = UI_STYLE_BAR, .flow = UI_ROW,
				     .align = UI_CENTER, .gap = 16, .key = "header");

	UI_ADD(tree, bar, .role = UI_LABEL, .style = UI_STYLE_PRIMARY, .name = "見");
	UI_ADD(tree, bar, .role = UI_LABEL, .name = "見本村役場", .state = UI_IS_BOLD, .grow = 1);
	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "text-size", .name = "文字 大きく",
	       .action = 101);
	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "speak", .name = "よみあげ",
	       .action = 102);
	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "language", .name = "Language",
	       .action = 103);
}

static struct ui_node *add_body(struct ui_tree *tree, int step)
{
	static const char *const names[] = {"手続き", "カード", "確認", "番号札"};
	struct ui_node *body = UI_ADD(tree, tree->root, .role = UI_PANEL, .padding = 48, .gap = 30, .grow = 1,
				      .key = "body");
	struct ui_node *steps;

	if (step < 0)
		return body;
	steps = UI_ADD(tree, body, .role = UI_STEPS, .key = "steps", .name = "いまの ところ");
	for (int i = 0; i < 4; i++)
		UI_ADD(tree, steps, .role = UI_LABEL, .name = names[i],
		       .state = i < step ? UI_IS_DONE : i == step ? UI_IS_CURRENT : 0);
	UI_ADD(tree, body, .role = UI_SPACER, .height = 6);
	return body;
}

static void add_footer(struct ui_tree *tree)
{
	struct ui_node *bar = UI_ADD(tree, tree->root, .role = UI_PANEL, .style = UI_STYLE_BAR, .flow = UI_ROW,
				     .gap = 24, .key = "footer");

	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = "back", .name = "もどる", .icon = "back",
	       .grow = 1, .action = 1);
	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = "quit", .name = "やめる", .grow = 1,
	       .action = 2);
	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "staff", .name = "職員を呼ぶ",
	       .grow = 1, .action = 3);
}

static struct ui_tree *start_new(int step)
{
	static const struct {
		const char *key, *icon, *name, *detail, *note;
	} tiles[] = {
		{"certificates", "document", "{証明書|しょうめいしょ}をとる", "住民票・印鑑証明・戸籍・税の証明",
		 "4人待ち 約10〜20分"},
		{"move", "house", "{引|ひ}っ{越|こ}し", "転入・転出・村内での引っ越し", "2人待ち 約15〜30分"},
		{"insurance", "shield", "{保険|ほけん}・{年金|ねんきん}", "国民健康保険・介護・年金", "すぐに ご案内"},
		{"child", "person", "{子育|こそだ}て", "出生届・児童手当", "1人待ち 約5〜15分"},
		{"tax", "yen", "{税金|ぜいきん}", "所得・課税証明、納税の相談", "すぐに ご案内"},
		{"bereaved", "flower", "ご{遺族|いぞく}の{方|かた}", "おくやみの手続きをまとめて", "すぐに ご案内"},
	};
	struct ui_tree *tree = ui_tree_new("ご{用件|ようけん}を えらんでください", "ja");
	struct ui_node *body, *grid, *row, *bar, *clock;

	add_header(tree);
	body = add_body(tree, -1);
	UI_ADD(tree, body, .role = UI_HEADING, .name = "ご{用件|ようけん}を えらんでください");
	grid = UI_ADD(tree, body, .role = UI_PANEL, .flow = UI_GRID, .columns = 2, .gap = 28, .key = "services");
	for (size_t i = 0; i < sizeof(tiles) / sizeof(tiles[0]); i++)
		UI_ADD(tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = tiles[i].key,
		       .icon = tiles[i].icon, .name = tiles[i].name, .detail = tiles[i].detail,
		       .note = step && i == 0 ? "5人待ち 約15〜25分" : tiles[i].note, .action = 10,
		       .argument = (int64_t)i);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .key = "unsure",
	       .name = "何の手続きか わからない方はこちら", .action = 11);
	row = UI_ADD(tree, body, .role = UI_PANEL, .flow = UI_ROW, .gap = 24);
	UI_ADD(tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "only-ticket",
	       .name = "番号札だけ とる", .grow = 1, .action = 12);
	UI_ADD(tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "have-ticket",
	       .name = "予約・スマホのQR", .grow = 1, .action = 13);
	UI_ADD(tree, body, .role = UI_SPACER);
	bar = UI_ADD(tree, tree->root, .role = UI_PANEL, .style = UI_STYLE_BAR, .flow = UI_ROW, .align = UI_CENTER,
		     .gap = 24, .key = "footer");
	clock = UI_ADD(tree, bar, .role = UI_PANEL, .grow = 1);
	UI_ADD(tree, clock, .role = UI_STATUS, .style = UI_STYLE_MUTED, .key = "hours",
	       .name = step ? "10:13　窓口は 8:30〜17:15" : "10:12　窓口は 8:30〜17:15");
	UI_ADD(tree, clock, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = "正午〜13:00は 窓口が1つです");
	UI_ADD(tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "staff", .name = "職員を呼ぶ",
	       .width = 320, .action = 3);
	return tree;
}

static struct ui_tree *card_new(int step)
{
	struct ui_tree *tree = ui_tree_new("マイナンバーカードを 読み取り台に 置いてください", "ja");
	struct ui_node *body;

	add_header(tree);
	body = add_body(tree, 1);
	UI_ADD(tree, body, .role = UI_HEADING, .name = "マイナンバーカードを\n{読|よ}み{取|と}り{台|だい}に {置|お}いてください");
	UI_ADD(tree, body, .role = UI_IMAGE, .icon = "card-on-reader", .key = "picture",
	       .name = "カードを 読み取り台に 置く絵", .detail = "ここに置く");
	UI_ADD(tree, body, .role = UI_LABEL, .style = UI_STYLE_MUTED,
	       .name = "名前と住所を読み取って、申請書に書きます。\nマイナンバー(12けたの番号)は 読み取りません。");
	if (step)
		UI_ADD(tree, body, .role = UI_STATUS, .style = UI_STYLE_WARNING, .key = "status",
		       .name = "読み取れませんでした。もう一度 カードを 置いてください。");
	UI_ADD(tree, body, .role = UI_SPACER);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "no-card", .height = 150, .font_px = 46,
	       .name = "カードなしで 進む", .action = 20);
	add_footer(tree);
	return tree;
}

static struct ui_tree *pin_new(int step)
{
	static const char *const dots[] = {"", "•", "••", "•••", "••••"};
	struct ui_tree *tree = ui_tree_new("暗証番号を 入れてください", "ja");
	struct ui_node *body, *grid;

	add_header(tree);
	body = add_body(tree, 1);
	UI_ADD(tree, body, .role = UI_HEADING, .name = "暗証番号(数字4けた)を\n入れてください");
	UI_ADD(tree, body, .role = UI_LABEL, .style = UI_STYLE_MUTED,
	       .name = "カードを受け取ったとき 役場で決めた4けたの数字です。");
	UI_ADD(tree, body, .role = UI_PASSWORD, .key = "pin", .name = "暗証番号", .value = dots[step % 5], .columns = 4);
	UI_ADD(tree, body, .role = UI_STATUS, .key = "tries", .align = UI_CENTER, .style = UI_STYLE_MUTED,
	       .name = "あと 3回 まちがえると カードの暗証番号が 使えなくなります");
	grid = UI_ADD(tree, body, .role = UI_PANEL, .flow = UI_GRID, .columns = 3, .gap = 22, .key = "pad");
	for (int i = 1; i <= 9; i++)
		UI_ADD(tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = ui_text(tree, "digit-%d", i),
		       .name = ui_text(tree, "%d", i), .font_px = 76, .height = 186, .action = 30, .argument = i);
	UI_ADD(tree, grid, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = "clear", .name = "ぜんぶ消す",
	       .font_px = 34, .action = 31);
	UI_ADD(tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "digit-0", .name = "0", .font_px = 76,
	       .action = 30);
	UI_ADD(tree, grid, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = "backspace", .name = "1つ消す",
	       .font_px = 34, .action = 32);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "no-pin", .name = "暗証番号が わからない",
	       .action = 33);
	add_footer(tree);
	return tree;
}

static struct ui_tree *confirm_new(int step)
{
	static const struct {
		const char *label, *value, *source;
		bool is_typed;
	} rows[] = {
		{"氏名", "見本　花子", "カードから", false},
		{"ふりがな", "みほん　はなこ", "入力", true},
		{"住所", "長野県見本村大字例示123番地", "カードから", false},
		{"生まれた日", "昭和35年2月29日", "カードから", false},
	};
	struct ui_tree *tree = ui_tree_new("あなたの情報は これで あっていますか", "ja");
	struct ui_node *body, *table;

	add_header(tree);
	body = add_body(tree, 2);
	UI_ADD(tree, body, .role = UI_HEADING, .name = "あなたの情報は\nこれで あっていますか");
	table = UI_ADD(tree, body, .role = UI_PANEL, .style = UI_STYLE_CARD, .key = "values");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ui_node *row = UI_ADD(tree, table, .role = UI_PANEL, .flow = UI_ROW, .align = UI_CENTER,
					     .gap = 20, .height = 126, .name = rows[i].label);

		UI_ADD(tree, row, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = rows[i].label, .width = 230,
		       .font_px = 30);
		UI_ADD(tree, row, .role = UI_LABEL, .name = step && i == 2 ? "長野県見本村大字例示124番地" : rows[i].value,
		       .state = UI_IS_BOLD, .font_px = 42, .grow = 1);
		UI_ADD(tree, row, .role = UI_LABEL, .name = rows[i].source,
		       .style = rows[i].is_typed ? UI_STYLE_TAG_WARM : UI_STYLE_TAG);
	}
	UI_ADD(tree, body, .role = UI_SPACER);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .key = "yes", .name = "はい、あっています",
	       .action = 40, .state = UI_IS_DEFAULT_FOCUS);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "no", .name = "直すところが ある",
	       .action = 41);
	add_footer(tree);
	return tree;
}

static struct ui_tree *question_new(int step)
{
	struct ui_tree *tree = ui_tree_new("何通 必要ですか", "ja");
	struct ui_node *body, *grid, *row;

	add_header(tree);
	body = add_body(tree, 2);
	UI_ADD(tree, body, .role = UI_LABEL, .style = UI_STYLE_SECONDARY, .state = UI_IS_BOLD,
	       .name = "住民票の写し　質問 2 / 4");
	UI_ADD(tree, body, .role = UI_HEADING, .name = "{何通|なんつう} {必要|ひつよう}ですか");
	UI_ADD(tree, body, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = "1通 300円です。お金は 窓口で お支払いください。");
	grid = UI_ADD(tree, body, .role = UI_PANEL, .flow = UI_GRID, .columns = 3, .gap = 26, .key = "choices");
	for (int i = 1; i <= 6; i++)
		UI_ADD(tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = ui_text(tree, "copies-%d", i),
		       .name = ui_text(tree, "%d 通", i), .font_px = 112, .height = 220, .action = 50, .argument = i,
		       .state = i == step + 1 ? UI_IS_CHOSEN : 0);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "more", .name = "7通以上", .action = 51);
	UI_ADD(tree, body, .role = UI_SPACER);
	row = UI_ADD(tree, body, .role = UI_PANEL, .flow = UI_ROW, .align = UI_END, .gap = 26);
	UI_ADD(tree, row, .role = UI_SPACER);
	UI_ADD(tree, row, .role = UI_LABEL, .name = ui_text(tree, "%d通", step + 1), .font_px = 42);
	UI_ADD(tree, row, .role = UI_STATUS, .key = "total", .name = ui_text(tree, "%d円", 300 * (step + 1)), .font_px = 42,
	       .state = UI_IS_BOLD);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .key = "next", .name = "次へ", .action = 52);
	add_footer(tree);
	return tree;
}

static struct ui_tree *ticket_new(int step)
{
	struct ui_tree *tree = ui_tree_new("番号札を お取りください", "ja");
	struct ui_node *body, *panel, *row, *half, *bar;

	add_header(tree);
	body = add_body(tree, 3);
	UI_ADD(tree, body, .role = UI_HEADING, .align = UI_CENTER, .font_px = 54, .name = "番号札を お取りください");
	panel = UI_ADD(tree, body, .role = UI_PANEL, .style = UI_STYLE_TICKET, .align = UI_CENTER, .gap = 4);
	UI_ADD(tree, panel, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = "番号");
	UI_ADD(tree, panel, .role = UI_LABEL, .style = UI_STYLE_TICKET, .key = "number", .name = step ? "A016" : "A015");
	row = UI_ADD(tree, panel, .role = UI_PANEL, .flow = UI_ROW, .align = UI_END, .gap = 22);
	UI_ADD(tree, row, .role = UI_LABEL, .name = "1番窓口", .font_px = 52, .state = UI_IS_BOLD);
	UI_ADD(tree, row, .role = UI_LABEL, .name = "住民係(1階 右手)", .font_px = 40);
	row = UI_ADD(tree, body, .role = UI_PANEL, .flow = UI_ROW, .gap = 24);
	half = UI_ADD(tree, row, .role = UI_PANEL, .style = UI_STYLE_CARD, .align = UI_CENTER, .gap = 4, .grow = 1);
	UI_ADD(tree, half, .role = UI_SPACER);
	UI_ADD(tree, half, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = "お呼びするまで", .font_px = 30);
	UI_ADD(tree, half, .role = UI_LABEL, .name = "20〜35分", .font_px = 76, .state = UI_IS_BOLD);
	UI_ADD(tree, half, .role = UI_LABEL, .name = "10:40ごろ", .font_px = 40);
	UI_ADD(tree, half, .role = UI_SPACER);
	half = UI_ADD(tree, row, .role = UI_PANEL, .style = UI_STYLE_CARD, .align = UI_CENTER, .gap = 4, .grow = 1);
	UI_ADD(tree, half, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = "スマホで順番を見る", .font_px = 30);
	UI_ADD(tree, half, .role = UI_IMAGE, .key = "qr", .name = "スマホで順番を見る QRコード", .width = 230, .height = 230,
	       .value = "http://192.0.2.10:8080/r/k3v9t0p2");
	panel = UI_ADD(tree, body, .role = UI_PANEL, .style = UI_STYLE_SECONDARY, .gap = 6);
	UI_ADD(tree, panel, .role = UI_LABEL, .name = "窓口で出すもの", .font_px = 38, .state = UI_IS_BOLD);
	UI_ADD(tree, panel, .role = UI_LABEL, .name = "印刷した 申請書(2枚)に 名前を書く", .font_px = 36,
	       .state = UI_IS_BULLET);
	UI_ADD(tree, panel, .role = UI_LABEL, .name = "手数料 600円", .font_px = 36, .state = UI_IS_BULLET);
	UI_ADD(tree, body, .role = UI_SPACER);
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .key = "end", .name = "カードを取って おわる",
	       .action = 60);
	bar = UI_ADD(tree, tree->root, .role = UI_PANEL, .style = UI_STYLE_BAR, .align = UI_CENTER, .height = 176,
		     .key = "footer");
	UI_ADD(tree, bar, .role = UI_SPACER);
	UI_ADD(tree, bar, .role = UI_LABEL, .style = UI_STYLE_MUTED, .name = "入力した内容は おわると この端末から消えます");
	UI_ADD(tree, bar, .role = UI_SPACER);
	return tree;
}

/* A page in the proportions of A4 with lines on it. */
static cairo_surface_t *page_new(void)
{
	cairo_surface_t *page = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 827, 1169);
	cairo_t *cr = cairo_create(page);

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0.2, 0.2, 0.2);
	for (int i = 0; i < 18; i++)
		cairo_rectangle(cr, 90, 120 + 54 * i, i % 3 ? 520 : 640, 8);
	cairo_fill(cr);
	cairo_destroy(cr);
	return page;
}

static struct ui_tree *entry_new(int step)
{
	static const char *const typed[] = {"", "み", "みほん", "みほん　はなこ"};
	struct ui_tree *tree = ui_tree_new("お名前の ふりがなを 入れてください", "ja");
	cairo_surface_t *page = page_new();
	struct ui_node *body;

	add_header(tree);
	body = add_body(tree, 2);
	UI_ADD(tree, body, .role = UI_HEADING, .name = "お{名前|なまえ}の ふりがなを\n入れてください");
	UI_ADD(tree, body, .role = UI_ENTRY, .key = "kana", .name = "ふりがな", .value = typed[step % 4],
	       .state = UI_IS_DEFAULT_FOCUS, .action = 70);
	UI_ADD(tree, body, .role = UI_LABEL, .style = UI_STYLE_NOTICE, .name = "印刷される 申請書です。まちがいが あれば 直せます。");
	UI_ADD(tree, body, .role = UI_IMAGE, .key = "page", .name = "申請書の見本", .picture = page, .height = 640, .grow = 1);
	UI_ADD(tree, body, .role = UI_LABEL, .style = UI_STYLE_ERROR, .name = "プリンターの 紙が なくなりました。職員を お呼びください。");
	UI_ADD(tree, body, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .key = "next", .name = "次へ", .action = 52,
	       .state = step ? 0 : UI_IS_DISABLED);
	add_footer(tree);
	cairo_surface_destroy(page);
	return tree;
}

struct ui_tree *ui_screen_new(enum ui_screen screen, int step)
{
	switch (screen) {
	case SCREEN_START:
		return start_new(step);
	case SCREEN_CARD:
		return card_new(step);
	case SCREEN_PIN:
		return pin_new(step);
	case SCREEN_CONFIRM:
		return confirm_new(step);
	case SCREEN_QUESTION:
		return question_new(step);
	case SCREEN_ENTRY:
		return entry_new(step);
	case SCREEN_TICKET:
	case N_UI_SCREENS:
		break;
	}
	return ticket_new(step);
}
