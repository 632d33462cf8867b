#pragma once
/* SPDX-License-Identifier: MIT
 * Form layout: form + draft → sheet. Pure: the same input gives the same marks. */
#include "shared/base/secret.h"
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/glyphs.h"
#include "shared/render/sheet.h"

struct form_layout_options {
	bool is_blank;
	const struct secret *number; /* as struct maker has them */
	bool is_number_masked;
	const char *date_iso; /* NULL: room to write it, unless the draft has a visit.date */
};

/** form_layout() - the finished pages; NULL when they would be more than SHEET_PAGES_MAX. @draft may be NULL (blank). */
struct sheet *form_layout(PangoContext *context, const struct config *config, const struct form *form,
			  const struct draft *draft, const struct form_layout_options *options);
