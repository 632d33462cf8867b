#pragma once
/* SPDX-License-Identifier: MIT
 * Inside the desk: the state that desk.c applies to and decide.c reads. */
#include "queue/desk/desk.h"

struct desk_line { /* one service's day */
	int next_number;
	int n_waiting;
	int n_waiting_priority;
	bool is_offered; /* a window of this office serves it */
};

/** Open addressing over the ticket array; slots hold position + 1, 0 empty. */
struct desk_index {
	uint32_t *slots;
	size_t n_slots; /* power of two */
};

struct desk {
	const struct config *config;
	const struct config_office *office;
	int day;
	int64_t last_utc_ms;
	int64_t last_seq;
	struct desk_line *lines; /* as config->services */
	struct desk_window *windows;
	size_t n_windows;
	struct desk_ticket **tickets;
	size_t n_tickets, tickets_cap;
	struct desk_index by_id, by_token;
};

/** desk_number_format() - prefix + at least three digits into @out. */
void desk_number_format(const struct config_service *service, int number, char *out, size_t size);
void desk_ticket_id_format(int day, const struct config_service *service, int number, char *out, size_t size);
struct desk_ticket *desk_ticket_get(const struct desk *desk, const char *id);
struct desk_window *desk_window_get(const struct desk *desk, const char *id);
int desk_service_index(const struct desk *desk, const char *service);
