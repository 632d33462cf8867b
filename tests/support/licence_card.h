#pragma once
/* SPDX-License-Identifier: MIT
 * A driver's licence of bytes alone: files, one PIN, a reader's manners. For tests that need to spoil single bytes. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LICENCE_FILE_BYTES_MAX 6000

struct licence_file {
	uint8_t bytes[LICENCE_FILE_BYTES_MAX];
	size_t n_bytes; /* 0: no such file */
};

struct licence_card {
	struct licence_file pin_setting, common, record, changes; /* of a licence; pin_setting empty: no licence */
	struct licence_file my_setting, my_record;                /* of マイナ免許証; my_setting empty: none */
	const uint8_t *pin;                                       /* 4 bytes */
	uint8_t pin_reference;                                    /* P2 of マイナ免許証's PIN object */
	int tries;
	bool has_no_extended, is_my_number;
	/* what it did */
	int n_verify;
	uint8_t last_pin[4];
	/* where it stands */
	const struct licence_file *current;
	uint8_t place; /* 0 nowhere, 1 master file, 2 DF1, 3 マイナ免許証, 4 text application */
	bool is_open;
};

/** licence_card_make() - the specimen: 見本 花子, PIN 1234, three tries, nothing written in. */
void licence_card_make(struct licence_card *card);
/** licence_card_make_my() - マイナ免許証 on a My Number card, PIN 5678, ten tries. */
void licence_card_make_my(struct licence_card *card);
/** licence_card_transmit() - Return: length of the answer, at most 65538 bytes. */
size_t licence_card_transmit(struct licence_card *card, const uint8_t *command, size_t n_command, uint8_t *answer);

/* data objects at the end of a file */
void licence_put(struct licence_file *file, uint8_t tag, const void *bytes, size_t n_bytes);
void licence_put_ascii(struct licence_file *file, uint8_t tag, const char *text);
/** licence_put_text() - UTF-8 as JIS X 0208; "?1" is the first 外字, "?0" 欠字. */
void licence_put_text(struct licence_file *file, uint8_t tag, const char *text);
/** licence_put_change() - an entry of EF 0004. @date: era digit and YYMMDD. */
void licence_put_change(struct licence_file *file, uint8_t tag, const char *date, const char *text);
/** licence_fill() - FF up to @n_bytes. */
void licence_fill(struct licence_file *file, size_t n_bytes);
