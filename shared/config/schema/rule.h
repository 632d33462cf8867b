#pragma once
/* SPDX-License-Identifier: MIT
 * Rule: what the law asks of a procedure, by the word a catalogue writes as `rule:`. It says the least a form must hold,
 * whether an individual number may be asked, the signature and the time limit; what an ordinance adds is the town's to write. */
#include <stdbool.h>
#include "shared/config/config.h"

#define RULE_NEEDS_MAX 10

/** One thing a form must hold: fields that would do, as words between spaces: an id, from:SOURCE or type:TYPE. */
struct rule_need {
	const char *what;    /* English, for messages: "the address" */
	const char *fields;
};

struct rule {
	const char *id;
	const char *law;                    /* where it stands, for messages */
	enum individual_number number;      /* never: may not be asked; optional: may be; required: the law asks for it */
	enum signature signature;           /* the least */
	int within_days;                    /* 0: none, or it depends on the case */
	bool is_free;                       /* nowhere a fee */
	struct rule_need needs[RULE_NEEDS_MAX]; /* to the first without fields */
};

/** rule_find() - NULL: no such rule. */
const struct rule *rule_find(const char *id);
/** rule_nearest() - the id a slip of the hand away from @id, or NULL. */
const char *rule_nearest(const char *id);
