#pragma once
/* SPDX-License-Identifier: MIT
 * Pictures of a card as PNG. What a card calls a picture is hostile input for large decoders, so each card's pictures
 * are decoded by a process of their own (madoguchi-card-picture) that never saw a PIN, can open nothing, has bounded
 * memory and ends with the card. What comes back is drawn anew by us: grey of 8 bits, or 1 bit for drawn letters,
 * dark on white, small ones enlarged by whole pixels. Thread: the loop's. */
#include <systemd/sd-event.h>
#include "cardreader/session/session.h"

#define CARD_PICTURE_SIDE_MAX 2048                  /* pixels, before and after */
#define CARD_PICTURE_PNG_BYTES_MAX (48 * 1024)      /* larger ones are made smaller */
#define CARD_PICTURES_TIMEOUT_MS 2000               /* for all pictures of one card */

struct card_decoding;
/** @pictures: those that could be decoded, in the order given; borrowed during the call and wiped after it. Called once,
 *  from the loop, never from inside card_pictures_decode(). It may free the decoding. */
typedef void card_pictures_fn(void *data, const struct card_picture *pictures, size_t n_pictures);

/** card_pictures_decode() - at most CARD_PICTURES_MAX; their bytes are read before the call returns, their what must be
 *  static. A picture that is no picture, or a process that dies or takes too long, costs pictures, never an error.
 *  @program: madoguchi-card-picture; NULL: the one of this build or installation. 0 and then @fn is called;
 *  -ENOENT (no such program), -EINVAL (too many, empty, too large), -ENOMEM, or another negative errno, and never. */
MUST_USE int card_pictures_decode(sd_event *loop, const struct session_picture *pictures, size_t n_pictures,
				  const char *program, card_pictures_fn *fn, void *data,
				  struct card_decoding **ret_decoding);
/** card_decoding_free() - ends the process; the function is not called any more. Needed after it was, too. Return: NULL. */
struct card_decoding *card_decoding_free(struct card_decoding *decoding);
DEFINE_CLEANUP(struct card_decoding *, card_decoding_free)
