/* SPDX-License-Identifier: MIT
 * The commands a licence knows, and no others. */
#include <assert.h>
#include <iconv.h>
#include <string.h>

#include "cardreader/profile/apdu.h"
#include "tests/support/licence_card.h"
#include "shared/base/banned.h"

/* ---- building ---- */

static void add(struct licence_file *file, const void *bytes, size_t n_bytes)
{
	assert(file->n_bytes + n_bytes <= sizeof(file->bytes));
	memcpy(file->bytes + file->n_bytes, bytes, n_bytes);
	file->n_bytes += n_bytes;
}

void licence_put(struct licence_file *file, uint8_t tag, const void *bytes, size_t n_bytes)
{
	uint8_t header[4] = {tag, 0x82, (uint8_t)(n_bytes >> 8), (uint8_t)n_bytes};

	if (n_bytes < 0x80)
		header[1] = (uint8_t)n_bytes;
	add(file, header, n_bytes < 0x80 ? 2 : 4);
	if (n_bytes)
		add(file, bytes, n_bytes);
}

void licence_put_ascii(struct licence_file *file, uint8_t tag, const char *text)
{
	licence_put(file, tag, text, strlen(text));
}

static size_t jis(const char *text, uint8_t *out, size_t out_max)
{
	iconv_t euc = iconv_open("EUC-JP", "UTF-8");
	size_t n = 0;

	assert(euc != (iconv_t)-1);
	while (*text) {
		char *from = (char *)(uintptr_t)text, *to = (char *)out + n;
		size_t n_from = text[0] & 0x80 ? 3 : 1, n_left = 2;

		assert(n + 2 <= out_max);
		if (*text == '?') {
			out[n] = 0xFF;
			out[n + 1] = text[1] == '0' ? 0xFA : (uint8_t)(0xF0 + text[1] - '0');
			text += 2;
		} else {
			size_t r = iconv(euc, &from, &n_from, &to, &n_left);

			assert(r == 0 && n_left == 0);
			out[n] &= 0x7F;
			out[n + 1] &= 0x7F;
			text = from;
		}
		n += 2;
	}
	iconv_close(euc);
	return n;
}

void licence_put_text(struct licence_file *file, uint8_t tag, const char *text)
{
	uint8_t codes[1024];

	licence_put(file, tag, codes, jis(text, codes, sizeof(codes)));
}

void licence_put_change(struct licence_file *file, uint8_t tag, const char *date, const char *text)
{
	uint8_t entry[1024] = {0x13};
	size_t n = 1;

	for (; *date; date++) {
		entry[n++] = 0x23;
		entry[n++] = (uint8_t)*date;
	}
	n += jis(text, entry + n, sizeof(entry) - n);
	n += jis("見本県公委", entry + n, sizeof(entry) - n);
	licence_put(file, tag, entry, n);
}

void licence_fill(struct licence_file *file, size_t n_bytes)
{
	assert(n_bytes <= sizeof(file->bytes) && file->n_bytes <= n_bytes);
	memset(file->bytes + file->n_bytes, 0xFF, n_bytes - file->n_bytes);
	file->n_bytes = n_bytes;
}

static void make_record(struct licence_file *file)
{
	licence_put(file, 0x11, "\x13", 1);
	licence_put_text(file, 0x12, "見本　花子");
	licence_put_text(file, 0x13, "ミホン　ハナコ");
	licence_put(file, 0x14, NULL, 0);
	licence_put_text(file, 0x15, "ミホン　ハナコ");
	licence_put_ascii(file, 0x16, "3350229");
	licence_put_text(file, 0x17, "見本県見本村大字見本１丁目２番３号");
	licence_put_ascii(file, 0x18, "5050101");
	licence_put_ascii(file, 0x19, "00000");
	licence_put_text(file, 0x1A, "優良");
	licence_put_ascii(file, 0x1B, "5100329");
	licence_put_text(file, 0x1C, "眼鏡等");
	licence_put(file, 0x1D, NULL, 0);
	licence_put_text(file, 0x20, "見本県公委");
	licence_put_ascii(file, 0x21, "000000000000");
	licence_put_ascii(file, 0x25, "0000000");
	licence_put_ascii(file, 0x26, "4020401");
	licence_put_ascii(file, 0x2B, "3510401");
	licence_put_ascii(file, 0x33, "0000000");
	licence_fill(file, 880);
}

void licence_card_make(struct licence_card *card)
{
	static const uint8_t common[] = {0x45, 0x0B, '0', '1', '0', 0x20, 0x23, 0x01, 0x01, 0x20,
					 0x28, 0x03, 0x29, 0x46, 0x02, 0x00, 0x00};

	*card = (struct licence_card){.pin = (const uint8_t *)"1234", .pin_reference = 0x86, .tries = 3};
	licence_put(&card->pin_setting, 0x05, "\x01", 1);
	add(&card->common, common, sizeof(common));
	make_record(&card->record);
	licence_put(&card->changes, 0x50, "\x00", 1);
	licence_fill(&card->changes, 640);
}

static void make_my_record(struct licence_file *file)
{
	static const uint8_t photo[64] = {0xFF, 0x4F, 0xFF, 0x51};

	licence_put_ascii(file, 0xC2, "5070401");
	licence_put(file, 0xC3, "\x01", 1);
	licence_put_text(file, 0xC4, "優良");
	licence_put_ascii(file, 0xC5, "5100329");
	licence_put_text(file, 0xC6, "眼鏡等");
	licence_put(file, 0xC7, NULL, 0);
	licence_put_text(file, 0xCC, "準中型で運転できる準中型車は準中型車（５ｔ）に限る");
	licence_put(file, 0xDF, NULL, 0);
	licence_put_ascii(file, 0xE7, "000000000000");
	for (uint8_t tag = 0xEC; tag <= 0xFA; tag++)
		licence_put(file, tag, tag == 0xED || tag == 0xFA ? "\x01" : "\x00", 1);
	licence_put(file, 0xFF, "0000000", 7);
	add(file, "\x01", 1);
	licence_put_ascii(file, 0x06, "0000000");
	add(file, "\x01", 1);
	licence_put(file, 0x07, photo, sizeof(photo));
}

void licence_card_make_my(struct licence_card *card)
{
	*card = (struct licence_card){.pin = (const uint8_t *)"5678", .pin_reference = 0x86, .tries = 10,
				      .is_my_number = true};
	licence_put(&card->my_setting, 0xC1, "\x01", 1);
	make_my_record(&card->my_record);
}

/* ---- commands ---- */

enum place { NOWHERE, MASTER_FILE, DF1, MY_LICENCE, TEXT };

static size_t status(uint8_t *answer, uint16_t sw)
{
	answer[0] = (uint8_t)(sw >> 8);
	answer[1] = (uint8_t)sw;
	return 2;
}

static uint16_t go(struct licence_card *card, enum place place)
{
	card->place = (uint8_t)place;
	card->current = NULL;
	return 0x9000;
}

static uint16_t select_application(struct licence_card *card, const struct apdu *apdu)
{
	static const uint8_t licence[] = {0xA0, 0x00, 0x00, 0x02, 0x31}, text[] = {0xD3, 0x92, 0x10, 0x00, 0x31,
										     0x00, 0x01, 0x01, 0x04, 0x08};
	bool is_licence = apdu->n_data == 16 && memcmp(apdu->data, licence, sizeof(licence)) == 0;

	if (is_licence && apdu->data[5] == 1 && card->pin_setting.n_bytes)
		return go(card, DF1);
	if (is_licence && apdu->data[5] == 6 && card->my_setting.n_bytes) {
		card->is_open = false;
		return go(card, MY_LICENCE);
	}
	if (card->is_my_number && apdu->n_data == sizeof(text) && memcmp(apdu->data, text, sizeof(text)) == 0)
		return go(card, TEXT);
	return 0x6A82;
}

static const struct licence_file *find(const struct licence_card *card, uint16_t ef)
{
	const struct licence_file *file = NULL;

	if (card->place == MASTER_FILE)
		file = ef == 0x0A ? &card->pin_setting : ef == 0x2F01 ? &card->common : NULL;
	else if (card->place == DF1)
		file = ef == 1 ? &card->record : ef == 4 ? &card->changes : NULL;
	else if (card->place == MY_LICENCE)
		file = ef == 0x1A ? &card->my_setting : ef == 0x1B ? &card->my_record : NULL;
	return file && file->n_bytes ? file : NULL;
}

static uint16_t verify(struct licence_card *card, const struct apdu *apdu)
{
	uint8_t reference = card->place == MASTER_FILE ? 0x81 : card->place == MY_LICENCE ? card->pin_reference : 0;

	if (!reference || apdu->p2 != reference)
		return 0x6A88;
	if (!apdu->n_data)
		return (uint16_t)(0x63C0 | card->tries);
	card->n_verify++;
	memcpy(card->last_pin, apdu->data, apdu->n_data < 4 ? apdu->n_data : 4);
	if (!card->tries)
		return 0x6984;
	card->is_open = apdu->n_data == 4 && memcmp(apdu->data, card->pin, 4) == 0;
	return card->is_open ? 0x9000 : (uint16_t)(0x63C0 | --card->tries);
}

static bool is_free(const struct licence_card *card, const struct licence_file *file)
{
	return file == &card->pin_setting || file == &card->common || file == &card->my_setting;
}

static size_t read_binary(struct licence_card *card, const struct apdu *apdu, uint8_t *answer)
{
	size_t offset = (size_t)apdu->p1 << 8 | apdu->p2, n = (size_t)apdu->le;

	if (apdu->p1 & 0x80) {
		card->current = find(card, apdu->p1 & 0x1f);
		offset = apdu->p2;
		if (!card->current)
			return status(answer, 0x6A82);
	}
	if (!card->current)
		return status(answer, 0x6986);
	if (!is_free(card, card->current) && !card->is_open)
		return status(answer, 0x6982);
	if (offset >= card->current->n_bytes)
		return status(answer, 0x6B00);
	if (n > card->current->n_bytes - offset)
		n = card->current->n_bytes - offset;
	memcpy(answer, card->current->bytes + offset, n);
	return n + status(answer + n, 0x9000);
}

static uint16_t select_something(struct licence_card *card, const struct apdu *apdu)
{
	if (apdu->p1 == 4)
		return select_application(card, apdu);
	if (apdu->p1 == 0)
		return card->is_my_number ? 0x6A82 : go(card, MASTER_FILE);
	card->current = find(card, (uint16_t)(apdu->data[0] << 8 | apdu->data[1]));
	return card->current ? 0x9000 : 0x6A82;
}

size_t licence_card_transmit(struct licence_card *card, const uint8_t *command, size_t n_command, uint8_t *answer)
{
	struct apdu apdu;

	if (apdu_decode(command, n_command, &apdu) < 0 || (card->has_no_extended && apdu.le > 256))
		return status(answer, 0x6700);
	switch (apdu.ins) {
	case 0xA4:
		return status(answer, apdu.n_data >= 2 ? select_something(card, &apdu) : 0x6A80);
	case 0x20:
		return status(answer, verify(card, &apdu));
	case 0xB0:
		return apdu.le < 1 ? status(answer, 0x6700) : read_binary(card, &apdu, answer);
	default:
		return status(answer, 0x6D00);
	}
}
