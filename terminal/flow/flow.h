#pragma once
/* SPDX-License-Identifier: MIT
 * Flow: one resident's visit as a value. State, event and monotonic time go in, effects come out; no clock, no
 * descriptor, no log, no drawing, so that a whole visit runs in milliseconds in a test. Everything known of the
 * resident lives in struct visit and is zero again when the visit ends. What opens a card (PIN, 照合番号B, card number)
 * never comes here: the program keeps it in struct secrets and tells only how many characters there are. Thread: the
 * loop's. */
#include "cardreader/card.h"
#include "queue/queue.h"
#include "shared/base/clock.h"
#include "shared/base/limits.h"
#include "shared/jp/era.h"
#include "shared/model/draft.h"
#include "shared/model/guide.h"

#define FLOW_SERVICES_MAX 64
#define FLOW_EFFECTS_MAX 16
#define FLOW_ENTRY_BYTES_MAX 1024
#define FLOW_TOKEN_LENGTH_MAX 128
#define FLOW_PIN_LENGTH 4
#define FLOW_SECRET_STEPS_MAX 3  /* 照合番号B is typed in three */
#define FLOW_SECRET_LENGTH_MAX 12 /* of one step */
#define FLOW_PAGE_TILES 6        /* procedures and options on one screen; nothing scrolls */
#define FLOW_PAGES_MAX 100
#define FLOW_PROCEDURES_MAX 12   /* of one visit, on one ticket */
#define FLOW_NOTES_PER_PAGE 2    /* what is said of a procedure before its form; one, in larger text */
#define FLOW_BRING_MAX 24
#define FLOW_BUSY_MS_MAX 20000   /* reading, printing, asking for a number: then the visit goes on without */
#define FLOW_BOARD_EVERY_MS 15000
#define FLOW_CARD_FAILED_MS 3000 /* then the reader waits for the next card, whether the faulty one was taken or not */

enum flow_screen {
	SCREEN_START,
	SCREEN_SERVICES,     /* a number only: for which service */
	SCREEN_PROCEDURES,
	SCREEN_GUIDE_EVENTS, /* who does not know what to do: what happened? */
	SCREEN_GUIDE_QUESTION,
	SCREEN_GUIDE_RESULT, /* the procedures that follow; which of them today */
	SCREEN_NOTE,         /* who may come, until when, what to bring: before anything is filled in */
	SCREEN_CARD,
	SCREEN_CARD_EXPIRED, /* told before anything is asked */
	SCREEN_CARD_OTHER,   /* of a kind this counter does not take */
	SCREEN_NUMBER_ASK,   /* whether the individual number shall be read, where that is the resident's to say */
	SCREEN_PIN,
	SCREEN_B_BIRTH,      /* 照合番号B: birth date, expiry year, security code */
	SCREEN_B_EXPIRY,
	SCREEN_B_CODE,
	SCREEN_CARD_NUMBER,  /* of a residence card */
	SCREEN_LAST_TRY,     /* the resident must agree before the last try */
	SCREEN_PIN_BLOCKED,  /* or 照合番号B, by visit.auth */
	SCREEN_PIN_UNKNOWN,  /* "I do not know it": what can be done */
	SCREEN_READING,
	SCREEN_CARD_FAILED,
	SCREEN_BY_HAND,      /* no card: name and address are written by hand on the paper */
	SCREEN_CHECK,
	SCREEN_CORRECT,      /* which values are wrong */
	SCREEN_QUESTION,
	SCREEN_REVIEW,
	SCREEN_TAKE_CARD,
	SCREEN_PRINTING,
	SCREEN_TICKET,
	SCREEN_NO_TICKET,    /* queue away, closed, exhausted: what to do instead */
	SCREEN_SCAN,
	SCREEN_TICKET_STATE,
	N_FLOW_SCREENS
};

/** What lies over the screen until it is closed. */
enum flow_overlay { OVERLAY_NONE, OVERLAY_LANGUAGE, OVERLAY_STAFF, OVERLAY_QUIT, OVERLAY_WARNING };

enum flow_action {
	ACTION_BACK = 1, ACTION_QUIT, ACTION_QUIT_YES, ACTION_CLOSE, ACTION_STAFF, ACTION_MORE_TIME,
	ACTION_LANGUAGE, ACTION_LANGUAGE_SET, ACTION_TEXT_SIZE, ACTION_PAGE, ACTION_NEXT, ACTION_SKIP,
	ACTION_SERVICE, ACTION_TICKET_ONLY, ACTION_SCAN, ACTION_PROCEDURE,
	ACTION_GUIDE,
	ACTION_EVENT,  /* argument: index of the life event */
	ACTION_ANSWER, /* argument: index of the option */
	ACTION_PICK,   /* argument: place in flow_guide_results() */
	ACTION_NO_CARD, ACTION_CARD_AGAIN, ACTION_OTHER_CARD,
	ACTION_SECRET_KEY, /* argument: the character; kept by the program, which then tells FLOW_SECRET_COUNT */
	ACTION_SECRET_CLEAR, ACTION_SECRET_DROP, ACTION_PIN_UNKNOWN, ACTION_BY_B, ACTION_LAST_TRY_AGREED,
	ACTION_READ_NUMBER, /* argument: 1 yes, 0 no */
	ACTION_ALL_RIGHT, ACTION_SOMETHING_WRONG, ACTION_MARK_WRONG,
	ACTION_CHOOSE, ACTION_NUMBER, ACTION_MORE_NUMBERS, ACTION_DIGIT, ACTION_DROP, ACTION_CLEAR,
	ACTION_KANA, ACTION_KANA_MARK, ACTION_KANA_PAGE, ACTION_ERA, ACTION_DATE_PART,
	ACTION_PRINT, ACTION_FINISH,
};

enum flow_event_kind {
	FLOW_PRESSED,        /* action, argument */
	FLOW_TYPED,          /* text: the whole new content of the entry */
	FLOW_ACTIVITY,       /* any sign of a person */
	FLOW_TICK,           /* flow_deadline() has come */
	FLOW_CLOCK,          /* local: the office's wall clock, each minute */
	FLOW_SECRET_COUNT,   /* argument: how many characters the step at hand holds */
	FLOW_CARD_PRESENCE,  /* presence, argument: insertion */
	FLOW_CARD_LOOK,      /* look; argument: the insertion that was looked at */
	FLOW_CARD_READ,      /* reading, has_number */
	FLOW_PREVIEW,        /* argument: 0 the page can be shown, else it could not be drawn */
	FLOW_FORM_PRINTED,   /* argument: enum flow_paper */
	FLOW_SLIP_PRINTED,   /* argument: enum flow_paper */
	FLOW_TICKET_ANSWER,  /* queue_outcome, ticket */
	FLOW_TICKET_SHOWN,   /* queue_outcome, ticket */
	FLOW_BOARD,          /* queue_outcome, services, n_services, argument: a window is open */
	FLOW_STAFF_ANSWER,   /* queue_outcome */
	FLOW_CODE,           /* text: what the camera saw */
	FLOW_CAMERA,         /* argument: 1 it works, 0 it does not */
};

/** PAPER_UNKNOWN: it may or may not be on paper; never repeated by itself. */
enum flow_paper { PAPER_NONE, PAPER_ASKED, PAPER_DONE, PAPER_FAILED, PAPER_UNKNOWN };

struct flow_event {
	enum flow_event_kind kind;
	enum flow_action action;
	int64_t argument;
	const char *text;
	enum card_presence presence;
	const struct card_look *look;
	const struct card_reading *reading;
	bool has_number;             /* the program holds the individual number now */
	enum queue_outcome queue_outcome;
	const struct ticket *ticket;
	const struct queue_board_service *services;
	size_t n_services;
	struct local_time local;
};

enum flow_effect {
	EFFECT_VISIT_BEGIN,  /* make a visit id */
	EFFECT_VISIT_WIPE,   /* the visit is over: forget pictures, pages, requests; flow itself is already zero */
	EFFECT_ABANDONED,    /* beside VISIT_WIPE: nobody was there any more */
	EFFECT_SECRET_CLEAR, /* every step */
	EFFECT_SECRET_CLEAR_STEP, EFFECT_SECRET_DROP, /* of flow_secret_step() */
	EFFECT_CARD_LOOK,    /* at visit.insertion */
	EFFECT_CARD_READ,    /* with visit.auth, kind, insertion, may_spend_last_try, wants_number */
	EFFECT_NUMBER_WIPE,
	EFFECT_PREVIEW,      /* draw visit.drafts[visit.review] */
	EFFECT_PRINT_FORMS,  /* all drafts to paper */
	EFFECT_TICKET_ISSUE, /* once in a visit */
	EFFECT_PRINT_SLIP,
	EFFECT_TICKET_SHOW,  /* visit.token */
	EFFECT_STAFF_CALL,
	EFFECT_SCAN_START, EFFECT_SCAN_STOP,
	EFFECT_BOARD,
};

struct flow_effects {
	enum flow_effect items[FLOW_EFFECTS_MAX];
	size_t n;
};

/** What the resident is told on the present screen, above everything else; a text id "notice.…". */
enum flow_notice {
	NOTICE_NONE, NOTICE_CARD_REMOVED, NOTICE_CARD_NOT_READ, NOTICE_CARD_NOT_USABLE, NOTICE_CARD_READER_AWAY,
	NOTICE_CARD_GONE, NOTICE_CARD_NOT_PROVED, NOTICE_CARD_OTHER,
	NOTICE_CARD_REMOVED_LATER, NOTICE_PIN_WRONG, NOTICE_B_WRONG, NOTICE_CARD_NUMBER_WRONG, NOTICE_SECRET_MALFORMED,
	NOTICE_NUMBER_REFUSED, NOTICE_NOT_A_TICKET,
	NOTICE_TICKET_UNKNOWN, NOTICE_QUEUE_AWAY, NOTICE_PREVIEW_FAILED, NOTICE_CARD_LEFT, N_FLOW_NOTICES
};

/** The question on the screen and what has been answered so far, not yet in the draft. */
struct flow_question {
	int form, field;
	char entry[FLOW_ENTRY_BYTES_MAX];
	bool is_keypad;              /* integer: typed by ten-key instead of tiles */
	int kana_page, page;
	int era;                     /* enum era; ERA_NONE is the western calendar */
	int date_part;               /* 0 year, 1 month, 2 day */
	char date[3][5];
	const char *problem;         /* rule word of draft_check(), NULL none */
};

/** Where the resident is in the guide. */
struct flow_guide {
	int event, question;         /* indices; question: the one on the screen */
	struct guide_answers answers;
	int asked[GUIDE_QUESTIONS_MAX]; /* in the order they were asked, for the way back */
	int n_asked;
	int before;                  /* what had been answered to the question on the screen; GUIDE_UNANSWERED */
	uint32_t picked;             /* bit per place in flow_guide_results() */
};

struct visit {
	bool is_active;
	int language;                /* index into config->terminal.languages */
	int text_percent;
	int service;                 /* index into the configuration, -1 none */
	int procedures[FLOW_PROCEDURES_MAX]; /* the same, of all this visit is for */
	int n_procedures;
	bool is_guided;
	struct flow_guide guide;
	int page;
	bool is_number_only;
	enum flow_notice notice;
	bool is_looking;
	int64_t insertion;
	enum card_kind kind;         /* of the card that lies there: from here to tries, as it told without a secret */
	char expires[11];
	struct card_tries tries;
	bool needs_secret;
	enum card_auth auth;         /* what is being typed for it */
	int secret_counts[FLOW_SECRET_STEPS_MAX];
	int tries_left;              /* of auth; −1 unknown or without limit */
	bool may_spend_last_try;
	enum card_outcome card_outcome; /* of SCREEN_CARD_FAILED */
	bool is_by_hand;             /* goes on without what a card would have told */
	bool may_read_number;        /* a permit stands in the signed configuration */
	bool wants_number, is_number_decided, has_number;
	bool has_person;
	struct person person;
	struct draft_card card;      /* the card the person comes from; kind "" none */
	struct flow_picture {
		enum draft_picture what;
		uint8_t *png;
		size_t n_png;
	} pictures[CARD_PICTURES_MAX]; /* for the clerk; they go with the first draft */
	size_t n_pictures;
	unsigned wrong;              /* bit per value of PERSON_VALUES the resident called wrong */
	struct draft *drafts[TICKET_DRAFTS_MAX]; /* one a form, in the order of the procedures */
	int draft_procedures[TICKET_DRAFTS_MAX]; /* which procedure each is for */
	int n_drafts;
	struct flow_question question;
	int review;                  /* which draft is shown */
	bool is_preview_ready, has_preview_failed;
	enum flow_paper form_paper, slip_paper;
	bool is_ticket_asked, has_ticket;
	enum queue_outcome ticket_outcome;
	struct ticket ticket;
	char token[FLOW_TOKEN_LENGTH_MAX + 1];
	enum queue_outcome staff_outcome;
	bool is_staff_answered;
};

struct flow {
	const struct config *config;
	const struct config_office *office;
	enum flow_screen screen;
	enum flow_overlay overlay;
	struct visit visit;
	/* what the hall is like; nothing of a resident */
	enum card_presence presence;
	int64_t insertion;
	bool is_card_left;           /* a card stayed on the reader after its visit ended */
	struct flow_board {
		bool is_known;
		int waiting, from_min, to_min;
	} board[FLOW_SERVICES_MAX];
	bool is_queue_away, is_window_open, has_camera;
	struct local_time local;     /* year 0 until the first FLOW_CLOCK */
	/* monotonic times, 0 none */
	int64_t touched_mono_ms, warned_mono_ms, busy_mono_ms, board_mono_ms, failed_mono_ms, now_mono_ms;
};

/** flow_init() - the start screen of @office. Both are borrowed for the flow's life. */
void flow_init(struct flow *flow, const struct config *config, const struct config_office *office);
/** flow_is_at_rest() - the start screen with nobody before it: the one moment at which a configuration may be exchanged. */
bool flow_is_at_rest(const struct flow *flow);
/** flow_exchange() - at rest: the same start screen by another configuration, borrowed like the one before, of which nothing
 *  is used any more. */
void flow_exchange(struct flow *flow, const struct config *config, const struct config_office *office);
/** flow_release() - wipes whatever visit there is. */
void flow_release(struct flow *flow);
/** flow_step() - one event. @effects is emptied first, then filled in the order to be done. */
void flow_step(struct flow *flow, const struct flow_event *event, int64_t now_mono_ms, struct flow_effects *effects);
/** flow_deadline() - when FLOW_TICK is wanted, monotonic ms; −1 never. */
int64_t flow_deadline(const struct flow *flow);

/* ---- what screens and the program ask ---- */
const char *flow_language(const struct flow *flow);
const struct config_service *flow_service(const struct flow *flow);     /* NULL none */
/** flow_procedure() - the @n-th procedure of the visit; NULL beyond the last. */
const struct config_procedure *flow_procedure(const struct flow *flow, int n);
/** flow_draft_procedure() - the procedure draft @draft is for. NULL: there is none. */
const struct config_procedure *flow_draft_procedure(const struct flow *flow, int draft);
/** flow_number_procedure() - the procedure for which the individual number is, or would be, read. NULL none. */
const struct config_procedure *flow_number_procedure(const struct flow *flow);
/** flow_is_service_here() - whether a window of this office serves it. */
bool flow_is_service_here(const struct flow *flow, const struct config_service *service);
const struct form_field *flow_question_field(const struct flow *flow);  /* NULL none */
/** flow_question_place() - which of how many questions; 1-based. Return: how many. */
int flow_question_place(const struct flow *flow, int *ret_place);
/** flow_is_person_question() - whether @field is asked only because the card did not tell it: the pen may answer instead. */
bool flow_is_person_question(const struct flow *flow, const struct form_field *field);
/** flow_is_option_chosen() - whether the entry of a choice holds @id; several are joined by ",". */
bool flow_is_option_chosen(const struct flow_question *question, const char *id);
/** flow_warning_left_s() - seconds the warning still stays. */
int flow_warning_left_s(const struct flow *flow);
/** flow_fee_yen() - of all procedures of the visit, for the copies asked for (integer field "copies" of a draft). */
int64_t flow_fee_yen(const struct flow *flow);
/** flow_bring() - ids of what to bring for all procedures, each once, without a fee that is told with its amount.
 *  Return: how many; @ret_ids holds FLOW_BRING_MAX. */
int flow_bring(const struct flow *flow, const char *ret_ids[FLOW_BRING_MAX]);
/** flow_is_signed_by_hand() - a printed form waits for a signature. */
bool flow_is_signed_by_hand(const struct flow *flow);
/** flow_is_open_now() - by the office's hours and holidays. */
bool flow_is_open_now(const struct flow *flow);
/** flow_is_busy() - something outside is awaited; the resident cannot act. */
bool flow_is_busy(const struct flow *flow);

/* ---- the guide ---- */
/** flow_guide_event() - the life event chosen; NULL none. flow_guide_question(): the one on the screen; NULL none. */
const struct guide_event *flow_guide_event(const struct flow *flow);
const struct guide_question *flow_guide_question(const struct flow *flow);
/** flow_guide_results() - indices of what is told now. Return: how many; @ret_results holds GUIDE_RESULTS_MAX. */
int flow_guide_results(const struct flow *flow, int ret_results[GUIDE_RESULTS_MAX]);
/** flow_guide_procedure() - of a result; *ret_is_here: a window of this office serves it. */
const struct config_procedure *flow_guide_procedure(const struct flow *flow, int result, bool *ret_is_here);
bool flow_is_picked(const struct flow *flow, int place);
/** flow_notes() - the procedures told of on SCREEN_NOTE. Return: how many; *ret_per_page on one page of visit.page. */
int flow_notes(const struct flow *flow, const struct config_procedure *ret_procedures[FLOW_PROCEDURES_MAX], int *ret_per_page);

/* ---- the card, and what opens it ---- */
struct flow_secret_step {
	enum flow_screen screen;
	int length;
};
/** flow_secret_steps() - the screens that ask for the parts of such a secret, in order. Return: how many, 0 none. */
int flow_secret_steps(enum card_auth auth, const struct flow_secret_step **ret_steps);
/** flow_secret_step() - which part the present screen asks for; −1 none. */
int flow_secret_step(const struct flow *flow);
/** flow_secret_length() - of the part at hand, 0 none; flow_secret_count(): how much of it is typed. */
int flow_secret_length(const struct flow *flow);
int flow_secret_count(const struct flow *flow);
/** flow_secret_takes_letter() - the next character is a letter; a digit otherwise. */
bool flow_secret_takes_letter(const struct flow *flow);
/** flow_takes_kind() - whether this counter reads such cards. */
bool flow_takes_kind(const struct flow *flow, enum card_kind kind);
/** flow_can_use_b() - the card that lies there may be opened by 照合番号B. */
bool flow_can_use_b(const struct flow *flow);

/** What becomes of the individual number in this visit. */
enum flow_number {
	NUMBER_NEVER,        /* the procedure does not ask for it: it is not read */
	NUMBER_WILL_BE_READ, /* by PIN */
	NUMBER_READ,
	NUMBER_BY_HAND,      /* the procedure asks for it, but its box stays empty for the pen */
};
enum flow_number flow_number(const struct flow *flow);
