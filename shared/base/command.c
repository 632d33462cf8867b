/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

int command_usage(const char *usage)
{
	fputs(usage, stderr);
	return COMMAND_USAGE;
}

int command_help(const char *usage)
{
	fputs(usage, stdout);
	return command_end(program_invocation_short_name, COMMAND_DONE);
}

int command_version(const char *program)
{
	printf("%s %s\n", program, MADOGUCHI_VERSION);
	return command_end(program, COMMAND_DONE);
}

int command_failed(const char *program, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return COMMAND_FAILED;
}

int command_end(const char *program, int exit)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit;
	command_failed(program, "the output could not be written; see that there is room where it goes, and that it is open");
	return exit == COMMAND_DONE ? COMMAND_FAILED : exit;
}

int command_sibling(const char *folder, const char *program, char **ret_path)
{
	char self[PATH_MAX];
	CLEANUP(freep) char *path = NULL;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *directory;

	if (n < 0)
		return fault_raise(-errno);
	self[n] = '\0';
	directory = dirname(self);
	if (asprintf(&path, "%s/%s", directory, program) < 0)
		return fault_raise(-ENOMEM);
	if (access(path, X_OK) == 0) {
		*ret_path = TAKE(path);
		return 0;
	}
	free(TAKE(path));
	if (asprintf(&path, "%s/../%s/%s", directory, folder, program) < 0)
		return fault_raise(-ENOMEM);
	if (access(path, X_OK) < 0)
		return fault_raise(-ENOENT);
	*ret_path = TAKE(path);
	return 0;
}
