/* SPDX-License-Identifier: MIT */
#include "shared/base/fault.h"
#include "shared/config/arguments.h"
#include "shared/base/banned.h"

bool config_arguments_take(struct config_arguments *arguments, int option, const char *value)
{
	switch (option) {
	case CONFIG_OPTION_CONFIG:
		if (arguments->n_paths == CONFIG_PATHS_MAX)
			return false;
		arguments->paths[arguments->n_paths++] = value;
		return true;
	case CONFIG_OPTION_TEMPLATES:
		arguments->templates_dir = value;
		return true;
	case CONFIG_OPTION_BUNDLE_KEY:
		arguments->bundle_key = value;
		return true;
	case CONFIG_OPTION_ALLOW_UNSIGNED:
		arguments->allow_unsigned = true;
		return true;
	case CONFIG_OPTION_OFFICE:
		arguments->office = value;
		return true;
	case CONFIG_OPTION_DEVICE:
		arguments->device = value;
		return true;
	default:
		return false;
	}
}

struct config_options config_arguments_options(const struct config_arguments *arguments)
{
	return (struct config_options){.templates_dir = arguments->templates_dir, .bundle_key = arguments->bundle_key,
				       .allow_unsigned = arguments->allow_unsigned, .office = arguments->office,
				       .device = arguments->device, .is_fast = arguments->is_fast};
}

int config_arguments_load(const struct config_arguments *arguments, size_t at, struct config **ret_config)
{
	struct config_options options = config_arguments_options(arguments);
	CLEANUP(findings_release) struct findings findings = {0};
	int r = config_load(arguments->paths[at], &options, &findings, ret_config);

	if (r < 0)
		findings_print(&findings, stderr);
	return r < 0 ? fault_pass(r) : 0;
}
