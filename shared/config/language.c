/* SPDX-License-Identifier: MIT
 * gettext looks a language up only where the locale of messages is another than C. A counter's Debian has no ja_JP made, but
 * C.UTF-8 is part of the C library: under it LANGUAGE alone names the catalogue. Numbers and signs stay those of C. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/config/language.h"
#include "shared/base/banned.h"

#define DOMAIN "madoguchi"

static bool is_plain_locale(const char *name)
{
	return *name == '\0' || strcmp(name, "C") == 0 || strncmp(name, "C.", 2) == 0 || strcmp(name, "POSIX") == 0;
}

/* What the environment asks for, as gettext reads it: LANGUAGE counts only above a locale that is not C. */
static const char *asked_for(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *locale = "", *list = getenv("LANGUAGE");

	for (size_t i = 0; *locale == '\0' && i < sizeof(names) / sizeof(names[0]); i++)
		locale = getenv(names[i]) ? getenv(names[i]) : "";
	if (is_plain_locale(locale))
		return "en";
	return list && *list != '\0' ? list : locale;
}

/* The catalogues of this build: installed beside bin/, or build/shared/config/po/. */
static void bind_catalogues(void)
{
	static const char *const places[] = {"../share/locale", "config/po"};
	char self[PATH_MAX], path[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *folder;

	if (n < 0)
		return;
	self[n] = '\0';
	folder = dirname(self);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s/ja/LC_MESSAGES/" DOMAIN ".mo", folder, places[i]);
		if (access(path, R_OK) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, places[i]);
		bindtextdomain(DOMAIN, path);
		return;
	}
}

int language_choose(const char *name)
{
	bool is_ja = name ? strcmp(name, "ja") == 0 : strncmp(asked_for(), "ja", 2) == 0;

	if (name && !is_ja && strcmp(name, "en") != 0)
		return fault_raise(-EINVAL);
	if (!is_ja || !setlocale(LC_MESSAGES, "C.UTF-8") || setenv("LANGUAGE", "ja", 1) < 0)
		return 0;
	bind_catalogues();
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
	return 0;
}
