/* SPDX-License-Identifier: MIT
 * Bundles: keys, a town packed under one, and whether what was handed over is still that. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

static int key_failed(const char *path, int r)
{
	if (r == -EEXIST)
		return command_failed(TOOL, "%s is there already — choose another name; a key is never overwritten", path);
	if (r == -ENOKEY)
		return command_failed(TOOL, "%s has a password — make one without: keygen, or minisign -G -W", path);
	if (r == -EBADMSG)
		return command_failed(TOOL, "%s is no key of minisign — give the right file", path);
	return command_failed(TOOL, "%s: %s", path, strerror(-r));
}

static int write_pair(const char *public_path, const char *secret_path)
{
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {.key = NULL};
	struct minisign_public public;
	int r = minisign_generate(&public, &secret);

	if (r < 0)
		return command_failed(TOOL, "there was no memory to make a key — try again");
	r = minisign_secret_write(secret_path, &secret);
	if (r < 0)
		return key_failed(secret_path, r);
	r = minisign_public_write(public_path, &public);
	if (r < 0) {
		unlink(secret_path);
		return key_failed(public_path, r);
	}
	return COMMAND_DONE;
}

int tool_keygen(const struct tool_call *call)
{
	CLEANUP(freep) char *public_path = NULL;
	CLEANUP(freep) char *secret_path = NULL;

	if (call->n_words != 0 || !call->output)
		return tool_usage();
	if (asprintf(&public_path, "%s.pub", call->output) < 0 || asprintf(&secret_path, "%s.key", call->output) < 0)
		return command_failed(TOOL, "there was no memory to make a key — try again");
	return write_pair(public_path, secret_path);
}

/* What was packed must be read again as it was meant. */
static int check_packed(const char *path, struct findings *findings)
{
	const struct config_options options = {.allow_unsigned = true, .is_fast = true};

	return config_check(path, &options, findings);
}

/* COMMAND_DONE and the stamp the options ask for, else told. */
static int read_stamp(const struct tool_call *call, struct bundle_stamp *ret_stamp)
{
	struct bundle_stamp stamp = {0, call->not_before, call->expires};
	char *end = NULL;

	if (call->serial) {
		stamp.serial = strtoll(call->serial, &end, 10);
		if (*end != '\0' || stamp.serial < 1 || stamp.serial > MANIFEST_SERIAL_MAX)
			return command_failed(TOOL, "--serial %s is no number from 1 to %lld — give a higher one than last time, "
					      "or none", call->serial, (long long)MANIFEST_SERIAL_MAX);
	}
	if ((call->not_before && !manifest_date_is(call->not_before)) || (call->expires && !manifest_date_is(call->expires)))
		return command_failed(TOOL, "--not-before and --expires take a day — write it as 2027-03-31");
	if (call->not_before && call->expires && strcmp(call->not_before, call->expires) > 0)
		return command_failed(TOOL, "--expires %s lies before --not-before %s — correct one of them", call->expires,
				      call->not_before);
	*ret_stamp = stamp;
	return COMMAND_DONE;
}

int tool_pack(const struct tool_call *call)
{
	struct bundle_stamp stamp = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {.key = NULL};
	int r;

	if (call->n_words != 1 || !call->key || !call->output)
		return tool_usage();
	if (bundle_is(call->words[0]))
		return command_failed(TOOL, "%s is no folder — give the folder of the town", call->words[0]);
	r = read_stamp(call, &stamp);
	if (r != COMMAND_DONE)
		return r;
	r = minisign_secret_read(call->key, &secret);
	if (r < 0)
		return key_failed(call->key, r);
	r = tool_read_sound(call, call->words[0], &loaded);
	if (r != COMMAND_DONE)
		return r;
	r = bundle_pack(&loaded, &stamp, &secret, call->output, &findings);
	if (r == 0)
		r = check_packed(call->output, &findings);
	if (findings.n_errors > 0) {
		findings_print(&findings, stderr);
		return command_failed(TOOL, "%s was not packed — mend what stands above", call->words[0]);
	}
	return r < 0 ? command_failed(TOOL, "%s was not written: %s", call->output, strerror(-r)) : COMMAND_DONE;
}

/* What verify prints, taken down while the bundle is open. */
struct account {
	const struct tool_call *call;
	json_t *json;
	char *text;
	size_t n_text;
};

static void account_release(struct account *account)
{
	json_decref(account->json);
	free(account->text);
}

static int take_json(struct account *account, const struct manifest *manifest)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(CONFIG_FILE_BYTES_MAX);
	int r = manifest_encode(manifest, &text);

	if (r < 0)
		return fault_pass(r);
	account->json = json_loadb(text.bytes, text.len, 0, NULL);
	r = json_object_set_new(account->json, "today",
				json_string(manifest_age_word(manifest_age(manifest, manifest_now_ms()))));
	return r < 0 ? fault_raise(-ENOMEM) : 0;
}

static int take_account(void *data, struct loading *loading, const char *path, struct bundle *bundle)
{
	struct account *account = data;
	CLEANUP(fclosep) FILE *out = NULL;

	if (account->call->is_json)
		return take_json(account, &bundle->manifest);
	out = open_memstream(&account->text, &account->n_text);
	if (!out)
		return fault_raise(-ENOMEM);
	manifest_print(&bundle->manifest, manifest_now_ms(), out);
	return 0;
}

int tool_verify(const struct tool_call *call)
{
	CLEANUP(account_release) struct account account = {.call = call};
	const struct config_options options = {
		.bundle_key = call->pub, .is_fast = true, .admit = take_account, .admit_data = &account};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;

	if (call->n_words != 1 || !call->pub)
		return tool_usage();
	if (!bundle_is(call->words[0]))
		return command_failed(TOOL, "%s is no bundle — give a FILE.mdg", call->words[0]);
	if (config_load(call->words[0], &options, &findings, &config) < 0) {
		findings_print(&findings, stderr);
		return command_failed(TOOL, "%s is not to be used — mend what stands above", call->words[0]);
	}
	if (account.json)
		return json_dumpf(account.json, stdout, JSON_COMPACT) < 0 || putchar('\n') == EOF ?
			       command_failed(TOOL, "the answer could not be written — see that there is room for it") :
			       COMMAND_DONE;
	printf("%s: signed with this key\n%s", call->words[0], account.text);
	return COMMAND_DONE;
}
