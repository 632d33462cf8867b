/* SPDX-License-Identifier: MIT
 * Who is asked for what. Every program takes the town by the same words, and draws into a folder of its own. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/config/layer/memory.h"
#include "shared/config/tool/preview.h"
#include "shared/base/banned.h"

#define LARGER_TEXT "150" /* percent */

static const char *path_in(const struct preview *preview, const char *folder, const char *name, const char *end)
{
	return memory_format(preview->memory, "%s/%s/%s%s", preview->out, folder, name, end);
}

/* The words by which every program is told the same town. */
static void tell_town(const struct preview *preview, struct job *job)
{
	const struct config_arguments *towns = &preview->call->towns;

	job_word(job, "--config");
	job_word(job, preview->town);
	if (towns->templates_dir) {
		job_word(job, "--templates");
		job_word(job, towns->templates_dir);
	}
	if (towns->bundle_key) {
		job_word(job, "--bundle-key");
		job_word(job, towns->bundle_key);
	}
	if (!towns->bundle_key || towns->allow_unsigned)
		job_word(job, "--allow-unsigned");
}

/* Whose layers lie above the town's, for the programs that run at one office or device. */
static void tell_place(const struct preview *preview, struct job *job)
{
	const struct config_arguments *towns = &preview->call->towns;

	if (towns->office) {
		job_word(job, "--office");
		job_word(job, towns->office);
	}
	if (towns->device) {
		job_word(job, "--device");
		job_word(job, towns->device);
	}
}

/* NULL: no room, no memory, or the program is not there, which the job then says. */
static struct job *add(const struct preview *preview, const char *folder, const char *program, const char *what)
{
	CLEANUP(freep) char *path = NULL;
	const char *kept = NULL;

	if (command_sibling(folder, program, &path) == 0)
		kept = memory_text(preview->memory, path, strlen(path));
	return jobs_add(preview->jobs, what, kept ? kept : memory_format(preview->memory, "/%s", program));
}

static int make_folder(const struct preview *preview, const char *name)
{
	const char *path = memory_format(preview->memory, "%s/%s", preview->out, name);

	if (!path)
		return fault_raise(-ENOMEM);
	return mkdir(path, 0777) < 0 && errno != EEXIST ? fault_raise(-errno) : 0;
}

/* ---- screens and pages ------------------------------------------------------------------------------------------- */

static int plan_screens(const struct preview *preview, const char *language, const char *folder, const char *percent)
{
	struct job *job = add(preview, "terminal", "madoguchi-terminal",
			      memory_format(preview->memory, "端末の画面（%s%s）", language, percent ? "・大きな字" : ""));

	if (!job)
		return fault_raise(-ENOSPC);
	job_word(job, "--draw");
	job_word(job, memory_format(preview->memory, "%s/%s", preview->out, folder));
	tell_town(preview, job);
	tell_place(preview, job);
	job_word(job, "--language");
	job_word(job, language);
	if (percent) {
		job_word(job, "--text");
		job_word(job, percent);
	}
	return 0;
}

static int plan_pages(const struct preview *preview)
{
	struct job *job = add(preview, "queue", "madoguchi-queued", "呼出表示・スマホ・職員の画面");

	if (!job)
		return fault_raise(-ENOSPC);
	job_word(job, "--draw");
	job_word(job, memory_format(preview->memory, "%s/pages", preview->out));
	tell_town(preview, job);
	return 0;
}

/* ---- paper ------------------------------------------------------------------------------------------------------- */

static int write_text(const char *path, const char *text)
{
	CLEANUP(fclosep) FILE *out = path ? fopen(path, "we") : NULL;

	if (!out)
		return fault_raise(path ? -errno : -ENOMEM);
	return fputs(text, out) < 0 || fflush(out) != 0 ? fault_raise(errno ? -errno : -EIO) : 0;
}

static int write_json(const char *path, json_t *json)
{
	CLEANUP(freep) char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;

	json_decref(json);
	return text ? write_text(path, text) : fault_raise(-ENOMEM);
}

static json_t *card_value(const char *value)
{
	return json_pack("{ss ss ss}", "value", value, "source", "card", "proof", "verified");
}

/* 見本 花子, who lives in this town and nowhere. */
static int write_person(const struct preview *preview)
{
	const char *address = memory_format(preview->memory, "%s大字見本123番地4",
					    preview_title(preview, &preview->config->municipality.name));

	if (!address)
		return fault_raise(-ENOMEM);
	return write_json(path_in(preview, "sample", "person", ".json"),
			  json_pack("{so so so so so so}", "name", card_value("見本 花子"), "kana", card_value("ミホン ハナコ"),
				    "address", card_value(address), "postal_code", card_value("399-0000"), "birth_date",
				    card_value("1958-04-03"), "sex", card_value("female")));
}

static int plan_page(const struct preview *preview, const struct form *form, const char *what, const char *end, long after)
{
	struct job *job = add(preview, "shared", "madoguchi-form", what);
	bool is_blank = after < 0;

	if (!job)
		return fault_raise(-ENOSPC);
	job->after = after;
	job_word(job, "render");
	job_word(job, is_blank ? form->id : path_in(preview, "sample", form->id, ".json"));
	if (is_blank)
		job_word(job, "--blank");
	tell_town(preview, job);
	tell_place(preview, job);
	job_word(job, "--output");
	job_word(job, path_in(preview, "forms", form->id, memory_format(preview->memory, "%s%s", is_blank ? "-blank" : "-filled", end)));
	return 0;
}

static int plan_form(struct preview *preview, const struct form *form)
{
	const char *what = memory_format(preview->memory, "申請書「%s」", preview_title(preview, &form->title));
	struct job *job = add(preview, "shared", "madoguchi-form", what);
	long filled = (long)preview->jobs->n_items - 1;
	int r;

	if (!job)
		return fault_raise(-ENOSPC);
	job_word(job, "fill");
	job_word(job, form->id);
	tell_town(preview, job);
	tell_place(preview, job);
	job_word(job, "--person");
	job_word(job, path_in(preview, "sample", "person", ".json"));
	preview_answers(preview, job, form);
	job->standard_out = path_in(preview, "sample", form->id, ".json");
	r = plan_page(preview, form, what, ".png", -1);
	if (r == 0)
		r = plan_page(preview, form, what, ".pdf", -1);
	if (r == 0)
		r = plan_page(preview, form, what, ".png", filled);
	return r == 0 ? plan_page(preview, form, what, ".pdf", filled) : r;
}

/* The first service an office's window serves, for the slip. */
static const struct config_service *first_service(const struct config *config)
{
	for (size_t i = 0; i < config->n_windows; i++)
		if (config->windows[i].n_serves > 0)
			return config_service_find(config, config->windows[i].serves[0]);
	return NULL;
}

static int plan_slips(const struct preview *preview)
{
	const struct config *config = preview->config;
	const struct config_service *service = first_service(config);
	const char *ticket = path_in(preview, "sample", "ticket", ".json");
	char number[16];
	int r;

	if (!service)
		return 0;
	snprintf(number, sizeof(number), "%s%03d", service->prefix, service->number_first + 14);
	r = write_json(ticket, json_pack("{ss ss ss ss si s{si si} ss? ss}", "id", memory_format(preview->memory, "20261124-%s", number),
					 "number", number, "token", "mihon-mihon-mihon-mihon0", "service", service->id, "ahead", 3, "wait",
					 "from_min", 10, "to_min", 20, "url",
					 *config->queue.public_url != '\0' ? memory_format(preview->memory, "%s/t/mihon-mihon-mihon-mihon0",
					 config->queue.public_url) : NULL, "issued_at", "2026-11-24T10:12:00+09:00"));
	for (size_t i = 0; i < config->terminal.n_languages && r == 0; i++) {
		const char *language = config->terminal.languages[i];
		struct job *job = add(preview, "printer", "madoguchi-print", memory_format(preview->memory, "番号札（%s）", language));

		if (!job)
			return fault_raise(-ENOSPC);
		job_word(job, "slip");
		job_word(job, ticket);
		tell_town(preview, job);
		tell_place(preview, job);
		job_word(job, "--language");
		job_word(job, language);
		job_word(job, "--output");
		job_word(job, path_in(preview, "slips", language, ".png"));
	}
	return r;
}

int preview_plan(struct preview *preview)
{
	static const char *const folders[] = {"screens", "screens-large", "pages", "forms", "slips", "sample"};
	const struct config *config = preview->config;
	int r = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && r == 0; i++)
		r = make_folder(preview, folders[i]);
	if (r == 0)
		r = plan_pages(preview); /* the longest first */
	for (size_t i = 0; i < config->terminal.n_languages && r == 0; i++)
		r = plan_screens(preview, config->terminal.languages[i], "screens", NULL);
	if (r == 0)
		r = plan_screens(preview, config->terminal.languages[0], "screens-large", LARGER_TEXT);
	if (r == 0)
		r = write_person(preview);
	for (size_t i = 0; i < config->n_forms && r == 0; i++)
		r = plan_form(preview, &config->forms[i]);
	if (r == 0)
		r = plan_slips(preview);
	return r < 0 ? r : memory_has_failed(preview->memory) ? fault_raise(-ENOMEM) : 0;
}
