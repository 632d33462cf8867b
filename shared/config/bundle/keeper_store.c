/* SPDX-License-Identifier: MIT
 * One folder: CODE-SERIAL.mdg, its .minisig, and `newest`, which says which of them counts. Each is written beside its
 * place, flushed and renamed; `newest` goes last, so that what it names is whole. Leftovers are cleared with the next put. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/config/bundle/keeper.h"
#include "shared/base/banned.h"

#define MARK_NAME "newest"
#define MARK_WORD "madoguchi-bundle-1"
#define MARK_BYTES_MAX 256
#define HASH_HEX (2 * MANIFEST_HASH_BYTES + 1)
#define KEPT_MAX 16
#define NAME_BYTES 64 /* CODE-SERIAL.mdg.minisig.part */

int keeper_store_init(struct keeper_store *store, const char *state_dir, size_t slot)
{
	int n = slot ? asprintf(&store->folder, "%s/bundle-%zu", state_dir, slot) : asprintf(&store->folder, "%s/bundle", state_dir);

	if (n < 0) {
		store->folder = NULL;
		return fault_raise(-ENOMEM);
	}
	return 0;
}

void keeper_store_release(struct keeper_store *store)
{
	free(store->folder);
	store->folder = NULL;
}

static void name_of(const struct keeper_mark *mark, char out[NAME_BYTES])
{
	snprintf(out, NAME_BYTES, "%.6s-%" PRId64 ".mdg", mark->code, mark->serial);
}

char *keeper_store_path(const struct keeper_store *store, const struct keeper_mark *mark)
{
	char name[NAME_BYTES], *path;

	name_of(mark, name);
	return asprintf(&path, "%s/%s", store->folder, name) < 0 ? NULL : path;
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static bool parse_mark(const char *text, struct keeper_mark *mark)
{
	char hash[HASH_HEX], again[MARK_BYTES_MAX], hex[HASH_HEX];
	size_t n = 0;

	if (sscanf(text, MARK_WORD " %6[0-9] %" SCNd64 " %64[0-9a-f]", mark->code, &mark->serial, hash) != 3 ||
	    sodium_hex2bin(mark->hash, sizeof(mark->hash), hash, strlen(hash), NULL, &n, NULL) != 0 || n != sizeof(mark->hash))
		return false;
	sodium_bin2hex(hex, sizeof(hex), mark->hash, sizeof(mark->hash));
	snprintf(again, sizeof(again), MARK_WORD " %s %" PRId64 " %s\n", mark->code, mark->serial, hex);
	return strlen(mark->code) == 6 && mark->serial > 0 && strcmp(again, text) == 0;
}

int keeper_store_mark(const struct keeper_store *store, struct keeper_mark *ret_mark)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(MARK_BYTES_MAX);
	CLEANUP(freep) char *path = NULL;
	struct keeper_mark mark = {0};
	int r;

	if (asprintf(&path, "%s/" MARK_NAME, store->folder) < 0)
		return fault_raise(-ENOMEM);
	r = buf_read_file(&text, path);
	if (r == -ENOENT || r == -ENOTDIR)
		return fault_raise(-ENOENT);
	if (r < 0 || strlen(buf_text(&text)) != text.len || !parse_mark(buf_text(&text), &mark))
		return fault_raise(-EBADMSG);
	*ret_mark = mark;
	return 0;
}

static int64_t serial_of(const char *name)
{
	char code[8], end[8];
	int64_t serial = 0;

	return sscanf(name, "%6[0-9]-%" SCNd64 "%7s", code, &serial, end) == 3 && strcmp(end, ".mdg") == 0 ? serial : 0;
}

static int is_kept(const struct dirent *entry)
{
	return serial_of(entry->d_name) > 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	int64_t left = serial_of((*a)->d_name), right = serial_of((*b)->d_name);

	return left < right ? 1 : left > right ? -1 : 0;
}

int keeper_store_newest(const struct keeper_store *store, char ***ret_paths)
{
	struct dirent **entries = NULL;
	int n = scandir(store->folder, &entries, is_kept, newest_first);
	char **paths = calloc(KEPT_MAX + 1, sizeof(*paths));

	for (int i = 0; i < n; i++) {
		if (paths && i < KEPT_MAX && asprintf(&paths[i], "%s/%s", store->folder, entries[i]->d_name) < 0)
			paths[i] = NULL; /* the rest is not offered */
		free(entries[i]);
	}
	free(entries);
	if (!paths)
		return fault_raise(-ENOMEM);
	*ret_paths = paths;
	return 0;
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

static int may_change(const struct keeper_store *store)
{
	int r = store->before_change ? store->before_change(store->data) : 0;

	return r < 0 ? fault_raise(r) : 0;
}

static int write_bytes(const struct keeper_store *store, int fd, const char *bytes, size_t n_bytes)
{
	while (n_bytes) {
		size_t half = n_bytes > 1 && store->before_change ? n_bytes / 2 : n_bytes; /* a cut may leave a part */
		int r = may_change(store);
		ssize_t n = r < 0 ? r : write(fd, bytes, half);

		if (n < 0)
			return r < 0 ? fault_pass(r) : fault_raise(-errno);
		bytes += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

static int flush(const struct keeper_store *store, int fd)
{
	int r = may_change(store);

	if (r < 0)
		return fault_pass(r);
	return fsync(fd) < 0 ? fault_raise(-errno) : 0;
}

static int write_part(const struct keeper_store *store, int folder, const char *part, const char *bytes, size_t n_bytes)
{
	int r = may_change(store);
	CLEANUP(closep) int fd =
		r < 0 ? -1 : openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return r < 0 ? fault_pass(r) : fault_raise(-errno);
	r = write_bytes(store, fd, bytes, n_bytes);
	return r < 0 ? fault_pass(r) : flush(store, fd);
}

static int put_file(const struct keeper_store *store, int folder, const char *name, const char *bytes, size_t n_bytes)
{
	char part[NAME_BYTES + 8];
	int r;

	snprintf(part, sizeof(part), "%s.part", name);
	r = write_part(store, folder, part, bytes, n_bytes);
	if (r == 0)
		r = may_change(store);
	if (r == 0 && renameat(folder, part, folder, name) < 0)
		r = fault_raise(-errno);
	if (r < 0 && !store->before_change)
		unlinkat(folder, part, 0); /* room for what follows; a cut leaves it lying */
	return r < 0 ? fault_pass(r) : 0;
}

static int put_mark(const struct keeper_store *store, int folder, const struct keeper_mark *mark)
{
	char text[MARK_BYTES_MAX], hex[HASH_HEX];

	sodium_bin2hex(hex, sizeof(hex), mark->hash, sizeof(mark->hash));
	snprintf(text, sizeof(text), MARK_WORD " %s %" PRId64 " %s\n", mark->code, mark->serial, hex);
	return put_file(store, folder, MARK_NAME, text, strlen(text));
}

/* Everything that is not what @keep names. */
static void clear_others(const struct keeper_store *store, int folder, const char *keep)
{
	struct dirent **entries = NULL;
	int n = scandirat(folder, ".", &entries, NULL, NULL);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		bool is_ours = strncmp(name, keep, strlen(keep)) == 0 && !strstr(name, ".part");

		if (name[0] != '.' && strcmp(name, MARK_NAME) != 0 && !is_ours && may_change(store) == 0)
			unlinkat(folder, name, 0);
		free(entries[i]);
	}
	free(entries);
}

static int open_folder(const struct keeper_store *store, int *ret_fd)
{
	CLEANUP(freep) char *parent_path = strdup(store->folder);
	CLEANUP(closep) int parent = -1;
	CLEANUP(closep) int fd = -1;
	int r = may_change(store);

	if (!parent_path)
		return fault_raise(-ENOMEM);
	if (r < 0)
		return fault_pass(r);
	if (mkdir(store->folder, 0700) == 0) {
		*strrchr(parent_path, '/') = '\0';
		parent = open(parent_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (parent < 0 || fsync(parent) < 0)
			return fault_raise(-errno);
	} else if (errno != EEXIST) {
		return fault_raise(-errno);
	}
	fd = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_raise(-errno);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int keeper_store_put(const struct keeper_store *store, const struct keeper_mark *mark, const struct buf *bytes,
		     const struct buf *signature)
{
	CLEANUP(closep) int folder = -1;
	char name[NAME_BYTES], signature_name[NAME_BYTES + 8];
	int r = open_folder(store, &folder);

	name_of(mark, name);
	snprintf(signature_name, sizeof(signature_name), "%s.minisig", name);
	if (r == 0)
		r = put_file(store, folder, signature_name, buf_text(signature), signature->len);
	if (r == 0)
		r = put_file(store, folder, name, buf_text(bytes), bytes->len);
	if (r == 0)
		r = flush(store, folder);
	if (r == 0)
		r = put_mark(store, folder, mark);
	if (r == 0)
		r = flush(store, folder);
	if (r < 0)
		return fault_pass(r);
	clear_others(store, folder, name);
	return 0;
}
