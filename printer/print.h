#pragma once
/* SPDX-License-Identifier: MIT
 * Print: the other programs' side of madoguchi-printd, and the ticket slip. A page is handed over as a memfd;
 * printd's journal holds states, never pages. The same print key prints once, whoever repeats it.
 * Thread: the loop's. State words follow IPP (RFC 8011 job-state, printer-state-reasons). */
#include <stdint.h>
#include <jansson.h>
#include <systemd/sd-event.h>
#include "shared/config/config.h"
#include "shared/model/ticket.h"

struct print_client;

enum print_state {
	PRINT_PENDING, PRINT_PROCESSING, PRINT_COMPLETED,
	PRINT_ABORTED,  /* surely not printed */
	PRINT_UNKNOWN,  /* may or may not be on paper: never repeated by itself */
};
const char *print_state_word(enum print_state state); /* pending processing completed aborted unknown */

/** A printer's condition: "ready", or IPP printer-state-reasons keywords joined by "," ("media-empty"). */
struct print_role_status {
	const char *role;
	const char *reasons;
};

struct print_handlers {
	/** Printer conditions as they change, and once after connecting; n 0 when printd is away. */
	void (*status)(void *data, const struct print_role_status *roles, size_t n_roles);
	/** What printd's configuration is like, for staff (shared/config/town.h), ahead of each status; may be NULL. */
	void (*settings)(void *data, const json_t *settings);
};

/** print_client_new() - connects to printd's socket, and again whenever it comes back. */
MUST_USE int print_client_new(sd_event *loop, const char *socket_path, const struct print_handlers *handlers, void *data,
			      struct print_client **ret_client);
struct print_client *print_client_free(struct print_client *client);
DEFINE_CLEANUP(struct print_client *, print_client_free)

/** @state: final or PRINT_PROCESSING on the way; called until a final state was told. @reasons as above, "" none.
 *  With printd away: PRINT_ABORTED when the page was surely not taken, else PRINT_UNKNOWN. */
typedef void print_state_fn(void *data, enum print_state state, const char *reasons);

/** print_submit() - @role slip or form; @key visit/document/copy; @format application/pdf, image/png,
 *  application/vnd.escpos; @page_fd borrowed memfd. 0 and then @fn; or a negative errno and never. */
MUST_USE int print_submit(struct print_client *client, const char *role, const char *key, const char *format, int page_fd,
			  print_state_fn *fn, void *data);

/* ---- the slip ------------------------------------------------------------------------------------------- */

struct slip {
	const struct config *config;
	const struct config_office *office;
	const struct ticket *ticket;
	const char *language;              /* printed below the Japanese when it is another one */
	const char *const *to_do;          /* several procedures of one visit, in Japanese; a visit for one needs no list */
	const char *const *to_do_other;    /* the same in @language; NULL when ja */
	size_t n_to_do;
	const char *const *to_bring;       /* lines in Japanese, ready to print */
	const char *const *to_bring_other; /* the same in @language; NULL when ja */
	size_t n_to_bring;
	int copy;                          /* 0 the first; n > 0 prints 再発行 n */
};

enum slip_format { SLIP_ESCPOS, SLIP_PNG, SLIP_PDF };
/** slip_render() - the whole slip to @out_fd. ESC/POS is one raster image (GS v 0) of the configured dot width, feed
 *  and cut, so that any language and glyph prints on any printer. fonts_init() must have run. */
MUST_USE int slip_render(const struct slip *slip, enum slip_format format, int out_fd);
