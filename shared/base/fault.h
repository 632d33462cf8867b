#pragma once
/* SPDX-License-Identifier: MIT
 * Faults: negative errno values with the trail they took. A fault is for staff; what a resident can
 * act on is an outcome (a positive value of the call's own enum). The trail holds file, line and
 * code only, never data, so that it cannot leak a person. Thread: one trail per thread. */
#include <stddef.h>
#include "shared/base/cleanup.h"

/** fault_raise() - starts a fault. @code: negative errno. Return: @code. */
#define fault_raise(code) ({ int fault_code_ = (code); fault_trace_start(fault_code_, __FILE__, __LINE__); fault_code_; })
/** fault_pass() - hands a fault on, adding this place to the trail. Return: @code. */
#define fault_pass(code) ({ int fault_code_ = (code); fault_trace_add(fault_code_, __FILE__, __LINE__); fault_code_; })

/* what the two macros call; not for direct use */
void fault_trace_start(int code, const char *file, int line);
void fault_trace_add(int code, const char *file, int line);

/** fault_format() - writes the trail of this thread, innermost first, as
 *  "EIO at queue/store/sqlite.c:120 < queue/queued.c:88". Never empty, always terminated.
 *  Return: @out. */
const char *fault_format(char *out, size_t size);

/** fault_name() - the errno's symbolic name ("EIO"); accepts either sign. Static storage. */
const char *fault_name(int code);
