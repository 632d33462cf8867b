/* SPDX-License-Identifier: MIT
 * What differs between two towns, a line each: kind, path, both values, and where each side says so. */
#include <errno.h>

#include "shared/base/fault.h"
#include "shared/config/layer/print.h"
#include "shared/config/tool/difference.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

#define DIFF_BYTES_MAX (64 * 1024 * 1024)

struct diff {
	struct memory *memory;
	const struct loaded *a, *b;
	json_t *list; /* NULL: lines */
};

/* Where @side dropped the entry at @path, or NULL. */
static const char *removal_place(const struct diff *diff, const struct loaded *side, const char *path)
{
	const struct tree *said = difference_removal(diff->memory, &side->layers, path);

	return said ? place_brief(diff->memory, said) : NULL;
}

static const char *place_of(const struct diff *diff, const struct loaded *side, const struct tree *value, const char *path)
{
	return value ? place_brief(diff->memory, value) : removal_place(diff, side, path);
}

static int print_line(const struct diff *diff, const struct difference *difference)
{
	const struct tree *a = difference->a, *b = difference->b;
	const char *before = a ? value_brief(diff->memory, a, difference->key) : "";
	const char *after = b ? value_brief(diff->memory, b, difference->key) : "";
	const char *place_a = place_of(diff, diff->a, a, difference->path);
	const char *place_b = place_of(diff, diff->b, b, difference->path);

	if (!before || !after)
		return fault_raise(-ENOMEM);
	printf("%-7s %s: %s%s%s  (%s%s%s)\n", difference_word(difference->kind), difference->path, before, a && b ? " → " : "",
	       after, place_a ? place_a : "", place_a && place_b ? " → " : "", place_b ? place_b : "");
	return 0;
}

static json_t *encode(const struct tree *value, const struct key *key)
{
	static const struct key free_names = {""};

	return value ? tree_encode(value, key ? key : &free_names) : json_null();
}

static int add_json(const struct diff *diff, const struct difference *difference)
{
	json_t *item = json_pack("{s:s, s:s, s:o, s:o, s:s?, s:s?}", "kind", difference_word(difference->kind), "path",
				 difference->path, "a", encode(difference->a, difference->key), "b",
				 encode(difference->b, difference->key), "a_at",
				 place_of(diff, diff->a, difference->a, difference->path), "b_at",
				 place_of(diff, diff->b, difference->b, difference->path));

	return json_array_append_new(diff->list, item) < 0 ? fault_raise(-ENOMEM) : 0;
}

static int tell(void *data, const struct difference *difference)
{
	const struct diff *diff = data;

	return diff->list ? add_json(diff, difference) : print_line(diff, difference);
}

static int diff_json(struct diff *diff)
{
	json_t *answer = json_pack("{s:s, s:s, s:[]}", "a", diff->a->layers.items[0].name, "b", diff->b->layers.items[0].name,
				   "differences");
	int r = answer ? 0 : fault_raise(-ENOMEM);

	diff->list = json_object_get(answer, "differences");
	if (r == 0)
		r = difference_each(diff->memory, diff->a->root, diff->b->root, tell, diff);
	if (r == 0 && (json_dumpf(answer, stdout, JSON_COMPACT) < 0 || putchar('\n') == EOF))
		r = fault_raise(-EIO);
	json_decref(answer);
	return r;
}

int tool_diff(const struct tool_call *call)
{
	CLEANUP(loaded_release) struct loaded a = {0};
	CLEANUP(loaded_release) struct loaded b = {0};
	CLEANUP(memory_freep) struct memory *memory = NULL;
	struct diff diff = {.a = &a, .b = &b};
	int r;

	if (call->n_words != 2)
		return tool_usage();
	r = tool_read_sound(call, call->words[0], &a);
	if (r == COMMAND_DONE)
		r = tool_read_sound(call, call->words[1], &b);
	if (r != COMMAND_DONE)
		return r;
	diff.memory = memory = memory_new(DIFF_BYTES_MAX);
	if (!memory)
		r = -ENOMEM;
	else
		r = call->is_json ? diff_json(&diff) : difference_each(memory, a.root, b.root, tell, &diff);
	if (r == -ENOMEM)
		return command_failed(TOOL, "there was no memory to compare them — try again");
	return r < 0 ? command_failed(TOOL, "the answer could not be written — see that there is room for it") : COMMAND_DONE;
}
