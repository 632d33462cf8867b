/* SPDX-License-Identifier: MIT
 * The public face: a checked folder becomes a struct, or nothing does. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/load.h"
#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

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
	loaded.memory = NULL; /* the config lives in it and owns it now */
	*ret_config = config;
	return 0;
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
