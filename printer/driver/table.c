/* SPDX-License-Identifier: MIT
 * The drivers a configuration may name. A new kind of printer is one file and one line here. */
#include <string.h>

#include "printer/driver/driver.h"
#include "shared/base/banned.h"

static const struct printer_driver *const drivers[] = {
	&printer_driver_escpos,
	&printer_driver_file,
	&printer_driver_ipp,
};

static const struct {
	const char *format, *name;
} formats[] = {
	{"application/vnd.escpos", "escpos"},
	{"application/pdf", "pdf"},
	{"image/png", "png"},
};

const struct printer_driver *printer_driver_find(const char *uri)
{
	const char *colon = strchr(uri, ':');

	for (size_t i = 0; colon && i < sizeof(drivers) / sizeof(*drivers); i++)
		for (const char *const *scheme = drivers[i]->schemes; *scheme; scheme++)
			if (strlen(*scheme) == (size_t)(colon - uri) && strncmp(uri, *scheme, (size_t)(colon - uri)) == 0)
				return drivers[i];
	return NULL;
}

const char *printer_uri_error(const char *uri)
{
	const struct printer_driver *driver = printer_driver_find(uri);

	if (strlen(uri) >= PRINTER_URI_MAX)
		return "the address is too long";
	if (!driver)
		return "unknown scheme; use ipps:, usb:, socket:, file:, or ipp: on this machine";
	return driver->parse_error(uri);
}

const char *printer_format_name(const char *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].format, format) == 0)
			return formats[i].name;
	return "bin";
}
