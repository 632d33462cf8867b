/* SPDX-License-Identifier: MIT
 * Read once into memory, verify, unpack from the same memory: what was signed is what is used. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/unpack.h"
#include "shared/config/language.h"
#include "shared/base/banned.h"

#define MEMORY_BYTES_MAX (BUNDLE_TEXT_BYTES_MAX + 4 * 1024 * 1024) /* files, their table and what alignment takes */
#define PROBLEM_BYTES 320

bool bundle_is(const char *path)
{
	struct stat status;
	size_t n = strlen(path);

	return (n > 4 && strcmp(path + n - 4, ".mdg") == 0) || (stat(path, &status) == 0 && S_ISREG(status.st_mode));
}

void bundle_release(struct bundle *bundle)
{
	memory_free(bundle->memory);
	buf_release(&bundle->bytes);
	buf_release(&bundle->signature);
	*bundle = (struct bundle){0};
}

static int refuse(struct loading *loading, enum finding_rule rule, const char *file, const char *what)
{
	finding_add(loading, rule, &(struct place){file, 1, 1, ""}, "%s", gettext(what));
	loading->is_incomplete = true;
	return fault_raise(-EBADMSG);
}

/* A regular file of bounded size; a device or pipe could keep us waiting. */
static int read_bytes(const char *path, struct buf *buf)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return fault_raise(-errno);
	if (!S_ISREG(status.st_mode))
		return fault_raise(-EINVAL);
	return buf_read_fd(buf, fd);
}

static int check_signature(struct loading *loading, const char *path, const struct buf *bundle, struct buf *signature)
{
	const char *key_path = loading->options->bundle_key;
	const char *signature_path = memory_format(loading->memory, "%s.minisig", path);
	struct minisign_public key;
	int r = signature_path ? 0 : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	if (minisign_public_read(key_path, &key) < 0)
		return refuse(loading, RULE_BUNDLE_KEY, key_path, "is no public key of minisign — correct --bundle-key");
	if (read_bytes(signature_path, signature) < 0)
		return refuse(loading, RULE_BUNDLE_UNSIGNED, signature_path,
			"cannot be read — put the signature beside the bundle; without it nothing of the bundle is used");
	r = minisign_verify(&key, buf_text(signature), signature->len, buf_text(bundle), bundle->len);
	if (r == -EBADMSG)
		return refuse(loading, RULE_BUNDLE_UNSIGNED, signature_path, "is no signature of minisign — copy it again from where it was packed");
	if (r == -ENOKEY)
		return refuse(loading, RULE_BUNDLE_OTHER_KEY, signature_path,
			"was made with another key — give the public key of who packed the bundle, or have it packed again");
	if (r < 0)
		return refuse(loading, RULE_BUNDLE_ALTERED, path, "is not what was signed: changed or damaged — copy bundle and signature again");
	return 0;
}

static int check_trust(struct loading *loading, const char *path, struct bundle *bundle)
{
	const struct config_options *options = loading->options;
	int r;

	if (options && options->bundle_key) {
		r = check_signature(loading, path, &bundle->bytes, &bundle->signature);
		if (r < 0)
			return fault_pass(r);
		bundle->is_verified = true;
		return 0;
	}
	if (options && options->allow_unsigned)
		return 0;
	return refuse(loading, RULE_BUNDLE_KEY, path, "comes without a key to check it — give --bundle-key, or --allow-unsigned for a trial");
}

int bundle_open(struct loading *loading, const char *path, struct bundle *ret_bundle)
{
	CLEANUP(bundle_release) struct bundle bundle = {.bytes = BUF_INIT(BUNDLE_BYTES_MAX),
							.signature = BUF_INIT(2 * MINISIGN_FILE_BYTES_MAX)};
	char problem[PROBLEM_BYTES];
	int r = read_bytes(path, &bundle.bytes);

	if (r == -ENOSPC)
		return refuse(loading, RULE_BUNDLE_TOO_LARGE, path, "is larger than a bundle may be (16 MiB) — pack only the town's own text");
	if (r < 0)
		return refuse(loading, RULE_BUNDLE_UNREADABLE, path, "cannot be read — see that the bundle is there and may be read");
	r = check_trust(loading, path, &bundle);
	if (r < 0)
		return fault_pass(r);
	bundle.memory = memory_new(MEMORY_BYTES_MAX);
	if (!bundle.memory)
		return fault_raise(-ENOMEM);
	if (bundle_unpack(&bundle, buf_text(&bundle.bytes), bundle.bytes.len, problem, sizeof(problem)))
		return refuse(loading, RULE_BUNDLE_MALFORMED, path, problem);
	*ret_bundle = bundle;
	bundle = (struct bundle){0};
	return 0;
}
