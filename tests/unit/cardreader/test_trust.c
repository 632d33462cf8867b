/* SPDX-License-Identifier: MIT
 * A folder of anchors loads whole or not at all, and says of every file that is wrong what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "cardreader/profile/trust.h"
#include "tests/unit/cardreader/card_bench.h"
#include "shared/base/banned.h"

#define ID "4d49484f4e2d544558542d43412d3031" /* MIHON-TEXT-CA-01 */

static EVP_PKEY *keys[N_BENCH_KEYS];
static struct card_bench bench;

struct folder {
	char dir[128], paths[300][256], *said;
	size_t n_paths, n_said;
	struct trust *trust;
};

static void release(struct folder *f)
{
	for (size_t i = 0; i < f->n_paths; i++)
		unlink(f->paths[i]);
	rmdir(f->dir);
	free(f->said);
	trust_free(f->trust);
}

static void make(struct folder *f)
{
	*f = (struct folder){0};
	snprintf(f->dir, sizeof(f->dir), "%s/mdg-trust-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(f->dir));
}

static FILE *add(struct folder *f, const char *name)
{
	FILE *file;

	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	memcpy(f->paths[f->n_paths++], path, sizeof(path));
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

static void add_key(struct folder *f, const char *name, EVP_PKEY *key)
{
	FILE *file = add(f, name);

	assert_int_equal(PEM_write_PUBKEY(file, key), 1);
	fclose(file);
}

static void add_bytes(struct folder *f, const char *name, const void *bytes, size_t n)
{
	FILE *file = add(f, name);

	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static int load(struct folder *f)
{
	FILE *diagnostics;
	int r;

	free(f->said);
	diagnostics = open_memstream(&f->said, &f->n_said);
	r = trust_load(f->dir, diagnostics, &f->trust);
	fclose(diagnostics);
	return r;
}

static void anchors_are_found_by_key_id_and_ca_certificates_in_both_forms(void **state)
{
	CLEANUP(release) struct folder f;
	const struct bench_file *ca = bench_file(&bench, BENCH_JPKI, 0x000B);
	const unsigned char *at = ca->bytes;
	X509 *certificate = d2i_X509(NULL, &at, (long)ca->n);
	FILE *file;

	make(&f);
	add_key(&f, ID ".pem", keys[KEY_ISSUER]);
	add_bytes(&f, "der.crt", ca->bytes, ca->n);
	file = add(&f, "pem.crt");
	PEM_write_X509(file, certificate);
	fclose(file);
	X509_free(certificate);
	add_bytes(&f, "README", "x", 1);
	add_bytes(&f, ".hidden.pem", "x", 1);
	assert_int_equal(load(&f), 0);
	assert_int_equal(f.n_said, 0);
	assert_int_equal(EVP_PKEY_eq(trust_key(f.trust, (const uint8_t *)bench_text_issuer), keys[KEY_ISSUER]), 1);
	assert_null(trust_key(f.trust, (const uint8_t *)bench_visual_issuer));
	assert_non_null(trust_store(f.trust));
	assert_true(trust_has_keys(f.trust));
}

static void an_empty_folder_trusts_nobody_and_a_missing_one_is_an_error(void **state)
{
	CLEANUP(release) struct folder f;

	make(&f);
	assert_int_equal(load(&f), 0);
	assert_false(trust_has_keys(f.trust));
	assert_null(trust_store(f.trust));
	assert_null(trust_key(NULL, (const uint8_t *)bench_text_issuer));
	assert_false(trust_has_keys(NULL));
	f.trust = trust_free(f.trust);
	rmdir(f.dir);
	assert_int_equal(load(&f), -ENOENT);
	assert_non_null(strstr(f.said, f.dir));
}

static void every_file_that_cannot_be_used_is_told_and_none_is_loaded(void **state)
{
	CLEANUP(release) struct folder f;
	EVP_PKEY *curve = EVP_EC_gen("P-256"), *small = EVP_RSA_gen(1024);
	const struct bench_file *leaf = bench_file(&bench, BENCH_JPKI, 0x000A);
	static const char *const names[] = {"town.pem", ID "00.pem", ID ".pem", "00000000000000000000000000000001.pem",
					    "00000000000000000000000000000002.pem", "leaf.crt", "empty.crt"};

	make(&f);
	add_key(&f, names[0], keys[KEY_ISSUER]); /* no key id */
	add_key(&f, names[1], keys[KEY_ISSUER]); /* too long */
	add_key(&f, names[2], curve);
	add_key(&f, names[3], small);
	add_bytes(&f, names[4], "-----BEGIN PUBLIC KEY-----\nAAAA\n", 32);
	add_bytes(&f, names[5], leaf->bytes, leaf->n); /* no CA */
	add_bytes(&f, names[6], "", 0);
	assert_int_equal(load(&f), -EBADMSG);
	assert_null(f.trust);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_non_null(strstr(f.said, names[i]));
	EVP_PKEY_free(curve);
	EVP_PKEY_free(small);
}

static void one_issuer_has_one_key(void **state)
{
	CLEANUP(release) struct folder f;

	make(&f);
	add_key(&f, ID ".pem", keys[KEY_ISSUER]);
	add_key(&f, "4D49484F4E2D544558542D43412D3031.pem", keys[KEY_STRANGER]);
	assert_int_equal(load(&f), -EBADMSG);
	assert_non_null(strstr(f.said, "second"));
}

static void a_private_key_or_a_large_file_is_no_anchor(void **state)
{
	CLEANUP(release) struct folder f;
	char large[TRUST_FILE_BYTES_MAX + 1];
	FILE *file;

	make(&f);
	file = add(&f, ID ".pem");
	assert_int_equal(PEM_write_PrivateKey(file, keys[KEY_ISSUER], NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	assert_int_equal(load(&f), -EBADMSG);
	memset(large, 'x', sizeof(large));
	add_bytes(&f, ID ".pem", large, sizeof(large));
	assert_int_equal(load(&f), -EBADMSG);
	assert_non_null(strstr(f.said, "large"));
}

/* A pipe without a writer would hold whoever opens it for ever: the alarm ends this test instead. */
static void a_pipe_in_the_folder_is_told_and_not_waited_for(void **state)
{
	CLEANUP(release) struct folder f;
	char path[256];

	make(&f);
	add_key(&f, ID ".pem", keys[KEY_ISSUER]);
	fclose(add(&f, "pipe.crt"));
	snprintf(path, sizeof(path), "%s/pipe.crt", f.dir);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	assert_int_equal(load(&f), -EBADMSG);
	alarm(0);
	assert_null(f.trust);
	assert_non_null(strstr(f.said, "pipe.crt: not a regular file"));
}

static void of_very_many_bad_files_ten_are_told_and_the_rest_counted(void **state)
{
	CLEANUP(release) struct folder f;
	size_t n_lines = 0;

	make(&f);
	for (int i = 0; i < 300; i++) {
		char name[32];

		snprintf(name, sizeof(name), "bad-%d.crt", i);
		fclose(add(&f, name));
	}
	assert_int_equal(load(&f), -EBADMSG);
	for (const char *c = f.said; *c; c++)
		n_lines += *c == '\n';
	assert_int_equal(n_lines, 11);
	assert_non_null(strstr(f.said, "and 290 more"));
}

static int make_world(void **state)
{
	bench_keys(keys);
	bench_make(&bench, keys);
	return 0;
}

static int end_world(void **state)
{
	bench_keys_free(keys);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anchors_are_found_by_key_id_and_ca_certificates_in_both_forms),
		cmocka_unit_test(an_empty_folder_trusts_nobody_and_a_missing_one_is_an_error),
		cmocka_unit_test(every_file_that_cannot_be_used_is_told_and_none_is_loaded),
		cmocka_unit_test(one_issuer_has_one_key),
		cmocka_unit_test(a_private_key_or_a_large_file_is_no_anchor),
		cmocka_unit_test(a_pipe_in_the_folder_is_told_and_not_waited_for),
		cmocka_unit_test(of_very_many_bad_files_ten_are_told_and_the_rest_counted),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
