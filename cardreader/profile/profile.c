/* SPDX-License-Identifier: MIT
 * The kinds of card, in the order they are asked for: the commonest at a counter first. */
#include <stddef.h>

#include "cardreader/profile/profile.h"
#include "shared/base/banned.h"

const struct card_profile *const card_profiles[] = {&profile_my_number, &profile_driver_licence, &profile_residence,
						    &profile_my_licence, NULL};
