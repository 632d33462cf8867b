/* SPDX-License-Identifier: MIT
 * One row per place. Names under texts take the first row that fits, so the particular stand before the general; what
 * belongs to a list may stand in several places and is measured for each. */
#include <fnmatch.h>
#include <string.h>

#include "shared/render/boxes.h"
#include "shared/base/banned.h"

#define ACROSS 984 /* the screen without its margins */
#define BANNER 928 /* in a coloured box */
#define SIGNED 868 /* beside its sign: a notice of type 34 has nine more */
#define WIDE 932   /* in a button from edge to edge */

#define LINES(pattern, what, width, px, lines) {pattern, what, width, px, lines, false, false, NULL, NULL}
#define BOLD(pattern, what, width, px, lines) {pattern, what, width, px, lines, true, false, NULL, NULL}
#define BUTTON(pattern, what, width, px, lines) {pattern, what, width, px, lines, true, true, NULL, NULL}

#define DATE_LONGEST "28 September 2028"
#define MANY "128"

static const struct text_box boxes[] = {
	/* paper and pages, which grow with their texts: at 360 px a phone is narrow, a slip has 536 dots */
	BOLD("texts.web.phone.minutes", "the wait on a phone", 290, 38, 2),
	BOLD("texts.web.phone.soon", "the wait on a phone", 290, 38, 2),
	LINES("texts.web.*", "a page in the browser", 320, 18, 8),
	LINES("texts.slip.*", "a line of the paper ticket", 536, 24, 3),
	/* the frame */
	LINES("texts.frame.hours", "the foot of a screen", 640, 30, 1),
	LINES("texts.frame.lunch", "the foot of a screen", 640, 30, 2),
	LINES("texts.frame.closed-today", "the foot of a screen", 540, 30, 1),
	LINES("texts.frame.forgets", "the foot of a screen", 640, 30, 3),
	BUTTON("texts.frame.next", "a button", 432, 46, 1),
	BUTTON("texts.frame.earlier", "a button", 426, 38, 2),
	BUTTON("texts.frame.later", "a button", 426, 38, 2),
	BOLD("texts.frame.town", "the head of a screen", 300, 36, 2),
	BUTTON("texts.frame.back", "a button at the foot", 203, 38, 2),
	BUTTON("texts.frame.quit", "a button at the foot", 260, 38, 2),
	BUTTON("texts.frame.staff", "a button at the foot", 260, 38, 2),
	LINES("texts.frame.*", "", 0, 0, 0), /* in a row: text_rows */
	LINES("texts.step.*", "", 0, 0, 0),
	/* keys and small buttons */
	BUTTON("texts.keys.mark", "a key", 189, 40, 1),
	BUTTON("texts.keys.*", "a key", 189, 38, 2),
	BUTTON("texts.era.*", "a button for an era", 152, 36, 2),
	BUTTON("texts.b.none", "a button", 190, 38, 3),
	BUTTON("texts.question.yes", "an answer", 426, 46, 2),
	BUTTON("texts.question.no", "an answer", 426, 46, 2),
	BUTTON("texts.question.year", "a part of a date", 262, 46, 1),
	BUTTON("texts.question.month", "a part of a date", 262, 46, 1),
	BUTTON("texts.question.day", "a part of a date", 262, 46, 1),
	BUTTON("texts.sex.*", "an answer", 262, 46, 2),
	BUTTON("texts.start.ticket-only", "a button", 426, 38, 2),
	BUTTON("texts.start.have-ticket", "a button", 426, 38, 2),
	BUTTON("texts.start.guide", "a button", 794, 46, 1),
	LINES("texts.start.guide-what", "a button", 912, 28, 1),
	BUTTON("texts.language.[a-z][a-z]", "a language to choose", 400, 50, 1),
	BUTTON("texts.language.[a-z][a-z]-*", "a language to choose", 400, 50, 1),
	BUTTON("texts.language.fil", "a language to choose", 400, 50, 1),
	/* titles */
	/* where much stands below it, two lines */
	BOLD("texts.start.title", "the title of a full screen", ACROSS, 64, 2),
	BOLD("texts.guide.*title*", "the title of a full screen", ACROSS, 64, 2),
	BOLD("texts.b-*.title", "the title of a full screen", ACROSS, 64, 2),
	BOLD("texts.pin.title", "the title of a full screen", ACROSS, 64, 2),
	BOLD("texts.card-number.title", "the title of a full screen", ACROSS, 64, 2),
	BOLD("texts.ticket.title*", "the title of a full screen", ACROSS, 64, 2),
	BOLD("texts.*.title*", "the title of a screen", ACROSS, 64, 3),
	BOLD("texts.failed-title.*", "the title of a screen", ACROSS, 64, 3),
	BOLD("texts.ask.birth_date", "the title of a screen", ACROSS, 64, 3),
	BOLD("texts.ask.sex", "the title of a screen", ACROSS, 64, 3),
	/* buttons from edge to edge */
	BUTTON("texts.card.without", "a button", WIDE, 46, 2),
	BUTTON("texts.card.again", "a button", WIDE, 38, 2),
	BUTTON("texts.card.other", "a button", WIDE, 38, 2),
	BUTTON("texts.pin.unknown", "a button", WIDE, 38, 2),
	BUTTON("texts.number-ask.yes", "a button", WIDE, 46, 2),
	BUTTON("texts.number-ask.no", "a button", WIDE, 38, 2),
	BUTTON("texts.last-try.agree", "a button", WIDE, 38, 2),
	BUTTON("texts.unknown.by-b", "a button", WIDE, 46, 2),
	BUTTON("texts.unknown.again", "a button", WIDE, 38, 2),
	BUTTON("texts.check.yes", "a button", WIDE, 46, 2),
	BUTTON("texts.check.wrong", "a button", WIDE, 38, 2),
	BUTTON("texts.correct.next", "a button", WIDE, 46, 2),
	BUTTON("texts.procedures.other", "a button", WIDE, 38, 2),
	BUTTON("texts.guide.other", "a button", WIDE, 38, 2),
	BUTTON("texts.guide.go-on*", "a button", WIDE, 46, 2),
	BUTTON("texts.question.more", "a button", WIDE, 38, 2),
	BUTTON("texts.question.skip", "a button", WIDE, 38, 2),
	BUTTON("texts.review.print", "a button", WIDE, 46, 2),
	BUTTON("texts.ticket.finish", "a button", WIDE, 46, 2),
	BUTTON("texts.state.finish", "a button", WIDE, 46, 2),
	BUTTON("texts.language.close", "a button", WIDE, 38, 2),
	BUTTON("texts.staff.close", "a button", WIDE, 46, 2),
	BUTTON("texts.quit.yes", "a button", WIDE, 38, 2),
	BUTTON("texts.quit.no", "a button", WIDE, 46, 2),
	BUTTON("texts.warning.more", "a button", WIDE, 46, 2),
	BUTTON("texts.warning.end", "a button", WIDE, 38, 2),
	BUTTON("texts.person.*", "a button", 794, 46, 1),
	LINES("texts.person.*", "the name of a value", 230, 32, 2),
	/* the number and its promise */
	BOLD("texts.ticket.range", "the wait on a ticket", 416, 64, 2),
	BOLD("texts.ticket.about", "the wait on a ticket", 416, 64, 2),
	BOLD("texts.ticket.within", "the wait on a ticket", 416, 64, 2),
	BOLD("texts.ticket.soon", "the wait on a ticket", 416, 64, 2),
	BOLD("texts.ticket.ahead", "the wait on a ticket", 416, 64, 2),
	LINES("texts.ticket.clock", "the time on a ticket", 416, 44, 2),
	LINES("texts.ticket.until", "beside the number", 416, 32, 2),
	LINES("texts.ticket.no-promise-title", "beside the number", 416, 32, 2),
	LINES("texts.ticket.no-promise", "beside the number", 416, 30, 3),
	LINES("texts.ticket.phone", "above the code", 416, 30, 3),
	LINES("texts.ticket.here", "above the code", 416, 30, 3),
	LINES("texts.ticket.number", "above the number", 912, 34, 1),
	BOLD("texts.ticket.bring", "a heading", 904, 40, 2),
	LINES("texts.ticket.form-failed", "a notice", SIGNED, 34, 2),
	LINES("texts.ticket.form-late", "a notice", SIGNED, 34, 2),
	LINES("texts.ticket.slip-failed", "a notice", SIGNED, 34, 2),
	LINES("texts.ticket.*", "a line of what to bring", 850, 36, 2),
	LINES("texts.bring.*", "a line of what to bring", 850, 36, 2),
	BOLD("texts.wait.*", "the wait on a button", 406, 28, 1),
	BOLD("texts.procedures.free", "a line of a procedure", 904, 36, 1),
	BOLD("texts.procedures.*", "the last line of a button", 912, 28, 1),
	BOLD("texts.guide.optional", "the last line of a button", 500, 28, 1),
	BOLD("texts.guide.elsewhere", "the last line of a button", 912, 28, 2),
	/* the guide, and what is told before the form */
	LINES("texts.guide.pick", "a line below a title", ACROSS, 36, 3),
	LINES("texts.guide.nothing", "a notice", SIGNED, 40, 5),
	LINES("texts.note.place", "a line", ACROSS, 34, 1),
	LINES("texts.note.and", "", 0, 0, 0), /* a comma */
	BOLD("texts.note.bring", "a heading", 904, 36, 2),
	LINES("texts.note.*", "a line of a procedure", 904, 36, 3),
	LINES("texts.who.*", "a line of a procedure", 904, 36, 2),
	/* values and where they come from */
	BOLD("texts.source.*", "the mark beside a value", 210, 24, 1),
	BOLD("texts.check.verified", "the mark beside a value", 240, 24, 1),
	LINES("texts.check.asked-next", "instead of a value", 675, 34, 3),
	LINES("texts.check.name-looked-at", "instead of a value", 675, 34, 3),
	LINES("texts.check.not-told", "instead of a value", 675, 34, 3),
	LINES("texts.check.by-pen", "instead of a value", 675, 34, 3),
	LINES("texts.check.*", "a notice", SIGNED, 34, 5),
	LINES("texts.card.kinds", "a line of the card screen", 904, 30, 2),
	LINES("texts.card.here", "the words of a picture", 480, 40, 2),
	LINES("texts.reading.keep", "the words of a picture", 480, 40, 2),
	BOLD("texts.kind.*", "the kinds of card", 904, 38, 1),
	LINES("texts.card.what", "a line of the card screen", ACROSS, 34, 3),
	LINES("texts.card.*", "a notice", SIGNED, 34, 4),
	LINES("texts.b.step", "a line", 300, 32, 1),
	LINES("texts.b-*.what", "a line", ACROSS, 32, 2),
	LINES("texts.b-birth.groups", "beside the places to fill", 200, 28, 1),
	LINES("texts.b.*", "a line", SIGNED, 34, 2),
	LINES("texts.pin.what*", "a line", ACROSS, 34, 4),
	LINES("texts.pin.*", "a line", SIGNED, 34, 2),
	LINES("texts.card-number.what", "a line", ACROSS, 36, 2),
	BOLD("texts.card-number.*", "a line", ACROSS, 40, 2),
	LINES("texts.number.*", "a line", BANNER, 32, 2),
	LINES("texts.question.*", "a line", ACROSS, 34, 2),
	LINES("texts.problem.*", "what is wrong with an answer", SIGNED, 34, 2),
	/* what happened, and what now */
	LINES("texts.*.picture", "", 0, 0, 0), /* spoken, not drawn */
	LINES("texts.*.name", "", 0, 0, 0),
	LINES("texts.review.page", "", 0, 0, 0),
	LINES("texts.ticket.qr", "", 0, 0, 0),
	LINES("texts.question.entry", "", 0, 0, 0),
	LINES("texts.notice.preview-failed", "a notice", SIGNED, 40, 4),
	LINES("texts.notice.closed", "a notice", SIGNED, 34, 2),
	LINES("texts.notice.card-left", "a notice", SIGNED, 34, 2),
	LINES("texts.notice.queue-away-start", "a notice", SIGNED, 34, 2),
	LINES("texts.notice.*", "a notice", SIGNED, 34, 3),
	LINES("texts.state.*", "a notice", 862, 44, 3),
	LINES("texts.warning.what", "a notice", 862, 44, 3),
	LINES("texts.*.what*", "what happened", SIGNED, 40, 5),
	LINES("texts.failed-what.*", "what happened", SIGNED, 40, 5),
	LINES("texts.no-ticket.hours", "the hours", ACROSS, 44, 2),
	LINES("texts.no-ticket.*", "what happened", SIGNED, 40, 5),
	LINES("texts.staff.*", "what happened", SIGNED, 40, 4),
	LINES("texts.*.then*", "what to do now", ACROSS, 38, 5),
	LINES("texts.failed-next.*", "what to do now", ACROSS, 38, 5),
	LINES("texts.review.drawing", "a notice", SIGNED, 34, 2),
	LINES("texts.scan.no-camera", "a notice", SIGNED, 40, 4),
	LINES("texts.ask.pen", "a line below a title", ACROSS, 34, 4),
	/* lists of the town */
	BUTTON("services.*.name", "a button of the first screen", 306, 44, 2),
	LINES("services.*.detail", "a button of the first screen", 418, 28, 2),
	BUTTON("procedures.*.name", "a button of a procedure", 812, 46, 2),
	LINES("procedures.*.detail", "a button of a procedure", 912, 28, 2),
	BOLD("windows.*.label", "the ticket on the screen", 411, 52, 2),
	LINES("windows.*.place", "the ticket on the screen", 480, 38, 2),
	BOLD("forms.*.sections.*.title", "", 0, 0, 0), /* on paper only, where it is measured with its form */
	BOLD("forms.*.title", "the line above a question", 700, 34, 2),
	BOLD("forms.*.fields.*.ask", "the title of a question", ACROSS, 64, 3),
	LINES("forms.*.fields.*.help", "the line below a question", ACROSS, 34, 4),
	BUTTON("forms.*.fields.*.options.*.label", "an answer", WIDE, 46, 3),
	BUTTON("guide.*.name", "a button of the guide", 306, 44, 3),
	LINES("guide.*.detail", "a button of the guide", 418, 28, 2),
	LINES("guide.*.results.*.reason", "the reason below a procedure", 912, 28, 3),
	LINES("procedures.*.note", "what is told of a procedure", 904, 36, 6),
	BOLD("guide.*.questions.*.ask", "the title of a question", ACROSS, 64, 3),
	LINES("guide.*.questions.*.help", "the line below a question", ACROSS, 36, 3),
	BUTTON("guide.*.questions.*.options.*.label", "an answer", WIDE, 46, 2),
};

#define N_BOXES (sizeof(boxes) / sizeof(boxes[0]))

const struct text_row text_rows[] = {
	{"the steps of the way", {"step.procedure", "step.card", "step.check", "step.ticket"}, 984 - 4 * 60 - 3 * 16, 28, true},
	{"the head of a screen", {"frame.text-larger", "frame.language"}, 984 - 65 - 3 * 20 - 2 * 52 - 190, 30, true},
	{"the head of a screen", {"frame.text-normal", "frame.language"}, 984 - 65 - 3 * 20 - 2 * 52 - 190, 30, true},
};
const size_t n_text_rows = sizeof(text_rows) / sizeof(text_rows[0]);

const struct text_box *box_of(const char *path, size_t n)
{
	const char *first = NULL;

	for (size_t i = 0; i < N_BOXES; i++) {
		if (boxes[i].pattern[0] != path[0] || fnmatch(boxes[i].pattern, path, 0) != 0)
			continue;
		if (first && strcmp(boxes[i].pattern, first) != 0)
			continue;
		if (n-- == 0)
			return boxes[i].width > 0 ? &boxes[i] : NULL;
		if (strncmp(path, "texts.", 6) == 0)
			first = boxes[i].pattern;
	}
	return NULL;
}
