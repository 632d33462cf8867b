/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/state.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

int state_dir_check(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fault_raise(-errno);
	if (stat(path, &st) < 0)
		return fault_raise(-errno);
	if (!S_ISDIR(st.st_mode))
		return fault_raise(-ENOTDIR);
	return st.st_mode & 077 || st.st_uid != geteuid() ? fault_raise(-EPERM) : 0;
}
