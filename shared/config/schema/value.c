/* SPDX-License-Identifier: MIT
 * YAML scalars are text; what they mean is decided here and nowhere else. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/config/language.h"
#include "shared/config/layer/tree.h"
#include "shared/config/schema/value.h"
#include "shared/jp/code.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define CONTRAST_LEAST 450 /* WCAG 2.2 1.4.3, times 100 */
#define ID_BYTES_MAX 48

int value_integer(const char *text, long min, long max, long *ret_value)
{
	const char *digits = *text == '-' ? text + 1 : text;
	size_t n = strspn(digits, "0123456789");
	long value;

	if (n == 0 || n > 9 || digits[n] != '\0' || (digits[0] == '0' && n > 1))
		return -EINVAL;
	value = strtol(text, NULL, 10);
	if (value < min || value > max)
		return -EINVAL;
	*ret_value = value;
	return 0;
}

int value_decimal(const char *text, long min, long max, long *ret_tenths)
{
	size_t n = strspn(text, "0123456789");
	long tenths;

	if (n == 0 || n > 6 || (text[0] == '0' && n > 1) ||
	    (text[n] != '\0' && (text[n] != '.' || !isdigit((unsigned char)text[n + 1]) || text[n + 2] != '\0')))
		return -EINVAL;
	tenths = strtol(text, NULL, 10) * 10 + (text[n] == '.' ? text[n + 1] - '0' : 0);
	if (tenths < min || tenths > max)
		return -EINVAL;
	*ret_tenths = tenths;
	return 0;
}

int value_time(const char *text, int *ret_min)
{
	int hour, minute;

	if (strlen(text) != 5 || text[2] != ':' || strspn(text,
		"0123456789") != 2 || strspn(text + 3, "0123456789") != 2)
		return -EINVAL;
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	if (minute > 59 || hour * 60 + minute > 24 * 60)
		return -EINVAL;
	*ret_min = hour * 60 + minute;
	return 0;
}

int value_span(const char *text, struct config_hours *ret_hours)
{
	char from[6] = "";
	struct config_hours hours = {.is_open = true};

	if (strcmp(text, "closed") == 0) {
		*ret_hours = (struct config_hours){0};
		return 0;
	}
	if (strlen(text) != 11 || text[5] != '-')
		return -EINVAL;
	memcpy(from, text, 5);
	if (value_time(from, &hours.from_min) < 0 || value_time(text + 6, &hours.to_min) < 0 ||
	    hours.from_min >= hours.to_min)
		return -EINVAL;
	*ret_hours = hours;
	return 0;
}

int value_band(const char *text, int *ret_first, int *ret_last)
{
	char first_text[8] = "";
	const char *dash = strchr(text, '-');
	long first, last;

	if (!dash || dash == text || (size_t)(dash - text) >= sizeof(first_text))
		return -EINVAL;
	memcpy(first_text, text, (size_t)(dash - text));
	if (value_integer(first_text, 1, 99999, &first) < 0 || value_integer(dash + 1, first, 99999, &last) < 0)
		return -EINVAL;
	*ret_first = (int)first;
	*ret_last = (int)last;
	return 0;
}

int value_days(const char *text, int *ret_first, int *ret_last)
{
	char first_text[4] = "";
	int first, last;

	if (strlen(text) != 3 && (strlen(text) != 7 || text[3] != '-'))
		return -EINVAL;
	memcpy(first_text, text, 3);
	first = word_index(key_weekdays, first_text);
	last = text[3] == '\0' ? first : word_index(key_weekdays, text + 4);
	if (first < 0 || last < first)
		return -EINVAL;
	*ret_first = first + 1;
	*ret_last = last + 1;
	return 0;
}

static double linear(long channel)
{
	double c = (double)channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

int value_contrast(const char *colour)
{
	long rgb;
	double luminance;

	if (colour[0] != '#' || strlen(colour) != 7 || strspn(colour + 1, "0123456789abcdefABCDEF") != 6)
		return -EINVAL;
	rgb = strtol(colour + 1, NULL, 16);
	luminance = 0.2126 * linear(rgb >> 16 & 255) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
	return (int)(1.05 / (luminance + 0.05) * 100.0);
}

static bool is_id(const char *text)
{
	return islower((unsigned char)text[0]) && strlen(text) <= ID_BYTES_MAX &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

static const char *colour_problem(const char *text, char *out, size_t size)
{
	int contrast = value_contrast(text);

	if (contrast < 0)
		return N_("is no colour — write it as \"#0017c1\", in quotes because # begins a comment");
	if (contrast >= CONTRAST_LEAST)
		return NULL;
	snprintf(out, size, gettext("has a contrast of only %d.%02d:1 on white — choose a darker colour, 4.5:1 is the least"),
		 contrast / 100, contrast % 100);
	return out;
}

static const char *code_problem(const char *text)
{
	if (strlen(text) == 5 && strspn(text, "0123456789") == 5)
		return N_("is a municipality code without its check digit — write all six digits");
	if (strlen(text) != 6 || strspn(text, "0123456789") != 6)
		return N_("is no municipality code — write six digits in quotes, such as \"209996\"");
	return municipality_code_is_valid(text) ? NULL :
		N_("has a wrong check digit — look the municipality code up again");
}

/* Whether the host of ADDRESS://HOST[:PORT]/… is this machine. */
static bool is_loopback(const char *text)
{
	static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]", NULL};
	const char *host = strstr(text, "://");

	for (size_t i = 0; host && hosts[i]; i++) {
		size_t n = strlen(hosts[i]);

		if (strncmp(host + 3, hosts[i], n) == 0 && 
		    (host[3 + n] == '\0' || host[3 + n] == ':' || host[3 + n] == '/'))
			return true;
	}
	return false;
}

static const char *printer_problem(const char *text)
{
	static const char *const schemes[] = {"ipps://", "usb://", "socket://", "file:", "ipp://", NULL};

	if (strpbrk(text, " \t\n"))
		return N_("holds a space — a printer address has none");
	for (size_t i = 0; schemes[i]; i++) {
		if (strncmp(text, schemes[i], strlen(schemes[i])) != 0 || text[strlen(schemes[i])] == '\0')
			continue;
		if (strcmp(schemes[i], "ipp://") == 0 && !is_loopback(text))
			return N_("would send pages unencrypted over the network — use ipps://");
		return NULL;
	}
	return N_("is no printer address — write ipps://, usb://, socket:// or file: and where it is");
}

static const char *web_problem(const char *text)
{
	bool is_web = strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;

	if (*text == '\0' || (is_web && !strpbrk(text, " \t\n\"<>") && strlen(text) < 200))
		return NULL;
	return N_("is no web address — write it as https://madoguchi.example.jp, without spaces");
}

static const char *word_problem(const struct key *key, const char *text, char *out, size_t size)
{
	const char *nearest = word_nearest(key->words, text);
	char guess[FINDING_GUESS_BYTES];
	int n;

	if (word_index(key->words, text) >= 0)
		return NULL;
	n = snprintf(out, size, gettext("\"%.40s\" is not known here — %swrite one of:"), text, finding_guess(guess, nearest));
	for (size_t i = 0; key->words[i] && n > 0 && (size_t)n < size; i++)
		if (*key->words[i] != '\0')
			n += snprintf(out + n, size - (size_t)n, " %s", key->words[i]);
	return out;
}

/* A digit at the front of @text, plain or full-width: its value and length; 0 when there is none. */
static size_t digit_at(const char *text, int *ret_digit)
{
	const unsigned char *at = (const unsigned char *)text;

	if (isdigit(at[0])) {
		*ret_digit = at[0] - '0';
		return 1;
	}
	if (at[0] == 0xef && at[1] == 0xbc && at[2] >= 0x90 && at[2] <= 0x99) { /* U+FF10 to U+FF19 */
		*ret_digit = at[2] - 0x90;
		return 3;
	}
	return 0;
}

/* The number people mean who write 300円, ¥300, 1,000 or ３００; false when there is none, or more than one. */
static bool number_within(const char *text, long *ret_value)
{
	static const char *const around[] = {"円", "¥", "￥", "\\", "通", "日", "分", "秒", "日以内", "以内", ",", "，", " ", "枚", "人", NULL};
	long value = 0;
	bool is_any = false;
	size_t n;

	while (*text != '\0') {
		int digit;

		n = digit_at(text, &digit);
		if (n > 0 && value < 100000000) {
			value = value * 10 + digit;
			is_any = true;
		}
		for (size_t i = 0; n == 0 && around[i]; i++)
			if (strncmp(text, around[i], strlen(around[i])) == 0)
				n = strlen(around[i]);
		if (n == 0)
			return false;
		text += n;
	}
	*ret_value = value;
	return is_any;
}

static const char *integer_problem(const struct key *key, const char *text, char *out, size_t size)
{
	long value;

	if (value_integer(text, key->min, key->max, &value) == 0)
		return NULL;
	if (text[strspn(text, "0123456789")] != '\0' && number_within(text, &value) && value >= key->min && value <= key->max) {
		snprintf(out, size, gettext("must be digits alone, not \"%.40s\" — write %ld, without unit, sign or comma"), text, value);
		return out;
	}
	snprintf(out, size, gettext("must be a whole number from %ld to %ld, not \"%.40s\" — write it in plain digits"), key->min,
		key->max, text);
	return out;
}

static const char *decimal_problem(const struct key *key, const char *text, char *out, size_t size)
{
	long tenths;

	if (value_decimal(text, key->min, key->max, &tenths) == 0)
		return NULL;
	snprintf(out, size, gettext("must be a number from %ld.%ld to %ld.%ld, not \"%.40s\" — write it as 15.6"), key->min / 10,
		 key->min % 10, key->max / 10, key->max % 10, text);
	return out;
}

static const char *date_problem(const char *text)
{
	struct date date;

	if (strlen(text) == 10 && date_parse(text, &date) == 0 && date.year && date.month && date.day)
		return NULL;
	return N_("is no date of the calendar — write it as 2026-11-23");
}

static const char *scalar_problem(const struct key *key, const char *text, char *out, size_t size)
{
	struct config_hours hours;
	int a, b;

	switch (key->type) {
	case KEY_ID:
	case KEY_IDS:
		return is_id(text) ? NULL :
			N_("is no id — use small letters, digits and hyphens, beginning with a letter, at most 48");
	case KEY_INT:
		return integer_problem(key, text, out, size);
	case KEY_DECIMAL:
		return decimal_problem(key, text, out, size);
	case KEY_BOOL:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? NULL : N_("is neither true nor false — write one of them");
	case KEY_WORD:
	case KEY_WORDS:
	case KEY_ENUM:
		return word_problem(key, text, out, size);
	case KEY_TIME:
		return value_time(text, &a) == 0 ? NULL :
			N_("is no time of day — write it as \"04:00\", with two digits each");
	case KEY_SPAN:
	case KEY_HOURS:
		return value_span(text, &hours) == 0 ? NULL :
			N_("is no span of hours — write it as \"08:30-17:15\", the earlier time first, or closed");
	case KEY_BAND:
		return value_band(text, &a, &b) == 0 ? NULL :
			N_("is no band of numbers — write it as 1-499, from 1 to 99999, the smaller first");
	case KEY_PREFIX:
		return strlen(text) <= 2 && strspn(text,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(text) ? NULL : N_("is no prefix — use one or two "
			"capital letters A to Z, or none");
	case KEY_CODE:
		return code_problem(text);
	case KEY_COLOUR:
		return colour_problem(text, out, size);
	case KEY_WEB:
		return web_problem(text);
	case KEY_PRINTER:
	case KEY_ROLES:
		return printer_problem(text);
	case KEY_DATE:
		return date_problem(text);
	case KEY_STRING:
		return strchr(text, '\n') ? N_("must be one line — join the lines") : NULL;
	case KEY_REF:
	case KEY_REFS:
	case KEY_TEXT:
	case KEY_MAP:
	case KEY_LIST:
	case KEY_TEXTS:
		return NULL;
	}
	return NULL;
}

/* Types that share a rule; where one type has two, the value decides. */
static enum finding_rule rule_of(const struct key *key, const char *text)
{
	switch (key->type) {
	case KEY_ID:
	case KEY_IDS:
		return RULE_MALFORMED_ID;
	case KEY_INT:
	case KEY_DECIMAL:
		return RULE_OUT_OF_RANGE;
	case KEY_WORD:
	case KEY_WORDS:
	case KEY_ENUM:
		return RULE_UNKNOWN_WORD;
	case KEY_CODE:
		return RULE_MUNICIPALITY_CODE;
	case KEY_COLOUR:
		return value_contrast(text) < 0 ? RULE_MALFORMED_VALUE : RULE_LOW_CONTRAST;
	case KEY_PRINTER:
	case KEY_ROLES:
		return strncmp(text, "ipp://", 6) == 0 ? RULE_INSECURE_ADDRESS : RULE_MALFORMED_VALUE;
	case KEY_BOOL: case KEY_TIME: case KEY_SPAN: case KEY_HOURS: case KEY_BAND: case KEY_PREFIX: case KEY_WEB: case KEY_DATE:
	case KEY_STRING: case KEY_REF: case KEY_REFS: case KEY_TEXT: case KEY_MAP: case KEY_LIST: case KEY_TEXTS:
		return RULE_MALFORMED_VALUE;
	}
	return RULE_MALFORMED_VALUE;
}

const char *value_problem(const struct key *key, const char *text, char *out, size_t size, enum finding_rule *ret_rule)
{
	const char *problem = scalar_problem(key, text, out, size);

	if (problem)
		*ret_rule = rule_of(key, text);
	return problem;
}
