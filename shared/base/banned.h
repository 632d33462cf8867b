#pragma once
/* SPDX-License-Identifier: MIT
 * Calls nobody here may use; included last by every .c file (tests/tidy checks). Each has a bounded
 * or thread-safe sibling: snprintf, memcpy with a length, strtol, strtok_r, gmtime_r, posix_spawn. */
#undef sprintf /* macros of <stdio.h> where clang builds with _FORTIFY_SOURCE */
#undef vsprintf
#pragma GCC poison strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets
#pragma GCC poison atoi atol atoll atof strtok asctime ctime localtime gmtime
#pragma GCC poison system popen tmpnam mktemp rand srand
