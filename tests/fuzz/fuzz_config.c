/* SPDX-License-Identifier: MIT
 * Any bytes as a file of a town: as its settings, as its translations, as the layer of an office or of a device, beside a
 * sound town. It loads or has an error; what loads prints as YAML that loads without an error and prints the same. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/config/layer/explain.h"
#include "shared/config/layer/print.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

static const char sound_town[] =
	"municipality: {code: \"209996\", name: {ja: 見本村, kana: みほんむら, en: Mihon}}\n"
	"offices: [{id: honcho, name: {ja: 本庁, kana: ほんちょう, en: Main}, hours: {mon-fri: \"08:30-17:15\"}}]\n"
	"services: [{id: certificates, name: {ja: 証明書, kana: しょうめいしょ, en: Certificates}, prefix: A, numbers: 1-499}]\n"
	"windows: [{id: w1, office: honcho, label: {ja: 1番, kana: いちばん, en: Window 1}, serves: [certificates]}]\n"
	"procedures: [{id: juminhyo, name: {ja: 住民票, kana: じゅうみんひょう, en: Residence}, service: certificates, forms: [juminhyo]}]\n"
	"blocks: [{id: comer, title: {ja: 人, kana: ひと, en: Person}, fields: [{id: name, type: person-name, from: person.name,"
	" label: {ja: 氏名, kana: しめい, en: Name}}]}]\n"
	"forms: [{id: juminhyo, version: 1, title: {ja: 請求書, kana: せいきゅうしょ, en: Application}, sections: [{id: who, block: comer}]}]\n"
	"texts: {card.title: {ja: カード, en: Card}}\n";

/* Where a file of the fuzzer's may stand; its first byte says which. */
static const char *const places[] = {"fuzz.yaml", "lang/ko.yaml", "offices/honcho/fuzz.yaml", "devices/kiosk1/layer.yaml", "layer.yaml",
	"lang/ja.yaml"};

static char folder[64];

static void write_file(const char *name, const void *bytes, size_t n_bytes)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CLAIM(fd >= 0 && write(fd, bytes, n_bytes) == (ssize_t)n_bytes);
	close(fd);
}

static void make_folder(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CLAIM(mkdir(path, 0700) == 0);
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const below[] = {"town", "town/lang", "town/offices", "town/offices/honcho", "town/devices",
		"town/devices/kiosk1", "printed"};
	const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	snprintf(folder, sizeof(folder), "%s/madoguchi-fuzz-XXXXXX", memory);
	CLAIM(mkdtemp(folder));
	atexit(remove_folder);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
		make_folder(below[i]);
	write_file("town/town.yaml", sound_town, sizeof(sound_town) - 1);
	return 0;
}

static char *print(const struct loaded *loaded, size_t *ret_n)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_n);

	CLAIM(out && tree_print(loaded->root, NULL, out) == 0);
	fclose(out);
	return text;
}

/* What was printed is a town in one file, and says the same. */
static void claim_fixed_point(const struct loaded *loaded, const struct config_options *options)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded again = {0};
	CLEANUP(freep) char *first = NULL;
	CLEANUP(freep) char *second = NULL;
	char path[80];
	size_t n = 0;

	first = print(loaded, &n);
	write_file("printed/layer.yaml", first, n);
	snprintf(path, sizeof(path), "%s/printed", folder);
	CLAIM(loaded_read(path, options, &findings, &again) == 0);
	if (findings.n_errors > 0)
		findings_print(&findings, stderr);
	CLAIM(findings.n_errors == 0);
	second = print(&again, &n);
	CLAIM(strcmp(first, second) == 0);
}

static void load_and_print(const char *path, const struct config_options *options)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};

	CLAIM(loaded_read(path, options, &findings, &loaded) == 0);
	for (size_t i = 0; i < findings.n_items; i++)
		CLAIM(*findings.items[i].file != '\0' && findings.items[i].line >= 0);
	if (findings.n_errors == 0)
		claim_fixed_point(&loaded, options);
}

static void check_all(const char *path, const struct config_options *options)
{
	CLEANUP(findings_release) struct findings findings = {0};

	CLAIM(config_check(path, options, &findings) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	struct config_options options = {.templates_dir = folder, .allow_unsigned = true, .is_fast = true, .office = "honcho",
					 .device = "kiosk1"};
	const char *place = places[n_bytes ? bytes[0] % (sizeof(places) / sizeof(places[0])) : 0];
	char name[80], path[80];

	snprintf(path, sizeof(path), "%s/town", folder);
	write_file("town/layer.yaml", "version: \"1\"\n", 13);
	write_file("town/devices/kiosk1/layer.yaml", "office: honcho\n", 15);
	snprintf(name, sizeof(name), "town/%s", place);
	write_file(name, n_bytes ? bytes + 1 : bytes, n_bytes ? n_bytes - 1 : 0);
	load_and_print(path, &options);
	check_all(path, &options);
	snprintf(path, sizeof(path), "%s/town/%s", folder, place);
	unlink(path);
	return 0;
}
