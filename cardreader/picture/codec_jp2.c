/* SPDX-License-Identifier: MIT
 * OpenJPEG reads through callbacks; the size is looked at before anything is decoded. Strict mode: a codestream that
 * ends early is no picture. Samples of other depths than 8 are scaled. Source: ISO/IEC 15444-1 Annexes A, I. */
#include <errno.h>
#include <openjpeg.h>
#include <string.h>

#include "cardreader/picture/codec.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define COMPONENTS_MAX 4
#define DEPTH_MAX 16
#define STREAM_CHUNK 4096

struct source {
	const uint8_t *bytes;
	size_t n, at;
};

static OPJ_SIZE_T read_some(void *out, OPJ_SIZE_T n, void *data)
{
	struct source *source = data;
	size_t n_left = source->n - source->at;

	if (!n_left)
		return (OPJ_SIZE_T)-1;
	if (n > n_left)
		n = n_left;
	memcpy(out, source->bytes + source->at, n);
	source->at += n;
	return n;
}

static OPJ_OFF_T skip(OPJ_OFF_T n, void *data)
{
	struct source *source = data;

	if (n < 0)
		return -1;
	if ((uint64_t)n > source->n - source->at)
		n = (OPJ_OFF_T)(source->n - source->at);
	source->at += (size_t)n;
	return n;
}

static OPJ_BOOL seek(OPJ_OFF_T to, void *data)
{
	struct source *source = data;

	if (to < 0 || (uint64_t)to > source->n)
		return OPJ_FALSE;
	source->at = (size_t)to;
	return OPJ_TRUE;
}

static OPJ_CODEC_FORMAT format_of(const uint8_t *bytes, size_t n_bytes)
{
	static const uint8_t jp2[12] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n'};
	static const uint8_t codestream[4] = {0xFF, 0x4F, 0xFF, 0x51};

	if (n_bytes > sizeof(jp2) && memcmp(bytes, jp2, sizeof(jp2)) == 0)
		return OPJ_CODEC_JP2;
	if (n_bytes > sizeof(codestream) && memcmp(bytes, codestream, sizeof(codestream)) == 0)
		return OPJ_CODEC_J2K;
	return OPJ_CODEC_UNKNOWN;
}

/* ---- to grey ---- */

static bool is_usable(const opj_image_t *image)
{
	bool is_usable = image->numcomps >= 1 && image->numcomps <= COMPONENTS_MAX;

	for (uint32_t i = 0; is_usable && i < image->numcomps; i++)
		is_usable = image->comps[i].w == image->comps[0].w && image->comps[i].h == image->comps[0].h &&
			    image->comps[i].prec >= 1 && image->comps[i].prec <= DEPTH_MAX;
	return is_usable;
}

static int sample(const opj_image_comp_t *comp, size_t at)
{
	int64_t most = (1LL << comp->prec) - 1;
	int64_t value = comp->data[at] + (comp->sgnd ? 1LL << (comp->prec - 1) : 0);

	value = value < 0 ? 0 : value > most ? most : value;
	return (int)((value * 255 + most / 2) / most);
}

static int grey_of(const opj_image_t *image, size_t at)
{
	const opj_image_comp_t *c = image->comps;

	if (image->numcomps < 3) /* the second is alpha */
		return sample(&c[0], at);
	return (299 * sample(&c[0], at) + 587 * sample(&c[1], at) + 114 * sample(&c[2], at) + 500) / 1000;
}

static int to_grey(const opj_image_t *image, struct raster *raster)
{
	const opj_image_comp_t *c = image->comps;
	size_t n = (size_t)c[0].w * c[0].h;
	int r;

	for (uint32_t i = 0; i < image->numcomps; i++)
		if (!c[i].data)
			return fault_raise(-EBADMSG);
	r = raster_init(raster, c[0].w, c[0].h);
	if (r < 0)
		return fault_pass(r);
	for (size_t i = 0; i < n; i++)
		raster->grey[i] = (uint8_t)grey_of(image, i);
	return 0;
}

/* ---- decoding ---- */

static int decode(opj_codec_t *codec, opj_stream_t *stream, opj_image_t **image, struct raster *raster)
{
	opj_dparameters_t parameters;

	opj_set_default_decoder_parameters(&parameters);
	if (!opj_setup_decoder(codec, &parameters) || !opj_decoder_set_strict_mode(codec, OPJ_TRUE) ||
	    !opj_read_header(stream, codec, image) || !is_usable(*image))
		return fault_raise(-EBADMSG);
	if ((*image)->comps[0].w > RASTER_SIDE_MAX || (*image)->comps[0].h > RASTER_SIDE_MAX)
		return fault_raise(-ERANGE);
	if (!opj_decode(codec, stream, *image) || !opj_end_decompress(codec, stream) || !is_usable(*image))
		return fault_raise(-EBADMSG);
	return to_grey(*image, raster);
}

static void image_wipe(opj_image_t *image)
{
	for (uint32_t i = 0; image && i < image->numcomps; i++)
		if (image->comps[i].data)
			explicit_bzero(image->comps[i].data, sizeof(OPJ_INT32) * image->comps[i].w * image->comps[i].h);
	opj_image_destroy(image);
}

int codec_jp2_decode(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster)
{
	struct source source = {bytes, n_bytes, 0};
	OPJ_CODEC_FORMAT format = format_of(bytes, n_bytes);
	opj_image_t *image = NULL;
	opj_stream_t *stream;
	opj_codec_t *codec;
	int r = -ENOMEM;

	if (format == OPJ_CODEC_UNKNOWN)
		return fault_raise(-EBADMSG);
	stream = opj_stream_create(STREAM_CHUNK, OPJ_TRUE);
	codec = opj_create_decompress(format);
	if (stream && codec) {
		opj_stream_set_read_function(stream, read_some);
		opj_stream_set_skip_function(stream, skip);
		opj_stream_set_seek_function(stream, seek);
		opj_stream_set_user_data(stream, &source, NULL);
		opj_stream_set_user_data_length(stream, n_bytes);
		r = decode(codec, stream, &image, ret_raster);
	}
	image_wipe(image);
	opj_destroy_codec(codec);
	opj_stream_destroy(stream);
	return r < 0 ? fault_pass(r) : 0;
}
