/* SPDX-License-Identifier: MIT
 * What anyone may see: the board, the pages, health and figures. Numbers and windows only. */
#include <stdio.h>
#include <string.h>

#include "queue/http/request.h"
#include "queue/http/server.h"
#include "queue/http/stream.h"
#include "queue/web/assets.h"
#include "shared/base/banned.h"

void route_board(struct request *request)
{
	answer_json(request, 200, hall_view_dated(request->hall, hall_view_board(request->hall),
						  hall_now(server_halls(request->server))));
}

void route_offices(struct request *request)
{
	struct hall_set *halls = server_halls(request->server);
	json_t *list = json_array();

	for (size_t i = 0; i < hall_count(halls); i++) {
		const struct hall *hall = hall_at(halls, i);

		json_array_append_new(list, json_pack("{ss ss ss}", "id", hall_name(hall), "name",
						      text_in(&hall_office(hall)->name, "ja"), "municipality",
						      text_in(&hall_config(hall)->municipality.name, "ja")));
	}
	answer_json(request, 200, json_pack("{so}", "offices", list));
}

void route_healthz(struct request *request)
{
	if (hall_store(server_halls(request->server)))
		answer_text(request, 200, "text/plain; charset=utf-8", "ok\n");
	else
		answer_problem(request, "store-unavailable");
}

void route_metrics(struct request *request)
{
	struct hall_set *halls = server_halls(request->server);
	const struct hall_counters *c = hall_counters(halls);
	CLEANUP(buf_release) struct buf out = BUF_INIT(1024 * 1024);
	int r = buf_addf(&out,
			 "# TYPE madoguchi_tickets_total counter\nmadoguchi_tickets_total %llu\n"
			 "# TYPE madoguchi_commands_total counter\nmadoguchi_commands_total %llu\n"
			 "# TYPE madoguchi_refused_total counter\nmadoguchi_refused_total %llu\n"
			 "# TYPE madoguchi_repeats_total counter\nmadoguchi_repeats_total %llu\n"
			 "# TYPE madoguchi_commits_total counter\nmadoguchi_commits_total %llu\n"
			 "# TYPE madoguchi_store_faults_total counter\nmadoguchi_store_faults_total %llu\n"
			 "# TYPE madoguchi_streams gauge\nmadoguchi_streams %zu\n"
			 "# TYPE madoguchi_drafts_at_rest gauge\nmadoguchi_drafts_at_rest %zu\n"
			 "# TYPE madoguchi_waiting gauge\n",
			 (unsigned long long)c->n_tickets, (unsigned long long)c->n_commands,
			 (unsigned long long)c->n_refused, (unsigned long long)c->n_repeats,
			 (unsigned long long)c->n_commits, (unsigned long long)c->n_store_faults,
			 server_streams(request->server)->n_streams, drafts_count(hall_drafts(halls)));

	for (size_t i = 0; i < hall_count(halls) && r == 0; i++) {
		const struct hall *hall = hall_at(halls, i);

		for (size_t s = 0; s < hall_config(hall)->n_services && r == 0; s++) {
			const char *service = hall_config(hall)->services[s].id;

			if (desk_offers(hall_desk(hall), service))
				r = buf_addf(&out, "madoguchi_waiting{office=\"%s\",service=\"%s\"} %d\n", hall_name(hall), service,
					     desk_n_waiting(hall_desk(hall), service));
		}
	}
	if (r < 0)
		answer_problem(request, "failed");
	else
		answer_text(request, 200, "text/plain; version=0.0.4; charset=utf-8", buf_text(&out));
}

void route_not_offered(struct request *request)
{
	answer_problem(request, "not-offered");
}

/* Pages hold nothing personal; staff pages still stay on this machine without TLS, so that nobody types a password
 * into one that travels in the clear. */
void route_page(struct request *request)
{
	const struct web_asset *asset = web_asset_find(request->path);
	const char *known;

	if (!asset) {
		answer_problem(request, "not-found");
		return;
	}
	if (strncmp(request->path, "/clerk", 6) == 0 && !server_may_be_private(request->server)) {
		answer_problem(request, "tls-required");
		return;
	}
	request->shows_pictures = strncmp(request->path, "/clerk", 6) == 0;
	known = request_header(request, "If-None-Match");
	if (known && strcmp(known, asset->etag) == 0) {
		answer_constant(request, 304, asset->media_type, asset->etag, "", 0);
		return;
	}
	answer_constant(request, 200, asset->media_type, asset->etag, asset->bytes, asset->n_bytes);
}
