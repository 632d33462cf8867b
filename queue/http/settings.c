/* SPDX-License-Identifier: MIT
 * What staff should know of the configuration itself: how long it is meant for, and whether a new one was refused. */
#include "queue/http/request.h"
#include "queue/http/server.h"
#include "shared/config/town.h"
#include "shared/base/banned.h"

void route_settings(struct request *request)
{
	const struct server_options *options = server_options(request->server);

	for (size_t i = 0; options->towns && i < options->n_configs; i++)
		if (options->configs[i] == hall_config(request->hall)) {
			answer_json(request, 200, town_status_encode(options->towns[i]));
			return;
		}
	answer_json(request, 200, json_object()); /* pages drawn without a town at work: nothing to tell */
}
