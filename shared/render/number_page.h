#pragma once
/* SPDX-License-Identifier: MIT
 * Number page: the one page that holds an individual number. A child of its own draws it: the number goes to it ahead of
 * the draft, it answers with the page in memory and ends. Nothing else ever draws the digits: the worker, queued's
 * reprints and the screen leave the boxes empty or show marks. Thread: the loop's. */
#include "shared/base/secret.h"
#include "shared/config/number_permit.h"
#include "shared/render/worker.h"

struct number_page;

struct number_page_order {
	const struct render_worker_options *child; /* configurations: the signed bundle and its key; idle_s has no meaning */
	const struct number_permit *permit;        /* of the procedure; the child asks its own copy of the bundle again */
	const char *municipality;                  /* code; NULL: the first configuration */
	const struct draft *draft;                 /* its FORM_NUMBER_FIELD is FORM_NUMBER_FROM_CARD, its form the procedure's */
	const char *date_iso;                      /* date of request; NULL: left blank */
};

/** number_page_new() - starts the child. @number: 12 digits; taken and wiped in any case, also on failure.
 *  @fn: called once from the loop with 0 and the sealed PDF (borrowed: dup to keep), or a negative errno and -1: as
 *  render_worker_fn, and -EPERM when the child's verified configuration does not permit it. It may free the page.
 *  Return: 0; -EPERM without a valid permit, -EINVAL when it is no number or the draft does not ask for one, or another
 *  negative errno; then @fn is never called. */
MUST_USE int number_page_new(sd_event *loop, const struct number_page_order *order, struct secret *number,
			     render_worker_fn *fn, void *data, struct number_page **ret_page);
/** number_page_free() - kills the child if it still draws, and unlocks the page. Keep it until the page is printed:
 *  until then its memory is locked and cannot be swapped out. Return: NULL. */
struct number_page *number_page_free(struct number_page *page);
DEFINE_CLEANUP(struct number_page *, number_page_free)
