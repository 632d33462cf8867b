/* SPDX-License-Identifier: MIT
 * The one place that knows the options and the answers of madoguchi-form as a child. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/render/form_child.h"
#include "shared/base/banned.h"

#define PAGE_SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)

/* An argument list that grows; it has room for all it will get. */
struct list {
	char **items;
	size_t n;
	bool has_failed;
};

static void add(struct list *list, const char *word)
{
	list->items[list->n] = strdup(word);
	if (list->items[list->n])
		list->n++;
	else
		list->has_failed = true;
}

static void add_option(struct list *list, const char *option, const char *value)
{
	if (!value)
		return;
	add(list, option);
	add(list, value);
}

int form_child_argv(const struct render_worker_options *options, const char *mode, char ***ret_argv)
{
	CLEANUP(form_child_argv_freep) char **items = calloc(2 * options->n_config_paths + 12, sizeof(*items));
	struct list list = {.items = items};
	int r;

	if (!items)
		return fault_raise(-ENOMEM);
	if (options->program) {
		add(&list, options->program);
	} else {
		r = command_sibling("shared", "madoguchi-form", &items[0]);
		if (r < 0)
			return fault_pass(r);
		list.n = 1;
	}
	add(&list, mode);
	for (size_t i = 0; i < options->n_config_paths; i++)
		add_option(&list, "--config", options->config_paths[i]);
	add_option(&list, "--templates", options->templates_dir);
	add_option(&list, "--bundle-key", options->bundle_key);
	add_option(&list, "--office", options->office);
	add_option(&list, "--device", options->device);
	if (options->allow_unsigned)
		add(&list, "--allow-unsigned");
	if (list.has_failed)
		return fault_raise(-ENOMEM);
	*ret_argv = TAKE(items);
	return 0;
}

char **form_child_argv_free(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
	return NULL;
}

static int error_of(const json_t *message)
{
	static const struct {
		const char *word;
		int code;
	} errors[] = {{"malformed", -EBADMSG}, {"unknown-form", -ENOENT}, {"unknown-municipality", -ENOENT},
		      {"not-permitted", -EPERM}};
	const char *word = json_string_value(json_object_get(message, "error"));

	for (size_t i = 0; word && i < sizeof(errors) / sizeof(*errors); i++)
		if (strcmp(word, errors[i].word) == 0)
			return errors[i].code;
	return -EIO;
}

int form_child_page(const json_t *message, int fd)
{
	const char *result = json_string_value(json_object_get(message, "result"));
	int seals = fd >= 0 ? fcntl(fd, F_GET_SEALS) : -1;

	if (!result || strcmp(result, "ok") != 0)
		return fault_raise(error_of(message));
	return seals < 0 || (seals & PAGE_SEALS) != PAGE_SEALS ? fault_raise(-EIO) : 0;
}
