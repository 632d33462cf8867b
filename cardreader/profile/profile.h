#pragma once
/* SPDX-License-Identifier: MIT
 * Profile: one kind of card as data: for each purpose a plan, a list of steps. A step is an ask and what its answer
 * means; the session walks the list, skipping what is not wanted. A further kind of card is a further file and one
 * line in profile.c; session and transport do not change. */
#include <stdint.h>
#include "cardreader/session/dialogue.h"

struct card_step {
	/** NULL: always. A VERIFY that comes only after others must be wanted from the start for as long as it may yet
	 *  come: the secret is cleared as soon as no wanted VERIFY is left. */
	bool (*is_wanted)(const struct dialogue *dialogue);
	/** Fills the ask from @fixed on; NULL: @fixed as it stands. 0, or a negative errno that ends with CARD_MALFORMED. */
	int (*ask)(struct dialogue *dialogue, struct card_ask *ask);
	struct card_ask fixed;
	/** An answer that makes no sense does not end the session: take() sees it with status word 0. */
	bool is_optional;
	/** Never NULL but in the step that ends a plan. */
	enum dialogue_verdict (*take)(struct dialogue *dialogue, const struct card_answer *answer);
};
/* behind the last step the outcome is CARD_OK */

#define CARD_AUTH_BIT(auth) (1U << (auth))

struct card_profile {
	enum card_kind kind;
	const char *about;
	/** Bits CARD_AUTH_BIT(enum card_auth) by which this kind opens for a purpose; LOOK and TRIES need none. */
	unsigned auths[N_SESSION_PURPOSES];
	const struct card_step *plans[N_SESSION_PURPOSES]; /* each ends with a step without take; NULL: cannot */
};

/** Profiles in the order in which `auto` tries them; ends with NULL. */
extern const struct card_profile *const card_profiles[];

extern const struct card_profile profile_my_number, profile_residence, profile_driver_licence, profile_my_licence;

/** Application of a driver's licence on a My Number card (マイナ免許証). */
extern const uint8_t profile_my_licence_aid[16];

/** profile_warm_up() - uses once what libcrypto would open or fetch on first use, and makes its heap wipe itself. Before
 *  anything else of libcrypto (trust_load() included) and before the lock-down. Twice does nothing more. 0, -EALREADY
 *  when libcrypto was used before, -EIO. */
MUST_USE int profile_warm_up(void);

/** Application and PIN objects of the public-key service (JPKI) on a My Number card. */
extern const uint8_t profile_jpki_aid[10];
#define PROFILE_JPKI_AUTH_PIN_EF 0x0018
#define PROFILE_JPKI_SIGN_PIN_EF 0x001B
