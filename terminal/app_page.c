/* SPDX-License-Identifier: MIT
 * Pages as pictures. */
#include <sys/mman.h>
#include <unistd.h>
#include "shared/model/draft.h"
#include "shared/render/render.h"
#include "terminal/app_page.h"
#include "shared/base/banned.h"

#define PREVIEW_DPI 110

struct source {
	int fd;
	off_t at;
};

static cairo_status_t read_more(void *data, unsigned char *out, unsigned int n)
{
	struct source *source = data;

	while (n > 0) {
		ssize_t r = pread(source->fd, out, n, source->at);
		if (r <= 0)
			return CAIRO_STATUS_READ_ERROR;
		source->at += r;
		out += r;
		n -= (unsigned)r;
	}
	return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *app_page_load(int fd)
{
	struct source source = {.fd = fd};
	cairo_surface_t *page = cairo_image_surface_create_from_png_stream(read_more, &source);

	if (cairo_surface_status(page) == CAIRO_STATUS_SUCCESS)
		return page;
	cairo_surface_destroy(page);
	return NULL;
}

static int sample_person(struct person *person)
{
	int r = value_set(&person->name, "見本　花子", VALUE_CARD, PROOF_NOT_CHECKED);

	r |= value_set(&person->address, "長野県見本村大字例示１２３番地", VALUE_CARD, PROOF_NOT_CHECKED);
	r |= value_set(&person->birth_date, "1960-02-29", VALUE_CARD, PROOF_NOT_CHECKED);
	r |= value_set(&person->sex, "female", VALUE_CARD, PROOF_NOT_CHECKED);
	return r;
}

cairo_surface_t *app_page_sample(const struct config *config)
{
	struct render_options how = {.format = RENDER_PNG, .date_iso = "2026-11-24", .png_dpi = PREVIEW_DPI};
	CLEANUP(person_releasep) struct person *person = &(struct person){0};
	CLEANUP(draft_freep) struct draft *draft = NULL;
	CLEANUP(closep) int fd = -1;

	if (config->n_forms == 0 || render_init() < 0 || sample_person(person) < 0)
		return NULL;
	draft = draft_new(config->forms[0].id, config->forms[0].version);
	if (!draft || draft_fill(draft, &config->forms[0], person, how.date_iso) < 0)
		return NULL;
	fd = memfd_create("sample", MFD_CLOEXEC);
	if (fd < 0 || render_form(config, &config->forms[0], draft, &how, fd) < 0)
		return NULL;
	return app_page_load(fd);
}
