#pragma once
/* SPDX-License-Identifier: MIT
 * Secret: PIN digits, 照合番号B, individual number, keys. Lives in guarded, locked, undumpable memory
 * (libsodium), is wiped on release and has no printable form: the body is hidden so that neither
 * printf nor == nor assignment can copy it. Thread: whoever owns it. */
#include <stdbool.h>
#include <stddef.h>
#include "shared/base/cleanup.h"

struct secret;

/** secret_init_process() - once at start of every program that holds secrets: libsodium, no core
 *  dumps (RLIMIT_CORE 0, PR_SET_DUMPABLE 0). Return: 0 or a negative errno. */
MUST_USE int secret_init_process(void);

/** secret_new() - an empty secret that can hold @bytes_max (1–4096) bytes. NULL when out of memory. */
struct secret *secret_new(size_t bytes_max);
/** secret_free() - wipes and frees. NULL is fine. Return: NULL. */
struct secret *secret_free(struct secret *secret);
DEFINE_CLEANUP(struct secret *, secret_free)

/** secret_append() - adds bytes at the end. 0, or -ENOSPC and then nothing is added. */
MUST_USE int secret_append(struct secret *secret, const void *bytes, size_t n_bytes);
/** secret_drop_last() - takes the last byte away, wiping it; nothing happens when empty. */
void secret_drop_last(struct secret *secret);
/** secret_clear() - wipes the content, keeps the room. */
void secret_clear(struct secret *secret);
size_t secret_length(const struct secret *secret);
/** secret_bytes() - borrowed view, valid until the next change; never copy it into ordinary memory. Bytes without a type:
 *  what has none cannot be printed as a text, nor shown digit by digit, without saying so in a cast. */
const void *secret_bytes(const struct secret *secret);
/** secret_is_digits() - whether it is exactly @n_digits ASCII digits. */
bool secret_is_digits(const struct secret *secret, size_t n_digits);
/** secret_read_fd() - fills from a descriptor until newline or end; a trailing newline is dropped.
 *  0, -ENOSPC when longer than its room, or another negative errno. */
MUST_USE int secret_read_fd(struct secret *secret, int fd);
