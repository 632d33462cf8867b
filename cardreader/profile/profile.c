/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cardreader/profile/profile.h"
#include "shared/base/banned.h"

const struct card_profile *const card_profiles[] = {&profile_my_number, NULL};

const uint8_t profile_jpki_aid[10] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};

const struct card_profile *profile_find(const char *kind)
{
	for (const struct card_profile *const *p = card_profiles; *p; p++)
		if (strcmp((*p)->kind, kind) == 0)
			return *p;
	return NULL;
}
