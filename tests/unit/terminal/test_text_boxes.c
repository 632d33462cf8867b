/* SPDX-License-Identifier: MIT
 * The table of boxes is true: it gives no text more room than the screen does, and a town whose texts are all as long as
 * the table allows still has screens on which everything fits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/config/layer/load.h"
#include "shared/render/boxes.h"
#include "shared/render/fit.h"
#include "shared/render/fonts.h"
#include "shared/render/measure_form.h"
#include "terminal/screen/screen.h"
#include "terminal/ui/content.h"
#include "terminal/ui/ui.h"
#include "tests/unit/terminal/flow_kit.h"
#include "shared/base/banned.h"

#define TEXT_BYTES 2048

/* Pango keeps fontconfig's patterns for the life of the process, out of the leak checker's sight. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

typedef char *make_fn(const char *path, const char *language, void *data);

/* A copy that stays until the process ends, where the leak checker sees it. */
static char *kept_text(const char *text)
{
	return (char *)(uintptr_t)g_intern_string(text);
}

/* Gives a text a value made from its path. The strings live as long as the process. */
#define REWRITE(text, ...) rewrite_text(&(text), make, data, (const char *const[]){__VA_ARGS__, NULL})

static void rewrite_text(const struct text *text, make_fn *make, void *data, const char *const *parts)
{
	g_autofree char *path = g_strjoinv(".", (char **)(uintptr_t)parts);

	for (size_t e = 0; e < text->n_entries; e++)
		text->entries[e].value = make(path, text->entries[e].language, data);
}

static void rewrite_form(const struct form *form, make_fn *make, void *data)
{
	REWRITE(form->title, "forms", form->id, "title");
	for (size_t i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];

		REWRITE(field->ask, "forms", form->id, "fields", field->id, "ask");
		REWRITE(field->help, "forms", form->id, "fields", field->id, "help");
		for (size_t o = 0; o < field->n_options; o++)
			REWRITE(field->options[o].label, "forms", form->id, "fields", field->id, "options", "x", "label");
	}
}

static void rewrite_event(const struct guide_event *event, make_fn *make, void *data)
{
	REWRITE(event->name, "guide", event->id, "name");
	REWRITE(event->detail, "guide", event->id, "detail");
	for (size_t i = 0; i < event->n_results; i++)
		REWRITE(event->results[i].reason, "guide", event->id, "results", event->results[i].id, "reason");
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct guide_question *question = &event->questions[i];

		REWRITE(question->ask, "guide", event->id, "questions", question->id, "ask");
		REWRITE(question->help, "guide", event->id, "questions", question->id, "help");
		for (size_t o = 0; o < question->n_options; o++)
			REWRITE(question->options[o].label, "guide", event->id, "questions", question->id, "options", "x", "label");
	}
}

static void rewrite(const struct config *config, make_fn *make, void *data)
{
	for (size_t i = 0; i < config->n_texts; i++)
		REWRITE(config->texts[i].text, "texts", config->texts[i].id);
	for (size_t i = 0; i < config->n_services; i++) {
		REWRITE(config->services[i].name, "services", config->services[i].id, "name");
		REWRITE(config->services[i].detail, "services", config->services[i].id, "detail");
	}
	for (size_t i = 0; i < config->n_procedures; i++) {
		REWRITE(config->procedures[i].name, "procedures", config->procedures[i].id, "name");
		REWRITE(config->procedures[i].detail, "procedures", config->procedures[i].id, "detail");
	}
	for (size_t i = 0; i < config->n_forms; i++)
		rewrite_form(&config->forms[i], make, data);
	for (size_t i = 0; i < config->n_guide; i++)
		rewrite_event(&config->guide[i], make, data);
}

static char *its_name(const char *path, const char *language, void *data)
{
	return kept_text(strncmp(path, "texts.", 6) == 0 ? path + 6 : path);
}

static bool stands_alone(const struct ui_node *node)
{
	/* an icon and its word are centred as one: the word's own width says nothing of the room */
	if (node->role == UI_BUTTON && node->icon && !look_is_tile(node))
		return false;
	return node->parent && !look_is_in_bar(node) && node->parent->role != UI_STEPS && node->style != UI_STYLE_TAG &&
	       node->style != UI_STYLE_TAG_WARM && node->style != UI_STYLE_GOOD &&
	       (look_is_text(node) || node->role == UI_BUTTON);
}

/* Of the boxes a text may stand in, the one for the type it has here; else the first. */
static const struct text_box *box_for(const char *path, int px)
{
	const struct text_box *box;

	for (size_t n = 0; (box = box_of(path, n)); n++)
		if (box->px == px)
			return box;
	return box_of(path, 0);
}

/* Whether what is shown is the path of a text, alone. */
static bool is_path(const struct config *config, const char *name, char out[256])
{
	for (size_t i = 0; i < config->n_texts; i++)
		if (strcmp(config->texts[i].id, name) == 0) {
			snprintf(out, 256, "texts.%s", name);
			return true;
		}
	snprintf(out, 256, "%s", name);
	return !strchr(name, ' ') && !strchr(name, '\n') &&
	       (strncmp(name, "services.", 9) == 0 || strncmp(name, "procedures.", 11) == 0 || strncmp(name, "forms.", 6) == 0 ||
		strncmp(name, "guide.", 6) == 0) && strchr(strchr(name, '.') + 1, '.');
}

/* Return: problems. */
static int compare(const struct config *config, const struct view *view, const struct ui_node *node, const char *sample)
{
	const struct text_box *box;
	struct content content;
	char path[256];
	int width, n = 0;

	if (!node->name || !stands_alone(node) || !is_path(config, node->name, path))
		return 0;
	box = box_for(path, look_name_type(node).px);
	if (!box) {
		print_error("%s: %s stands in no box of shared/render/boxes.c\n", sample, path);
		return 1;
	}
	content_make(view, node, node->box.width, &content);
	width = content.pieces[0].at.width;
	if (width < box->width) {
		print_error("%s: %s has %d px, shared/render/boxes.c says %d\n", sample, path, width, box->width);
		n++;
	}
	if (look_name_type(node).px > box->px) {
		print_error("%s: %s is of type %d, shared/render/boxes.c says %d\n", sample, path, look_name_type(node).px, box->px);
		n++;
	}
	content_release(&content);
	return n;
}

static void the_table_gives_no_text_more_room_than_the_screen(void **state)
{
	struct ui_options how = {.width = LOOK_WIDTH, .height = LOOK_HEIGHT, .text_percent = 100};
	struct screen_sample samples[SCREEN_SAMPLES_MAX];
	struct view view = {.scale = 1, .text_percent = 100, .language = "ja", .pango = fonts_screen_context()};
	struct ui *ui = NULL;
	struct kit kit;
	int n_problems = 0;

	kit_open(&kit);
	rewrite(kit.config, its_name, NULL);
	view.look = colour_palette(kit.config->theme.key_colour);
	assert_int_equal(ui_new(&how, NULL, NULL, &ui), 0);
	size_t n = screen_samples(kit.config, &kit.config->offices[0], 0, 100, samples);
	for (size_t i = 0; i < n; i++) {
		struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &samples[i].flow});

		ui_show(ui, tree);
		for (const struct ui_node *node = tree->root; node; node = ui_next(node))
			n_problems += compare(kit.config, &view, node, samples[i].name);
	}
	assert_int_equal(n_problems, 0);
	screen_samples_release(samples, n);
	ui_free(ui);
	g_object_unref(view.pango);
	kit_close(&kit);
}

/* ---- full texts ----------------------------------------------------------------------------------------------- */

struct filler {
	PangoContext *pango;
	GHashTable *made; /* by box: what fills it */
	const char *language;
	const char *const *words;
	const char *space;
};

/* Texts in one row share its room. NULL: stands in no row. */
static const struct text_box *row_box(const char *path)
{
	static struct text_box shares[8];

	for (size_t r = 0; r < n_text_rows && r < 8; r++) {
		int n = 0, found = 0;

		for (; text_rows[r].ids[n]; n++)
			found |= strcmp(text_rows[r].ids[n], path + strlen("texts.")) == 0;
		if (!found)
			continue;
		shares[r] = (struct text_box){.pattern = "", .what = "", .width = text_rows[r].room / n, .px = text_rows[r].px,
					      .lines = 1, .is_bold = text_rows[r].is_bold};
		return &shares[r];
	}
	return NULL;
}

/* As many words as the box holds. */
static char *filled_up(const char *path, const char *language, void *data)
{
	const struct filler *filler = data;
	const struct text_box *box = row_box(path);
	struct text_box short_box;
	char text[TEXT_BYTES] = "", longer[TEXT_BYTES];

	box = box ? box : box_of(path, 0);
	if (!box)
		return kept_text("i");
	if (strstr(box->what, "to bring") || strncmp(path, "services.", 9) == 0) { /* lists of many, of which some are long */
		short_box = *box;
		short_box.lines = strlen(path) % 6 == 0 && path[0] == 't' ? box->lines : 1;
		box = &short_box;
	}
	if (box != &short_box && g_hash_table_contains(filler->made, box))
		return g_hash_table_lookup(filler->made, box);
	for (size_t i = 0; strlen(text) + 64 < TEXT_BYTES; i++) {
		const char *word = filler->words[i % 7];

		snprintf(longer, sizeof(longer), "%s%s%s", text, *text ? filler->space : "", word);
		if (!fit_surely(box, longer) && !fit_text(filler->pango, box, longer, filler->language, 100).fits)
			break;
		snprintf(text, sizeof(text), "%s", longer);
	}
	char *kept = kept_text(*text ? text : "i");
	if (box != &short_box)
		g_hash_table_insert(filler->made, (gpointer)(uintptr_t)box, kept);
	return kept;
}

static int lay_out_all(struct kit *kit, const struct filler *filler, int percent)
{
	struct ui_options how = {.width = LOOK_WIDTH, .height = LOOK_HEIGHT, .text_percent = percent};
	struct screen_sample samples[SCREEN_SAMPLES_MAX];
	struct ui *ui = NULL;
	int n_problems = 0;
	size_t n = screen_samples(kit->config, &kit->config->offices[0], 0, percent, samples);

	assert_int_equal(ui_new(&how, NULL, NULL, &ui), 0);
	for (size_t i = 0; i < n; i++) {
		struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &samples[i].flow});
		char problems[4096] = "";

		ui_show(ui, tree);
		if (ui_problems(ui, problems, sizeof(problems)) > 0) {
			print_error("%s at %d%%:\n%s", samples[i].name, percent, problems);
			n_problems++;
		}
	}
	screen_samples_release(samples, n);
	ui_free(ui);
	return n_problems;
}

static void fill_and_lay_out(struct filler *filler)
{
	struct kit kit;
	int n_problems;

	kit_open(&kit);
	filler->pango = fonts_screen_context();
	filler->made = g_hash_table_new(NULL, NULL);
	kit.config->terminal.languages[0] = filler->language;
	rewrite(kit.config, filled_up, filler);
	n_problems = lay_out_all(&kit, filler, 100);
	assert_int_equal(n_problems, 0);
	g_hash_table_unref(filler->made);
	g_object_unref(filler->pango);
	kit_close(&kit);
}

static void screens_full_of_latin_words_still_fit(void **state)
{
	static const char *const words[] = {"of", "residence", "register", "at", "solicitation", "the", "Windows"};

	fill_and_lay_out(&(struct filler){.language = "pt", .words = words, .space = " "});
}

static void screens_full_of_vietnamese_still_fit(void **state)
{
	static const char *const words[] = {"Giấy", "chứng", "nhận", "đăng", "ký", "hộ", "khẩu"};

	fill_and_lay_out(&(struct filler){.language = "vi", .words = words, .space = " "});
}

static void screens_full_of_ruby_still_fit(void **state)
{
	static const char *const words[] = {"{住民票|じゅうみんひょう}の", "{写|うつ}しを", "{取|と}る", "ための",
					    "{申請書|しんせいしょ}を", "ここで", "{作|つく}ります。"};

	fill_and_lay_out(&(struct filler){.language = "ja-easy", .words = words, .space = " "});
}

static void the_common_forms_stand_on_their_pages(void **state)
{
	const char *source = getenv("MESON_SOURCE_ROOT");
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	char town[1024], templates[1024];
	struct config_options options = {.templates_dir = templates, .allow_unsigned = true, .is_fast = true};

	snprintf(town, sizeof town, "%s/shared/templates/municipalities/209996-mihon", source ? source : ".");
	snprintf(templates, sizeof templates, "%s/shared/templates", source ? source : ".");
	assert_int_equal(loaded_read(town, &options, &findings, &loaded), 0);
	findings_release(&findings);
	measure_forms(&(struct loading){.memory = loaded.memory, .findings = &findings}, loaded.root, true);
	findings_print(&findings, stderr);
	assert_int_equal(findings.n_items, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_gives_no_text_more_room_than_the_screen),
		cmocka_unit_test(the_common_forms_stand_on_their_pages),
		cmocka_unit_test(screens_full_of_latin_words_still_fit),
		cmocka_unit_test(screens_full_of_vietnamese_still_fit),
		cmocka_unit_test(screens_full_of_ruby_still_fit),
	};

	if (fonts_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
