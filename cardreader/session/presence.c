/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cardreader/session/presence.h"
#include "shared/base/banned.h"

/* The reader that holds our card keeps it, even when another reader gets one too. */
static const struct driver_reader *reader_with_card(const struct presence *p, const struct driver_readers *readers,
						    const char *wanted)
{
	const struct driver_reader *first = NULL;

	for (size_t i = 0; i < readers->n; i++) {
		const struct driver_reader *reader = &readers->at[i];

		if (!reader->has_card || (wanted && strcmp(reader->name, wanted) != 0))
			continue;
		if (p->now == CARD_PRESENCE_PRESENT && strcmp(reader->name, p->reader) == 0)
			return reader;
		if (!first)
			first = reader;
	}
	return first;
}

static bool has_reader(const struct driver_readers *readers, const char *wanted)
{
	for (size_t i = 0; i < readers->n; i++)
		if (!wanted || strcmp(readers->at[i].name, wanted) == 0)
			return true;
	return false;
}

static void change(struct presence *p, struct presence_changes *changes, enum card_presence now)
{
	p->was_told = true;
	p->now = now;
	changes->at[changes->n++] = now;
}

struct presence_changes presence_fold(struct presence *p, const struct driver_readers *readers, const char *wanted)
{
	const struct driver_reader *reader = reader_with_card(p, readers, wanted);
	struct presence_changes changes = {0};

	if (!reader) {
		enum card_presence now = !readers->has_service       ? CARD_PRESENCE_NO_SERVICE
					 : has_reader(readers, wanted) ? CARD_PRESENCE_ABSENT
								       : CARD_PRESENCE_NO_READER;
		if (now != p->now || !p->was_told)
			change(p, &changes, now);
		return changes;
	}
	if (p->now == CARD_PRESENCE_PRESENT) {
		if (strcmp(reader->name, p->reader) == 0 && reader->event_count == p->event_count)
			return changes;
		change(p, &changes, CARD_PRESENCE_ABSENT);
	}
	p->insertion++;
	snprintf(p->reader, sizeof(p->reader), "%s", reader->name);
	p->event_count = reader->event_count;
	change(p, &changes, CARD_PRESENCE_PRESENT);
	return changes;
}
