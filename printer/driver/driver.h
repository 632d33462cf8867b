#pragma once
/* SPDX-License-Identifier: MIT
 * Driver: one way of reaching a printer. A printer is asked first (check) and given a page right after it answered
 * "ready" (send), so that a page leaves RAM only for a printer that can take it. Nothing here is remembered over a
 * restart, nothing is repeated: that is the spool's. Thread: the loop's; a driver whose library blocks keeps a thread
 * of its own inside and speaks to it by messages. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"

#define PRINTER_REASONS_MAX 200
#define PRINTER_URI_MAX 512

enum printer_outcome {
	PRINTER_PRINTED,  /* the printer says so, or, where it says nothing, took every byte */
	PRINTER_NOT_SENT, /* surely not a byte of the page reached it */
	PRINTER_REFUSED,  /* surely not printed, and again would not help */
	PRINTER_LOST,     /* may or may not be on paper */
};

/** Called from the loop, never from inside check(), send() or cancel(). @reasons: IPP printer-state-reasons keywords
 *  joined by ",", without their severity suffix; "" none. Borrowed during the call. */
struct printer_handlers {
	/** Answer to check(), once: "" ready for this format; send() may be called from inside. */
	void (*checked)(void *data, const char *reasons);
	/** While a page is printed: condition changed. */
	void (*noticed)(void *data, const char *reasons);
	/** Answer to send(), once. */
	void (*finished)(void *data, enum printer_outcome outcome, const char *reasons);
};

struct printer_options {
	sd_event *loop;
	const char *uri; /* borrowed during open() */
	const struct printer_handlers *handlers; /* lives as long as the printer */
	void *data;
};

struct printer_driver {
	const char *const *schemes; /* "socket" …, NULL-terminated */
	/** parse_ok() - NULL, or what is wrong with @uri in a sentence for the person who configured it. */
	const char *(*parse_error)(const char *uri);
	/** open() - no contact yet. 0, -EINVAL for a URI of another form, -ENOMEM. */
	int (*open)(const struct printer_options *options, void **ret_printer);
	/** close() - stops whatever runs, without an answer. NULL is fine. */
	void (*close)(void *printer);
	/** check() - is it there, can it take a page now, and one of @format ("" any)? Answered within 30 s. */
	int (*check)(void *printer, const char *format);
	/** send() - only from inside checked(). @page_fd borrowed until finished() or cancel(); read with pread. */
	int (*send)(void *printer, const char *format, int page_fd, int64_t n_bytes);
	/** cancel() - gives up the running page; no answer comes any more. */
	void (*cancel)(void *printer);
};

/** printer_driver_find() - for a configured URI; NULL when we do not speak its scheme. */
const struct printer_driver *printer_driver_find(const char *uri);
/** printer_uri_error() - NULL when a printer of this URI may be used, else why not. Static storage. */
const char *printer_uri_error(const char *uri);
/** printer_format_name() - "escpos", "pdf", "png"; "bin" for another one. */
const char *printer_format_name(const char *format);

extern const struct printer_driver printer_driver_file;
extern const struct printer_driver printer_driver_escpos;
extern const struct printer_driver printer_driver_ipp;

/** The memory driver keeps its pages where a test can count them: "memory:NAME" is never taken from a configuration. */
extern const struct printer_driver printer_driver_memory;
struct printer_memory {
	char reasons[PRINTER_REASONS_MAX];  /* what the next check answers */
	enum printer_outcome outcome;       /* of the next page */
	bool is_holding;                    /* a page stays in print until printer_memory_release() */
	size_t n_pages;
	size_t last_n_bytes;
	unsigned char last[64];             /* the head of the last page */
};
struct printer_memory *printer_memory_of(void *printer);
void printer_memory_release(void *printer);
