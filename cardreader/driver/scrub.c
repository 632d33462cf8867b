/* SPDX-License-Identifier: MIT
 * A value's make is found by looking: digits stay digits and dates stay dates, UTF-8 and JIS X 0208 stay text of the
 * same bytes, everything else becomes random. Tags are asked only where the look would not do: what must be kept, and
 * what is nested in a value that does not say so. */
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "cardreader/driver/scrub.h"
#include "shared/base/utf8.h"
#include "shared/jp/code.h"
#include "shared/base/banned.h"

#define DEPTH_MAX 12 /* certificates nest */
#define NUMBER_DIGITS 12
#define TOKEN_BEGIN "JPKIAP"
#define VALUE_BYTES_MAX_LOOKED_AT 2048 /* longer ones are no text */

struct scrub {
	unsigned char key[crypto_generichash_KEYBYTES];
};

struct scrub *scrub_new(void)
{
	struct scrub *scrub = malloc(sizeof(*scrub));

	if (scrub)
		randombytes_buf(scrub->key, sizeof(scrub->key));
	return scrub;
}

struct scrub *scrub_free(struct scrub *scrub)
{
	if (scrub)
		sodium_memzero(scrub, sizeof(*scrub));
	free(scrub);
	return NULL;
}

/* ---- a stream of random bytes that only key and value decide ---- */

struct stream {
	unsigned char bytes[512];
	size_t at;
	unsigned char seed[randombytes_SEEDBYTES];
};

static struct stream stream_of(const struct scrub *scrub, const uint8_t *value, size_t n_value)
{
	struct stream s;

	_Static_assert(randombytes_SEEDBYTES >= crypto_generichash_BYTES_MIN, "a seed is a hash");
	crypto_generichash(s.seed, sizeof(s.seed), value, n_value, scrub->key, sizeof(scrub->key));
	randombytes_buf_deterministic(s.bytes, sizeof(s.bytes), s.seed);
	s.at = 0;
	return s;
}

static unsigned draw(struct stream *s, unsigned below)
{
	unsigned value;

	if (s->at + 2 > sizeof(s->bytes)) {
		sodium_increment(s->seed, sizeof(s->seed));
		randombytes_buf_deterministic(s->bytes, sizeof(s->bytes), s->seed);
		s->at = 0;
	}
	value = (unsigned)s->bytes[s->at] << 8 | s->bytes[s->at + 1];
	s->at += 2;
	return value % below;
}

/* Of @n numbers from @from on, never @old: a year that stayed would be part of somebody's 照合番号B. */
static unsigned draw_other(struct stream *s, unsigned from, unsigned n, unsigned old)
{
	bool is_among = old >= from && old < from + n;
	unsigned value = from + draw(s, n - is_among);

	return value + (is_among && value >= old);
}

/* ---- digits and dates ---- */

static bool is_all(const uint8_t *bytes, size_t n, uint8_t from, uint8_t to)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] < from || bytes[i] > to)
			return false;
	return n > 0;
}

static unsigned number_of(const uint8_t *digits, size_t n)
{
	unsigned value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static void put_number(uint8_t *digits, size_t n, unsigned value)
{
	while (n) {
		digits[--n] = (uint8_t)('0' + value % 10);
		value /= 10;
	}
}

static bool is_month_and_day(const uint8_t *digits)
{
	return number_of(digits, 2) <= 12 && number_of(digits + 2, 2) <= 31;
}

/* Parts that are unknown (zeros) stay so; a month that is none stays one that is none. */
static void fake_month_and_day(struct stream *s, uint8_t *digits)
{
	if (!is_month_and_day(digits))
		return;
	if (number_of(digits, 2))
		put_number(digits, 2, draw_other(s, 1, 12, number_of(digits, 2)));
	if (number_of(digits + 2, 2))
		put_number(digits + 2, 2, draw_other(s, 1, 28, number_of(digits + 2, 2)));
}

static void fake_date(struct stream *s, uint8_t *digits)
{
	unsigned year = number_of(digits, 4);

	if (year)
		put_number(digits, 4, year < 2015 ? draw_other(s, 1930, 80, year) : draw_other(s, 2027, 9, year));
	fake_month_and_day(s, digits + 4);
}

/* Era, year, month, day: 3 昭和 to 63, 4 平成 to 30, 5 令和; all zeros: none. */
static void fake_era_date(struct stream *s, uint8_t *digits)
{
	bool is_reiwa = digits[0] == '5';
	unsigned year = number_of(digits + 1, 2);

	if (is_all(digits, 7, '0', '0'))
		return;
	if (digits[0] >= '1' && digits[0] <= '4')
		digits[0] = (uint8_t)('3' + draw(s, 2));
	put_number(digits + 1, 2, is_reiwa ? draw_other(s, 7, 8, year) : draw_other(s, 1, digits[0] == '3' ? 63 : 30, year));
	fake_month_and_day(s, digits + 3);
}

/* An individual number with a right check digit could be somebody's. */
static void spoil_check_digit(uint8_t *digits)
{
	if (individual_number_is_valid(digits, NUMBER_DIGITS))
		digits[NUMBER_DIGITS - 1] = (uint8_t)('0' + (digits[NUMBER_DIGITS - 1] - '0' + 1) % 10);
}

static void fake_digits(struct stream *s, uint8_t *digits, size_t n)
{
	if (n == 1) { /* sex or a mark: what readers know how to read */
		digits[0] = digits[0] == '0' ? '0' : (uint8_t)('1' + draw(s, 2));
	} else if (n == 8 && number_of(digits, 4) < 2200 && is_month_and_day(digits + 4)) {
		fake_date(s, digits);
	} else if (n == 7 && digits[0] <= '5') {
		fake_era_date(s, digits);
	} else {
		for (size_t i = 0; i < n; i++)
			digits[i] = (uint8_t)('0' + draw(s, 10));
		if (n == NUMBER_DIGITS)
			spoil_check_digit(digits);
	}
}

/* ---- text ---- */

static uint8_t fake_ascii(struct stream *s, uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (uint8_t)('0' + draw(s, 10));
	if (c >= 'A' && c <= 'Z')
		return (uint8_t)('A' + draw(s, 26));
	if (c >= 'a' && c <= 'z')
		return (uint8_t)('a' + draw(s, 26));
	return c;
}

static uint32_t fake_scalar(struct stream *s, uint32_t c)
{
	if (c < 0x80)
		return fake_ascii(s, (uint8_t)c);
	if (c < 0x800)
		return 0xE0 + draw(s, 0x1f);
	if ((c >= 0x3000 && c <= 0x303f) || c == 0x30FC || c == 0xFF0D)
		return c; /* spaces, marks and hyphens: how a name or an address is divided */
	if (c >= 0x3041 && c <= 0x3096)
		return 0x3042 + draw(s, 0x50);
	if (c >= 0x30A1 && c <= 0x30FA)
		return 0x30A2 + draw(s, 0x50);
	if (c >= 0xFF10 && c <= 0xFF19)
		return 0xFF10 + draw(s, 10);
	if (c >= 0xFF21 && c <= 0xFF3A)
		return 0xFF21 + draw(s, 26);
	if (c >= 0xFE00 && c <= 0xFE0F)
		return 0xFE00 + draw(s, 16);
	if (c < 0x10000)
		return 0x4E00 + draw(s, 0x5000);
	if (c >= 0xE0100 && c <= 0xE01EF)
		return 0xE0100 + draw(s, 0x1f);
	return 0x20000 + draw(s, 0xA000);
}

static size_t put_scalar(uint8_t *to, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (uint8_t)(0x80 | (c & 0x3f));
	to[0] = (uint8_t)(n == 1 ? c : c | (0xF00U >> n & 0xffU));
	return n;
}

static void fake_utf8(struct stream *s, uint8_t *text, size_t n)
{
	char copy[VALUE_BYTES_MAX_LOOKED_AT + 1];
	const char *at = copy;
	uint32_t c;

	memcpy(copy, text, n);
	copy[n] = '\0';
	while ((c = utf8_next(&at)))
		text += put_scalar(text, fake_scalar(s, c));
	sodium_memzero(copy, sizeof(copy));
}

/* Rows of JIS X 0208: 21-22 marks, 23 letters and digits, 24 hiragana, 25 katakana, 30-4E kanji without holes; FFF1-FFFA
 * stand for characters that no set has. */
static void fake_jis(struct stream *s, uint8_t *text, size_t n)
{
	for (uint8_t *c = text; c + 1 < text + n; c += 2) {
		if (c[0] == 0xFF || c[0] <= 0x22)
			continue;
		if (c[0] == 0x23) {
			c[1] = fake_ascii(s, c[1]);
		} else if (c[0] == 0x24 || c[0] == 0x25) {
			c[1] = (uint8_t)(0x21 + draw(s, 0x52));
		} else {
			c[0] = (uint8_t)(0x30 + draw(s, 0x1f));
			c[1] = (uint8_t)(0x21 + draw(s, 0x5e));
		}
	}
}

static bool is_jis(const uint8_t *text, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		if (!(text[i] == 0xFF && text[i + 1] >= 0xF1) && !is_all(text + i, 2, 0x21, 0x7E))
			return false;
	return n % 2 == 0 && n > 0;
}

/* ---- values ---- */

static void fake_bytes(struct stream *s, uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)draw(s, 256);
}

static bool is_filler(uint8_t byte)
{
	return byte == 0x00 || byte == 0xFF || byte == ' ' || byte == '*';
}

static void fake_value(const struct scrub *scrub, enum scrub_form form, uint8_t *value, size_t n)
{
	struct stream s;

	while (n && is_filler(value[n - 1]))
		n--;
	s = stream_of(scrub, value, n);
	if (is_all(value, n, '0', '9'))
		fake_digits(&s, value, n);
	else if (form == SCRUB_LICENCE && is_jis(value, n))
		fake_jis(&s, value, n);
	else if (n <= VALUE_BYTES_MAX_LOOKED_AT && !memchr(value, 0, n) && utf8_is_clean_text((const char *)value, n))
		fake_utf8(&s, value, n);
	else
		fake_bytes(&s, value, n);
	sodium_memzero(&s, sizeof(s));
}

/* ---- data objects ---- */

struct object {
	uint32_t tag;
	bool is_constructed;
	size_t n_header, length;
};

/* false: no header here. A header that breaks off is none. */
static bool header_of(enum scrub_form form, const uint8_t *bytes, size_t n, struct object *ret)
{
	size_t at = 1;

	if (n < 2)
		return false;
	*ret = (struct object){.tag = bytes[0], .is_constructed = form != SCRUB_LICENCE && bytes[0] & 0x20};
	if (form != SCRUB_LICENCE && (bytes[0] & 0x1f) == 0x1f)
		ret->tag = ret->tag << 8 | bytes[at++];
	if (at == n)
		return false;
	ret->length = bytes[at++];
	if (ret->length >= 0x80) {
		size_t n_length = ret->length & 0x7f;

		if (n_length < 1 || n_length > 3 || n - at < n_length)
			return false;
		for (ret->length = 0; n_length; n_length--)
			ret->length = ret->length << 8 | bytes[at++];
	}
	ret->n_header = at;
	return true;
}

/* Whether the bytes are whole objects from first to last, but for filler behind them; @is_cut: the last may break off.
 * What is none is no object at all: digits read as tags and lengths would be kept. */
static bool are_objects(enum scrub_form form, const uint8_t *bytes, size_t n, bool is_cut)
{
	struct object object;
	size_t at = 0;

	while (at < n && !is_all(bytes + at, n - at, 0xFF, 0xFF) && !is_all(bytes + at, n - at, 0, 0)) {
		if (!header_of(form, bytes + at, n - at, &object))
			return is_cut && at > 0;
		if (object.length > n - at - object.n_header)
			return is_cut;
		at += object.n_header + object.length;
	}
	return at > 0;
}

/* Whether a file that breaks off in its first object is one of ours, so that its beginning is worth keeping. */
static bool is_cut_file(enum scrub_form form, const uint8_t *bytes, size_t n)
{
	static const uint32_t templates[] = {0xFF20, 0xFF30, 0xFF40, 0xFF50, 0x7F21, 0xA1, 0x30};
	struct object object;

	if (form == SCRUB_LICENCE)
		return are_objects(form, bytes, n, true);
	if (!header_of(form, bytes, n, &object) || object.length <= n - object.n_header)
		return false;
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		if (object.tag == templates[i])
			return true;
	return false;
}

/* What says how a card is built and nothing about who has it. */
static bool is_kept(enum scrub_form form, uint32_t tag, const uint8_t *value, size_t n)
{
	static const uint8_t exponent[] = {0x01, 0x00, 0x01};

	switch (tag) {
	case 0xDF21: /* offsets of the attributes */
	case 0xDF41: /* version of the application */
		return form == SCRUB_BER;
	case 0xC0: /* version of the specification */
	case 0xC1: /* kind of residence card; whether a PIN is set */
		return n <= 4;
	case 0x05: /* of a licence: whether a PIN is set; of a certificate: NULL */
		return n <= 1;
	case 0x11: /* of a licence: year of its character set */
		return form == SCRUB_LICENCE && n <= 4;
	case 0xD7: /* of a residence card: whether an application is under way */
		return form == SCRUB_BER && n <= 1;
	case 0x01: /* BOOLEAN, OBJECT IDENTIFIER, small INTEGERs of a certificate */
		return form == SCRUB_BER && n <= 1;
	case 0x06:
		return form == SCRUB_BER;
	case 0x02:
	case 0x90:
		return form == SCRUB_BER && (n <= 1 || (n == sizeof(exponent) && memcmp(value, exponent, n) == 0));
	default:
		return false;
	}
}

/* Of a licence: version, issue and expiry, the dates in BCD. */
#define LICENCE_COMMON 0x45
#define LICENCE_COMMON_BYTES 11

static void fake_licence_common(const struct scrub *scrub, uint8_t value[LICENCE_COMMON_BYTES])
{
	for (size_t i = 3; i < LICENCE_COMMON_BYTES; i += 4) {
		struct stream s = stream_of(scrub, value + i, 4);
		uint8_t digits[8];

		for (size_t k = 0; k < 8; k++)
			digits[k] = (uint8_t)('0' + (k % 2 ? value[i + k / 2] & 0xf : value[i + k / 2] >> 4));
		if (is_all(digits, 8, '0', '9'))
			fake_date(&s, digits);
		for (size_t k = 0; k < 4; k++)
			value[i + k] = (uint8_t)((digits[2 * k] & 0xf) << 4 | (digits[2 * k + 1] & 0xf));
	}
}

/* Values that hold objects although their tag calls them primitive: keys, and what certificates wrap. */
static bool is_wrapping(enum scrub_form form, uint32_t tag)
{
	return form == SCRUB_BER && (tag == 0xDF51 || tag == 0xDF24 || tag == 0xDF12 || tag == 0xDB || tag == 0x04 || tag == 0x03);
}

static void scrub_objects(const struct scrub *scrub, enum scrub_form form, uint8_t *bytes, size_t n, int depth);

static void scrub_value(const struct scrub *scrub, enum scrub_form form, const struct object *object, uint8_t *value,
			size_t n, int depth)
{
	bool is_cut = n < object->length;
	size_t n_unused_bits = form == SCRUB_BER && object->tag == 0x03 && n && !value[0]; /* of a BIT STRING */

	if (is_kept(form, object->tag, value, n))
		return;
	value += n_unused_bits;
	n -= n_unused_bits;
	if (form == SCRUB_LICENCE && object->tag == LICENCE_COMMON && n == LICENCE_COMMON_BYTES)
		fake_licence_common(scrub, value);
	else if ((object->is_constructed || is_wrapping(form, object->tag)) && depth < DEPTH_MAX &&
		 are_objects(form, value, n, is_cut))
		scrub_objects(scrub, form, value, n, depth + 1);
	else
		fake_value(scrub, form, value, n);
}

/* Only after are_objects(). */
static void scrub_objects(const struct scrub *scrub, enum scrub_form form, uint8_t *bytes, size_t n, int depth)
{
	struct object object;

	while (n && header_of(form, bytes, n, &object)) {
		size_t n_value = object.length < n - object.n_header ? object.length : n - object.n_header;

		scrub_value(scrub, form, &object, bytes + object.n_header, n_value, depth);
		bytes += object.n_header + n_value;
		n -= object.n_header + n_value;
	}
	fake_value(scrub, form, bytes, n); /* filler, or a header that breaks off */
}

static void scrub_any(const struct scrub *scrub, enum scrub_form form, uint8_t *bytes, size_t n)
{
	if (are_objects(form, bytes, n, false) || is_cut_file(form, bytes, n))
		scrub_objects(scrub, form, bytes, n, 0);
	else
		fake_value(scrub, form, bytes, n);
}

/* ---- files ---- */

/* Body: two key ids of 16, exponent, modulus. */
static void scrub_cv_certificate(const struct scrub *scrub, uint8_t *bytes, size_t n)
{
	struct object object, inner;
	size_t at;

	if (!header_of(SCRUB_BER, bytes, n, &object) || !header_of(SCRUB_BER, bytes + object.n_header, n - object.n_header, &inner) ||
	    n < object.n_header + inner.n_header + inner.length || inner.length < 32) {
		fake_value(scrub, SCRUB_BER, bytes, n);
		return;
	}
	at = object.n_header + inner.n_header;
	fake_value(scrub, SCRUB_BER, bytes + at, 16);
	fake_value(scrub, SCRUB_BER, bytes + at + 16, 16);
	scrub_any(scrub, SCRUB_BER, bytes + at + 32, inner.length - 32);
	scrub_any(scrub, SCRUB_BER, bytes + at + inner.length, n - at - inner.length);
}

static void scrub_common_record(const struct scrub *scrub, uint8_t *bytes, size_t n)
{
	static const size_t ends[] = {2, 17, 22, 30};

	for (size_t i = 1; i < sizeof(ends) / sizeof(*ends); i++)
		if (n >= ends[i])
			fake_value(scrub, SCRUB_BER, bytes + ends[i - 1], ends[i] - ends[i - 1]);
	if (n < 30)
		fake_value(scrub, SCRUB_BER, bytes, n);
	else
		fake_value(scrub, SCRUB_BER, bytes + 30, n - 30);
}

void scrub_file(const struct scrub *scrub, enum scrub_form form, uint8_t *bytes, size_t n_bytes)
{
	switch (form) {
	case SCRUB_OPAQUE:
		scrub_any(scrub, are_objects(SCRUB_BER, bytes, n_bytes, false) ? SCRUB_BER : SCRUB_OPAQUE, bytes, n_bytes);
		return;
	case SCRUB_BER:
	case SCRUB_LICENCE:
		scrub_any(scrub, form, bytes, n_bytes);
		return;
	case SCRUB_COMMON_RECORD:
		scrub_common_record(scrub, bytes, n_bytes);
		return;
	case SCRUB_TOKEN:
		if (n_bytes > 3 && (n_bytes < strlen(TOKEN_BEGIN) || memcmp(bytes, TOKEN_BEGIN, strlen(TOKEN_BEGIN)) != 0))
			fake_value(scrub, SCRUB_OPAQUE, bytes, n_bytes);
		return;
	case SCRUB_CV_CERTIFICATE:
		scrub_cv_certificate(scrub, bytes, n_bytes);
		return;
	}
}
