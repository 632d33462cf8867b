#pragma once
/* SPDX-License-Identifier: MIT
 * Record: an exchange with a card as text that driver/script reads and the replay driver plays, with everything personal
 * replaced (driver/scrub). Of commands only header, application and file are written; every other byte is "..". A line
 * is given out once nothing that follows can change it: a file's bytes only when the file is through. */
#include "cardreader/driver/driver.h"
#include "shared/base/buf.h"

struct recorder;

/** recorder_new() - a recording with a key of its own. 0 or -ENOMEM. */
MUST_USE int recorder_new(struct recorder **ret_recorder);
/** recorder_free() - wipes what was not given out. Return: NULL. */
struct recorder *recorder_free(struct recorder *recorder);
DEFINE_CLEANUP(struct recorder *, recorder_free)

/** recorder_command() - a command goes out. What does not fit any more is left out, and said so. */
void recorder_command(struct recorder *recorder, const uint8_t *command, size_t n_command);
/** recorder_answer() - what became of it: outcome of transmit(), and the bytes of DRIVER_OK. */
void recorder_answer(struct recorder *recorder, int outcome, const uint8_t *answer, size_t n_answer);
/** recorder_take() - appends the lines that stand; @is_over: all of them. 0, -ENOSPC or -ENOMEM: the rest comes later. */
MUST_USE int recorder_take(struct recorder *recorder, bool is_over, struct buf *text);
