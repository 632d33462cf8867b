#pragma once
/* SPDX-License-Identifier: MIT
 * Form child: how madoguchi-form is called as a helper, for the worker and for the one-shot child alike. */
#include "shared/render/worker.h"

/** form_child_argv() - of madoguchi-form in @mode (its option), over the configurations of @options. 0, -ENOENT when
 *  the program is not found, -ENOMEM. */
MUST_USE int form_child_argv(const struct render_worker_options *options, const char *mode, char ***ret_argv);
/** form_child_argv_free() - NULL is fine. Return: NULL. */
char **form_child_argv_free(char **argv);
DEFINE_CLEANUP(char **, form_child_argv_free)
/** form_child_page() - what a child's answer says: 0 and the page is @fd, sealed; else a negative errno. */
MUST_USE int form_child_page(const json_t *message, int fd);
