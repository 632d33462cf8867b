#pragma once
/* SPDX-License-Identifier: MIT
 * Faults: what readers and cards do wrong between a command and its answer, played around a virtual card. Pure; delays
 * and removals are the station's. */
#include "cardreader/virtual/vcard.h"

#define FAULTS_ANSWER_BYTES_MAX 4098

struct faults {
	bool no_extended;    /* extended length is answered 6700 */
	bool t0;             /* as a T=0 reader: 61xx and GET RESPONSE, 6Cxx for a wrong Le, no extended length */
	size_t short_answer; /* READ BINARY gives at most this many bytes, then 6282; 0: off */
	uint16_t blocked_sw; /* 0: the card's own */
	bool is_garbage;
	uint64_t garbage; /* state of the generator */
	uint8_t answer[FAULTS_ANSWER_BYTES_MAX];
	size_t n_answer;
	int n_answers; /* how many commands still get @answer; -1: all */
	uint8_t held[VCARD_ANSWER_BYTES_MAX]; /* T=0: data that waits for GET RESPONSE, without status word */
	size_t n_held, held_at;
};

/** faults_transmit() - one command through the faults to the card. Return: length of the answer in @answer
 *  (VCARD_ANSWER_BYTES_MAX). */
size_t faults_transmit(struct faults *faults, struct vcard *card, const uint8_t *command, size_t n_command,
		       uint8_t *answer);
/** faults_reset() - power off: what waits for GET RESPONSE is gone. */
void faults_reset(struct faults *faults);
/** faults_set_answer() - what the next @n_times commands get, whatever they are (-1: all); the card sees none of them.
 *  0 bytes: no more of it. */
void faults_set_answer(struct faults *faults, const uint8_t *bytes, size_t n_bytes, int n_times);
/** faults_set_garbage() - bytes from a generator for every command from now; the same seed, the same bytes. */
void faults_set_garbage(struct faults *faults, bool is_on, uint64_t seed);
