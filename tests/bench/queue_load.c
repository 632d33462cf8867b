/* SPDX-License-Identifier: MIT
 * Load for madoguchi-queued: N clients on kept-alive connections, each asking for one ticket after the other with a fresh
 * idempotency key. Writes every acknowledged key and ticket id to a file as it is acknowledged, so that a test can
 * kill the daemon at any moment and count afterwards. Ends with a line of figures; a lost connection is no failure of ours. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 256
#define LATENCIES_MAX 2000000

struct client {
	int fd;
	long n_sent;
	double sent_at;
	char answer[8192];
	size_t n_answer;
};

struct load {
	struct sockaddr_in address;
	const char *office, *token, *service, *tag;
	FILE *acks;
	int epoll_fd;
	struct client clients[CLIENTS_MAX];
	int n_clients, n_alive;
	float *latencies;
	size_t n_acked, n_refused;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void client_drop(struct load *load, struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	load->n_alive--;
}

static void send_next(struct load *load, int i)
{
	struct client *client = &load->clients[i];
	char body[128], request[1024];
	int n_body = snprintf(body, sizeof(body), "{\"service\":\"%s\"}", load->service);
	int n = snprintf(request, sizeof(request),
			 "POST /api/v1/offices/%s/tickets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
			 "Idempotency-Key: %s-%d-%ld\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			 load->office, load->token, load->tag, i, client->n_sent++, n_body, body);

	client->n_answer = 0;
	client->sent_at = now_s();
	if (send(client->fd, request, (size_t)n, MSG_NOSIGNAL) != n)
		client_drop(load, client);
}

/* Whether the whole answer is here; *ret_body its body. */
static int is_whole(struct client *client, char **ret_body)
{
	char *end, *length;

	client->answer[client->n_answer] = '\0';
	end = strstr(client->answer, "\r\n\r\n");
	length = strcasestr(client->answer, "\r\nContent-Length:");
	if (!end || !length)
		return 0;
	*ret_body = end + 4;
	return client->answer + client->n_answer >= end + 4 + strtol(length + 17, NULL, 10);
}

static void take_answer(struct load *load, int i)
{
	struct client *client = &load->clients[i];
	ssize_t n = recv(client->fd, client->answer + client->n_answer, sizeof(client->answer) - 1 - client->n_answer, 0);
	char *body, *id;

	if (n <= 0) {
		client_drop(load, client);
		return;
	}
	client->n_answer += (size_t)n;
	if (!is_whole(client, &body))
		return;
	id = strstr(body, "\"id\":\"");
	if (strncmp(client->answer, "HTTP/1.1 20", 11) == 0 && id) {
		if (load->n_acked < LATENCIES_MAX)
			load->latencies[load->n_acked] = (float)(now_s() - client->sent_at);
		load->n_acked++;
		if (load->acks)
			fprintf(load->acks, "%s-%d-%ld %.*s\n", load->tag, i, client->n_sent - 1, (int)strcspn(id + 6, "\""), id + 6);
	} else {
		load->n_refused++;
	}
	send_next(load, i);
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

static int connect_all(struct load *load)
{
	int on = 1;

	load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < load->n_clients; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(fd, (struct sockaddr *)&load->address, sizeof(load->address)) < 0)
			return -1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		load->clients[i].fd = fd;
		load->n_alive++;
		epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, fd, &(struct epoll_event){EPOLLIN, {.u32 = (uint32_t)i}});
	}
	return 0;
}

static void run(struct load *load, double seconds)
{
	double start = now_s();
	struct epoll_event ready[64];
	size_t n_latencies;

	for (int i = 0; i < load->n_clients; i++)
		send_next(load, i);
	while (load->n_alive && now_s() - start < seconds) {
		int n = epoll_wait(load->epoll_fd, ready, 64, 100);

		for (int k = 0; k < n; k++)
			if (load->clients[ready[k].data.u32].fd >= 0)
				take_answer(load, (int)ready[k].data.u32);
		if (load->acks)
			fflush(load->acks);
	}
	seconds = now_s() - start;
	n_latencies = load->n_acked < LATENCIES_MAX ? load->n_acked : LATENCIES_MAX;
	qsort(load->latencies, n_latencies, sizeof(*load->latencies), compare);
	printf("{\"acked\":%zu,\"refused\":%zu,\"seconds\":%.3f,\"per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n", load->n_acked,
	       load->n_refused, seconds, (double)load->n_acked / seconds,
	       n_latencies ? (double)load->latencies[n_latencies / 2] * 1e3 : 0,
	       n_latencies ? (double)load->latencies[n_latencies * 99 / 100] * 1e3 : 0);
}

/* queue_load PORT OFFICE TOKEN SERVICE CLIENTS SECONDS TAG [ACKS-FILE] */
int main(int argc, char **argv)
{
	static struct load load;

	if (argc < 8) {
		fprintf(stderr, "usage: queue_load PORT OFFICE TOKEN SERVICE CLIENTS SECONDS TAG [ACKS-FILE]\n");
		return 2;
	}
	load.address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10)),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	load.office = argv[2];
	load.token = argv[3];
	load.service = argv[4];
	load.n_clients = (int)strtol(argv[5], NULL, 10);
	load.tag = argv[7];
	load.acks = argc > 8 ? fopen(argv[8], "ae") : NULL;
	load.latencies = calloc(LATENCIES_MAX, sizeof(*load.latencies));
	if (load.n_clients < 1 || load.n_clients > CLIENTS_MAX || !load.latencies || connect_all(&load) < 0) {
		fprintf(stderr, "queue_load: cannot connect\n");
		return 1;
	}
	run(&load, strtod(argv[6], NULL));
	if (load.acks)
		fclose(load.acks);
	free(load.latencies);
	return 0;
}
