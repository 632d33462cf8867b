/* SPDX-License-Identifier: MIT
 * The pages as the daemon finds them: by the addresses people use and by their own names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "queue/web/assets.h"
#include "queue/web/table.h"
#include "shared/base/banned.h"

static void assert_is(const char *url_path, const char *asset_path)
{
	const struct web_asset *asset = web_asset_find(url_path);

	assert_non_null(asset);
	assert_string_equal(asset->path, asset_path);
}

static void assets_addresses_of_people_lead_to_their_page(void **state)
{
	assert_is("/", "/assets/index/index.html");
	assert_is("/clerk/", "/assets/clerk/index.html");
	assert_is("/board/209996-honcho", "/assets/board/index.html");
	assert_is("/t/0123456789abcdefABCDEF_-", "/assets/resident/index.html");
}

static void assets_nothing_lies_outside_the_table(void **state)
{
	assert_null(web_asset_find("/board/"));
	assert_null(web_asset_find("/t/"));
	assert_null(web_asset_find("/t/token/more"));
	assert_null(web_asset_find("/assets/"));
	assert_null(web_asset_find("/assets/../embed.py"));
	assert_null(web_asset_find(""));
}

static void assets_each_is_found_under_its_own_path(void **state)
{
	assert_true(n_web_asset_table > 10);
	for (size_t i = 0; i < n_web_asset_table; i++) {
		const struct web_asset *asset = &web_asset_table[i];

		assert_ptr_equal(web_asset_find(asset->path), asset);
		assert_true(asset->n_bytes > 0);
		assert_int_equal(asset->etag[0], '"');
		assert_int_equal(strlen(asset->etag), 34);
	}
}

/* The policy `default-src 'self'` would silently drop these. */
static void assets_no_page_holds_inline_script_style_or_foreign_address(void **state)
{
	static const char *const refused[] = {"<script>", "<style", " style=", " onclick=", "http://", "https://", "//fonts"};

	for (size_t i = 0; i < n_web_asset_table; i++) {
		const struct web_asset *asset = &web_asset_table[i];

		if (strncmp(asset->media_type, "text/html", 9) != 0)
			continue;
		for (size_t j = 0; j < sizeof(refused) / sizeof(refused[0]); j++)
			assert_null(memmem(asset->bytes, asset->n_bytes, refused[j], strlen(refused[j])));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assets_addresses_of_people_lead_to_their_page),
		cmocka_unit_test(assets_nothing_lies_outside_the_table),
		cmocka_unit_test(assets_each_is_found_under_its_own_path),
		cmocka_unit_test(assets_no_page_holds_inline_script_style_or_foreign_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
