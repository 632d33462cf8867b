/* SPDX-License-Identifier: MIT
 * Matching by segments; a parameter takes one whole segment, or what stands before a fixed ending ("{i}.pdf"). */
#include <stdio.h>
#include <string.h>

#include "queue/http/routes.h"
#include "shared/base/banned.h"

#define SEGMENTS_MAX 10

static const struct route routes[] = {
#define X(method, path, name, needs) {#method, path, route_##name, needs},
	ROUTES(X)
#undef X
};

static size_t split(char *path, char *segments[SEGMENTS_MAX])
{
	char *save = NULL;
	size_t n = 0;

	for (char *s = strtok_r(path, "/", &save); s && n <= SEGMENTS_MAX; s = strtok_r(NULL, "/", &save)) {
		if (n == SEGMENTS_MAX)
			return SEGMENTS_MAX + 1;
		segments[n++] = s;
	}
	return n;
}

/* Whether @segment fits one segment of a pattern (of @n bytes); a parameter's value is put into *ret_param, its
 * fixed ending cut off only when @is_final, because several patterns are tried on the same text. */
static bool segment_fits(const char *pattern, size_t n, char *segment, const char **ret_param, bool is_final)
{
	const char *brace;
	size_t n_ending, n_segment = strlen(segment);

	if (pattern[0] != '{')
		return n_segment == n && memcmp(pattern, segment, n) == 0;
	brace = memchr(pattern, '}', n);
	n_ending = n - (size_t)(brace + 1 - pattern);
	if (n_segment <= n_ending || memcmp(segment + n_segment - n_ending, brace + 1, n_ending) != 0)
		return false;
	if (is_final)
		segment[n_segment - n_ending] = '\0';
	*ret_param = segment;
	return true;
}

static bool path_fits(const char *pattern, char *segments[], size_t n_segments, const char *params[ROUTE_PARAMS_MAX],
		      bool is_final)
{
	size_t at = 0, n_params = 0;

	while (*pattern == '/') {
		size_t n = strcspn(++pattern, "/");
		const char *param = NULL;

		if (at == n_segments || !segment_fits(pattern, n, segments[at++], &param, is_final))
			return false;
		if (param && n_params < ROUTE_PARAMS_MAX)
			params[n_params++] = param;
		pattern += n;
	}
	return at == n_segments;
}

const struct route *route_find(const char *method, char *path, const char *params[ROUTE_PARAMS_MAX], char ret_allow[64])
{
	char *segments[SEGMENTS_MAX];
	size_t n_segments = split(path, segments);

	ret_allow[0] = '\0';
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes) && n_segments <= SEGMENTS_MAX; i++) {
		size_t used = strlen(ret_allow);

		if (!path_fits(routes[i].path, segments, n_segments, params, false))
			continue;
		if (strcmp(routes[i].method, method) == 0 || (strcmp(method, "HEAD") == 0 && strcmp(routes[i].method, "GET") == 0)) {
			path_fits(routes[i].path, segments, n_segments, params, true);
			return &routes[i];
		}
		snprintf(ret_allow + used, 64 - used, "%s%s", used ? ", " : "", routes[i].method);
	}
	return NULL;
}
