/* SPDX-License-Identifier: MIT
 * Strict by construction: what was read is written again, and must come out the same. No field can hide between what
 * we read and what was signed. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/config/bundle/manifest.h"
#include "shared/base/banned.h"

#define HASH_HEX (2 * MANIFEST_HASH_BYTES + 1)
#define JAPAN "Asia/Tokyo"
#define NAME_BYTES_MAX 256
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static json_t *json_free(json_t *json)
{
	json_decref(json);
	return NULL;
}
DEFINE_CLEANUP(json_t *, json_free)

void manifest_hash(const void *bytes, size_t n_bytes, uint8_t out[MANIFEST_HASH_BYTES])
{
	crypto_generichash(out, MANIFEST_HASH_BYTES, bytes, n_bytes, NULL, 0);
}

/* ---- writing ------------------------------------------------------------------------------------------------------ */

static json_t *encode_layers(const struct manifest *manifest)
{
	json_t *layers = json_array();

	for (size_t i = 0; layers && i < manifest->n_layers; i++)
		json_array_append_new(layers, json_pack("{ss ss}", "name", manifest->layers[i].name, "version",
							manifest->layers[i].version));
	return layers;
}

static json_t *encode_files(const struct manifest *manifest)
{
	json_t *files = json_array();
	char hash[HASH_HEX];

	for (size_t i = 0; files && i < manifest->n_files; i++) {
		const struct manifest_file *file = &manifest->files[i];

		sodium_bin2hex(hash, sizeof(hash), file->hash, sizeof(file->hash));
		json_array_append_new(files, json_pack("{ss sI ss}", "path", file->path, "size", (json_int_t)file->n_bytes,
						       "blake2b", hash));
	}
	return files;
}

int manifest_encode(const struct manifest *manifest, struct buf *out)
{
	CLEANUP(json_freep) json_t *json =
		json_pack("{si ss ss sI ss ss so so}", "format", MANIFEST_FORMAT, "code", manifest->code, "name",
			  manifest->name, "serial", (json_int_t)manifest->serial, "not_before", manifest->not_before,
			  "expires", manifest->expires, "layers", encode_layers(manifest), "files",
			  encode_files(manifest));
	CLEANUP(freep) char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
	int r;

	/* a piece that could not be had is missing in its list; it must not go out like that */
	if (!text || json_array_size(json_object_get(json, "layers")) != manifest->n_layers ||
	    json_array_size(json_object_get(json, "files")) != manifest->n_files)
		return fault_raise(-ENOMEM);
	r = buf_add_text(out, text);
	return r < 0 ? fault_pass(r) : buf_add_text(out, "\n");
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static const char *text_of(struct memory *memory, const json_t *map, const char *key)
{
	const json_t *value = json_object_get(map, key);

	return json_is_string(value) && json_string_length(value) <= NAME_BYTES_MAX &&
			       utf8_is_clean_text(json_string_value(value), json_string_length(value)) ?
		       memory_text(memory, json_string_value(value), json_string_length(value)) :
		       NULL;
}

static bool decode_layers(struct memory *memory, const json_t *list, struct manifest *manifest)
{
	size_t n = json_array_size(list);

	if (n == 0 || n > CONFIG_LAYERS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		struct manifest_layer *layer = &manifest->layers[i];

		*layer = (struct manifest_layer){text_of(memory, item, "name"), text_of(memory, item, "version")};
		if (!layer->name || !layer->version)
			return false;
	}
	manifest->n_layers = n;
	return true;
}

static bool decode_file(struct memory *memory, const json_t *item, struct manifest_file *file)
{
	const char *hash = json_string_value(json_object_get(item, "blake2b"));
	json_int_t size = json_integer_value(json_object_get(item, "size"));
	size_t n = 0;

	file->path = text_of(memory, item, "path");
	file->n_bytes = (size_t)size;
	return file->path && size >= 0 && size <= CONFIG_FILE_BYTES_MAX && hash &&
	       sodium_hex2bin(file->hash, sizeof(file->hash), hash, strlen(hash), NULL, &n, NULL) == 0 &&
	       n == sizeof(file->hash);
}

static bool decode_files(struct memory *memory, const json_t *list, struct manifest *manifest)
{
	size_t n = json_array_size(list);

	if (n == 0 || n > MANIFEST_FILES_MAX)
		return false;
	manifest->files = memory_take(memory, n * sizeof(*manifest->files));
	for (size_t i = 0; manifest->files && i < n; i++)
		if (!decode_file(memory, json_array_get(list, i), &manifest->files[i]))
			return false;
	manifest->n_files = n;
	return manifest->files != NULL;
}

static bool is_code(const char *code)
{
	return strlen(code) == 6 && strspn(code, "0123456789") == 6;
}

static bool is_date_or_none(const char *date)
{
	return *date == '\0' || manifest_date_is(date);
}

static bool decode(struct memory *memory, const json_t *json, struct manifest *manifest)
{
	manifest->code = text_of(memory, json, "code");
	manifest->name = text_of(memory, json, "name");
	manifest->not_before = text_of(memory, json, "not_before");
	manifest->expires = text_of(memory, json, "expires");
	manifest->serial = json_integer_value(json_object_get(json, "serial"));
	if (!manifest->code || !manifest->name || !manifest->not_before || !manifest->expires)
		return false;
	return is_code(manifest->code) && is_date_or_none(manifest->not_before) && is_date_or_none(manifest->expires) &&
	       manifest->serial > 0 && manifest->serial <= MANIFEST_SERIAL_MAX &&
	       decode_layers(memory, json_object_get(json, "layers"), manifest) &&
	       decode_files(memory, json_object_get(json, "files"), manifest);
}

int manifest_decode(struct memory *memory, const char *bytes, size_t n_bytes, struct manifest *ret_manifest)
{
	CLEANUP(json_freep) json_t *json = json_loadb(bytes, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	CLEANUP(buf_release) struct buf again = BUF_INIT(CONFIG_FILE_BYTES_MAX);
	struct manifest manifest = {0};
	int r;

	if (!json || !json_is_object(json) || !decode(memory, json, &manifest))
		return fault_raise(memory_has_failed(memory) ? -ENOMEM : -EBADMSG);
	r = manifest_encode(&manifest, &again);
	if (r < 0)
		return r == -ENOSPC ? fault_raise(-EBADMSG) : fault_pass(r);
	if (again.len != n_bytes || memcmp(again.bytes, bytes, n_bytes) != 0)
		return fault_raise(-EBADMSG);
	*ret_manifest = manifest;
	return 0;
}

void manifest_print(const struct manifest *manifest, int64_t now_utc_ms, FILE *out)
{
	fprintf(out, "town: %s %s\nserial: %" PRId64 "\n", manifest->code, manifest->name, manifest->serial);
	fprintf(out, "not before: %s\n", *manifest->not_before ? manifest->not_before : "-");
	fprintf(out, "expires: %s\n", *manifest->expires ? manifest->expires : "-");
	fprintf(out, "today: %s\n", manifest_age_word(manifest_age(manifest, now_utc_ms)));
	for (size_t i = 0; i < manifest->n_layers; i++)
		fprintf(out, "layer: %s%s%s\n", manifest->layers[i].name, *manifest->layers[i].version ? " version " : "",
			manifest->layers[i].version);
	for (size_t i = 0; i < manifest->n_files; i++) {
		char hash[HASH_HEX];

		sodium_bin2hex(hash, sizeof(hash), manifest->files[i].hash, MANIFEST_HASH_BYTES);
		fprintf(out, "file: %s %zu %s\n", manifest->files[i].path, manifest->files[i].n_bytes, hash);
	}
}

/* ---- days and serials --------------------------------------------------------------------------------------------- */

int64_t manifest_day_start_ms(const char *date)
{
	char instant[sizeof("2026-11-24T00:00:00+09:00")];
	char again[INSTANT_LENGTH + 1];
	int64_t utc_ms;

	if (strlen(date) != 10)
		return 0;
	snprintf(instant, sizeof(instant), "%.10sT00:00:00+09:00", date);
	if (instant_parse(instant, &utc_ms) < 0 || strcmp(instant_format(utc_ms, JAPAN, again), instant) != 0)
		return 0;
	return utc_ms;
}

bool manifest_date_is(const char *date)
{
	return manifest_day_start_ms(date) != 0;
}

enum manifest_age manifest_age(const struct manifest *manifest, int64_t utc_ms)
{
	int64_t end_ms = *manifest->expires ? manifest_day_start_ms(manifest->expires) + DAY_MS : INT64_MAX;

	if (*manifest->not_before && utc_ms < manifest_day_start_ms(manifest->not_before))
		return MANIFEST_NOT_YET;
	if (utc_ms >= end_ms)
		return MANIFEST_EXPIRED;
	return *manifest->expires && utc_ms >= end_ms - MANIFEST_SOON_DAYS * DAY_MS ? MANIFEST_EXPIRES_SOON : MANIFEST_VALID;
}

const char *manifest_age_word(enum manifest_age age)
{
	static const char *const words[] = {"valid", "not-yet", "expires-soon", "expired"};

	return words[age];
}

int64_t manifest_now_ms(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct timespec now;
	char *end;
	long long seconds = epoch && *epoch ? strtoll(epoch, &end, 10) : 0;

	if (seconds > 0 && *end == '\0')
		return (int64_t)seconds * 1000;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000;
}

int64_t manifest_serial_now(void)
{
	struct local_time t;

	if (local_time_from(manifest_now_ms(), "UTC", &t) < 0)
		return 1;
	return ((((t.year * INT64_C(100) + t.month) * 100 + t.day) * 100 + t.hour) * 100 + t.minute) * 100 + t.second;
}

int64_t manifest_packed_ms(int64_t serial)
{
	char digits[24], instant[40], again[INSTANT_LENGTH + 1];
	int64_t utc_ms;

	snprintf(digits, sizeof(digits), "%" PRId64, serial);
	if (strlen(digits) != 14)
		return 0;
	snprintf(instant, sizeof(instant), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s+00:00", digits, digits + 4, digits + 6, digits + 8,
		 digits + 10, digits + 12);
	if (instant_parse(instant, &utc_ms) < 0 || strcmp(instant_format(utc_ms, "UTC", again), instant) != 0)
		return 0;
	return utc_ms;
}
