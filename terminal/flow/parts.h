#pragma once
/* SPDX-License-Identifier: MIT
 * The pieces of the flow that call each other; for terminal/flow/ only. A screen's handler answers true when the
 * event was meant for it. */
#include "terminal/flow/flow.h"

void flow_effect(struct flow_effects *effects, enum flow_effect effect);
/** flow_go() - another screen; the notice of the one before is gone. */
void flow_go(struct flow *flow, enum flow_screen screen);
/** flow_busy() - a screen that waits for something outside, at most FLOW_BUSY_MS_MAX. */
void flow_busy(struct flow *flow, enum flow_screen screen);
/** flow_end() - the visit is over: zero, and the start screen. */
void flow_end(struct flow *flow, struct flow_effects *effects);

/* choose.c */
bool choose_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
/** choose_procedures() - what the visit is for from now on; on to what is said of it, or to the card. */
void choose_procedures(struct flow *flow, const int *procedures, int n, struct flow_effects *effects);
/** choose_ticket_only() - a number for these procedures (n may be 0), without their forms. */
void choose_ticket_only(struct flow *flow, const int *procedures, int n, struct flow_effects *effects);
/** choose_note_back() - from what is said of the procedures, a page at a time. */
void choose_note_back(struct flow *flow);
/** choose_card_back() - from the card to where the procedures were chosen. */
void choose_card_back(struct flow *flow);
/** choose_drafts() - the procedures' forms, filled from the person and the defaults. false: no memory. */
bool choose_drafts(struct flow *flow);
void choose_drop_drafts(struct visit *visit);

/* guide.c */
bool guide_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
/** guide_back() - from a screen of the guide. */
void guide_back(struct flow *flow, struct flow_effects *effects);

/* card.c */
void card_enter(struct flow *flow, struct flow_effects *effects);
bool card_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void card_presence_changed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void card_looked_at(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void card_was_read(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void card_failed(struct flow *flow, enum card_outcome outcome, struct flow_effects *effects);
/** card_next() - from a card that failed to the wait for the next, with a word about the last. */
void card_next(struct flow *flow, struct flow_effects *effects);

/** card_without() - on without a card. */
void card_without(struct flow *flow, struct flow_effects *effects);
void card_read_begin(struct flow *flow, struct flow_effects *effects);

/* secret.c: what opens the card */
void secret_forget(struct flow *flow, struct flow_effects *effects);
/** secret_begin() - asks for @auth of the card that lies there, or tells why that cannot be; nothing typed is kept. */
void secret_begin(struct flow *flow, enum card_auth auth, struct flow_effects *effects);
bool secret_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
/** secret_back() - to the part before or to where the way to this secret was chosen. false: there is none. */
bool secret_back(struct flow *flow, struct flow_effects *effects);
void secret_counted(struct flow *flow, int64_t count);

/* facts.c: the card's own facts and pictures, kept until there is a draft */
void facts_drop(struct visit *visit);
/** facts_take() - from a reading. false: no memory. */
bool facts_take(struct visit *visit, const struct card_reading *reading);
/** facts_give() - onto the visit's first draft. false: no memory. */
bool facts_give(const struct visit *visit, struct draft *draft);

/* question.c */
void question_first(struct flow *flow, struct flow_effects *effects);
bool question_back(struct flow *flow);
bool question_last(struct flow *flow);
bool question_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void question_typed(struct flow *flow, const char *text);

/* answer.c: the entry of a question, by its type */
void answer_load(struct flow *flow);
/** answer_store() - into the draft. false: problem is set and the question stays. */
bool answer_store(struct flow *flow);
void answer_choose(struct flow *flow, int option);
void answer_digit(struct flow *flow, int digit);
void answer_drop(struct flow *flow);
void answer_clear(struct flow *flow);
void answer_add(struct flow *flow, uint32_t scalar);
void answer_mark(struct flow *flow);

/* finish.c */
void review_enter(struct flow *flow, struct flow_effects *effects);
bool finish_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void finish_number_only(struct flow *flow, struct flow_effects *effects);
void finish_card_taken(struct flow *flow, struct flow_effects *effects);
void finish_ticket_answered(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);
void finish_advance(struct flow *flow, bool is_late);
void scan_code_seen(struct flow *flow, const char *text, struct flow_effects *effects);
void scan_ticket_shown(struct flow *flow, const struct flow_event *event, struct flow_effects *effects);

/* kana.c */
/** kana_marked() - the next of か → が, は → ば → ぱ, つ → っ → づ; the scalar itself when it has no other. */
uint32_t kana_marked(uint32_t scalar);
