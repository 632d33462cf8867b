#pragma once
/* SPDX-License-Identifier: MIT
 * Convert: a card's picture to the PNG a clerk looks at. Thread: any. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

/** picture_warm_up() - uses every decoder once, so that none asks the system for anything new later. 0, -EBADMSG, -ENOMEM. */
MUST_USE int picture_warm_up(void);
/** picture_convert() - @media: image/png image/jp2 image/tiff; what its bytes are is still looked at. Letters of 1 bit
 *  are enlarged by whole pixels; what exceeds @out_max is made smaller. 0, -EBADMSG, -ERANGE, -ENOSPC, -ENOMEM. */
MUST_USE int picture_convert(const char *media, const uint8_t *bytes, size_t n_bytes, uint8_t *out, size_t out_max,
			     size_t *ret_n_bytes);
