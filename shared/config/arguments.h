#pragma once
/* SPDX-License-Identifier: MIT
 * Arguments: the options by which every program is told its towns (contract §2): --config DIR|FILE.mdg, --templates DIR,
 * --bundle-key FILE.pub, --allow-unsigned, and where they run there: --office, --device. One table and one way to load, so that no program trusts more than another. */
#include <getopt.h>
#include "shared/config/config.h"

#define CONFIG_PATHS_MAX 96

struct config_arguments {
	const char *paths[CONFIG_PATHS_MAX]; /* borrowed from argv, as all here */
	size_t n_paths;
	const char *templates_dir, *bundle_key;
	const char *office, *device; /* as given: "209996-honcho", "kiosk1" */
	bool allow_unsigned;
	bool is_fast; /* as in struct config_options; set by the program */
};

enum { CONFIG_OPTION_CONFIG = 4096, CONFIG_OPTION_TEMPLATES, CONFIG_OPTION_BUNDLE_KEY, CONFIG_OPTION_ALLOW_UNSIGNED,
       CONFIG_OPTION_OFFICE, CONFIG_OPTION_DEVICE };

/** CONFIG_LONG_OPTIONS - the rows for a getopt_long() table; their values are outside of what a program numbers itself. */
#define CONFIG_LONG_OPTIONS                                                    \
	{"config", required_argument, NULL, CONFIG_OPTION_CONFIG},             \
	{"templates", required_argument, NULL, CONFIG_OPTION_TEMPLATES},       \
	{"bundle-key", required_argument, NULL, CONFIG_OPTION_BUNDLE_KEY},     \
	{"allow-unsigned", no_argument, NULL, CONFIG_OPTION_ALLOW_UNSIGNED}

/** CONFIG_LOCAL_OPTIONS - further rows, for a program that runs at one office or device: their layers lie above the town's. */
#define CONFIG_LOCAL_OPTIONS                                                   \
	{"office", required_argument, NULL, CONFIG_OPTION_OFFICE},             \
	{"device", required_argument, NULL, CONFIG_OPTION_DEVICE}

/** config_arguments_take() - whether @option of getopt_long() is one of these, and then it is taken. A path beyond
 *  CONFIG_PATHS_MAX is not taken. */
bool config_arguments_take(struct config_arguments *arguments, int option, const char *value);
/** config_arguments_options() - as what config_load() wants. A folder is taken unless there is a key; a bundle needs its key
 *  or --allow-unsigned. */
struct config_options config_arguments_options(const struct config_arguments *arguments);
/** config_arguments_load() - loads paths[@at]; when that fails, its findings go to stderr. Return: as config_load(). */
MUST_USE int config_arguments_load(const struct config_arguments *arguments, size_t at, struct config **ret_config);
