#pragma once
/* SPDX-License-Identifier: MIT
 * Decode: the QR codes of one grey frame, by ZBar. For terminal/scan/ only. Thread: one at a time. */
#include "terminal/scan/camera.h"
#include "terminal/scan/scan.h"

struct decoder;
/** decoder_new() - QR only, bytes as they are (ZBar otherwise guesses an encoding); warmed up, since the first decoding
 *  loads modules from disk. NULL: no memory. */
struct decoder *decoder_new(void);
struct decoder *decoder_free(struct decoder *decoder);
DEFINE_CLEANUP(struct decoder *, decoder_free)
/** decode_frame() - the first code that is clean UTF-8 of at most SCAN_TEXT_BYTES_MAX bytes. Return: whether there is one. */
bool decode_frame(struct decoder *decoder, const struct frame *frame, char out[SCAN_TEXT_BYTES_MAX + 1]);
