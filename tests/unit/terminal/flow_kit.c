/* SPDX-License-Identifier: MIT
 * A visit in a test. */
#include "tests/unit/terminal/flow_kit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/base/banned.h"

#define MONO_START 1000000 /* a machine that has been up for a while */

void kit_open(struct kit *kit)
{
	const char *source = getenv("MESON_SOURCE_ROOT");
	char town[1024], templates[1024];
	struct findings findings = {0};

	memset(kit, 0, sizeof *kit);
	snprintf(town, sizeof town, "%s/shared/templates/municipalities/209996-mihon", source ? source : ".");
	snprintf(templates, sizeof templates, "%s/shared/templates", source ? source : ".");
	struct config_options options = {.templates_dir = templates, .allow_unsigned = true, .is_fast = true};
	int r = config_load(town, &options, &findings, &kit->config);
	findings_print(&findings, stderr);
	findings_release(&findings);
	assert_int_equal(r, 0);
	kit->now = MONO_START;
	flow_init(&kit->flow, kit->config, &kit->config->offices[0]);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CLOCK, .local = {.year = 2026, .month = 11, .day = 24, .hour = 10,
									   .minute = 12, .weekday = 2}});
	kit_event(kit, &(struct flow_event){.kind = FLOW_CAMERA, .argument = 1});
	kit_presence(kit, CARD_PRESENCE_ABSENT, 0);
}

void kit_close(struct kit *kit)
{
	flow_release(&kit->flow);
	config_free(kit->config);
}

void kit_event(struct kit *kit, const struct flow_event *event)
{
	flow_step(&kit->flow, event, kit->now, &kit->effects);
	for (size_t i = 0; i < kit->effects.n; i++) {
		if (kit->effects.items[i] == EFFECT_VISIT_WIPE || kit->effects.items[i] == EFFECT_VISIT_BEGIN)
			kit->n_tickets_asked = 0;
		kit->n_tickets_asked += kit->effects.items[i] == EFFECT_TICKET_ISSUE;
	}
}

void kit_press(struct kit *kit, enum flow_action action, int64_t argument)
{
	kit_event(kit, &(struct flow_event){.kind = FLOW_PRESSED, .action = action, .argument = argument});
}

void kit_tick(struct kit *kit, int64_t ms)
{
	kit->now += ms;
	kit_event(kit, &(struct flow_event){.kind = FLOW_TICK});
}

void kit_presence(struct kit *kit, enum card_presence presence, int64_t insertion)
{
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_PRESENCE, .presence = presence, .argument = insertion});
}

void kit_typed(struct kit *kit, int n_characters)
{
	kit_event(kit, &(struct flow_event){.kind = FLOW_SECRET_COUNT, .argument = n_characters});
}

void kit_pin(struct kit *kit, int n_digits)
{
	kit_typed(kit, n_digits);
}

void kit_look_told(struct kit *kit, const struct card_look *look)
{
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_LOOK, .look = look, .argument = kit->flow.visit.insertion});
}

void kit_look(struct kit *kit, enum card_outcome outcome, enum card_kind kind, int pin, int b)
{
	kit_look_told(kit, &(struct card_look){.outcome = outcome, .kind = kind, .expires = "2033-04-12", .needs_secret = true,
					       .tries = {.pin = pin, .a = 10, .b = b, .jpki_auth = 3, .jpki_sign = 5}});
}

void kit_read(struct kit *kit, enum card_outcome outcome, int tries_left)
{
	struct card_reading reading = {.outcome = outcome, .tries_left = tries_left,
				       .kind = kit->flow.visit.kind == CARD_KIND_AUTO ? CARD_MY_NUMBER : kit->flow.visit.kind};
	int r = value_set(&reading.person.name, "見本　花子", VALUE_CARD, PROOF_NOT_CHECKED);

	r |= value_set(&reading.person.address, "見本県見本村大字見本１", VALUE_CARD, PROOF_NOT_CHECKED);
	r |= value_set(&reading.person.birth_date, "1985-04-12", VALUE_CARD, PROOF_NOT_CHECKED);
	r |= value_set(&reading.person.sex, "female", VALUE_CARD, PROOF_NOT_CHECKED);
	assert_int_equal(r, 0);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_READ, .reading = &reading});
	person_release(&reading.person);
}

void kit_ticket(struct kit *kit, enum queue_outcome outcome)
{
	char id[] = "20261124-A015", number[] = "A015", token[] = "Zm9yLXRoZS10ZXN0LW9ubHk", service[] = "certificates",
	     at[] = "2026-11-24T10:12:00+09:00";
	struct ticket ticket = {.id = id, .number = number, .token = token, .service = service, .issued_at = at,
				.ahead = 2, .wait_from_min = 10, .wait_to_min = 20};

	kit_event(kit, &(struct flow_event){.kind = FLOW_TICKET_ANSWER, .queue_outcome = outcome,
					    .ticket = outcome == QUEUE_OK ? &ticket : NULL});
}

bool kit_has(const struct kit *kit, enum flow_effect effect)
{
	for (size_t i = 0; i < kit->effects.n; i++)
		if (kit->effects.items[i] == effect)
			return true;
	return false;
}

int kit_service(const struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->config->n_services; i++)
		if (strcmp(kit->config->services[i].id, id) == 0)
			return (int)i;
	fail();
	return -1;
}

int kit_language(const struct kit *kit, const char *language)
{
	for (size_t i = 0; i < kit->config->terminal.n_languages; i++)
		if (strcmp(kit->config->terminal.languages[i], language) == 0)
			return (int)i;
	fail();
	return -1;
}

int kit_procedure(const struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->config->n_procedures; i++)
		if (strcmp(kit->config->procedures[i].id, id) == 0)
			return (int)i;
	fail();
	return -1;
}

void kit_to_card(struct kit *kit)
{
	kit_press(kit, ACTION_SERVICE, kit_service(kit, "certificates"));
	kit_press(kit, ACTION_PROCEDURE, kit_procedure(kit, "juminhyo"));
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
}

void kit_lay(struct kit *kit, enum card_kind kind, int pin, int b)
{
	kit_presence(kit, CARD_PRESENCE_PRESENT, kit->flow.insertion + 1);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
	kit_look(kit, CARD_OK, kind, pin, b);
}

void kit_to_pin(struct kit *kit)
{
	kit_to_card(kit);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
	kit_look(kit, CARD_OK, CARD_MY_NUMBER, 3, 10);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
}

void kit_to_check(struct kit *kit)
{
	kit_to_pin(kit);
	kit_pin(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	assert_true(kit_has(kit, EFFECT_CARD_READ));
	kit_read(kit, CARD_OK, -1);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
}

void kit_answer(struct kit *kit)
{
	for (int i = 0; i < 40 && kit->flow.screen == SCREEN_QUESTION; i++) {
		const struct form_field *field = flow_question_field(&kit->flow);
		if (!field->is_required) {
			kit_press(kit, ACTION_SKIP, 0);
			continue;
		}
		if (field->type == FIELD_INTEGER)
			kit_press(kit, ACTION_NUMBER, field->min);
		else
			kit_press(kit, ACTION_CHOOSE, 0);
		kit_press(kit, ACTION_NEXT, 0);
	}
	assert_int_equal(kit->flow.screen, SCREEN_REVIEW);
}

void kit_to_review(struct kit *kit)
{
	kit_to_check(kit);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	kit_answer(kit);
	assert_true(kit_has(kit, EFFECT_PREVIEW));
}
