#pragma once
/* SPDX-License-Identifier: MIT
 * Command line manners of all programs (contract §2): 0 done, 1 failed with one line on stderr, 2 wrong usage
 * with the right one. --help goes to stdout. */
#include "shared/base/cleanup.h"

enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_USAGE = 2 };

/** command_usage() - prints @usage on stderr. Return: COMMAND_USAGE. */
int command_usage(const char *usage);
/** command_help() - prints @usage on stdout. Return: COMMAND_DONE. */
int command_help(const char *usage);
/** command_version() - prints "PROGRAM VERSION". Return: COMMAND_DONE. */
int command_version(const char *program);
/** command_failed() - prints "program: message" on stderr. Return: COMMAND_FAILED. */
int command_failed(const char *program, const char *format, ...) PRINTF_LIKE(2, 3);
/** command_end() - last in main(): what was printed must have arrived (a full disk, a closed pipe). Return: @exit, or
 *  COMMAND_FAILED, told on stderr, when output was lost and @exit was COMMAND_DONE. */
int command_end(const char *program, int exit);
/** command_sibling() - path of another program of this build: beside this executable, else in
 *  ../<folder>/ as in the build tree. @ret_path is malloc'd. 0 or -ENOENT. */
MUST_USE int command_sibling(const char *folder, const char *program, char **ret_path);
