/* SPDX-License-Identifier: MIT
 * A strict decoder after the table of RFC 3629 §4; glib's g_utf8_validate would pull GLib into the
 * sandboxed helpers, which have no other use for it. */
#include "shared/base/utf8.h"
#include "shared/base/banned.h"

static size_t decode(const unsigned char *s, size_t n, uint32_t *ret_scalar)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t scalar;

	if (!length || length > n)
		return 0;
	scalar = length == 1 ? s[0] : s[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		scalar = scalar << 6 | (s[i] & 0x3f);
	}
	if (scalar < least[length] || scalar > 0x10ffff || (scalar >= 0xd800 && scalar <= 0xdfff))
		return 0;
	*ret_scalar = scalar;
	return length;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static bool check(const char *bytes, size_t n_bytes, bool refuse_controls)
{
	const unsigned char *s = (const unsigned char *)bytes;
	uint32_t scalar;

	while (n_bytes) {
		size_t length = decode(s, n_bytes, &scalar);

		if (!length || (refuse_controls && is_control(scalar)))
			return false;
		s += length;
		n_bytes -= length;
	}
	return true;
}

bool utf8_is_valid(const char *bytes, size_t n_bytes)
{
	return check(bytes, n_bytes, false);
}

bool utf8_is_clean_text(const char *bytes, size_t n_bytes)
{
	return check(bytes, n_bytes, true);
}

uint32_t utf8_next(const char **text)
{
	uint32_t scalar = 0;
	const unsigned char *s = (const unsigned char *)*text;
	size_t length = *s ? decode(s, 4, &scalar) : 0;

	*text += length;
	return length ? scalar : 0;
}
