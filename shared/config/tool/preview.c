/* SPDX-License-Identifier: MIT
 * preview at the command line: checks, makes the folder, lets the programs draw, writes the index. A folder that an earlier
 * preview made is made anew; any other with something in it is left alone. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/config/layer/memory.h"
#include "shared/config/tool/preview.h"
#include "shared/jp/ruby.h"
#include "shared/base/banned.h"

#define PREVIEW_BYTES_MAX (64 * 1024 * 1024)
#define MARKER ".madoguchi-preview"
#define AT_ONCE 2
#define JOB_SECONDS_MAX 60
#define ALL_SECONDS_MAX 180

const char *preview_title(const struct preview *preview, const struct text *text)
{
	CLEANUP(freep) char *plain = ruby_strip(text_in(text, "ja"));
	const char *kept = plain ? memory_text(preview->memory, plain, strlen(plain)) : NULL;

	return kept ? kept : "";
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
	return remove(path);
}

static bool is_empty(const char *folder)
{
	DIR *stream = opendir(folder);
	int n = 0;

	while (stream && readdir(stream))
		n++;
	if (stream)
		closedir(stream);
	return stream && n <= 2;
}

/* Makes the folder with its marker. What stands there already goes only when it is ours. */
static int make_folder(const char *out)
{
	char marker[PATH_MAX];
	struct stat status;
	int fd;

	snprintf(marker, sizeof(marker), "%s/" MARKER, out);
	if (lstat(out, &status) == 0) {
		if (!S_ISDIR(status.st_mode) || (lstat(marker, &status) < 0 && !is_empty(out)))
			return fault_raise(-EEXIST);
		if (nftw(out, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
			return fault_raise(-errno);
	}
	if (mkdir(out, 0777) < 0)
		return fault_raise(-errno);
	fd = open(marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return fault_raise(-errno);
	close(fd);
	return 0;
}

static void tell_failed(const struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->n_items; i++)
		if (jobs->items[i].state == JOB_FAILED)
			fprintf(stderr, "%s: %s\n", jobs->items[i].what, jobs->items[i].said);
}

static int draw(struct preview *preview)
{
	int r = preview_plan(preview);

	if (r == 0) {
		jobs_run(preview->jobs, AT_ONCE, JOB_SECONDS_MAX, ALL_SECONDS_MAX);
		r = preview_index(preview);
	}
	if (r < 0)
		return command_failed(TOOL, "%s could not be written: %s — see that there is room for it", preview->out, strerror(-r));
	if (preview->jobs->n_failed == 0)
		return COMMAND_DONE;
	tell_failed(preview->jobs);
	return command_failed(TOOL, "%zu of %zu drawings failed — mend what stands above; the others are in %s/index.html",
			      preview->jobs->n_failed, preview->jobs->n_items, preview->out);
}

/* What does not fit its box is better seen than refused: such errors are listed on the page, the others end it here. */
static int load(const struct preview *preview, struct findings *findings, struct config **ret_config)
{
	CLEANUP(findings_release) struct findings first = {0};
	CLEANUP(config_freep) struct config *measured = NULL;
	struct config_options options = preview->call->options;

	options.is_fast = true;
	if (config_load(preview->town, &options, &first, ret_config) < 0) {
		findings_print(&first, stderr);
		return command_failed(TOOL, "%s has errors — mend them first", preview->town);
	}
	(void)!config_load(preview->town, &preview->call->options, findings, &measured);
	return COMMAND_DONE;
}

int tool_preview(const struct tool_call *call)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	CLEANUP(memory_freep) struct memory *memory = memory_new(PREVIEW_BYTES_MAX);
	CLEANUP(jobs_freep) struct jobs *jobs = jobs_new();
	struct preview preview = {.call = call, .out = call->output, .findings = &findings, .memory = memory, .jobs = jobs};
	int r;

	if (call->n_words != 1 || !call->output)
		return tool_usage();
	if (!memory || !jobs)
		return command_failed(TOOL, "there was no memory — try again");
	preview.town = call->words[0];
	r = load(&preview, &findings, &config);
	if (r != COMMAND_DONE)
		return r;
	preview.config = config;
	r = make_folder(preview.out);
	if (r == -EEXIST)
		return command_failed(TOOL, "%s is there already and is no preview — choose another folder", preview.out);
	if (r < 0)
		return command_failed(TOOL, "%s could not be made: %s — see that its parent folder is there and may be written",
				      preview.out, strerror(-r));
	return draw(&preview);
}
