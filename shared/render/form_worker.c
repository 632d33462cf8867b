/* SPDX-License-Identifier: MIT
 * The child's side of shared/render/worker.h: draws a page of every form first, so that fonts and threads are there
 * before the lock-down, then answers one request after the other until the link closes.
 *   {"op":"render","municipality":CODE|null,"draft":{…},"format":"pdf"|"png","date":ISO|null,"blank":bool,"mask":bool,
 *    "dpi":number}
 *   → {"result":"ok","unprintable":{FIELD:"U+2B8C6"}} with a sealed memfd, or {"error":"malformed"|"unknown-municipality"|"unknown-form"|"failed"}
 * As the child of shared/render/number_page.h it answers one request, ahead of which the number came, and ends:
 *   {"op":"number-page","procedure":ID,"municipality":CODE|null,"draft":{…},"date":ISO|null}
 *   → the same, or {"error":"not-permitted"} */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/config/number_permit.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/render/form_command.h"
#include "shared/render/form_memory.h"
#include "shared/render/lockdown.h"
#include "shared/render/render.h"
#include "shared/base/banned.h"

#define PAGE_SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

struct worker {
	sd_event *loop;
	const struct form_command *command;
};

static const struct config *config_of(const struct form_command *command, const json_t *municipality)
{
	const char *code = json_string_value(municipality);

	if (!municipality || json_is_null(municipality))
		return command->configs[0];
	for (size_t i = 0; code && i < command->n_configs; i++)
		if (strcmp(command->configs[i]->municipality.code, code) == 0)
			return command->configs[i];
	return NULL;
}

static int sealed_page(const struct config *config, const struct form *form, const struct draft *draft,
		       const struct render_options *options, int *ret_fd)
{
	CLEANUP(closep) int fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r;

	if (fd < 0)
		return fault_raise(-errno);
	r = render_form(config, form, draft, options, fd);
	if (r < 0)
		return fault_pass(r);
	if (lseek(fd, 0, SEEK_SET) < 0 || fcntl(fd, F_ADD_SEALS, PAGE_SEALS) < 0)
		return fault_raise(-errno);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static bool note_unprintable(const char *field, const struct value *value, json_t *unprintable)
{
	char scalar[16];
	uint32_t missing;

	if (!value || render_can_draw(value->text, &missing))
		return false;
	snprintf(scalar, sizeof(scalar), "U+%04X", (unsigned)missing);
	return json_object_set_new(unprintable, field, json_string(scalar)) == 0;
}

/* The first character of each field that the page shows as 〓. */
static json_t *unprintable_of(const struct form *form, const struct draft *draft)
{
	json_t *unprintable = json_object();

	for (size_t i = 0; unprintable && i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		bool is_noted = note_unprintable(field->id, draft_find(draft, field->id), unprintable);

		for (size_t row = 0; !is_noted && row < draft_n_rows(draft, field->id); row++)
			for (size_t c = 0; !is_noted && c < field->n_fields; c++)
				is_noted = note_unprintable(
					field->id, draft_row_find(draft, field->id, row, field->fields[c].id), unprintable);
	}
	return unprintable;
}

/* NULL: done, *ret_fd is the page and *ret_unprintable what it lacks; else the error's word. */
static const char *serve(const struct worker *worker, const json_t *message, int *ret_fd, json_t **ret_unprintable)
{
	const struct config *config = config_of(worker->command, json_object_get(message, "municipality"));
	const char *op = json_string_value(json_object_get(message, "op"));
	const char *format = json_string_value(json_object_get(message, "format"));
	CLEANUP(draft_freep) struct draft *draft = NULL;
	struct render_options options = {
		.date_iso = json_string_value(json_object_get(message, "date")),
		.is_blank = json_is_true(json_object_get(message, "blank")),
		.is_number_masked = json_is_true(json_object_get(message, "mask")),
		.png_dpi = json_number_value(json_object_get(message, "dpi"))};
	const struct form *form;

	if (!op || strcmp(op, "render") != 0 || !format || draft_decode(json_object_get(message, "draft"), &draft) < 0)
		return "malformed";
	if (!config)
		return "unknown-municipality";
	form = config_form_find(config, draft_form(draft));
	if (!form)
		return "unknown-form";
	options.format = strcmp(format, "png") == 0 ? RENDER_PNG : RENDER_PDF;
	if (sealed_page(config, form, draft, &options, ret_fd) < 0)
		return "failed";
	*ret_unprintable = unprintable_of(form, draft);
	return NULL;
}

static bool procedure_has_form(const struct config *config, const char *id, const char *form)
{
	const struct config_procedure *procedure = config_procedure_find(config, id);

	for (size_t i = 0; procedure && i < procedure->n_forms; i++)
		if (strcmp(procedure->forms[i], form) == 0)
			return true;
	return false;
}

/* As serve(). The parent asked its configuration already; this process trusts only the signature it verified itself. */
static const char *serve_number(const struct worker *worker, const json_t *message, const struct secret *number, int *ret_fd)
{
	const struct config *config = config_of(worker->command, json_object_get(message, "municipality"));
	const char *op = json_string_value(json_object_get(message, "op"));
	const char *procedure = json_string_value(json_object_get(message, "procedure"));
	struct render_options options = {
		.format = RENDER_PDF, .number = number, .date_iso = json_string_value(json_object_get(message, "date"))};
	CLEANUP(draft_freep) struct draft *draft = NULL;
	const struct form *form;

	if (!op || strcmp(op, "number-page") != 0 || !procedure || !number || !secret_is_digits(number, FORM_NUMBER_DIGITS) ||
	    draft_decode(json_object_get(message, "draft"), &draft) < 0)
		return "malformed";
	if (!config)
		return "unknown-municipality";
	if (!config_number_permit(config, procedure) || !procedure_has_form(config, procedure, draft_form(draft)))
		return "not-permitted";
	form = config_form_find(config, draft_form(draft));
	if (!form)
		return "unknown-form";
	return sealed_page(config, form, draft, &options, ret_fd) < 0 ? "failed" : NULL;
}

static void on_message(void *data, struct link *link, json_t *message, int passed_fd)
{
	struct worker *worker = data;
	bool is_last = worker->command->mode == FORM_NUMBER_PAGE;
	CLEANUP(secret_freep) struct secret *number = link_take_secret(link);
	CLEANUP(closep) int fd = -1;
	json_t *unprintable = NULL;
	const char *error = is_last ? serve_number(worker, message, number, &fd) : serve(worker, message, &fd, &unprintable);
	json_t *answer = error ? json_pack("{s:s}", "error", error)
			       : json_pack("{s:s, s:o*}", "result", "ok", "unprintable", unprintable);

	if (!answer || link_send(link, answer, fd) < 0)
		sd_event_exit(worker->loop, COMMAND_FAILED);
	else if (is_last)
		sd_event_exit(worker->loop, COMMAND_DONE);
	json_decref(answer);
}

static void on_closed(void *data, struct link *link, int reason)
{
	sd_event_exit(((struct worker *)data)->loop, COMMAND_DONE);
}

static int warm_up(const struct form_command *command)
{
	const struct render_options pdf = {.format = RENDER_PDF, .is_blank = true};
	const struct render_options png = {.format = RENDER_PNG, .is_blank = true};
	const struct config *config = command->configs[0];
	uint32_t scalar;

	(void)render_can_draw("見本 葛\U000E0102 〓 Nguyễn 한 1", &scalar);
	for (size_t i = 0; i < config->n_forms && i < 1; i++) {
		CLEANUP(closep) int pdf_fd = -1;
		CLEANUP(closep) int png_fd = -1;

		if (sealed_page(config, &config->forms[i], NULL, &pdf, &pdf_fd) < 0)
			return fault_raise(-EIO);
		if (command->mode == FORM_NUMBER_PAGE)
			continue; /* never a picture, which would take the room that is locked */
		if (sealed_page(config, &config->forms[i], NULL, &png, &png_fd) < 0)
			return fault_raise(-EIO);
	}
	return 0;
}

int form_worker_run(struct form_command *command)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	CLEANUP(link_freep) struct link *link = NULL;
	struct worker worker = {.command = command};
	int r = form_command_load(command);

	if (r < 0)
		return command_failed(FORM_PROGRAM, "the configuration has errors; see madoguchi-config check");
	if (command->mode == FORM_NUMBER_PAGE)
		form_memory_begin();
	r = render_init();
	if (r == 0)
		r = warm_up(command);
	if (r == 0)
		r = loop_new(&worker.loop);
	if (r == 0)
		r = link_new(worker.loop, CHILD_LINK_FD, &handlers, &worker, &link);
	if (r == 0 && command->mode == FORM_NUMBER_PAGE && form_memory_lock() < 0)
		fputs(FORM_PROGRAM ": the page may be swapped out: give more locked memory (LimitMEMLOCK)\n", stderr);
	if (r == 0)
		r = lockdown();
	if (r == 0)
		r = sd_event_loop(worker.loop);
	link = link_free(link);
	sd_event_unref(worker.loop);
	return r < 0 ? command_failed(FORM_PROGRAM, "worker: %s", strerror(-r)) : r;
}
