/* SPDX-License-Identifier: MIT
 * file: for demonstrations, tests and halls whose own software fetches the pages. file:/existing/dir/ gets each job
 * as the next 001.pdf, 002.escpos …; file:/some/name gets the latest page. A reader never sees half a page: it is
 * written beside its place, synced, then linked or renamed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "printer/driver/driver.h"
#include "shared/base/banned.h"

#define NUMBER_MAX 999999

struct file_printer {
	const struct printer_handlers *handlers;
	void *data;
	sd_event_source *answer;
	bool is_sending;
	enum printer_outcome outcome;
	char reasons[PRINTER_REASONS_MAX];
	char path[PRINTER_URI_MAX];
};

static const char *uri_path(const char *uri)
{
	const char *path = strchr(uri, ':') + 1;

	return strncmp(path, "//", 2) == 0 ? path + 2 : path;
}

static const char *file_parse_error(const char *uri)
{
	return uri_path(uri)[0] == '/' ? NULL : "a file: address needs an absolute path, like file:/var/lib/slips";
}

static int on_answer(sd_event_source *source, void *data)
{
	struct file_printer *printer = data;

	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (printer->is_sending) {
		printer->is_sending = false;
		printer->handlers->finished(printer->data, printer->outcome, printer->reasons);
	} else {
		printer->handlers->checked(printer->data, printer->reasons);
	}
	return 0;
}

static int file_open(const struct printer_options *options, void **ret_printer)
{
	struct file_printer *printer;
	int r;

	if (file_parse_error(options->uri) || strlen(options->uri) >= sizeof(printer->path))
		return fault_raise(-EINVAL);
	printer = calloc(1, sizeof(*printer));
	if (!printer)
		return fault_raise(-ENOMEM);
	printer->handlers = options->handlers;
	printer->data = options->data;
	snprintf(printer->path, sizeof(printer->path), "%s", uri_path(options->uri));
	r = sd_event_add_defer(options->loop, &printer->answer, on_answer, printer);
	if (r >= 0)
		r = sd_event_source_set_enabled(printer->answer, SD_EVENT_OFF);
	if (r < 0) {
		sd_event_source_disable_unref(printer->answer);
		free(printer);
		return fault_raise(r);
	}
	*ret_printer = printer;
	return 0;
}

static void file_close(void *data)
{
	struct file_printer *printer = data;

	if (!printer)
		return;
	sd_event_source_disable_unref(printer->answer);
	free(printer);
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder the page goes into: the path itself, or the one that holds it. Return: an O_PATH-like descriptor. */
static int folder_open(const struct file_printer *printer)
{
	char folder[PRINTER_URI_MAX];
	char *slash;
	int fd;

	snprintf(folder, sizeof(folder), "%s", printer->path);
	if (!is_directory(folder)) {
		slash = strrchr(folder, '/');
		slash[slash == folder] = '\0';
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? fault_raise(-errno) : fd;
}

static int answer(struct file_printer *printer, const char *reasons)
{
	int r;

	snprintf(printer->reasons, sizeof(printer->reasons), "%s", reasons);
	r = sd_event_source_set_enabled(printer->answer, SD_EVENT_ONESHOT);
	return r < 0 ? fault_raise(r) : 0;
}

static int file_check(void *data, const char *format)
{
	struct file_printer *printer = data;
	CLEANUP(closep) int folder = folder_open(printer);

	printer->is_sending = false;
	return answer(printer, folder >= 0 && faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) == 0 ? ""
											      : "connecting-to-device");
}

static int page_copy(int folder, const char *name, int page_fd, int64_t n_bytes)
{
	CLEANUP(closep) int out = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	off_t offset = 0;

	if (out < 0)
		return fault_raise(-errno);
	while (offset < n_bytes) {
		ssize_t n = sendfile(out, page_fd, &offset, (size_t)(n_bytes - offset));

		if (n < 0 && errno != EINTR)
			return fault_raise(-errno);
		if (n == 0)
			return fault_raise(-EIO);
	}
	return fsync(out) < 0 ? fault_raise(-errno) : 0;
}

static unsigned long next_number(int folder)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	unsigned long highest = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char *end;
		unsigned long number = strtoul(entry->d_name, &end, 10);

		if (end != entry->d_name && *end == '.' && number > highest && number <= NUMBER_MAX)
			highest = number;
	}
	if (dir)
		closedir(dir);
	else if (copy >= 0)
		close(copy);
	return highest + 1;
}

static int page_place(const struct file_printer *printer, int folder, const char *part, const char *format)
{
	char name[64];
	int rc = -1;

	if (!is_directory(printer->path))
		return renameat(folder, part, folder, strrchr(printer->path, '/') + 1) < 0 ? fault_raise(-errno) : 0;
	/* a link, not a rename: two printers on one folder never overwrite each other's page */
	for (unsigned long number = next_number(folder); number <= NUMBER_MAX && rc < 0; number++) {
		snprintf(name, sizeof(name), "%03lu.%s", number, printer_format_name(format));
		rc = linkat(folder, part, folder, name, 0);
		if (rc < 0 && errno != EEXIST)
			return fault_raise(-errno);
	}
	if (rc < 0)
		return fault_raise(-ENOSPC);
	unlinkat(folder, part, 0);
	return 0;
}

static int page_write(const struct file_printer *printer, const char *format, int page_fd, int64_t n_bytes)
{
	CLEANUP(closep) int folder = folder_open(printer);
	char part[64];
	int r;

	if (folder < 0)
		return fault_pass(folder);
	snprintf(part, sizeof(part), ".part-%ld-%p", (long)getpid(), (const void *)printer);
	r = page_copy(folder, part, page_fd, n_bytes);
	if (r == 0)
		r = page_place(printer, folder, part, format);
	if (r < 0) {
		unlinkat(folder, part, 0);
		return fault_pass(r);
	}
	return fsync(folder) < 0 ? fault_raise(-errno) : 0;
}

static int file_send(void *data, const char *format, int page_fd, int64_t n_bytes)
{
	struct file_printer *printer = data;
	int r = page_write(printer, format, page_fd, n_bytes);

	printer->is_sending = true;
	printer->outcome = r < 0 ? PRINTER_NOT_SENT : PRINTER_PRINTED;
	return answer(printer, r == 0 ? "" : r == -ENOSPC ? "spool-area-full" : "connecting-to-device");
}

static void file_cancel(void *data)
{
	struct file_printer *printer = data;

	printer->is_sending = false;
	sd_event_source_set_enabled(printer->answer, SD_EVENT_OFF);
}

static const char *const file_schemes[] = {"file", NULL};

const struct printer_driver printer_driver_file = {
	.schemes = file_schemes,
	.parse_error = file_parse_error,
	.open = file_open,
	.close = file_close,
	.check = file_check,
	.send = file_send,
	.cancel = file_cancel,
};
