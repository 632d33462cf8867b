/* SPDX-License-Identifier: MIT
 * canary_search [--pid PID]... [FILE]... < PATTERNS: looks for pieces of known values in the whole readable memory of
 * processes and in files. A pattern is a line LABEL LENGTH HEX: every run of LENGTH bytes of HEX counts as a find, so
 * that a value whose head the allocator overwrote is found by its tail. Prints WHERE LABEL once for each find; exit 0
 * nothing found, 1 found, 2 a process or file could not be read. One pass whatever the number of patterns: a filter on
 * the first four bytes, then the pieces with the same ones. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECES_MAX 400000
#define BUCKETS (1U << 20)
#define CHUNK (1U << 20)
#define PIECE_MAX 64

struct piece {
	uint8_t bytes[PIECE_MAX];
	uint8_t n;
	uint16_t label;
	int32_t next;
};

struct search {
	struct piece *pieces;
	int n_pieces;
	int32_t *buckets;
	char labels[4096][64];
	int n_labels;
	bool found_here[4096];
	bool is_found, has_failed;
};

static uint32_t hash(const uint8_t *at)
{
	uint32_t head;

	memcpy(&head, at, sizeof(head));
	return head * 2654435761U >> 12;
}

static void add_piece(struct search *s, const uint8_t *bytes, size_t n)
{
	struct piece *piece = &s->pieces[s->n_pieces];
	uint32_t bucket = hash(bytes);

	if (s->n_pieces == PIECES_MAX || n < 4 || n > PIECE_MAX) {
		fprintf(stderr, "canary_search: too many or unfit patterns\n");
		exit(2);
	}
	memcpy(piece->bytes, bytes, n);
	piece->n = (uint8_t)n;
	piece->label = (uint16_t)(s->n_labels - 1);
	piece->next = s->buckets[bucket];
	s->buckets[bucket] = s->n_pieces++;
}

static void add_pattern(struct search *s, const char *label, size_t n_piece, const char *hex)
{
	uint8_t bytes[2048];
	size_t n = 0;

	for (; isxdigit((unsigned char)hex[0]) && isxdigit((unsigned char)hex[1]) && n < sizeof(bytes); hex += 2) {
		char pair[3] = {hex[0], hex[1]};

		bytes[n++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	if (s->n_labels == 4096) {
		fprintf(stderr, "canary_search: too many labels\n");
		exit(2);
	}
	snprintf(s->labels[s->n_labels++], sizeof(s->labels[0]), "%s", label);
	for (size_t at = 0; at + n_piece <= n; at++)
		add_piece(s, bytes + at, n_piece);
}

static void look_at(struct search *s, const char *where, const uint8_t *bytes, size_t n, size_t n_starts)
{
	for (size_t at = 0; at < n_starts && at + 4 <= n; at++)
		for (int32_t i = s->buckets[hash(bytes + at)]; i >= 0; i = s->pieces[i].next) {
			const struct piece *piece = &s->pieces[i];

			if (at + piece->n > n || memcmp(bytes + at, piece->bytes, piece->n) != 0)
				continue;
			s->is_found = true;
			if (!s->found_here[piece->label])
				printf("%s %s\n", where, s->labels[piece->label]);
			s->found_here[piece->label] = true;
		}
}

/* Chunks overlap by the longest piece, so that nothing hides on a border. */
static void look_in(struct search *s, const char *where, int fd, uint64_t from, uint64_t to)
{
	static uint8_t buffer[CHUNK + PIECE_MAX];

	for (uint64_t at = from; at < to; at += CHUNK) {
		size_t wanted = to - at < sizeof(buffer) ? (size_t)(to - at) : sizeof(buffer);
		ssize_t n = pread(fd, buffer, wanted, (off_t)at);

		if (n <= 0)
			return; /* guard pages, memory of a device, the end */
		look_at(s, where, buffer, (size_t)n, CHUNK);
		if ((size_t)n < CHUNK)
			return;
	}
}

static void look_in_process(struct search *s, const char *pid)
{
	char path[64], line[512], where[96], name[32] = "?";
	FILE *maps, *comm;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	comm = fopen(path, "r");
	if (comm) {
		(void)!fscanf(comm, "%31s", name);
		fclose(comm);
	}
	snprintf(where, sizeof(where), "%s[%s]", name, pid);
	snprintf(path, sizeof(path), "/proc/%s/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "r");
	if (fd < 0 || !maps) {
		fprintf(stderr, "canary_search: %s: %s\n", where, strerror(errno));
		s->has_failed = true;
	}
	while (fd >= 0 && maps && fgets(line, sizeof(line), maps)) {
		uint64_t from, to;
		char rights[5];

		/* what nobody may write was there before the first visit */
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &from, &to, rights) == 3 && rights[0] == 'r' &&
		    (rights[1] == 'w' || rights[3] == 's'))
			look_in(s, where, fd, from, to);
	}
	if (maps)
		fclose(maps);
	if (fd >= 0)
		close(fd);
}

static void look_in_file(struct search *s, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		if (errno == ENOENT || errno == ENXIO)
			return; /* gone meanwhile, or a socket */
		fprintf(stderr, "canary_search: %s: %s\n", path, strerror(errno));
		s->has_failed = true;
		return;
	}
	look_in(s, path, fd, 0, UINT64_MAX / 2);
	close(fd);
}

int main(int argc, char **argv)
{
	static struct search s;
	char line[8192], label[64], hex[6000];
	unsigned n_piece;

	s.pieces = calloc(PIECES_MAX, sizeof(*s.pieces));
	s.buckets = malloc(BUCKETS * sizeof(*s.buckets));
	if (!s.pieces || !s.buckets)
		return 2;
	memset(s.buckets, 0xff, BUCKETS * sizeof(*s.buckets));
	while (fgets(line, sizeof(line), stdin))
		if (sscanf(line, "%63s %u %5999s", label, &n_piece, hex) == 3)
			add_pattern(&s, label, n_piece, hex);
	for (int i = 1; i < argc; i++) {
		memset(s.found_here, 0, sizeof(s.found_here));
		if (strcmp(argv[i], "--pid") == 0 && i + 1 < argc)
			look_in_process(&s, argv[++i]);
		else
			look_in_file(&s, argv[i]);
	}
	return s.has_failed ? 2 : s.is_found;
}
