/* SPDX-License-Identifier: MIT
 * One run however many towns were checked: a reader wants all findings in one list. Relative addresses go through a base id,
 * so that a checkout elsewhere opens the same files. */
#include <errno.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/config/sarif.h"
#include "shared/base/banned.h"

#define BASE_ID "PWD" /* the working directory of the run, as the standard's own examples call it */
#define ADDRESS_BYTES_MAX (3 * 8192)

static const char *level_name(enum finding_level level)
{
	return level == FINDING_ERROR ? "error" : "warning";
}

static json_t *encode_rules(void)
{
	json_t *rules = json_array();

	for (int rule = 0; rules && rule < N_FINDING_RULES; rule++) {
		const struct finding_rule_row *row = finding_rule_row((enum finding_rule)rule);

		if (json_array_append_new(rules, json_pack("{s:s, s:{s:s}, s:{s:s}}", "id", row->word, "shortDescription", "text",
							   row->about, "defaultConfiguration", "level", level_name(row->level))) < 0) {
			json_decref(rules);
			return NULL;
		}
	}
	return rules;
}

json_t *sarif_new(const char *tool)
{
	json_t *rules = encode_rules();

	if (!rules)
		return NULL;
	return json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:{}, s:[]}]}", "$schema",
			 "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "version", "2.1.0", "runs",
			 "tool", "driver", "name", tool, "version", MADOGUCHI_VERSION, "rules", rules, "columnKind", "unicodeCodePoints",
			 "originalUriBaseIds", "results");
}

/* @path with all but the plain signs of an address written as %XX (RFC 3986). */
static int append_escaped(struct buf *buf, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	int r = 0;

	for (; r == 0 && *path != '\0'; path++)
		r = strchr(plain, *path) ? buf_add(buf, path, 1) : buf_addf(buf, "%%%02X", (unsigned char)*path);
	return r;
}

static const char *below(const char *file, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(file, folder, n) == 0 && file[n] == '/' ? file + n + 1 : NULL;
}

static json_t *encode_address(const char *file, const char *folder)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(ADDRESS_BYTES_MAX);
	bool is_relative = file[0] != '/' || below(file, folder);
	int r = is_relative ? 0 : buf_add_text(&buf, "file://");

	if (file[0] == '/' && is_relative)
		file = below(file, folder);
	while (file[0] == '.' && file[1] == '/')
		file += 2;
	if (r == 0)
		r = append_escaped(&buf, file);
	if (r < 0)
		return NULL;
	return is_relative ? json_pack("{s:s, s:s}", "uri", buf_text(&buf), "uriBaseId", BASE_ID) :
			     json_pack("{s:s}", "uri", buf_text(&buf));
}

/* Where it stands; what concerns the whole stands nowhere. */
static json_t *encode_places(const struct finding *finding, const char *folder)
{
	json_t *place;

	if (*finding->file == '\0')
		return json_array();
	place = json_pack("{s:{s:o}}", "physicalLocation", "artifactLocation", encode_address(finding->file, folder));
	if (place && finding->line > 0 &&
	    json_object_set_new(json_object_get(place, "physicalLocation"), "region",
				json_pack("{s:i, s:i}", "startLine", finding->line, "startColumn",
					  finding->column > 0 ? finding->column : 1)) < 0) {
		json_decref(place);
		place = NULL;
	}
	return place ? json_pack("[o]", place) : NULL;
}

static json_t *encode_finding(const struct finding *finding, const char *folder)
{
	return json_pack("{s:s, s:i, s:s, s:{s:s}, s:o}", "ruleId", finding_rule_row(finding->rule)->word, "ruleIndex",
			 (int)finding->rule, "level", level_name(finding->level), "message", "text", finding->what, "locations",
			 encode_places(finding, folder));
}

static int set_base(json_t *run, const char *folder)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(ADDRESS_BYTES_MAX);
	int r = buf_add_text(&buf, "file://");

	if (r == 0)
		r = append_escaped(&buf, folder);
	if (r == 0)
		r = buf_add_text(&buf, strcmp(folder, "/") == 0 ? "" : "/");
	if (r < 0)
		return fault_pass(r);
	return json_object_set_new(json_object_get(run, "originalUriBaseIds"), BASE_ID,
				   json_pack("{s:s}", "uri", buf_text(&buf))) < 0 ? fault_raise(-ENOMEM) : 0;
}

int sarif_add(json_t *log, const struct findings *findings, const char *folder)
{
	json_t *run = json_array_get(json_object_get(log, "runs"), 0);
	json_t *results = json_object_get(run, "results");
	int r = set_base(run, folder);

	for (size_t i = 0; r == 0 && i < findings->n_items; i++)
		if (json_array_append_new(results, encode_finding(&findings->items[i], folder)) < 0)
			r = fault_raise(-ENOMEM);
	return r;
}
