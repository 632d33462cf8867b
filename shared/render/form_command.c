/* SPDX-License-Identifier: MIT
 * list, fill, check, render. What concerns a resident goes to standard output or the named file only; standard error
 * says what is wrong without saying whose it is. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/jp/era.h"
#include "shared/jp/ruby.h"
#include "shared/render/form_command.h"
#include "shared/render/render.h"
#include "shared/base/banned.h"

static void json_freep(json_t **json)
{
	json_decref(*json);
}

int form_command_load(struct form_command *command)
{
	for (size_t i = 0; i < command->towns.n_paths; i++) {
		int r = config_arguments_load(&command->towns, i, &command->configs[i]);

		if (r < 0)
			return fault_pass(r);
		command->n_configs++;
	}
	return 0;
}

void form_command_release(struct form_command *command)
{
	for (size_t i = 0; i < command->n_configs; i++)
		config_free(command->configs[i]);
	command->n_configs = 0;
}

static int print_json(json_t *json)
{
	int r = json && json_dumpf(json, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF && fflush(stdout) == 0;

	json_decref(json);
	return r ? COMMAND_DONE : command_failed(FORM_PROGRAM, "cannot write the answer");
}

int form_list(const struct form_command *command)
{
	CLEANUP(json_freep) json_t *list = json_array();

	for (size_t c = 0; c < command->n_configs; c++)
		for (size_t i = 0; i < command->configs[c]->n_forms; i++) {
			const struct form *form = &command->configs[c]->forms[i];
			CLEANUP(freep) char *title = ruby_strip(text_in(&form->title, "ja"));

			if (!command->is_json)
				printf("%s\t%d\t%s\n", form->id, form->version, title ? title : "");
			json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s}", "municipality",
							      command->configs[c]->municipality.code, "id", form->id, "version",
							      form->version, "title", title ? title : ""));
		}
	return command->is_json ? print_json(json_pack("{s:O}", "forms", list)) : COMMAND_DONE;
}

/* @path "-" is standard input. NULL: said why on standard error. */
static json_t *read_json(const char *path)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(HTTP_BODY_BYTES_MAX);
	json_error_t error;
	json_t *json;
	int r = strcmp(path, "-") == 0 ? buf_read_fd(&text, 0) : buf_read_file(&text, path);

	if (r == -ENOSPC)
		command_failed(FORM_PROGRAM, "%s: larger than %d bytes", path, HTTP_BODY_BYTES_MAX);
	else if (r < 0)
		command_failed(FORM_PROGRAM, "%s: %s", path, strerror(-r));
	if (r < 0)
		return NULL;
	json = json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		command_failed(FORM_PROGRAM, "%s:%d:%d: not JSON", path, error.line, error.column);
	return json;
}

/* Today in the town, by the clock of the machine or the clock file. */
static int today(const struct form_command *command, char out[11])
{
	CLEANUP(clock_freep) struct clock *clock = NULL;
	struct local_time local;
	int r = clock_new(command->clock_file, &clock);

	if (r == 0)
		r = local_time_from(clock_utc_ms(clock), command->configs[0]->municipality.timezone, &local);
	if (r < 0)
		return fault_pass(r);
	date_format(&(struct date){local.year, local.month, local.day}, out);
	return 0;
}

static const struct form_field *field_of(const struct form_field *fields, size_t n_fields, const char *id, size_t length)
{
	for (size_t i = 0; i < n_fields; i++)
		if (strlen(fields[i].id) == length && memcmp(fields[i].id, id, length) == 0)
			return &fields[i];
	return NULL;
}

/* FIELD=VALUE or FIELD.ROW.COLUMN=VALUE */
static int apply_set(struct draft *draft, const struct form *form, const char *set)
{
	size_t name = strcspn(set, "=."), row, column;
	const struct form_field *field = field_of(form->fields, form->n_fields, set, name);
	const struct form_field *cell;
	char *end;

	if (!field || !set[name])
		return fault_raise(-EINVAL);
	if (set[name] == '=')
		return draft_set(draft, field->id, set + name + 1, VALUE_TYPED, PROOF_NOT_CHECKED);
	row = strtoul(set + name + 1, &end, 10);
	column = *end == '.' ? strcspn(end + 1, "=") : 0;
	cell = column ? field_of(field->fields, field->n_fields, end + 1, column) : NULL;
	if (!cell || end[1 + column] != '=')
		return fault_raise(-EINVAL);
	return draft_row_set(draft, field->id, row, cell->id, end + 2 + column, VALUE_TYPED, PROOF_NOT_CHECKED);
}

static const struct form *form_of(const struct form_command *command, const char *id, const struct config **ret_config)
{
	for (size_t i = 0; i < command->n_configs; i++) {
		const struct form *form = config_form_find(command->configs[i], id);

		*ret_config = command->configs[i];
		if (form)
			return form;
	}
	command_failed(FORM_PROGRAM, "no form with this id; see madoguchi-form list");
	return NULL;
}

static int read_person(const char *path, struct person *ret_person)
{
	CLEANUP(json_freep) json_t *json = path ? read_json(path) : NULL;

	if (!path)
		return 0;
	if (!json)
		return fault_raise(-EBADMSG);
	if (person_decode(json, ret_person) < 0) {
		command_failed(FORM_PROGRAM, "%s: not a person as in the contract", path);
		return fault_raise(-EBADMSG);
	}
	return 0;
}

int form_fill(const struct form_command *command)
{
	const struct config *config;
	const struct form *form = form_of(command, command->argument, &config);
	CLEANUP(person_release) struct person person = {0};
	CLEANUP(draft_freep) struct draft *draft = form ? draft_new(form->id, form->version) : NULL;
	char date[11];

	if (!draft || read_person(command->person_path, &person) < 0)
		return COMMAND_FAILED;
	for (size_t i = 0; i < command->n_sets; i++)
		if (apply_set(draft, form, command->sets[i]) < 0)
			return command_failed(FORM_PROGRAM, "--set %zu: no such field, or the value is not clean text", i + 1);
	if (!command->date_iso && today(command, date) < 0)
		return command_failed(FORM_PROGRAM, "cannot read the clock");
	if (draft_fill(draft, form, &person, command->date_iso ? command->date_iso : date) < 0)
		return command_failed(FORM_PROGRAM, "cannot fill the form");
	return print_json(draft_encode(draft));
}

static struct draft *read_draft(const struct form_command *command, const struct form **ret_form,
				const struct config **ret_config)
{
	CLEANUP(json_freep) json_t *json = read_json(command->argument);
	CLEANUP(draft_freep) struct draft *draft = NULL;

	if (!json)
		return NULL;
	if (draft_decode(json, &draft) < 0) {
		command_failed(FORM_PROGRAM, "%s: not a draft as in the contract", command->argument);
		return NULL;
	}
	*ret_form = form_of(command, draft_form(draft), ret_config);
	return *ret_form ? TAKE(draft) : NULL;
}

static json_t *finding_encode(const struct draft_finding *finding)
{
	if (finding->column)
		return json_pack("{s:s, s:i, s:s, s:s}", "field", finding->field, "row", (int)finding->row, "column",
				 finding->column, "rule", finding->rule);
	return json_pack("{s:s, s:s}", "field", finding->field, "rule", finding->rule);
}

int form_check(const struct form_command *command)
{
	const struct form *form = NULL;
	const struct config *config;
	CLEANUP(draft_freep) struct draft *draft = read_draft(command, &form, &config);
	CLEANUP(json_freep) json_t *list = json_array();
	struct draft_finding found[DRAFT_FINDINGS_MAX];
	size_t n;

	if (!draft)
		return COMMAND_FAILED;
	n = draft_check(draft, form, found, DRAFT_FINDINGS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!command->is_json && found[i].column)
			printf("%s.%zu.%s: %s\n", found[i].field, found[i].row, found[i].column, found[i].rule);
		else if (!command->is_json)
			printf("%s: %s\n", found[i].field, found[i].rule);
		json_array_append_new(list, finding_encode(&found[i]));
	}
	if (command->is_json && print_json(json_pack("{s:O}", "findings", list)) != COMMAND_DONE)
		return COMMAND_FAILED;
	return n ? command_failed(FORM_PROGRAM, "%zu findings; mend the fields named above", n) : COMMAND_DONE;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), n_end = strlen(end);

	return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

static int render_to(const struct form_command *command, const struct config *config, const struct form *form,
		     const struct draft *draft)
{
	bool is_png = ends_with(command->output_path, ".png");
	struct render_options options = {.format = is_png ? RENDER_PNG : RENDER_PDF, .is_blank = command->is_blank,
					 .date_iso = command->date_iso, .png_dpi = command->dpi};
	CLEANUP(closep) int fd = -1;
	struct date date;
	int r;

	if (command->date_iso && date_parse(command->date_iso, &date) < 0)
		return command_failed(FORM_PROGRAM, "--date wants YYYY-MM-DD");
	if (render_init() < 0)
		return command_failed(FORM_PROGRAM, "the fonts are not installed: fonts-morisawa-bizud-gothic, -mincho");
	fd = strcmp(command->output_path, "-") == 0 ? dup(1) :
		open(command->output_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return command_failed(FORM_PROGRAM, "%s: %s", command->output_path, strerror(errno));
	r = render_form(config, form, draft, &options, fd);
	return r < 0 ? command_failed(FORM_PROGRAM, "cannot write the page: %s", strerror(-r)) : COMMAND_DONE;
}

int form_render(const struct form_command *command)
{
	const struct form *form = NULL;
	const struct config *config = NULL;
	CLEANUP(draft_freep) struct draft *draft = NULL;
	bool is_form_id = command->is_blank && !ends_with(command->argument, ".json") && strcmp(command->argument, "-") != 0;

	if (!command->output_path || !(ends_with(command->output_path, ".pdf") || ends_with(command->output_path, ".png") ||
				       strcmp(command->output_path, "-") == 0)) {
		command_failed(FORM_PROGRAM, "render needs --output FILE.pdf, FILE.png or -");
		return COMMAND_USAGE;
	}
	if (is_form_id)
		form = form_of(command, command->argument, &config);
	else
		draft = read_draft(command, &form, &config);
	if (!form || (!draft && !is_form_id))
		return COMMAND_FAILED;
	return render_to(command, config, form, draft);
}
