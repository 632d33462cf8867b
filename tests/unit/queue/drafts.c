/* SPDX-License-Identifier: MIT
 * Drafts at rest: sealed, and gone once their key is gone. Runs on real files in a directory of its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "queue/drafts/drafts.h"
#include "shared/base/buf.h"
#include "shared/base/banned.h"

static char folder[64];

static int make_folder(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/madoguchi-drafts-XXXXXX");
	return sodium_init() < 0 || !mkdtemp(folder) ? -1 : 0;
}

static int remove_folder(void **state)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/draft-keys", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/drafts", folder);
	rmdir(path);
	return rmdir(folder);
}

static struct drafts *reopen(struct drafts *drafts)
{
	drafts_close(drafts);
	drafts = NULL;
	assert_int_equal(drafts_open(folder, &drafts), 0);
	return drafts;
}

static void path_of(const char *visit, char *out, size_t size)
{
	snprintf(out, size, "%s/drafts/%s.0", folder, visit);
}

static void put_one(struct drafts *drafts, char *visit)
{
	json_t *value = json_pack("{ss}", "name", "見本 花子");

	assert_int_equal(drafts_put(drafts, "209996-honcho", &value, 1, NULL, visit), 0);
	json_decref(value);
}

static bool everybody(void *data, const char *visit, int64_t until_utc_ms)
{
	return until_utc_ms <= *(int64_t *)data;
}

static void drafts_survive_a_restart_and_lie_sealed(void **state)
{
	char visit[DRAFTS_VISIT_HEX + 1], path[160];
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(4096);
	struct drafts *drafts = reopen(NULL);
	struct stat st;
	json_t *value = NULL;

	put_one(drafts, visit);
	assert_int_equal(drafts_settle(drafts), 0);
	path_of(visit, path, sizeof(path));
	assert_int_equal(buf_read_file(&bytes, path), 0);
	assert_null(memmem(bytes.bytes, bytes.len, "見本", strlen("見本")));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	drafts = reopen(drafts);
	assert_int_equal(drafts_get(drafts, visit, 0, &value), 0);
	assert_string_equal(json_string_value(json_object_get(value, "name")), "見本 花子");
	json_decref(value);
	drafts_erase(drafts, visit);
	assert_int_equal(drafts_settle(drafts), 0);
	drafts_close(drafts);
}

static void drafts_erased_cannot_be_opened_even_from_a_kept_copy(void **state)
{
	char visit[DRAFTS_VISIT_HEX + 1], path[160];
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(4096);
	struct drafts *drafts = reopen(NULL);
	json_t *value = NULL;
	int fd;

	put_one(drafts, visit);
	assert_int_equal(drafts_settle(drafts), 0);
	path_of(visit, path, sizeof(path));
	assert_int_equal(buf_read_file(&bytes, path), 0);
	drafts_erase(drafts, visit);
	assert_int_equal(drafts_settle(drafts), 0);
	assert_int_equal(access(path, F_OK), -1);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); /* somebody kept a copy of the sealed file */
	assert_int_equal(write(fd, bytes.bytes, bytes.len), (int)bytes.len);
	close(fd);
	assert_int_equal(drafts_get(drafts, visit, 0, &value), -ENOENT);
	drafts = reopen(drafts); /* and the start sweeps it away */
	assert_int_equal(access(path, F_OK), -1);
	drafts_close(drafts);
}

static void drafts_pictures_lie_sealed_in_a_file_of_their_own_and_go_with_the_visit(void **state)
{
	char visit[DRAFTS_VISIT_HEX + 1], bare[DRAFTS_VISIT_HEX + 1], path[160];
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(4096);
	struct drafts *drafts = reopen(NULL);
	json_t *draft = json_pack("{ss}", "name", "見本 花子"), *value = NULL;
	json_t *pictures = json_pack("{s{ss}}", "0", "face", "iVBORw0KGgoAAAANSUhEUg==");

	assert_int_equal(drafts_put(drafts, "209996-honcho", &draft, 1, pictures, visit), 0);
	put_one(drafts, bare);
	assert_int_equal(drafts_settle(drafts), 0);
	drafts = reopen(drafts);
	assert_int_equal(drafts_get(drafts, visit, DRAFTS_PICTURES, &value), 0);
	assert_true(json_equal(value, pictures));
	json_decref(value);
	value = NULL;
	assert_int_equal(drafts_get(drafts, bare, DRAFTS_PICTURES, &value), -ENOENT);
	snprintf(path, sizeof(path), "%s/drafts/%s.%d", folder, visit, DRAFTS_PICTURES);
	assert_int_equal(buf_read_file(&bytes, path), 0);
	assert_null(memmem(bytes.bytes, bytes.len, "iVBOR", 5));
	drafts_erase(drafts, visit);
	assert_int_equal(access(path, F_OK), -1);
	drafts_erase(drafts, bare);
	assert_int_equal(drafts_settle(drafts), 0);
	drafts_close(drafts);
	json_decref(draft);
	json_decref(pictures);
}

static void drafts_altered_or_moved_do_not_open(void **state)
{
	char one[DRAFTS_VISIT_HEX + 1], other[DRAFTS_VISIT_HEX + 1], path[160], to[160];
	struct drafts *drafts = reopen(NULL);
	json_t *value = NULL;
	unsigned char byte;
	int fd;

	put_one(drafts, one);
	put_one(drafts, other);
	path_of(one, path, sizeof(path));
	path_of(other, to, sizeof(to));
	assert_int_equal(rename(path, to), 0);
	assert_int_equal(drafts_get(drafts, other, 0, &value), -EBADMSG);
	put_one(drafts, one);
	path_of(one, path, sizeof(path));
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pread(fd, &byte, 1, 30), 1);
	byte = (unsigned char)~byte; /* a fixed byte would be the same one in 256 runs */
	assert_int_equal(pwrite(fd, &byte, 1, 30), 1);
	close(fd);
	assert_int_equal(drafts_get(drafts, one, 0, &value), -EBADMSG);
	assert_null(value);
	drafts_sweep(drafts, "209996-honcho", everybody, &(int64_t){INT64_MAX});
	assert_int_equal(drafts_settle(drafts), 0);
	drafts_close(drafts);
}

static void drafts_unsettled_do_not_survive_and_expiry_does(void **state)
{
	char kept[DRAFTS_VISIT_HEX + 1], lost[DRAFTS_VISIT_HEX + 1];
	struct drafts *drafts = reopen(NULL);
	json_t *value = NULL;

	put_one(drafts, kept);
	assert_int_equal(drafts_expire(drafts, kept, 5000), 0);
	assert_int_equal(drafts_settle(drafts), 0);
	put_one(drafts, lost); /* the power goes before the key file is written */
	drafts = reopen(drafts);
	assert_int_equal(drafts_get(drafts, lost, 0, &value), -ENOENT);
	drafts_sweep(drafts, "209996-honcho", everybody, &(int64_t){4999});
	assert_int_equal(drafts_count(drafts), 1);
	drafts_sweep(drafts, "209988-honcho", everybody, &(int64_t){9999}); /* another office's evening */
	assert_int_equal(drafts_count(drafts), 1);
	drafts_sweep(drafts, "209996-honcho", everybody, &(int64_t){5000});
	assert_int_equal(drafts_count(drafts), 0);
	assert_int_equal(drafts_settle(drafts), 0);
	drafts_close(drafts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(drafts_survive_a_restart_and_lie_sealed, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(drafts_erased_cannot_be_opened_even_from_a_kept_copy, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(drafts_pictures_lie_sealed_in_a_file_of_their_own_and_go_with_the_visit, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(drafts_altered_or_moved_do_not_open, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(drafts_unsettled_do_not_survive_and_expiry_does, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
