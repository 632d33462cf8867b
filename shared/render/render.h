#pragma once
/* SPDX-License-Identifier: MIT
 * Render: form + draft → finished page. Cairo and Pango with the house's own font list; PDF with embedded
 * subset fonts and extractable text, PNG for the screen. Pure given its inputs: the same input gives the
 * same bytes. Thread: one at a time per process. */
#include "shared/base/secret.h"
#include "shared/config/config.h"
#include "shared/model/draft.h"

enum render_format { RENDER_PDF, RENDER_PNG };

struct render_options {
	enum render_format format;
	bool is_blank;             /* the empty form */
	const char *date_iso;      /* printed as the date of request and into the PDF; NULL: left blank */
	double png_dpi;            /* 0: 96 */
	bool is_number_masked;     /* the boxes of an individual number that the card gave show marks; else they stay empty */
	const struct secret *number; /* twelve digits for those boxes, PDF only; NULL everywhere but in the one-shot child
				      * of shared/render/number_page.h */
};

/** render_init() - private fontconfig list (BIZ UD Gothic and Mincho, IPAmj Mincho, Noto as fallback). Once per process.
 *  0, or -ENOENT when the Japanese fonts are not installed. */
MUST_USE int render_init(void);
/** render_form() - writes the whole document to @out_fd (from its present offset). 0 or negative errno. */
MUST_USE int render_form(const struct config *config, const struct form *form, const struct draft *draft,
			 const struct render_options *options, int out_fd);
/** render_can_draw() - whether the fonts really hold every character and variation sequence of @text; false means
 *  the page shows 〓 and the clerk must be told. *ret_scalar: the first that is missing. */
bool render_can_draw(const char *text, uint32_t *ret_scalar);
