/* SPDX-License-Identifier: MIT
 * CSV after RFC 4180, UTF-8 with a byte order mark because the spreadsheets of town halls ask for it. A value that begins
 * with = + - @ or a control character gets an apostrophe before it (OWASP, CSV injection). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "queue/http/handover.h"
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/banned.h"

#define HANDOVER_BYTES_MAX (2 * HTTP_BODY_BYTES_MAX)

static int csv_cell(struct buf *out, const char *text, bool is_last)
{
	int r = buf_add_text(out, strchr("=+-@\t\r", text[0]) && text[0] ? "\"'" : "\"");

	for (; *text && r == 0; text++)
		r = *text == '"' ? buf_add_text(out, "\"\"") : buf_add(out, text, 1);
	if (r == 0)
		r = buf_add_text(out, is_last ? "\"\r\n" : "\",");
	return r;
}

/* The value of a field as one cell; rows as JSON, for a person to read. */
static int csv_value(struct buf *out, const json_t *value, bool is_last)
{
	const char *text = json_string_value(json_is_object(value) ? json_object_get(value, "value") : NULL);
	CLEANUP(freep) char *dump = !text && value ? json_dumps(value, JSON_COMPACT) : NULL;

	return csv_cell(out, text ? text : dump ? dump : "", is_last);
}

static int csv_write(const struct handover *h, const json_t *values, struct buf *out)
{
	int r = buf_add_text(out, "\xef\xbb\xbf\"ticket\",\"form\",\"version\",\"accepted_at\"");
	char version[16];

	for (size_t i = 0; h->form && i < h->form->n_fields && r == 0; i++) {
		r = buf_add_text(out, ",");
		if (r == 0)
			r = csv_cell(out, h->form->fields[i].id, true);
		if (r == 0)
			out->len -= 2; /* the line goes on */
	}
	if (r == 0)
		r = buf_add_text(out, "\r\n");
	snprintf(version, sizeof(version), "%d", draft_version(h->draft));
	if (r == 0)
		r = csv_cell(out, h->ticket, false);
	if (r == 0)
		r = csv_cell(out, draft_form(h->draft), false);
	if (r == 0)
		r = csv_cell(out, version, false);
	if (r == 0)
		r = csv_cell(out, h->accepted_at, !h->form || !h->form->n_fields);
	for (size_t i = 0; h->form && i < h->form->n_fields && r == 0; i++)
		r = csv_value(out, json_object_get(values, h->form->fields[i].id), i + 1 == h->form->n_fields);
	return r;
}

static int write_file(int dir_fd, const char *name, const char *bytes, size_t n_bytes)
{
	CLEANUP(closep) int fd = -1;
	char next[160];
	size_t done = 0;

	snprintf(next, sizeof(next), ".%s.next", name);
	fd = openat(dir_fd, next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	while (done < n_bytes) {
		ssize_t n = write(fd, bytes + done, n_bytes - done);

		if (n <= 0)
			return fault_raise(n < 0 ? -errno : -EIO);
		done += (size_t)n;
	}
	if (fsync(fd) < 0 || renameat(dir_fd, next, dir_fd, name) < 0 || fsync(dir_fd) < 0)
		return fault_raise(-errno);
	return 0;
}

static int open_folder(const struct handover *h, int *ret_fd)
{
	CLEANUP(freep) char *path = NULL;
	int fd;

	if (strchr(h->service, '/') || h->service[0] == '.')
		return fault_raise(-EINVAL);
	if (asprintf(&path, "%s/handover/%s", h->state_dir, h->service) < 0)
		return fault_raise(-ENOMEM);
	*strrchr(path, '/') = '\0';
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fault_raise(-errno);
	path[strlen(path)] = '/';
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fault_raise(-errno);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_raise(-errno);
	*ret_fd = fd;
	return 0;
}

int handover_write(const struct handover *h)
{
	CLEANUP(buf_release) struct buf csv = BUF_INIT(HANDOVER_BYTES_MAX), text = BUF_INIT(HANDOVER_BYTES_MAX);
	CLEANUP(closep) int dir_fd = -1;
	CLEANUP(freep) char *dump = NULL;
	json_t *json = draft_encode_values(h->draft);
	char name[128];
	int r = json ? open_folder(h, &dir_fd) : fault_raise(-ENOMEM);

	if (r == 0)
		r = csv_write(h, json_object_get(json, "values"), &csv);
	json = json ? json_pack("{ss ss ss ss ss so}", "office", h->office, "ticket", h->ticket, "service", h->service,
				"accepted_at", h->accepted_at, "accepted_by", h->accepted_by, "draft", json) : NULL;
	dump = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
	json_decref(json);
	if (r == 0)
		r = dump ? buf_add_text(&text, dump) : fault_raise(-ENOMEM);
	if (dump)
		explicit_bzero(dump, strlen(dump));
	snprintf(name, sizeof(name), "%.47s-%.31s-%d.json", h->office, h->ticket, h->i);
	if (r == 0)
		r = write_file(dir_fd, name, text.bytes, text.len);
	snprintf(name, sizeof(name), "%.47s-%.31s-%d.csv", h->office, h->ticket, h->i);
	if (r == 0)
		r = write_file(dir_fd, name, csv.bytes, csv.len);
	return r < 0 ? fault_pass(r) : 0;
}
