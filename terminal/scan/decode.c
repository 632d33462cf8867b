/* SPDX-License-Identifier: MIT
 * Decode: ZBar on one grey frame. Text that is too long or not clean is not handed on: a ticket's never is. */
#include <stdlib.h>
#include <string.h>
#include <zbar.h>
#include "shared/base/utf8.h"
#include "terminal/scan/decode.h"
#include "shared/base/banned.h"

#define WARM_UP_SIDE 64

struct decoder {
	zbar_image_scanner_t *scanner;
	zbar_image_t *image;
};

struct decoder *decoder_new(void)
{
	CLEANUP(decoder_freep) struct decoder *decoder = calloc(1, sizeof *decoder);
	static const uint8_t blank[WARM_UP_SIDE * WARM_UP_SIDE];
	char text[SCAN_TEXT_BYTES_MAX + 1];

	if (!decoder)
		return NULL;
	decoder->scanner = zbar_image_scanner_create();
	decoder->image = zbar_image_create();
	if (!decoder->scanner || !decoder->image)
		return NULL;
	zbar_image_scanner_set_config(decoder->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(decoder->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(decoder->scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_set_format(decoder->image, zbar_fourcc('Y', '8', '0', '0'));
	decode_frame(decoder, &(struct frame){blank, WARM_UP_SIDE, WARM_UP_SIDE}, text);
	return TAKE(decoder);
}

struct decoder *decoder_free(struct decoder *decoder)
{
	if (!decoder)
		return NULL;
	if (decoder->image)
		zbar_image_destroy(decoder->image);
	if (decoder->scanner)
		zbar_image_scanner_destroy(decoder->scanner);
	free(decoder);
	return NULL;
}

static bool take_symbol(const zbar_symbol_t *symbol, char out[SCAN_TEXT_BYTES_MAX + 1])
{
	size_t n = zbar_symbol_get_data_length(symbol);
	const char *bytes = zbar_symbol_get_data(symbol);

	if (n == 0 || n > SCAN_TEXT_BYTES_MAX || memchr(bytes, 0, n) || !utf8_is_clean_text(bytes, n))
		return false;
	memcpy(out, bytes, n);
	out[n] = '\0';
	return true;
}

bool decode_frame(struct decoder *decoder, const struct frame *frame, char out[SCAN_TEXT_BYTES_MAX + 1])
{
	size_t n = (size_t)frame->width * (size_t)frame->height;

	zbar_image_set_size(decoder->image, (unsigned)frame->width, (unsigned)frame->height);
	zbar_image_set_data(decoder->image, frame->grey, n, NULL);
	if (zbar_scan_image(decoder->scanner, decoder->image) <= 0)
		return false;
	for (const zbar_symbol_t *symbol = zbar_image_first_symbol(decoder->image); symbol;
	     symbol = zbar_symbol_next(symbol))
		if (take_symbol(symbol, out))
			return true;
	return false;
}
