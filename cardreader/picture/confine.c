/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/resource.h>

#include "cardreader/lockdown.h"
#include "cardreader/picture/confine.h"
#include "shared/base/fault.h"
#include "shared/base/sanitizer.h"
#include "shared/base/banned.h"

int picture_confine(void)
{
	const struct {
		int what;
		rlim_t most;
	} limits[] = {
#ifndef HAS_ADDRESS_SANITIZER
		{RLIMIT_AS, PICTURE_MEMORY_BYTES_MAX},
#endif
		{RLIMIT_CPU, PICTURE_CPU_SECONDS_MAX}, {RLIMIT_FSIZE, 0}, {RLIMIT_CORE, 0}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (setrlimit((__rlimit_resource_t)limits[i].what, &(struct rlimit){limits[i].most, limits[i].most}) < 0)
			return fault_raise(-errno);
	return card_lockdown();
}
