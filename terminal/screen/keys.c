/* SPDX-License-Identifier: MIT
 * Keys on the screen: ten keys and the 五十音 board. The board reads from the right as on every Japanese counter, five
 * columns a page, so that each key is larger than a finger. */
#include <uchar.h>
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

void add_key(struct screen *screen, struct ui_node *grid, const char *id, const char *name, enum ui_style style,
	     enum flow_action action, int64_t argument, int font_px, int height)
{
	UI_ADD(screen->tree, grid, .role = UI_BUTTON, .key = id, .name = name, .style = style, .action = action,
	       .argument = argument, .font_px = font_px, .height = height);
}

void add_keypad(struct screen *screen, enum flow_action action, enum flow_action clear, enum flow_action drop,
		int key_height)
{
	struct ui_node *grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "keypad", .flow = UI_GRID,
				      .columns = 3, .gap = 22);

	int nought = action == ACTION_SECRET_KEY ? '0' : 0; /* a secret is told characters, an answer numbers */

	for (int i = 1; i <= 9; i++)
		add_key(screen, grid, ui_text(screen->tree, "digit-%d", i), ui_text(screen->tree, "%d", i),
			UI_STYLE_SECONDARY, action, nought + i, 72, key_height);
	add_key(screen, grid, "clear", say(screen, "keys.clear"), UI_STYLE_QUIET, clear, 0, 34, key_height);
	add_key(screen, grid, "digit-0", "0", UI_STYLE_SECONDARY, action, nought, 72, key_height);
	add_key(screen, grid, "drop", say(screen, "keys.drop"), UI_STYLE_QUIET, drop, 0, 34, key_height);
}

/* Row by row as it lies on the screen; a full-width space is an empty place. */
static const char32_t *const boards[2] = {
	U"なたさかあ" U"にちしきい" U"ぬつすくう" U"ねてせけえ" U"のとそこお",
	U"わらやまは" U"をり　みひ" U"んるゆむふ" U"ーれ　めへ" U"　ろよもほ",
};

static const char *kana_name(struct screen *screen, char32_t kana)
{
	return ui_text(screen->tree, "%c%c%c", (int)(0xE0 | kana >> 12), (int)(0x80 | (kana >> 6 & 0x3F)),
		       (int)(0x80 | (kana & 0x3F)));
}

static void kana_board(struct screen *screen, int page)
{
	struct ui_node *grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "kana", .flow = UI_GRID,
				      .columns = 5, .gap = 16);

	for (const char32_t *at = boards[page]; *at; at++) {
		if (*at == U'　')
			UI_ADD(screen->tree, grid, .role = UI_SPACER);
		else
			add_key(screen, grid, ui_text(screen->tree, "kana-%x", (unsigned)*at), kana_name(screen, *at),
			    UI_STYLE_SECONDARY, ACTION_KANA, (int64_t)*at, 56, 120);
	}
}

void add_kana_keys(struct screen *screen)
{
	int page = screen->flow->visit.question.kana_page;
	struct ui_node *row;

	kana_board(screen, page);
	row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_GRID, .columns = 4, .gap = 16);
	add_key(screen, row, "kana-page", say(screen, page ? "keys.kana-first" : "keys.kana-second"), UI_STYLE_QUIET,
	    ACTION_KANA_PAGE, !page, 34, 120);
	add_key(screen, row, "kana-mark", say(screen, "keys.mark"), UI_STYLE_QUIET, ACTION_KANA_MARK, 0, 40, 120);
	add_key(screen, row, "kana-space", say(screen, "keys.space"), UI_STYLE_QUIET, ACTION_KANA, 0x3000, 34, 120);
	add_key(screen, row, "drop", say(screen, "keys.drop"), UI_STYLE_QUIET, ACTION_DROP, 0, 34, 120);
}
