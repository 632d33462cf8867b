/* SPDX-License-Identifier: MIT
 * Order of the disk, so that a power cut at any point leaves either everything or nothing readable: draft files are
 * flushed first, then the key file that opens them replaces the old one, then the caller commits the event. A key
 * without an event is swept at the next start; a file without a key is only noise. The old key file is overwritten
 * before its blocks go back to the file system. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/drafts/drafts.h"
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/random.h"
#include "shared/base/banned.h"

#define KEY_BYTES crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NAME_BYTES 64
#define KEY_FILE "draft-keys"
#define KEY_FILE_NEXT "draft-keys.next"
#define DRAFT_FILE_BYTES_MAX (HTTP_BODY_BYTES_MAX + 1024)

static const char key_file_magic[16] = "madoguchi-keys1";

/** As it lies in the key file. */
struct entry {
	char visit[DRAFTS_VISIT_HEX + 1];
	char office[DRAFTS_OFFICE_BYTES_MAX + 1];
	unsigned char key[KEY_BYTES];
	int64_t until_utc_ms;
};

struct drafts {
	int state_fd, dir_fd;
	struct entry *entries; /* sodium_malloc: locked, undumpable */
	size_t n_entries, cap;
	bool is_changed;
};

static void file_name(char out[NAME_BYTES], const char *visit, int i)
{
	snprintf(out, NAME_BYTES, "%.32s.%d", visit, i);
}

static struct entry *find(const struct drafts *drafts, const char *visit)
{
	for (size_t i = drafts->n_entries; i > 0; i--)
		if (strcmp(drafts->entries[i - 1].visit, visit) == 0)
			return &drafts->entries[i - 1];
	return NULL;
}

static int reserve(struct drafts *drafts, size_t n)
{
	size_t cap = drafts->cap ? drafts->cap : 64;
	struct entry *grown;

	if (n > DRAFTS_VISITS_MAX)
		return fault_raise(-ENOSPC);
	if (n <= drafts->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	grown = sodium_allocarray(cap, sizeof(*grown));
	if (!grown)
		return fault_raise(-ENOMEM);
	if (drafts->n_entries)
		memcpy(grown, drafts->entries, drafts->n_entries * sizeof(*grown));
	sodium_free(drafts->entries);
	drafts->entries = grown;
	drafts->cap = cap;
	return 0;
}

static int write_all(int fd, const void *bytes, size_t n_bytes)
{
	const char *at = bytes;
	ssize_t n;

	while (n_bytes) {
		n = write(fd, at, n_bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_raise(n < 0 ? -errno : -EIO);
		at += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

/* ---- the key file -------------------------------------------------------------------------------------------- */

static int keys_load(struct drafts *drafts)
{
	CLEANUP(closep) int fd = openat(drafts->state_fd, KEY_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char magic[sizeof(key_file_magic)];
	struct stat st;
	size_t n;
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : fault_raise(-errno);
	if (fstat(fd, &st) < 0)
		return fault_raise(-errno);
	if (read(fd, magic, sizeof(magic)) != (ssize_t)sizeof(magic) || memcmp(magic, key_file_magic, sizeof(magic)) != 0 ||
	    ((size_t)st.st_size - sizeof(magic)) % sizeof(struct entry) != 0)
		return fault_raise(-EBADMSG);
	n = ((size_t)st.st_size - sizeof(magic)) / sizeof(struct entry);
	r = reserve(drafts, n + 1);
	if (r < 0)
		return fault_pass(r);
	for (size_t i = 0; i < n; i++) {
		struct entry *entry = &drafts->entries[i];

		if (read(fd, entry, sizeof(*entry)) != (ssize_t)sizeof(*entry))
			return fault_raise(-EBADMSG);
		if (entry->visit[DRAFTS_VISIT_HEX] || entry->office[DRAFTS_OFFICE_BYTES_MAX])
			return fault_raise(-EBADMSG);
		drafts->n_entries = i + 1;
	}
	return 0;
}

/* Best effort on a journalling file system, certain on none: the sealed files are unlinked as well. */
static void overwrite(int fd)
{
	static const char zeros[4096];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	for (off_t at = 0; at < st.st_size; at += (off_t)sizeof(zeros))
		if (pwrite(fd, zeros, sizeof(zeros), at) < 0)
			return;
	(void)!fdatasync(fd);
}

int drafts_settle(struct drafts *drafts)
{
	CLEANUP(closep) int old = -1;
	CLEANUP(closep) int fd = -1;
	int r;

	if (!drafts->is_changed)
		return 0;
	if (fsync(drafts->dir_fd) < 0)
		return fault_raise(-errno);
	fd = openat(drafts->state_fd, KEY_FILE_NEXT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	r = write_all(fd, key_file_magic, sizeof(key_file_magic));
	if (r == 0)
		r = write_all(fd, drafts->entries, drafts->n_entries * sizeof(*drafts->entries));
	if (r < 0)
		return fault_pass(r);
	if (fsync(fd) < 0)
		return fault_raise(-errno);
	old = openat(drafts->state_fd, KEY_FILE, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (renameat(drafts->state_fd, KEY_FILE_NEXT, drafts->state_fd, KEY_FILE) < 0 || fsync(drafts->state_fd) < 0)
		return fault_raise(-errno);
	overwrite(old);
	drafts->is_changed = false;
	return 0;
}

/* ---- one draft ----------------------------------------------------------------------------------------------- */

/* The name is part of what is sealed: a file moved under another name does not open. */
static int seal(const struct entry *entry, const char *name, const char *text, size_t n_text, struct buf *out)
{
	unsigned char nonce[NONCE_BYTES];
	CLEANUP(freep) unsigned char *sealed = malloc(n_text + SEAL_BYTES);
	unsigned long long n_sealed;
	int r;

	if (!sealed)
		return fault_raise(-ENOMEM);
	randombytes_buf(nonce, sizeof(nonce));
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &n_sealed, (const unsigned char *)text, n_text,
						   (const unsigned char *)name, strlen(name), NULL, nonce, entry->key);
	r = buf_add(out, nonce, sizeof(nonce));
	return r < 0 ? fault_pass(r) : buf_add(out, sealed, n_sealed);
}

static int draft_write(struct drafts *drafts, const struct entry *entry, int i, const json_t *value)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(DRAFT_FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf sealed = BUF_INIT(DRAFT_FILE_BYTES_MAX + 64);
	CLEANUP(closep) int fd = -1;
	char name[NAME_BYTES], next[NAME_BYTES + 8];
	size_t n_text = json_dumpb(value, NULL, 0, JSON_COMPACT);
	int r;

	CLEANUP(freep) char *dump = malloc(n_text + 1);
	if (!n_text || !dump)
		return fault_raise(n_text ? -ENOMEM : -EINVAL);
	json_dumpb(value, dump, n_text, JSON_COMPACT);
	r = buf_add(&text, dump, n_text);
	sodium_memzero(dump, n_text);
	file_name(name, entry->visit, i);
	snprintf(next, sizeof(next), "%s.next", name);
	if (r == 0)
		r = seal(entry, name, buf_text(&text), text.len, &sealed);
	if (r < 0)
		return fault_pass(r);
	fd = openat(drafts->dir_fd, next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	r = write_all(fd, sealed.bytes, sealed.len);
	if (r == 0 && (fdatasync(fd) < 0 || renameat(drafts->dir_fd, next, drafts->dir_fd, name) < 0))
		r = fault_raise(-errno);
	if (r < 0)
		unlinkat(drafts->dir_fd, next, 0);
	return r;
}

int drafts_put(struct drafts *drafts, const char *office, json_t *const *values, size_t n_values, const json_t *pictures,
	       char *ret_visit)
{
	struct entry *entry;
	int r = reserve(drafts, drafts->n_entries + 1);

	if (r < 0)
		return fault_pass(r);
	if (!n_values || n_values > TICKET_DRAFTS_MAX || strlen(office) > DRAFTS_OFFICE_BYTES_MAX)
		return fault_raise(-EINVAL);
	entry = &drafts->entries[drafts->n_entries];
	sodium_memzero(entry, sizeof(*entry));
	random_hex(entry->visit, DRAFTS_VISIT_HEX);
	snprintf(entry->office, sizeof(entry->office), "%s", office);
	crypto_aead_xchacha20poly1305_ietf_keygen(entry->key);
	drafts->n_entries++;
	drafts->is_changed = true;
	for (size_t i = 0; i < n_values && r == 0; i++)
		r = draft_write(drafts, entry, (int)i, values[i]);
	if (r == 0 && pictures)
		r = draft_write(drafts, entry, DRAFTS_PICTURES, pictures);
	if (r < 0) {
		drafts_erase(drafts, entry->visit);
		return fault_pass(r);
	}
	memcpy(ret_visit, entry->visit, sizeof(entry->visit));
	return 0;
}

int drafts_replace(struct drafts *drafts, const char *visit, int i, const json_t *value)
{
	const struct entry *entry = find(drafts, visit);
	char name[NAME_BYTES];

	file_name(name, visit, i);
	if (!entry || faccessat(drafts->dir_fd, name, F_OK, 0) < 0)
		return fault_raise(-ENOENT);
	drafts->is_changed = true; /* the directory has to be flushed */
	return draft_write(drafts, entry, i, value);
}

int drafts_get(struct drafts *drafts, const char *visit, int i, json_t **ret_value)
{
	CLEANUP(buf_release) struct buf sealed = BUF_INIT(DRAFT_FILE_BYTES_MAX + 64);
	CLEANUP(buf_release) struct buf text = BUF_INIT(DRAFT_FILE_BYTES_MAX + 64);
	CLEANUP(closep) int fd = -1;
	const struct entry *entry = find(drafts, visit);
	unsigned long long n_text;
	char name[NAME_BYTES];
	json_t *value;
	int r;

	file_name(name, visit, i);
	if (!entry)
		return fault_raise(-ENOENT);
	fd = openat(drafts->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fault_raise(-errno);
	r = buf_read_fd(&sealed, fd);
	if (r == 0 && sealed.len <= NONCE_BYTES + SEAL_BYTES)
		r = fault_raise(-EBADMSG);
	if (r == 0)
		r = buf_add(&text, sealed.bytes, sealed.len); /* room of the right size */
	if (r < 0)
		return fault_pass(r);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)text.bytes, &n_text, NULL,
						       (const unsigned char *)sealed.bytes + NONCE_BYTES,
						       sealed.len - NONCE_BYTES, (const unsigned char *)name, strlen(name),
						       (const unsigned char *)sealed.bytes, entry->key) != 0)
		return fault_raise(-EBADMSG);
	value = json_loadb(text.bytes, n_text, JSON_DECODE_ANY, NULL);
	if (!value)
		return fault_raise(-EBADMSG);
	*ret_value = value;
	return 0;
}

int drafts_expire(struct drafts *drafts, const char *visit, int64_t until_utc_ms)
{
	struct entry *entry = find(drafts, visit);

	if (!entry)
		return fault_raise(-ENOENT);
	entry->until_utc_ms = until_utc_ms;
	drafts->is_changed = true;
	return 0;
}

static void unlink_files(struct drafts *drafts, const char *visit)
{
	char name[NAME_BYTES];

	for (int i = 0; i <= DRAFTS_PICTURES; i++) {
		file_name(name, visit, i);
		unlinkat(drafts->dir_fd, name, 0);
	}
}

void drafts_erase(struct drafts *drafts, const char *visit)
{
	struct entry *entry = find(drafts, visit), *last;
	char name[DRAFTS_VISIT_HEX + 1];

	if (!entry)
		return;
	memcpy(name, entry->visit, sizeof(name)); /* @visit may point into the entry */
	last = &drafts->entries[drafts->n_entries - 1];
	if (entry != last)
		memcpy(entry, last, sizeof(*entry));
	sodium_memzero(last, sizeof(*last));
	drafts->n_entries--;
	drafts->is_changed = true;
	unlink_files(drafts, name);
}

void drafts_sweep(struct drafts *drafts, const char *office, drafts_fn *erase_it, void *data)
{
	for (size_t i = drafts->n_entries; i > 0; i--) {
		struct entry *entry = &drafts->entries[i - 1];

		if (strcmp(entry->office, office) == 0 && erase_it(data, entry->visit, entry->until_utc_ms))
			drafts_erase(drafts, entry->visit);
	}
}

size_t drafts_count(const struct drafts *drafts)
{
	return drafts->n_entries;
}

/* ---- opening ------------------------------------------------------------------------------------------------- */

static bool has_key(const struct drafts *drafts, const char *name)
{
	char visit[DRAFTS_VISIT_HEX + 1] = "";
	size_t n = strlen(name);

	/* VISIT.N only: a .next is a write that was never finished */
	if (n < DRAFTS_VISIT_HEX + 2 || strchr(name + DRAFTS_VISIT_HEX + 1, '.'))
		return false;
	memcpy(visit, name, DRAFTS_VISIT_HEX);
	return find(drafts, visit) != NULL;
}

static int unlink_orphans(struct drafts *drafts)
{
	int fd = openat(drafts->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *item;

	if (!dir) {
		closep(&fd);
		return fault_raise(-errno);
	}
	while ((item = readdir(dir)))
		if (item->d_name[0] != '.' && !has_key(drafts, item->d_name))
			unlinkat(drafts->dir_fd, item->d_name, 0);
	closedir(dir);
	unlinkat(drafts->state_fd, KEY_FILE_NEXT, 0);
	return 0;
}

int drafts_open(const char *state_dir, struct drafts **ret_drafts)
{
	CLEANUP(drafts_closep) struct drafts *drafts = calloc(1, sizeof(*drafts));
	int r;

	if (!drafts)
		return fault_raise(-ENOMEM);
	drafts->dir_fd = -1;
	drafts->state_fd = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (drafts->state_fd < 0)
		return fault_raise(-errno);
	if (mkdirat(drafts->state_fd, "drafts", 0700) < 0 && errno != EEXIST)
		return fault_raise(-errno);
	drafts->dir_fd = openat(drafts->state_fd, "drafts", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (drafts->dir_fd < 0)
		return fault_raise(-errno);
	r = keys_load(drafts);
	if (r == 0)
		r = unlink_orphans(drafts);
	if (r < 0)
		return fault_pass(r);
	*ret_drafts = TAKE(drafts);
	return 0;
}

struct drafts *drafts_close(struct drafts *drafts)
{
	if (!drafts)
		return NULL;
	closep(&drafts->dir_fd);
	closep(&drafts->state_fd);
	sodium_free(drafts->entries);
	free(drafts);
	return NULL;
}
