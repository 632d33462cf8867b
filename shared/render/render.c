/* SPDX-License-Identifier: MIT
 * The layout is made once in points; PDF and PNG paint the same sheet. The PDF's date is the date of request, not
 * the clock, so that the same draft gives the same bytes; its title is the form's and nothing in it names a person. */
#include <cairo-pdf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/jp/era.h"
#include "shared/render/fonts.h"
#include "shared/render/form_layout.h"
#include "shared/render/form_value.h"
#include "shared/render/render.h"
#include "shared/render/surface_png.h"
#include "shared/base/banned.h"

/* what a form without a date says of its making; the clock would make the bytes differ */
#define DATE_UNKNOWN "2000-01-01"

static void context_unrefp(PangoContext **context)
{
	g_clear_object(context);
}

struct sink {
	int fd;
	size_t n_bytes;
	int error;
};

int render_init(void)
{
	return fonts_init();
}

static cairo_status_t sink_write(void *closure, const unsigned char *bytes, unsigned n_bytes)
{
	struct sink *sink = closure;

	sink->n_bytes += n_bytes;
	if (sink->n_bytes > PAGE_BYTES_MAX)
		sink->error = sink->error ? sink->error : -EFBIG;
	while (!sink->error && n_bytes) {
		ssize_t n = write(sink->fd, bytes, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			sink->error = -errno;
			break;
		}
		bytes += n;
		n_bytes -= (unsigned)n;
	}
	return sink->error ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static int finish(struct sink *sink, cairo_surface_t *surface)
{
	cairo_status_t status;

	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (sink->error)
		return fault_raise(sink->error);
	return status == CAIRO_STATUS_SUCCESS ? 0 : fault_raise(status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EIO);
}

static void set_metadata(cairo_surface_t *surface, const struct form *form, const char *date_iso)
{
	struct date date;
	bool is_whole = date_iso && date_parse(date_iso, &date) == 0 && date.year && date.month && date.day;
	g_autofree char *title = text_plain(&form->title);
	g_autofree char *created = g_strconcat(is_whole ? date_iso : DATE_UNKNOWN, "T00:00:00+09:00", NULL);

	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Madoguchi " MADOGUCHI_VERSION);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, created);
}

static int write_pdf(const struct sheet *sheet, const struct form *form, const char *date_iso, struct sink *sink)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(sink_write, sink, sheet->paper_width, sheet->height);
	cairo_t *cairo;

	set_metadata(surface, form, date_iso);
	cairo = cairo_create(surface);
	for (size_t page = 0; page < sheet->n_pages; page++) {
		sheet_paint(sheet, page, cairo);
		cairo_show_page(cairo);
	}
	cairo_destroy(cairo);
	return finish(sink, surface);
}

/* All pages below each other: what is shown on a screen. Of a wider paper only what is ours. */
static int write_png(const struct sheet *sheet, double dpi, struct sink *sink)
{
	double scale = (dpi > 0 ? dpi : 96) / 72;
	int w = (int)(sheet->width * scale + 0.5), h = (int)(sheet->height * scale + 0.5);
	cairo_surface_t *surface;
	cairo_t *cairo;

	if (dpi > 600 || (double)w * h * (double)sheet->n_pages > 64e6)
		return fault_raise(-EFBIG);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h * (int)sheet->n_pages);
	cairo = cairo_create(surface);
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	for (size_t page = 0; page < sheet->n_pages; page++) {
		cairo_save(cairo);
		cairo_translate(cairo, 0, (double)h * (double)page);
		cairo_scale(cairo, scale, scale);
		sheet_paint(sheet, page, cairo);
		cairo_restore(cairo);
	}
	cairo_destroy(cairo);
	if (surface_write_png(surface, sink_write, sink) != CAIRO_STATUS_SUCCESS && !sink->error)
		sink->error = -EIO;
	return finish(sink, surface);
}

/* A context that belongs to no page: the sheet is painted on any. */
static PangoContext *layout_context(void)
{
	cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
	cairo_t *cairo = cairo_create(surface);
	PangoContext *context = fonts_context(cairo, 72);

	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	return context;
}

int render_form(const struct config *config, const struct form *form, const struct draft *draft,
		const struct render_options *options, int out_fd)
{
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;
	CLEANUP(context_unrefp) PangoContext *context = layout_context();
	struct form_layout_options layout = {.is_blank = options->is_blank, .date_iso = options->date_iso,
		.number = options->number, .is_number_masked = options->is_number_masked};
	struct sink sink = {.fd = out_fd};

	if (options->number && (options->format != RENDER_PDF || !secret_is_digits(options->number, FORM_NUMBER_DIGITS)))
		return fault_raise(-EINVAL);
	sheet = form_layout(context, config, form, draft, &layout);
	if (!sheet)
		return fault_raise(-EFBIG);
	if (options->format == RENDER_PNG)
		return write_png(sheet, options->png_dpi, &sink);
	return write_pdf(sheet, form, options->date_iso, &sink);
}

bool render_can_draw(const char *text, uint32_t *ret_scalar)
{
	CLEANUP(context_unrefp) PangoContext *context = layout_context();
	struct missing_character missing;

	if (!glyphs_find_missing(context, text, &missing))
		return true;
	*ret_scalar = missing.scalar;
	return false;
}
