/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "shared/base/buf.h"
#include "shared/base/limits.h"
#include "shared/render/fonts.h"
#include "shared/render/form_layout.h"
#include "shared/render/lockdown.h"
#include "shared/render/render.h"
#include "tests/unit/shared/sheet_look.h"
#include "shared/base/banned.h"

/* Pango keeps fontconfig's patterns for the life of the process, out of the leak checker's sight. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

#define JA(s) {&(struct text_entry){"ja", s}, 1}

static struct form_option kinds[] = {{"whole", JA("世帯全員")}, {"part", JA("世帯の一部")}, {"removed", JA("除票")}};
static struct form_field columns[] = {
	{.id = "name", .type = FIELD_PERSON_NAME, .label = JA("氏名")},
	{.id = "birth", .type = FIELD_DATE, .label = JA("生年月日")},
	{.id = "sex", .type = FIELD_SEX, .label = JA("性別")},
	{.id = "relation", .type = FIELD_TEXT, .label = JA("続柄")},
};
static struct form_field fields[] = {
	{.id = "date", .type = FIELD_DATE, .from = "visit.date", .section = "a", .label = JA("請求日")},
	{.id = "name", .type = FIELD_PERSON_NAME, .section = "a", .label = JA("{氏名|しめい}")},
	{.id = "kana", .type = FIELD_KANA, .section = "a", .label = JA("フリガナ")},
	{.id = "address", .type = FIELD_ADDRESS, .section = "a", .label = JA("住所")},
	{.id = "birth", .type = FIELD_DATE, .section = "a", .label = JA("生年月日")},
	{.id = "sex", .type = FIELD_SEX, .section = "a", .label = JA("性別")},
	{.id = "zip", .type = FIELD_POSTAL_CODE, .section = "a", .label = JA("郵便番号")},
	{.id = "phone", .type = FIELD_PHONE, .section = "a", .label = JA("電話")},
	{.id = "kind", .type = FIELD_CHOICE, .section = "b", .label = JA("種類"), .options = kinds, .n_options = 3},
	{.id = "agent", .type = FIELD_YES_NO, .section = "b", .label = JA("代理人ですか")},
	{.id = "letter", .type = FIELD_TEXT, .section = "b", .label = JA("委任状の番号"), .show_if_field = "agent", .show_if_value = "yes"},
	{.id = "copies", .type = FIELD_INTEGER, .section = "b", .label = JA("通数"), .unit = JA("通")},
	{.id = "purpose", .type = FIELD_TEXT, .section = "b", .label = JA("使いみち")},
	{.id = "members", .type = FIELD_ROWS, .section = "b", .label = JA("異動する人"), .max = 8, .fields = columns, .n_fields = 4},
	{.id = "sign", .type = FIELD_SIGNATURE, .section = "b", .label = JA("署名")},
	{.id = "seen", .type = FIELD_OFFICE_USE, .section = "c", .label = JA("本人確認")},
};
static struct form_section sections[] = {{"a", JA("窓口に来た人")}, {"b", JA("必要な証明")}, {"c", JA("職員記入欄")}};
static struct form form = {.id = "sample", .version = 3, .title = JA("見本請求書"), .addressee = JA("見本村長 様"),
			   .note = JA("偽りの請求は罰せられます。"), .sections = sections, .n_sections = 3, .fields = fields,
			   .n_fields = sizeof(fields) / sizeof(*fields)};
static const char *form_ids[] = {"sample"};
static struct config_procedure procedure = {.id = "p", .forms = form_ids, .n_forms = 1, .fee_yen = 300};
static struct config config = {.municipality = {"209996", JA("見本村"), "Asia/Tokyo"}, .procedures = &procedure,
			       .n_procedures = 1, .forms = &form, .n_forms = 1};

static struct draft *typical(void)
{
	static const char *const values[][2] = {
		{"name", "見本　花子"}, {"kana", "ミホン　ハナコ"}, {"address", "長野県見本郡見本村大字見本1234番地5"},
		{"birth", "1960-02-29"}, {"sex", "female"}, {"zip", "3990000"}, {"phone", "0265-00-0000"}, {"kind", "part"},
		{"agent", "no"}, {"letter", "隠れた値"}, {"copies", "12"}, {"purpose", "年金の手続き"}};
	struct draft *draft = draft_new("sample", 3);

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_int_equal(draft_set(draft, values[i][0], values[i][1], i < 5 ? VALUE_CARD : VALUE_TYPED,
					   i < 5 ? PROOF_VERIFIED : PROOF_NOT_CHECKED), 0);
	return draft;
}

static PangoContext *context_new(void)
{
	cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
	cairo_t *cairo = cairo_create(surface);
	PangoContext *context = fonts_context(cairo, 72);

	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	return context;
}

static struct sheet *laid_out(const struct draft *draft, bool is_blank)
{
	PangoContext *context = context_new();
	struct form_layout_options options = {.is_blank = is_blank, .date_iso = is_blank ? NULL : "2026-11-24"};
	struct sheet *sheet = form_layout(context, &config, &form, draft, &options);

	g_object_unref(context);
	return sheet;
}

static void assert_shows(const struct sheet *sheet, const char *text, bool is_shown)
{
	CLEANUP(buf_release) struct buf texts = BUF_INIT(1 << 20);

	sheet_look_texts(sheet, &texts);
	if ((strstr(buf_text(&texts), text) != NULL) != is_shown)
		fail_msg("\"%s\" is %sshown", text, is_shown ? "not " : "");
}

static void form_shows_values_in_the_words_of_the_office(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	CLEANUP(sheet_freep) struct sheet *sheet = laid_out(draft, false);

	assert_int_equal(sheet->n_pages, 1);
	assert_shows(sheet, "令和8年11月24日", true);
	assert_shows(sheet, "昭和35年2月29日", true);
	assert_shows(sheet, "見本　花子", true);
	assert_shows(sheet, "〒399-0000", true);
	assert_shows(sheet, "12 通", true);
	assert_shows(sheet, "☑ 世帯の一部", true);
	assert_shows(sheet, "☐ 世帯全員", true);
	assert_shows(sheet, "☐ 除票", true);
	assert_shows(sheet, "☑ 女", true);
	assert_shows(sheet, "☑ いいえ", true);
	assert_shows(sheet, "1通 300円 × 12通 ＝ 3,600円", true);
	assert_shows(sheet, "氏名・フリガナ・住所・生年月日・性別（真正性 確認済み）", true);
	assert_shows(sheet, "様式 sample　第3版", true);
	assert_shows(sheet, "1 / 1 ページ", true);
	assert_shows(sheet, "{氏名", false);
	assert_shows(sheet, "隠れた値", false); /* show_if does not hold */
}

static void form_says_that_a_card_could_not_prove_itself(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;

	/* as a terminal fills it then: counted as typed, proof failed */
	assert_int_equal(draft_set(draft, "name", "見本　花子", VALUE_TYPED, PROOF_FAILED), 0);
	sheet = laid_out(draft, false);
	assert_shows(sheet, "（真正性を 確認できませんでした）", true);
	assert_shows(sheet, "氏名・フリガナ", true);
}

static void blank_form_shows_no_value_and_room_for_all(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	CLEANUP(sheet_freep) struct sheet *sheet = laid_out(draft, true);

	assert_shows(sheet, "花子", false);
	assert_shows(sheet, "☑", false);
	assert_shows(sheet, "0265", false);
	assert_shows(sheet, "委任状の番号", true);
	assert_shows(sheet, "明治・大正・昭和・平成・令和・西暦", true);
	assert_shows(sheet, "令和　　　　年　　　　月　　　　日", true);
}

static void no_value_however_long_leaves_its_box(void **state)
{
	static const char *const parts[] = {"長野県見本郡", "葛󠄀", "𠮷", "Llanfairpwllgwyngyll", "ー", "１２３", "　", "邉󠄂", "("};
	uint64_t seed = 7;

	for (int round = 0; round < 30; round++) {
		CLEANUP(draft_freep) struct draft *draft = typical();
		CLEANUP(sheet_freep) struct sheet *sheet = NULL;
		CLEANUP(buf_release) struct buf text = BUF_INIT(VALUE_BYTES_MAX);
		const char *ids[] = {"name", "address", "purpose", "kana", "phone", "zip"};

		for (size_t n = 1 + (size_t)round * 5; n; n--) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			if (buf_add_text(&text, parts[(seed >> 33) % 9]) < 0)
				break;
		}
		assert_int_equal(draft_set(draft, ids[round % 6], buf_text(&text), VALUE_TYPED, PROOF_NOT_CHECKED), 0);
		sheet = laid_out(draft, false);
		sheet_look_is_whole(sheet, ids[round % 6]);
		assert_shows(sheet, buf_text(&text), true);
	}
}

static bool page_has(const struct sheet_page *page, const char *text)
{
	for (size_t i = 0; i < page->n_marks; i++)
		if (page->marks[i].kind == MARK_TEXT && strcmp(pango_layout_get_text(page->marks[i].layout), text) == 0)
			return true;
	return false;
}

static void rows_that_do_not_fit_go_on_overleaf_under_their_head(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;
	size_t n_pages_with_rows = 0;

	for (size_t i = 0; i < DRAFT_ROWS_MAX; i++) {
		assert_int_equal(draft_row_set(draft, "members", i, "name", "見本　太郎", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
		assert_int_equal(draft_row_set(draft, "members", i, "sex", "male", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
		assert_int_equal(draft_row_set(draft, "members", i, "birth", "2019-05-01", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	}
	sheet = laid_out(draft, false);
	assert_true(sheet->n_pages >= 2);
	sheet_look_is_whole(sheet, "32 rows");
	for (size_t p = 0; p < sheet->n_pages; p++) {
		bool has_rows = page_has(&sheet->pages[p], "見本　太郎");

		n_pages_with_rows += has_rows;
		assert_int_equal(page_has(&sheet->pages[p], "続柄"), has_rows);
	}
	assert_true(n_pages_with_rows >= 2);
	assert_shows(sheet, "見本請求書（続き）", true);
	assert_shows(sheet, "令和元年5月1日", true);
}

static void a_character_no_font_holds_is_marked_and_named(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;

	assert_int_equal(draft_set(draft, "name", "葛\U000E01EF 花子\U0010FFFD", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	sheet = laid_out(draft, false);
	assert_shows(sheet, "〓 花子〓", true);
	assert_shows(sheet, "U+845B U+E01EF（", true);
	assert_shows(sheet, "U+10FFFD（", true);
}

static void fonts_are_asked_for_every_sequence(void **state)
{
	static const char *const drawn[] = {"見本 花子", "葛\U000E0100", "葛\U000E0102", "辻\U000E0102", "𠮷", "髙", "神", "か\u3099",
					    "Nguyễn", "한글", "ｶﾅ", "①", "☑☐"};
	uint32_t scalar = 0;

	for (size_t i = 0; i < sizeof(drawn) / sizeof(*drawn); i++)
		if (!render_can_draw(drawn[i], &scalar))
			fail_msg("%s: U+%04X", drawn[i], scalar);
	assert_false(render_can_draw("見本葛\U000E01EF", &scalar));
	assert_int_equal(scalar, 0x845b);
	assert_false(render_can_draw("\U0010FFFD", &scalar));
	assert_int_equal(scalar, 0x10fffd);
}

static void render_to(const struct draft *draft, enum render_format format, struct buf *out)
{
	struct render_options options = {.format = format, .date_iso = "2026-11-24"};
	CLEANUP(closep) int fd = memfd_create("t", MFD_CLOEXEC);

	assert_int_equal(render_form(&config, &form, draft, &options, fd), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(buf_read_fd(out, fd), 0);
}

static void the_same_draft_gives_the_same_bytes(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();

	for (int format = RENDER_PDF; format <= RENDER_PNG; format++) {
		CLEANUP(buf_release) struct buf first = BUF_INIT(PAGE_BYTES_MAX);
		CLEANUP(buf_release) struct buf second = BUF_INIT(PAGE_BYTES_MAX);

		render_to(draft, (enum render_format)format, &first);
		render_to(draft, (enum render_format)format, &second);
		assert_int_equal(first.len, second.len);
		assert_memory_equal(first.bytes, second.bytes, first.len);
	}
}

static void a_page_that_cannot_be_written_is_an_error(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	struct render_options options = {.format = RENDER_PDF};
	CLEANUP(closep) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_int_equal(render_form(&config, &form, draft, &options, fd), -ENOSPC);
	options.format = RENDER_PNG;
	assert_int_equal(render_form(&config, &form, draft, &options, fd), -ENOSPC);
	options.png_dpi = 10000;
	assert_int_equal(render_form(&config, &form, draft, &options, fd), -EFBIG);
}

/* Where everything stands, to a point: a changed look is a reviewed change of tests/golden. */
static void form_looks_as_reviewed(void **state)
{
	CLEANUP(draft_freep) struct draft *draft = typical();
	CLEANUP(sheet_freep) struct sheet *sheet = laid_out(draft, false);
	CLEANUP(buf_release) struct buf seen = BUF_INIT(1 << 20);
	CLEANUP(buf_release) struct buf expected = BUF_INIT(1 << 20);
	static const char *const kinds_of_mark[] = {"fill", "line", "text"};
	const char *root = getenv("MESON_SOURCE_ROOT");
	char path[512];

	for (size_t i = 0; i < sheet->pages[0].n_marks; i++) {
		const struct mark *m = &sheet->pages[0].marks[i];

		assert_int_equal(buf_addf(&seen, "%s %.0f %.0f %.0f %.0f %s\n", kinds_of_mark[m->kind], m->x, m->y, m->w, m->h,
					  m->layout ? pango_layout_get_text(m->layout) : ""), 0);
	}
	assert_non_null(root);
	snprintf(path, sizeof(path), "%s/tests/golden/form-sample.txt", root);
	if (getenv("GOLDEN_WRITE")) {
		CLEANUP(fclosep) FILE *file = fopen(path, "we");

		assert_non_null(file);
		fputs(buf_text(&seen), file);
		return;
	}
	assert_int_equal(buf_read_file(&expected, path), 0);
	assert_string_equal(buf_text(&seen), buf_text(&expected));
}

/* In a child, because it is for ever. Return: which attempt got through, 0 for none. */
static int try_everything(void)
{
	char *const argv[] = {(char[]){"true"}, NULL};
	CLEANUP(closep) int in = -1;

	if (lockdown() < 0)
		return 1;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 2;
	if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
		return 3;
	if (execv("/bin/true", argv) == 0 || errno != EPERM)
		return 4;
	if (open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0 || open("/dev/null", O_WRONLY) >= 0 ||
	    open("/tmp/lockdown-made-this", O_RDONLY | O_CREAT, 0600) >= 0)
		return 5;
	if (fork() >= 0)
		return 6;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		return 7;
	in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return 8; /* fonts must stay readable */
	return 0;
}

static void locked_down_process_has_no_socket_no_program_no_file(void **state)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(try_everything());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int set_up(void **state)
{
	return render_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locked_down_process_has_no_socket_no_program_no_file),
		cmocka_unit_test(form_shows_values_in_the_words_of_the_office),
		cmocka_unit_test(form_says_that_a_card_could_not_prove_itself),
		cmocka_unit_test(blank_form_shows_no_value_and_room_for_all),
		cmocka_unit_test(no_value_however_long_leaves_its_box),
		cmocka_unit_test(rows_that_do_not_fit_go_on_overleaf_under_their_head),
		cmocka_unit_test(a_character_no_font_holds_is_marked_and_named),
		cmocka_unit_test(fonts_are_asked_for_every_sequence),
		cmocka_unit_test(the_same_draft_gives_the_same_bytes),
		cmocka_unit_test(a_page_that_cannot_be_written_is_an_error),
		cmocka_unit_test(form_looks_as_reviewed),
	};

	return cmocka_run_group_tests_name("render", tests, set_up, NULL);
}
