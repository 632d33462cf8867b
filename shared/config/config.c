/* SPDX-License-Identifier: MIT
 * The public face: a checked folder becomes a struct, or nothing does. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/load.h"
#include "shared/config/number_permit.h"
#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

struct number_permit {
	const struct number_permit *self; /* itself, so that a copy or other memory is no permit */
	const char *procedure;
};

struct number_permits {
	size_t n_items;
	struct number_permit items[];
};

/* Static, and called for verified bundles only: this is the one place where permits are made. */
static int grant_permits(struct config *config)
{
	struct number_permits *permits =
		memory_take(config->memory, sizeof(*permits) + config->n_procedures * sizeof(permits->items[0]));

	if (!permits)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < config->n_procedures; i++) {
		struct number_permit *permit = &permits->items[permits->n_items];

		if (config->procedures[i].individual_number == INDIVIDUAL_NUMBER_NEVER)
			continue;
		*permit = (struct number_permit){permit, config->procedures[i].id};
		permits->n_items++;
	}
	config->number_permits = permits;
	return 0;
}

const struct number_permit *config_number_permit(const struct config *config, const char *procedure)
{
	const struct number_permits *permits = config->number_permits;

	for (size_t i = 0; permits && i < permits->n_items; i++)
		if (strcmp(permits->items[i].procedure, procedure) == 0)
			return &permits->items[i];
	return NULL;
}

bool number_permit_is_valid(const struct number_permit *permit)
{
	return permit && permit->self == permit;
}

const char *number_permit_procedure(const struct number_permit *permit)
{
	return number_permit_is_valid(permit) ? permit->procedure : "";
}

int config_load(const char *path, const struct config_options *options, struct findings *findings,
		struct config **ret_config)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	struct config *config;
	int r = loaded_read(path, options, findings, &loaded);

	if (r < 0)
		return fault_pass(r);
	if (findings->n_errors > 0)
		return fault_raise(-EBADMSG);
	config = bind_config(loaded.memory, loaded.root);
	if (!config)
		return fault_raise(-ENOMEM);
	r = loaded.is_verified ? grant_permits(config) : 0;
	if (r < 0)
		return fault_pass(r);
	loaded.memory = NULL; /* the config lives in it and owns it now */
	*ret_config = config;
	return 0;
}

int config_check(const char *path, const struct config_options *options, struct findings *findings)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	int r = loaded_check(path, options, findings, &loaded);

	return r < 0 ? fault_pass(r) : 0;
}

struct config *config_free(struct config *config)
{
	if (config)
		memory_free(config->memory);
	return NULL;
}

const char *text_in(const struct text *text, const char *language)
{
	const char *japanese = "";

	for (size_t i = 0; i < text->n_entries; i++) {
		if (strcmp(text->entries[i].language, language) == 0)
			return text->entries[i].value;
		if (strcmp(text->entries[i].language, "ja") == 0)
			japanese = text->entries[i].value;
	}
	return japanese;
}

bool text_has(const struct text *text, const char *language)
{
	for (size_t i = 0; i < text->n_entries; i++)
		if (strcmp(text->entries[i].language, language) == 0)
			return true;
	return false;
}

#define DEFINE_FIND(function, type, items, n_items, id)                                  \
	const struct type *function(const struct config *config, const char *wanted)     \
	{                                                                                \
		for (size_t i = 0; i < config->n_items; i++)                             \
			if (strcmp(config->items[i].id, wanted) == 0)                    \
				return &config->items[i];                                \
		return NULL;                                                             \
	}

DEFINE_FIND(config_office_find, config_office, offices, n_offices, id)
DEFINE_FIND(config_service_find, config_service, services, n_services, id)
DEFINE_FIND(config_window_find, config_window, windows, n_windows, id)
DEFINE_FIND(config_procedure_find, config_procedure, procedures, n_procedures, id)
DEFINE_FIND(config_form_find, form, forms, n_forms, id)
DEFINE_FIND(config_printer_role_find, config_printer_role, printer.roles, printer.n_roles, role)
static DEFINE_FIND(named_text_find, config_named_text, texts, n_texts, id)

const struct text *config_text_find(const struct config *config, const char *id)
{
	const struct config_named_text *named = named_text_find(config, id);

	return named ? &named->text : NULL;
}

const char *config_text(const struct config *config, const char *id, const char *language)
{
	const struct text *text = config_text_find(config, id);

	return text ? text_in(text, language) : id;
}

const struct config_office *config_office_by_name(const struct config *config, const char *name)
{
	size_t n = strlen(config->municipality.code);

	if (strncmp(name, config->municipality.code, n) != 0 || name[n] != '-')
		return NULL;
	return config_office_find(config, name + n + 1);
}
