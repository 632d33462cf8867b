/* SPDX-License-Identifier: MIT
 * Around the keeper's decision: loading, falling back, keeping, telling. What was refused is told when it is first seen and
 * again only when something else lies there. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/language.h"
#include "shared/config/town_parts.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

struct config *town_config(const struct town *town)
{
	return town->config;
}

const char *town_path(const struct town *town)
{
	return town->path ? town->path : town->given;
}

/* ---- one look at a bundle --------------------------------------------------------------------------------------------- */

static const struct {
	enum finding_rule rule;
	const char *what;
} refusals[] = {
	[KEEPER_OTHER_TOWN] = {RULE_BUNDLE_OTHER_TOWN,
		N_("is for another town than this machine serves — give its own town's bundle; to move the machine to another "
		"town, remove the folder bundle from its --state")},
	[KEEPER_OLDER] = {RULE_BUNDLE_OLDER, N_("is older than the one in use — pack the town again; its serial then rises")},
	[KEEPER_SAME_SERIAL] = {RULE_BUNDLE_SAME_SERIAL,
		N_("has the serial of the one in use but says something else — pack it again with a higher serial")},
	[KEEPER_NOT_YET] = {RULE_BUNDLE_NOT_YET, N_("is not to be used yet — it will be taken on its day by itself")},
};

static void look_clear(struct town_look *look)
{
	buf_release(&look->bytes);
	buf_release(&look->signature);
	*look = (struct town_look){0};
}

static void code_of(const char *office, char out[8])
{
	snprintf(out, 8, "%.*s", office ? (int)strcspn(office, "-") : 0, office ? office : "");
}

static int admit(void *data, struct loading *loading, const char *path, struct bundle *bundle)
{
	struct town *town = data;
	struct town_look *look = &town->look;
	const struct manifest *manifest = &bundle->manifest;
	char code[8];
	enum keeper_verdict verdict;

	look->mark.serial = manifest->serial;
	snprintf(look->mark.code, sizeof(look->mark.code), "%s", manifest->code);
	snprintf(look->expires, sizeof(look->expires), "%s", manifest->expires);
	snprintf(look->not_before, sizeof(look->not_before), "%s", manifest->not_before);
	manifest_hash(buf_text(&bundle->bytes), bundle->bytes.len, look->mark.hash);
	code_of(town->options.office, code);
	verdict = keeper_judge(&(struct keeper_case){.mark = town->has_mark && bundle->is_verified ? &town->mark : NULL,
						     .code = code, .manifest = manifest, .hash = look->mark.hash,
						     .now_utc_ms = clock_utc_ms(town->options.clock),
						     .has_other = look->has_other});
	look->is_not_yet = verdict == KEEPER_NOT_YET;
	look->is_verified = bundle->is_verified;
	look->is_bundle = true;
	if (verdict != KEEPER_TAKE) {
		finding_add(loading, refusals[verdict].rule, &(struct place){path, 1, 1, ""}, "%s", gettext(refusals[verdict].what));
		return fault_raise(-EBADMSG);
	}
	look->bytes = bundle->bytes;
	look->signature = bundle->signature;
	bundle->bytes = bundle->signature = (struct buf){0};
	return 0;
}

/* The kept one was judged when it was taken; only that it is still whole and this town's is asked. */
static int admit_kept(void *data, struct loading *loading, const char *path, struct bundle *bundle)
{
	struct town *town = data;
	struct town_look *look = &town->look;
	char code[8];

	code_of(town->options.office, code);
	if (*code && strcmp(code, bundle->manifest.code) != 0) {
		finding_add(loading, RULE_BUNDLE_OTHER_TOWN, &(struct place){path, 1, 1, ""}, "%s",
			    gettext(refusals[KEEPER_OTHER_TOWN].what));
		return fault_raise(-EBADMSG);
	}
	if (town->has_mark && (strcmp(town->mark.code, bundle->manifest.code) != 0 || bundle->manifest.serial < town->mark.serial)) {
		finding_add(loading, RULE_BUNDLE_OLDER, &(struct place){path, 1, 1, ""},
			"is not the newest this machine had — give the town's bundle again");
		return fault_raise(-EBADMSG);
	}
	look->mark.serial = bundle->manifest.serial;
	snprintf(look->mark.code, sizeof(look->mark.code), "%s", bundle->manifest.code);
	snprintf(look->expires, sizeof(look->expires), "%s", bundle->manifest.expires);
	snprintf(look->not_before, sizeof(look->not_before), "%s", bundle->manifest.not_before);
	manifest_hash(buf_text(&bundle->bytes), bundle->bytes.len, look->mark.hash);
	look->is_verified = look->is_bundle = true;
	return 0;
}

static struct config_options how_to_load(const struct town *town)
{
	struct config_options options = config_arguments_options(town->options.arguments);

	if (!town->options.is_local)
		options.allow_unsigned = false;
	else if (!options.bundle_key)
		options.allow_unsigned = true;
	return options;
}

static void note_refusal(struct town *town, const struct findings *findings)
{
	const char *word = "bundle-unreadable";

	for (size_t i = findings->n_items; i > 0; i--)
		if (findings->items[i - 1].level == FINDING_ERROR)
			word = finding_rule_row(findings->items[i - 1].rule)->word;
	town->refused = word;
	town->refused_serial = town->look.mark.serial;
	town->not_before_utc_ms = town->look.is_not_yet ? manifest_day_start_ms(town->look.not_before) : 0;
}

/* Folders are for the machine they lie on; a program that others reach takes what is signed. */
static int refuse_folder(struct town *town)
{
	fprintf(stderr, "%s:1:1: error: is a folder or comes without --bundle-key, and this program serves other machines — give the "
			"town's signed bundle\n", town->given);
	town->refused = finding_rule_row(RULE_UNSIGNED_FOLDER)->word;
	return fault_raise(-EBADMSG);
}

static int check_fit(struct town *town, const struct config *config)
{
	int r = town->options.fits ? town->options.fits(town->options.data, config) : 0;

	if (r < 0 && r != -EAGAIN) {
		town->refused = finding_rule_row(RULE_BUNDLE_UNFIT)->word;
		town->refused_serial = town->look.mark.serial;
	}
	return r < 0 ? fault_pass(r) : 0;
}

static int load_given(struct town *town, bool has_other, struct config **ret_config)
{
	struct config_options options = how_to_load(town);
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	int r;

	look_clear(&town->look);
	town->look.has_other = has_other;
	if (!town->options.is_local && (!options.bundle_key || !bundle_is(town->given)))
		return refuse_folder(town);
	options.admit = admit;
	options.admit_data = town;
	r = config_load(town->given, &options, &findings, &config);
	if (r < 0) {
		note_refusal(town, &findings);
		findings_print(&findings, stderr);
		return fault_pass(r);
	}
	r = check_fit(town, config);
	if (r < 0)
		return fault_pass(r);
	*ret_config = TAKE(config);
	return 0;
}

static int load_path(struct town *town, const char *path, struct config **ret_config)
{
	struct config_options options = how_to_load(town);
	CLEANUP(findings_release) struct findings findings = {0};
	int r;

	look_clear(&town->look);
	options.admit = admit_kept;
	options.admit_data = town;
	r = config_load(path, &options, &findings, ret_config);
	if (r < 0)
		findings_print(&findings, stderr);
	return r < 0 ? fault_pass(r) : 0;
}

/* The kept bundles, newest first; the mark usually names the first. */
static int load_kept(struct town *town, struct config **ret_config)
{
	char **paths = NULL;
	int r = town->options.state_dir && town->options.arguments->bundle_key ? keeper_store_newest(&town->store, &paths) :
										 fault_raise(-ENOENT);

	if (r < 0)
		return fault_pass(r);
	r = -ENOENT;
	for (size_t i = 0; paths[i]; i++) {
		if (r < 0)
			r = load_path(town, paths[i], ret_config);
		if (r == 0 && !town->path)
			town->path = TAKE(paths[i]);
		free(paths[i]);
	}
	free(paths);
	return r < 0 ? fault_raise(-EBADMSG) : 0;
}

/* ---- taking one into use ----------------------------------------------------------------------------------------------- */

/* After load_given(): remembers it, keeps it, and says so. */
static void take_given(struct town *town)
{
	struct town_look *look = &town->look;
	bool is_new = !town->has_mark || memcmp(&town->mark, &look->mark, sizeof(look->mark)) != 0;
	int r = -ENOENT;

	free(town->path);
	town->path = NULL;
	town->refused = "";
	town->refused_serial = town->not_before_utc_ms = 0;
	town->is_last_good = town->is_unkept = false;
	town->in_use = (struct town_in_use){.is_bundle = look->is_bundle, .mark = look->mark};
	snprintf(town->in_use.expires, sizeof(town->in_use.expires), "%s", look->expires);
	if (!look->is_verified)
		return;
	town->mark = look->mark;
	town->has_mark = true;
	if (town->options.state_dir)
		r = keeper_store_put(&town->store, &look->mark, &look->bytes, &look->signature);
	if (r == 0)
		town->path = keeper_store_path(&town->store, &look->mark);
	else if (town->options.state_dir)
		town->is_unkept = true;
	if (town->is_unkept)
		log_fault(LOG_BUNDLE_NOT_KEPT, r);
	if (is_new)
		log_emit(LOG_BUNDLE_TAKEN, LOG_WORD("CODE", look->mark.code), LOG_NUMBER("SERIAL", look->mark.serial));
	look_clear(look);
}

static void take_kept(struct town *town)
{
	town->mark = town->look.mark;
	town->has_mark = town->is_last_good = true;
	town->in_use = (struct town_in_use){.is_bundle = true, .mark = town->look.mark};
	snprintf(town->in_use.expires, sizeof(town->in_use.expires), "%s", town->look.expires);
	log_emit(LOG_BUNDLE_LAST_GOOD, LOG_WORD("CODE", town->mark.code), LOG_NUMBER("SERIAL", town->mark.serial),
		 LOG_WORD("REFUSED", town->refused));
	look_clear(&town->look);
}

/* Told when it changes: a day may end while the program runs. */
void town_tell_age(struct town *town)
{
	struct town_status status = town_status(town);
	bool is_soon = strcmp(status.age, "expires-soon") == 0, is_expired = strcmp(status.age, "expired") == 0;

	if (is_soon && !town->is_told_soon)
		log_emit(LOG_BUNDLE_EXPIRES_SOON, LOG_WORD("CODE", status.code), LOG_WORD("EXPIRES", status.expires));
	if (is_expired && !town->is_told_expired)
		log_emit(LOG_BUNDLE_EXPIRED, LOG_WORD("CODE", status.code), LOG_WORD("EXPIRES", status.expires));
	if (status.is_clock_wrong && !town->is_told_clock)
		log_emit(LOG_CLOCK_WRONG);
	town->is_told_soon = is_soon;
	town->is_told_expired = is_expired;
	town->is_told_clock = status.is_clock_wrong;
}

/* What was taken before. A mark that cannot be read is made out again from the bundles kept. */
static void remember(struct town *town)
{
	CLEANUP(config_freep) struct config *config = NULL;
	int r = town->options.state_dir ? keeper_store_mark(&town->store, &town->mark) : -ENOENT;

	town->has_mark = r == 0;
	if (r != -EBADMSG || load_kept(town, &config) < 0)
		return;
	town->mark = town->look.mark;
	town->has_mark = true;
	free(town->path);
	town->path = NULL;
}

static int start(struct town *town)
{
	CLEANUP(config_freep) struct config *config = NULL;
	bool is_not_yet;
	int r;

	remember(town);
	r = load_given(town, true, &config);
	is_not_yet = town->look.is_not_yet;
	if (r == 0) {
		town->config = TAKE(config);
		take_given(town);
		return 0;
	}
	log_emit(LOG_BUNDLE_REFUSED, LOG_WORD("REASON", town->refused), LOG_NUMBER("SERIAL", town->refused_serial));
	if (load_kept(town, &config) == 0) {
		town->config = TAKE(config);
		take_kept(town);
		return 0;
	}
	if (!is_not_yet || load_given(town, false, &config) < 0) /* perhaps by a clock that lost its battery only */
		return fault_pass(r);
	town->config = TAKE(config);
	take_given(town);
	return 0;
}

int town_new(const struct town_options *options, struct town **ret_town)
{
	CLEANUP(town_freep) struct town *town = calloc(1, sizeof(*town));
	int r = 0;

	if (!town)
		return fault_raise(-ENOMEM);
	town->options = *options;
	town->given = options->arguments->paths[options->at];
	town->refused = "";
	if (options->state_dir)
		r = keeper_store_init(&town->store, options->state_dir, options->at);
	if (r < 0)
		return fault_pass(r);
	town_watch_note(town);
	r = start(town);
	if (r < 0)
		return fault_pass(r);
	town_tell_age(town);
	*ret_town = TAKE(town);
	return 0;
}

struct town *town_free(struct town *town)
{
	if (!town)
		return NULL;
	town_watch_end(town);
	look_clear(&town->look);
	config_free(town->config);
	keeper_store_release(&town->store);
	free(town->path);
	free(town);
	return NULL;
}

/* ---- exchanging ----------------------------------------------------------------------------------------------------------- */

/* Whether the bundle that lies there is the very one in use. */
static bool lies_in_use(const struct town *town)
{
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUNDLE_BYTES_MAX);
	uint8_t hash[MANIFEST_HASH_BYTES];

	if (!town->in_use.is_bundle || buf_read_file(&bytes, town->given) < 0)
		return false;
	manifest_hash(buf_text(&bytes), bytes.len, hash);
	return memcmp(hash, town->in_use.mark.hash, sizeof(hash)) == 0;
}

int town_take(struct town *town, struct config **ret_old)
{
	CLEANUP(config_freep) struct config *config = NULL;
	const char *told = town->refused;
	int64_t told_serial = town->refused_serial;
	int r;

	town->is_due = false;
	town_watch_note(town);
	if (lies_in_use(town) && !town->is_last_good) {
		town->refused = "";
		town->refused_serial = 0;
		return 0;
	}
	r = load_given(town, true, &config);
	if (r == -EAGAIN) {
		town_postpone(town);
		look_clear(&town->look);
		return 0;
	}
	if (r < 0) {
		if (town->refused != told || town->refused_serial != told_serial)
			log_emit(LOG_BUNDLE_REFUSED, LOG_WORD("REASON", town->refused),
				 LOG_NUMBER("SERIAL", town->refused_serial));
		look_clear(&town->look);
		return 0;
	}
	*ret_old = TAKE(town->config);
	town->config = TAKE(config);
	take_given(town);
	town_tell_age(town);
	return 1;
}

/* ---- for staff ------------------------------------------------------------------------------------------------------------- */

struct town_status town_status(const struct town *town)
{
	const struct town_in_use *in_use = &town->in_use;
	int64_t now = clock_utc_ms(town->options.clock);
	const struct manifest manifest = {.not_before = "", .expires = in_use->expires, .serial = in_use->mark.serial};

	if (!in_use->is_bundle)
		return (struct town_status){.code = "", .expires = "", .age = "valid", .refused = town->refused,
					    .refused_serial = town->refused_serial};
	return (struct town_status){.is_bundle = true, .code = in_use->mark.code, .serial = in_use->mark.serial,
				    .expires = in_use->expires, .age = manifest_age_word(manifest_age(&manifest, now)),
				    .refused = town->refused, .refused_serial = town->refused_serial,
				    .is_last_good = town->is_last_good, .is_unkept = town->is_unkept,
				    .is_clock_wrong = keeper_clock_is_wrong(&in_use->mark, NULL, now)};
}

json_t *town_status_encode(const struct town *town)
{
	struct town_status s = town_status(town);

	return json_pack("{sb ss sI ss ss ss sI sb sb sb}", "bundle", s.is_bundle, "code", s.code, "serial", (json_int_t)s.serial,
			 "expires", s.expires, "age", s.age, "refused", s.refused, "refused_serial", (json_int_t)s.refused_serial,
			 "last_good", s.is_last_good, "unkept", s.is_unkept, "clock_wrong", s.is_clock_wrong);
}
