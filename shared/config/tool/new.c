/* SPDX-License-Identifier: MIT
 * A town begins as a folder under another name beside where it will stand; it is checked there and takes its own name
 * only when it is sound, so that nobody meets half a town and nothing is ever overwritten. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/config/tool/new_town.h"
#include "shared/config/tool/tool.h"
#include "shared/jp/code.h"
#include "shared/base/banned.h"

#define NAME_BYTES_MAX 96

/* Whether @code is sound; else what is wrong is told. */
static bool check_code(const char *code)
{
	char right[8];
	size_t n = strlen(code);

	if ((n != 5 && n != 6) || strspn(code, "0123456789") != n) {
		command_failed(TOOL, "\"%s\" is no municipality code — give six digits, such as 209996", code);
		return false;
	}
	if (municipality_code_is_valid(code))
		return true;
	snprintf(right, sizeof(right), "%.5s0", code);
	while (!municipality_code_is_valid(right) && right[5] < '9')
		right[5]++;
	command_failed(TOOL, n == 5 ? "\"%s\" has no check digit — give %s" :
		"\"%s\" has a wrong check digit — %s is right if the first five digits are; look it up", code, right);
	return false;
}

static bool is_japanese(const char *text)
{
	for (uint32_t c = utf8_next(&text); c != 0; c = utf8_next(&text))
		if ((c >= 0x3041 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
		    (c >= 0x20000 && c <= 0x323af))
			return true;
	return false;
}

static bool is_kana(const char *text)
{
	for (uint32_t c = utf8_next(&text); c != 0; c = utf8_next(&text))
		if (!((c >= 0x3041 && c <= 0x30ff) || c == ' ' || c == 0x3000))
			return false;
	return true;
}

static bool check_text(const char *option, const char *text)
{
	size_t n = strlen(text);

	if (n > 0 && n <= NAME_BYTES_MAX && utf8_is_clean_text(text, n) && !strpbrk(text, "{}|"))
		return true;
	command_failed(TOOL, "%s is empty, longer than %d bytes, or no plain text — give the name in one line", option,
		       NAME_BYTES_MAX);
	return false;
}

static bool check_names(const struct tool_call *call)
{
	if (!check_text("--name", call->name) || (call->name_kana && !check_text("--name-kana", call->name_kana)) ||
	    (call->name_en && !check_text("--name-en", call->name_en)))
		return false;
	if (!is_japanese(call->name)) {
		command_failed(TOOL, "\"%s\" is no Japanese name — give it as in --name 見本村, and --name-en for English", call->name);
		return false;
	}
	if (call->name_kana && !is_kana(call->name_kana)) {
		command_failed(TOOL, "\"%s\" is not in kana — give the reading as in --name-kana みほんむら", call->name_kana);
		return false;
	}
	return true;
}

/* The folder while it is being made. */
struct draft_folder {
	char path[PATH_MAX]; /* "" none */
	int fd;
};

static void draft_folder_release(struct draft_folder *folder)
{
	for (size_t i = 0; folder->fd >= 0 && new_town_files[i]; i++)
		unlinkat(folder->fd, new_town_files[i], 0);
	if (folder->path[0] != '\0')
		rmdir(folder->path);
	if (folder->fd >= 0)
		close(folder->fd);
}

static int draft_folder_make(struct draft_folder *folder, const char *output)
{
	CLEANUP(freep) char *copy = strdup(output);
	int n;

	if (!copy)
		return fault_raise(-ENOMEM);
	n = snprintf(folder->path, sizeof(folder->path), "%s/.madoguchi-new-XXXXXX", dirname(copy));
	if (n < 0 || (size_t)n >= sizeof(folder->path) || !mkdtemp(folder->path)) {
		folder->path[0] = '\0';
		return fault_raise(n < 0 || (size_t)n >= sizeof(folder->path) ? -ENAMETOOLONG : -errno);
	}
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder->fd < 0 || chmod(folder->path, 0755) < 0 ? fault_raise(-errno) : 0;
}

static int write_file(const struct draft_folder *folder, const struct new_town *town, size_t which)
{
	int fd = openat(folder->fd, new_town_files[which], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	CLEANUP(fclosep) FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out)
		return fault_raise(-errno);
	errno = EIO;
	new_town_write(town, which, out);
	return fflush(out) != 0 || ferror(out) || fsync(fd) < 0 ? fault_raise(-errno) : 0;
}

static int read_draft(const struct tool_call *call, const struct draft_folder *folder, struct findings *findings,
		      struct loaded *ret_loaded)
{
	struct config_options options = call->options;

	options.bundle_key = NULL;
	options.is_fast = true;
	return loaded_read(folder->path, &options, findings, ret_loaded);
}

/* The merged tree of what @town extends: a folder that says only that is read. */
static int read_parent(const struct tool_call *call, struct draft_folder *folder, struct new_town *town, struct loaded *loaded)
{
	CLEANUP(findings_release) struct findings findings = {0};
	int r = write_file(folder, town, 0);

	if (r == 0)
		r = read_draft(call, folder, &findings, loaded);
	if (r < 0)
		return command_failed(TOOL, "%s could not be made: %s — see that there is room and that you may write there",
				      call->output, strerror(-r));
	if (loaded->layers.n_items < 2 || !loaded->root)
		return command_failed(TOOL, "there is no layer \"%s\" — name one of the templates, such as prefectures/20 or base, "
				      "or give its folder; --templates says where they are", call->extends);
	town->parent = loaded->root;
	return COMMAND_DONE;
}

static int write_all(const struct tool_call *call, const struct draft_folder *folder, const struct new_town *town)
{
	int r = 0;

	for (size_t i = 0; new_town_files[i] && r == 0; i++)
		r = write_file(folder, town, i);
	if (r < 0)
		return command_failed(TOOL, "%s could not be written: %s — see that there is room for it", call->output, strerror(-r));
	return COMMAND_DONE;
}

/* Nothing with an error leaves here. */
static int check_draft(const struct tool_call *call, const struct draft_folder *folder)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	const char *what = "there was no memory to check it";
	int r = read_draft(call, folder, &findings, &loaded);

	if (r == 0 && findings.n_errors == 0)
		return COMMAND_DONE;
	for (size_t i = findings.n_items; r == 0 && i-- > 0;)
		if (findings.items[i].level == FINDING_ERROR)
			what = findings.items[i].what;
	return command_failed(TOOL, "%s was not made from %s: %s", call->output, call->extends, what);
}

static int put_in_place(struct draft_folder *folder, const char *output)
{
	if (renameat2(AT_FDCWD, folder->path, AT_FDCWD, output, RENAME_NOREPLACE) == 0) {
		close(folder->fd);
		folder->fd = -1;
		folder->path[0] = '\0';
		return COMMAND_DONE;
	}
	return command_failed(TOOL, "%s could not be made: %s — choose another name; nothing is overwritten", output, strerror(errno));
}

static int this_year(void)
{
	CLEANUP(clock_freep) struct clock *clock = NULL;
	struct local_time now;

	if (clock_new(NULL, &clock) < 0 || local_time_from(clock_utc_ms(clock), "Asia/Tokyo", &now) < 0)
		return 2026;
	return now.year;
}

/* What is left to fill in, as check would say it. */
static void tell_findings(const struct tool_call *call)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	struct config_options options = call->options;

	options.is_fast = true;
	options.bundle_key = NULL;
	if (loaded_read(call->output, &options, &findings, &loaded) == 0)
		findings_print(&findings, stdout);
}

/* `extends` as it will stand: a name of the templates as it is, a folder by its whole path. */
static const char *whole_path(const char *extends, char out[PATH_MAX])
{
	struct stat status;

	if (extends[0] != '.' || stat(extends, &status) < 0 || !realpath(extends, out))
		return extends;
	return out;
}

int tool_new(const struct tool_call *call)
{
	CLEANUP(draft_folder_release) struct draft_folder folder = {.fd = -1};
	CLEANUP(loaded_release) struct loaded parent = {0};
	char path[PATH_MAX];
	struct new_town town = {.name = call->name, .kana = call->name_kana, .english = call->name_en};
	struct stat status;
	int r;

	if (call->n_words != 1 || !call->name || !call->extends || !call->output)
		return tool_usage();
	if (!check_code(call->words[0]) || !check_names(call))
		return COMMAND_FAILED;
	if (lstat(call->output, &status) == 0)
		return command_failed(TOOL, "%s is there already — choose another name; nothing is overwritten", call->output);
	town.code = call->words[0];
	town.extends = whole_path(call->extends, path);
	town.year = this_year();
	r = draft_folder_make(&folder, call->output);
	if (r < 0)
		return command_failed(TOOL, "%s could not be made: %s — see that its parent folder is there and may be written",
				      call->output, strerror(-r));
	r = read_parent(call, &folder, &town, &parent);
	if (r == COMMAND_DONE)
		r = write_all(call, &folder, &town);
	if (r == COMMAND_DONE)
		r = check_draft(call, &folder);
	if (r == COMMAND_DONE)
		r = put_in_place(&folder, call->output);
	if (r == COMMAND_DONE)
		tell_findings(call);
	return r;
}
