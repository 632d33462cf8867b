/* SPDX-License-Identifier: MIT
 * With the high bits set it is EUC-JP, which iconv knows. One character a call: what iconv cannot name is told for
 * this character alone, and its inner buffer never holds more than one. */
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#include "cardreader/profile/jisx0208.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CHARACTER_BYTES_MAX 4 /* in UTF-8 */
#define GETA "\xE3\x80\x93"   /* U+3013, the printer's mark for a missing letter */
#define HIGH_BIT 0x80

struct jisx0208 {
	iconv_t iconv;
};

int jisx0208_open(struct jisx0208 **ret_converter)
{
	CLEANUP(freep) struct jisx0208 *converter = malloc(sizeof(*converter));

	if (!converter)
		return fault_raise(-ENOMEM);
	converter->iconv = iconv_open("UTF-8", "EUC-JP");
	if (converter->iconv == (iconv_t)-1)
		return fault_raise(errno == ENOMEM ? -ENOMEM : -ENOSYS);
	*ret_converter = TAKE(converter);
	return 0;
}

/* Return: bytes written to @out, 0 when there is no such character. */
static size_t convert(struct jisx0208 *converter, const uint8_t code[2], char out[CHARACTER_BYTES_MAX])
{
	char euc[2] = {(char)(code[0] | HIGH_BIT), (char)(code[1] | HIGH_BIT)}, *from = euc, *to = out;
	size_t n_from = sizeof(euc), n_left = CHARACTER_BYTES_MAX;
	size_t r = iconv(converter->iconv, &from, &n_from, &to, &n_left);

	explicit_bzero(euc, sizeof(euc));
	if (r == (size_t)-1) {
		iconv(converter->iconv, NULL, NULL, NULL, NULL);
		return 0;
	}
	return CHARACTER_BYTES_MAX - n_left;
}

struct jisx0208 *jisx0208_close(struct jisx0208 *converter)
{
	static const uint8_t space[2] = {0x21, 0x21};
	char out[CHARACTER_BYTES_MAX];

	if (!converter)
		return NULL;
	convert(converter, space, out); /* the last letter stays in iconv's buffer otherwise */
	iconv_close(converter->iconv);
	free(converter);
	return NULL;
}

static bool is_jis(uint8_t byte)
{
	return byte >= 0x21 && byte <= 0x7E;
}

static bool is_missing_letter(const uint8_t code[2])
{
	return code[0] == 0xFF && ((code[1] >= 0xF1 && code[1] <= 0xF7) || code[1] == 0xFA);
}

static int text(struct jisx0208 *converter, const uint8_t *codes, size_t n_codes, char *out, size_t out_max)
{
	char character[CHARACTER_BYTES_MAX];
	size_t n_out = 0;

	if (n_codes % 2)
		return fault_raise(-EBADMSG);
	for (size_t i = 0; i < n_codes; i += 2) {
		size_t n = 0;

		if (is_jis(codes[i]) && is_jis(codes[i + 1]))
			n = convert(converter, codes + i, character);
		else if (!is_missing_letter(codes + i))
			return fault_raise(-EBADMSG);
		if (!n) {
			memcpy(character, GETA, sizeof(GETA) - 1);
			n = sizeof(GETA) - 1;
		}
		if (n_out + n >= out_max)
			return fault_raise(-ENOSPC);
		memcpy(out + n_out, character, n);
		n_out += n;
	}
	out[n_out] = '\0';
	return 0;
}

int jisx0208_text(struct jisx0208 *converter, const uint8_t *codes, size_t n_codes, char *out, size_t out_max)
{
	int r;

	if (!out_max)
		return fault_raise(-ENOSPC);
	r = text(converter, codes, n_codes, out, out_max);
	if (r < 0)
		explicit_bzero(out, out_max);
	return r;
}
