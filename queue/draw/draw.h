#pragma once
/* SPDX-License-Identifier: MIT
 * Draw: the pages of boards, phones and consoles as files that open without a server, for a preview of a town. A sample day
 * is really lived: a server with a store in memory on loopback, and a child that is terminal, resident and clerk to it and
 * keeps what it was answered. Each page is the real one, with those answers inside and its parts as data: addresses. */
#include <jansson.h>
#include "queue/http/server.h"
#include "shared/config/config.h"

struct draw_options {
	const char *out;                       /* folder, made when it is not there */
	struct config *const *configs;         /* one town */
	const struct render_worker_options *worker;
};

/** draw_pages() - the whole of --draw. Return: exit status of the program, told on stderr. */
int draw_pages(const struct draw_options *options);

/* ---- the sample day, in the child -------------------------------------------------------------------------------- */

#define DRAW_TOKEN_BYTES_MAX 80

struct draw_day {
	const char *out, *url, *clock_file;
	const struct config *config;
	const struct config_office *office;
	const char *user, *password;           /* of a clerk of this office */
	const char *device_token;
	json_t *pages;                         /* list: what was drawn */
	const char *failed;                    /* which step, when it failed */
};

/** draw_day() - lives the day and writes its pages. 0, or negative errno with day->failed. */
MUST_USE int draw_day(struct draw_day *day);

/* ---- one page ---------------------------------------------------------------------------------------------------- */

struct draw_page {
	const char *file;                      /* board.html, below the folder */
	const char *asset;                     /* /assets/board/index.html */
	const char *language;                  /* the page's, where it is not asked for another */
	const char *window;                    /* the console's window as if chosen before; "" none */
	json_t *answers;                       /* list of {"method", "path" (pattern), "language"?, "status", "body" or "png"} */
};

/** draw_page_write() - 0, -ENOENT for an unknown asset, -ENOSPC …. */
MUST_USE int draw_page_write(const char *out, const struct draw_page *page);
