/* SPDX-License-Identifier: MIT
 * A page that opens from a USB stick: a browser loads no module and asks nothing from a file beside it, so that style sheets,
 * scripts and answers all stand inside. Modules find each other through an import map; the sample's script answers in place of
 * the queue. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "queue/draw/draw.h"
#include "queue/web/assets.h"
#include "queue/web/table.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define PAGE_BYTES_LIMIT (16 * 1024 * 1024)
#define INNER "madoguchi/" /* how modules call each other here: no address, so that a data: page can resolve it */
#define ADDRESS "/assets/"

static bool is_script(const char *path)
{
	size_t n = strlen(path);

	return n > 3 && strcmp(path + n - 3, ".js") == 0;
}

/* The bytes of an asset as they go into a data: address; scripts call their modules by the inner name. */
static int asset_text(const struct web_asset *asset, struct buf *out)
{
	const char *at = (const char *)asset->bytes, *end = at + asset->n_bytes;
	const char *found;
	int r = 0;

	while (r == 0 && is_script(asset->path) && (found = memmem(at, (size_t)(end - at), "\"" ADDRESS, strlen(ADDRESS) + 1))) {
		r = buf_add(out, at, (size_t)(found - at) + 1);
		if (r == 0)
			r = buf_add_text(out, INNER);
		at = found + 1 + strlen(ADDRESS);
	}
	return r == 0 ? buf_add(out, at, (size_t)(end - at)) : r;
}

static int add_base64(struct buf *out, const void *bytes, size_t n_bytes)
{
	size_t size = sodium_base64_encoded_len(n_bytes, sodium_base64_VARIANT_ORIGINAL);
	CLEANUP(freep) char *text = malloc(size);

	if (!text)
		return fault_raise(-ENOMEM);
	sodium_bin2base64(text, size, bytes, n_bytes, sodium_base64_VARIANT_ORIGINAL);
	return buf_add_text(out, text);
}

static int add_data_address(struct buf *out, const struct web_asset *asset)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(PAGE_BYTES_LIMIT);
	size_t n_type = strcspn(asset->media_type, ";");
	int r = asset_text(asset, &text);

	if (r == 0)
		r = buf_addf(out, "data:%.*s;base64,", (int)n_type, asset->media_type);
	return r == 0 ? add_base64(out, text.bytes, text.len) : r;
}

static int add_import_map(struct buf *out)
{
	const char *before = "";
	int r = buf_add_text(out, "<script type=\"importmap\">{\"imports\":{");

	for (size_t i = 0; i < n_web_asset_table && r == 0; i++) {
		const struct web_asset *asset = &web_asset_table[i];

		if (!is_script(asset->path))
			continue;
		r = buf_addf(out, "%s\"" INNER "%s\":\"", before, asset->path + strlen(ADDRESS));
		if (r == 0)
			r = add_data_address(out, asset);
		if (r == 0)
			r = buf_add_text(out, "\"");
		before = ",";
	}
	return r == 0 ? buf_add_text(out, "}}</script>\n") : r;
}

/* What was answered, and the script that answers with it. */
static int add_sample(struct buf *out, const struct draw_page *page)
{
	const struct web_asset *script = web_asset_find("/assets/sample/sample.js");
	json_t *sample = json_pack("{ss ss sO}", "language", page->language, "window", page->window, "answers", page->answers);
	CLEANUP(freep) char *text = sample ? json_dumps(sample, JSON_COMPACT | JSON_ESCAPE_SLASH) : NULL;
	int r = text && script ? 0 : fault_raise(text ? -ENOENT : -ENOMEM);

	json_decref(sample);
	if (r == 0)
		r = buf_addf(out, "<script type=\"application/json\" id=\"sample\">%s</script>\n<script>", text);
	if (r == 0)
		r = buf_add(out, script->bytes, script->n_bytes);
	return r == 0 ? buf_add_text(out, "</script>\n") : r;
}

/* One line of the page with the addresses in it replaced. */
static int add_line(struct buf *out, const char *line, size_t n_line)
{
	const char *found;
	int r = 0;

	while (r == 0 && (found = memmem(line, n_line, "\"" ADDRESS, strlen(ADDRESS) + 1))) {
		char path[128];
		const char *end = memchr(found + 1, '"', n_line - (size_t)(found + 1 - line));
		const struct web_asset *asset;

		if (!end)
			break;
		snprintf(path, sizeof(path), "%.*s", (int)(end - found - 1), found + 1);
		asset = web_asset_find(path);
		if (!asset)
			return fault_raise(-ENOENT);
		r = buf_add(out, line, (size_t)(found + 1 - line));
		if (r == 0)
			r = add_data_address(out, asset);
		n_line -= (size_t)(end - line);
		line = end;
	}
	return r == 0 ? buf_add(out, line, n_line) : r;
}

static int make(const struct web_asset *asset, const struct draw_page *page, struct buf *out)
{
	const char *at = (const char *)asset->bytes, *end = at + asset->n_bytes;
	bool has_sample = false;
	int r = 0;

	while (at < end && r == 0) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t n = newline ? (size_t)(newline - at) + 1 : (size_t)(end - at);

		if (!has_sample && memmem(at, n, "type=\"module\"", 13)) {
			has_sample = true;
			r = add_import_map(out);
			if (r == 0)
				r = add_sample(out, page);
		}
		if (r == 0)
			r = add_line(out, at, n);
		at += n;
	}
	return r;
}

int draw_page_write(const char *out, const struct draw_page *page)
{
	const struct web_asset *asset = web_asset_find(page->asset);
	CLEANUP(buf_release) struct buf text = BUF_INIT(PAGE_BYTES_LIMIT);
	CLEANUP(freep) char *path = NULL;
	CLEANUP(fclosep) FILE *file = NULL;
	int r = asset ? make(asset, page, &text) : fault_raise(-ENOENT);

	if (r < 0)
		return r;
	if (asprintf(&path, "%s/%s", out, page->file) < 0)
		return fault_raise(-ENOMEM);
	file = fopen(path, "we");
	if (!file)
		return fault_raise(-errno);
	if (fwrite(text.bytes, 1, text.len, file) != text.len || fflush(file) != 0)
		return fault_raise(errno ? -errno : -EIO);
	return 0;
}
