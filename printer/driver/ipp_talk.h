#pragma once
/* SPDX-License-Identifier: MIT
 * Talk: the blocking conversation with one IPP printer, inside the driver's thread. Source: RFC 8010, RFC 8011. */
#include <stdbool.h>
#include <stdint.h>
#include "printer/driver/address.h"
#include "printer/driver/driver.h"

struct ipp_talk;

struct ipp_talk_handlers {
	/** Sleeps @ms or until something else is wanted; also asked with 0. */
	enum ipp_wish { IPP_GO_ON, IPP_CANCEL, IPP_STOP } (*wish)(void *data, int ms);
	void (*noticed)(void *data, const char *reasons);
};

/** ipp_talk_new() - no contact yet. NULL: no memory. */
struct ipp_talk *ipp_talk_new(const struct printer_address *address, const struct ipp_talk_handlers *handlers, void *data);
struct ipp_talk *ipp_talk_free(struct ipp_talk *talk);
/** ipp_talk_check() - as struct printer_driver's check; writes the answer to @reasons. */
void ipp_talk_check(struct ipp_talk *talk, const char *format, char reasons[PRINTER_REASONS_MAX]);
/** ipp_talk_print() - sends the page and follows the job to its end. */
enum printer_outcome ipp_talk_print(struct ipp_talk *talk, const char *format, int page_fd, int64_t n_bytes,
				    char reasons[PRINTER_REASONS_MAX]);
