/* SPDX-License-Identifier: MIT
 * Times readings as the terminal does them, helper process and all, and the bare round trip of one command.
 * card_time CARDD WAY [TRUST] prints {"runs","round_trip_ms","total_ms","pss_kib","rss_kib"}, medians, and the memory of
 * cardd behind the last reading. WAY: bare (the last try is agreed to), tries, expiry, proof. Run inside
 * tests/support/pcsc_world. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cardreader/card.h"
#include "cardreader/driver/driver.h"
#include "shared/loop/child.h"
#include "shared/base/banned.h"

#define RUNS 21
#define PIN "1234"

struct bench {
	sd_event *loop;
	struct card_client *client;
	struct secret *pin;
	const char *way;
	double began_ms, total_ms[RUNS];
	int n_runs;
	long pss_kib, rss_kib;
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static void read_once(struct bench *bench);

static long field_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtol(at + strlen(name), NULL, 10) : 0;
}

/* The only child is cardd. */
static void measure_cardd(struct bench *bench)
{
	char path[64], text[4096] = "";
	long child = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		fprintf(stderr, "card_time: no child to be seen\n");
	if (file)
		fclose(file);
	child = strtol(text, NULL, 10);
	snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", child);
	file = fopen(path, "re");
	if (!file) {
		fprintf(stderr, "card_time: %s cannot be read; run as root\n", path);
		return;
	}
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	bench->rss_kib = field_of(text, "Rss:");
	bench->pss_kib = field_of(text, "Pss:");
}

static void on_read(void *data, const struct card_reading *reading)
{
	struct bench *bench = data;

	if (reading->outcome != CARD_OK) {
		fprintf(stderr, "card_time: %s\n", card_outcome_word(reading->outcome));
		sd_event_exit(bench->loop, 1);
		return;
	}
	bench->total_ms[bench->n_runs++] = now_ms() - bench->began_ms;
	if (bench->n_runs < RUNS) {
		read_once(bench);
		return;
	}
	measure_cardd(bench);
	sd_event_exit(bench->loop, 0);
}

static void read_once(struct bench *bench)
{
	const struct card_read_request request = {
		.auth = CARD_AUTH_PIN, .secret = bench->pin, .insertion = card_client_insertion(bench->client),
		.may_spend_last_try = strcmp(bench->way, "bare") == 0,
		.want = strcmp(bench->way, "expiry") == 0  ? CARD_WANT_EXPIRY
			: strcmp(bench->way, "proof") == 0 ? CARD_WANT_EXPIRY | CARD_WANT_PROOF
							   : 0};

	bench->began_ms = now_ms();
	if (secret_append(bench->pin, PIN, strlen(PIN)) < 0 || card_read(bench->client, &request, on_read, bench) < 0)
		sd_event_exit(bench->loop, 1);
}

static void on_presence(void *data, enum card_presence presence)
{
	struct bench *bench = data;

	if (presence == CARD_PRESENCE_PRESENT && !bench->n_runs)
		read_once(bench);
}

static int time_readings(struct bench *bench, const char *cardd, const char *trust_dir)
{
	static const struct card_handlers handlers = {on_presence};

	bench->pin = secret_new(8);
	if (!bench->pin || loop_new(&bench->loop) < 0 ||
	    card_client_new(bench->loop, &(struct card_options){.cardd_path = cardd, .trust_dir = trust_dir},
			    &handlers, bench, &bench->client) < 0)
		return 1;
	return sd_event_loop(bench->loop);
}

static int time_round_trips(double *ret_ms)
{
	struct driver_readers readers = {0};
	double times_ms[RUNS];
	uint8_t answer[258];
	void *device;
	size_t n;

	if (driver_pcsc.open(NULL, &device) || driver_pcsc.watch(device, &readers, 1000) ||
	    driver_pcsc.connect(device, readers.at[0].name, readers.at[0].event_count))
		return 1;
	for (int i = 0; i < RUNS; i++) {
		double began_ms = now_ms();

		if (driver_pcsc.transmit(device, (const uint8_t *)"\x00\x84\x00\x00\x08", 5, answer, sizeof(answer), &n))
			return 1;
		times_ms[i] = now_ms() - began_ms;
	}
	driver_pcsc.disconnect(device);
	driver_pcsc.close(device);
	*ret_ms = median(times_ms, RUNS);
	return 0;
}

int main(int argc, char **argv)
{
	struct bench bench = {.way = argc > 2 ? argv[2] : ""};
	double round_trip_ms = 0;
	int r = argc < 3 || argc > 4 || secret_init_process() < 0 || time_readings(&bench, argv[1], argc == 4 ? argv[3] : NULL);

	card_client_free(bench.client);
	secret_free(bench.pin);
	sd_event_unref(bench.loop);
	if (r || time_round_trips(&round_trip_ms)) {
		fprintf(stderr, "card_time: no figures; is there a card in this world?\n");
		return 1;
	}
	printf("{\"runs\": %d, \"round_trip_ms\": %.3f, \"total_ms\": %.3f, \"pss_kib\": %ld, \"rss_kib\": %ld}\n", RUNS, round_trip_ms,
	       median(bench.total_ms, RUNS), bench.pss_kib, bench.rss_kib);
	return 0;
}
