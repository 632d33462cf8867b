#pragma once
/* SPDX-License-Identifier: MIT
 * Rules: every kind of finding by its permanent word. A word is never used for anything else and never goes away, since
 * towns' scripts, editors and the fixtures of broken towns name it. Level and what is looked at stand beside it. */

enum finding_level { FINDING_ERROR, FINDING_WARNING };

/* symbol, word, level, what is found */
#define FINDING_RULES(X) \
	/* files and YAML */ \
	X(UNREADABLE_FILE, "unreadable-file", ERROR, "A file or folder of the configuration cannot be read.") \
	X(SYMBOLIC_LINK, "symbolic-link", ERROR, "A file of a layer is a symbolic link.") \
	X(FILE_TOO_LARGE, "file-too-large", ERROR, "A file is larger than one file may be.") \
	X(TOO_MANY_FILES, "too-many-files", ERROR, "A layer holds more files than it may.") \
	X(UNREAD_FILE, "unread-file", WARNING, "A file looks like configuration but its name keeps it from being read.") \
	X(NOT_UTF8, "not-utf8", ERROR, "A file is not UTF-8.") \
	X(CONTROL_CHARACTER, "control-character", ERROR, "A text holds control or direction characters.") \
	X(YAML_SYNTAX, "yaml-syntax", ERROR, "A file is not YAML.") \
	X(YAML_ALIAS, "yaml-alias", ERROR, "A YAML alias, anchor or tag is used.") \
	X(YAML_DOCUMENT, "yaml-document", ERROR, "A file holds a second document.") \
	X(NOT_SETTINGS, "not-settings", ERROR, "A file is no map of settings.") \
	X(TOO_DEEP, "too-deep", ERROR, "Values are nested more deeply than any setting is.") \
	X(TOO_MANY_ENTRIES, "too-many-entries", ERROR, "A list or map has more entries than it may.") \
	X(TOO_LARGE, "too-large", ERROR, "The configuration as a whole is too large, or memory is short.") \
	X(TOO_MANY_FINDINGS, "too-many-findings", ERROR, "There are more findings than are told in one run.") \
	X(DUPLICATE_KEY, "duplicate-key", ERROR, "A name stands twice in one map of a layer.") \
	/* layers */ \
	X(MISSING_LAYER_FILE, "missing-layer-file", ERROR, "A folder has no layer.yaml.") \
	X(MISSING_TEMPLATES, "missing-templates", ERROR, "The folder of templates is not there.") \
	X(UNKNOWN_LAYER, "unknown-layer", ERROR, "extends names a layer that is not there.") \
	X(LAYER_VERSION, "layer-version", ERROR, "The layer below has another version than the one asked for.") \
	X(EXTENDS_CYCLE, "extends-cycle", ERROR, "extends leads back to a layer above.") \
	X(EXTENDS_TOO_LONG, "extends-too-long", ERROR, "The chain of extends is longer than it may be.") \
	X(LAYER_CODE, "layer-code", ERROR, "A layer was written for another town.") \
	X(LAYER_OF_NOTHING, "layer-of-nothing", ERROR, "A layer belongs to an office or a device that does not exist.") \
	X(OTHER_OFFICE, "other-office", ERROR, "A program is started for another office than its device's layer names.") \
	X(NOT_FOR_LOCAL, "not-for-local", ERROR, "An office's or a device's layer sets what one queue reads for the whole town.") \
	X(MISPLACED_HEADING, "misplaced-heading", ERROR, "extends, code or version stands elsewhere than in layer.yaml.") \
	X(REMOVES_NOTHING, "removes-nothing", ERROR, "An entry is removed that no weaker layer has.") \
	X(BAD_REMOVE, "bad-remove", ERROR, "remove is something else than true.") \
	X(UNSIGNED_FOLDER, "unsigned-folder", ERROR, "A folder is given where only a signed bundle may be.") \
	X(TRANSLATION_FILE, "translation-file", ERROR, "A file of translations is not named for a language or holds no texts.") \
	X(TRANSLATION_OF_NOTHING, "translation-of-nothing", WARNING, "A translation is for a text that is not there.") \
	/* one value */ \
	X(UNKNOWN_KEY, "unknown-key", ERROR, "A name that no setting has.") \
	X(UNKNOWN_WORD, "unknown-word", ERROR, "A value that is none of the words allowed.") \
	X(UNKNOWN_LANGUAGE, "unknown-language", ERROR, "A text in a language that is not known here.") \
	X(UNKNOWN_WEEKDAY, "unknown-weekday", ERROR, "Office hours on a day that is no weekday.") \
	X(UNKNOWN_ROLE, "unknown-role", ERROR, "A printer's role that is not known here.") \
	X(BAD_TEXT_NAME, "bad-text-name", ERROR, "A named text has a name that cannot be one.") \
	X(WRONG_TYPE, "wrong-type", ERROR, "A value is of another kind than its setting.") \
	X(MISSING_VALUE, "missing-value", ERROR, "A name stands without a value.") \
	X(TOO_LONG, "too-long", ERROR, "A text is longer than any text may be.") \
	X(OUT_OF_RANGE, "out-of-range", ERROR, "A number lies outside what its setting allows, or is none.") \
	X(MALFORMED_VALUE, "malformed-value", ERROR, "A time, span, band, prefix, date, colour or address is not written as one.") \
	X(MALFORMED_ID, "malformed-id", ERROR, "An id holds signs that ids do not have.") \
	X(MUNICIPALITY_CODE, "municipality-code", ERROR, "A municipality code is incomplete or its check digit is wrong.") \
	X(INSECURE_ADDRESS, "insecure-address", ERROR, "Pages would cross the network unencrypted.") \
	X(LOW_CONTRAST, "low-contrast", ERROR, "A colour is not readable on its ground (below 4.5:1).") \
	X(MISSING_ID, "missing-id", ERROR, "An entry of a list has no id.") \
	X(DUPLICATE_ID, "duplicate-id", ERROR, "Two entries of a list have one id.") \
	X(REPEATED_ENTRY, "repeated-entry", ERROR, "A list names one thing twice.") \
	X(MISSING_KEY, "missing-key", ERROR, "A setting that must be there is not.") \
	X(DANGLING_REFERENCE, "dangling-reference", ERROR, "An id names something that is not there.") \
	/* texts */ \
	X(NO_LANGUAGE, "no-language", ERROR, "The screen offers no language, or not Japanese.") \
	X(MISSING_JAPANESE, "missing-japanese", ERROR, "A text has no Japanese.") \
	X(MISSING_TRANSLATION, "missing-translation", WARNING, "A text is missing in a language the screen offers.") \
	X(STALE_TRANSLATION, "stale-translation", WARNING, "A translation is of words that a stronger layer replaced.") \
	X(MISSING_READING, "missing-reading", WARNING, "A Japanese text with kanji has no reading to be spoken.") \
	X(KANJI_IN_READING, "kanji-in-reading", ERROR, "A reading holds kanji.") \
	X(MISSING_RUBY, "missing-ruby", ERROR, "Kanji stand without ruby in easy Japanese.") \
	X(BROKEN_RUBY, "broken-ruby", ERROR, "Ruby is not written as {kanji|reading}.") \
	X(UNKNOWN_TEXT, "unknown-text", WARNING, "A layer above the common one names a text that nothing shows.") \
	X(UNKNOWN_VARIABLE, "unknown-variable", ERROR, "A translation wants something put in ($1, $2) that the Japanese does not have.") \
	X(MISSING_VARIABLE, "missing-variable", ERROR, "A translation leaves out what is put into the Japanese ($1, $2).") \
	/* the counter */ \
	X(OVERLAPPING_HOURS, "overlapping-hours", ERROR, "Office hours name a day twice.") \
	X(NEVER_OPEN, "never-open", WARNING, "An office is open on no day.") \
	X(LUNCH_OUTSIDE_HOURS, "lunch-outside-hours", ERROR, "The lunch break does not lie within the hours of a day.") \
	X(DAY_STARTS_IN_HOURS, "day-starts-in-hours", ERROR, "The service day rolls over while the office is open.") \
	X(BAND_OVERLAP, "band-overlap", ERROR, "Two services can give the same number.") \
	X(BAND_LOOKALIKE, "band-lookalike", WARNING, "Numbers of two services look alike: the letters O and I are read as 0 and 1.") \
	X(SERVICE_WITHOUT_WINDOW, "service-without-window", ERROR, "No window serves a service.") \
	X(OFFICE_WITHOUT_WINDOW, "office-without-window", WARNING, "An office has no window.") \
	X(IDLE_WINDOW, "idle-window", ERROR, "A window serves nothing.") \
	X(REMOTE_FROM_ITSELF, "remote-from-itself", ERROR, "A remote counter is staffed from the office it stands in.") \
	X(LABEL_TWICE, "label-twice", WARNING, "Two windows or services of one place are called the same.") \
	/* forms */ \
	X(CHOICE_WITHOUT_OPTIONS, "choice-without-options", ERROR, "A choice has nothing to choose from.") \
	X(CHOICE_OF_ONE, "choice-of-one", WARNING, "A required choice has one option only.") \
	X(MISPLACED_OPTIONS, "misplaced-options", ERROR, "Options stand at a field that is no choice.") \
	X(MISSING_BOUNDS, "missing-bounds", ERROR, "A number or a table has no bounds.") \
	X(REVERSED_BOUNDS, "reversed-bounds", ERROR, "max is smaller than min.") \
	X(BAD_DEFAULT, "bad-default", ERROR, "A default is no value the field can have.") \
	X(BAD_CONDITION, "bad-condition", ERROR, "show_if names a value or a field that cannot decide.") \
	X(CONDITION_CYCLE, "condition-cycle", ERROR, "Fields show each other in a circle.") \
	X(CONDITION_ON_LATER, "condition-on-later", ERROR, "A field depends on one that is asked after it.") \
	X(UNKNOWN_SECTION, "unknown-section", ERROR, "A field stands in a section the form does not have.") \
	X(EMPTY_SECTION, "empty-section", WARNING, "A section of a form has no field.") \
	X(NEVER_FILLED, "never-filled", ERROR, "A required field is never filled.") \
	X(HAND_WORK_ASKED, "hand-work-asked", ERROR, "What is written by hand is asked on the screen.") \
	X(ROWS_IN_ROWS, "rows-in-rows", ERROR, "A table stands within a table.") \
	X(ROWS_WITHOUT_FIELDS, "rows-without-fields", ERROR, "A table has no columns, or a field that is no table has some.") \
	X(TOO_MANY_FIELDS, "too-many-fields", ERROR, "A form has more fields than it may.") \
	X(PIN_ON_FORM, "pin-on-form", ERROR, "A form asks for a PIN or password.") \
	X(UNUSED_FORM, "unused-form", WARNING, "No procedure uses a form.") \
	/* procedures */ \
	X(UNKNOWN_RULE, "unknown-rule", ERROR, "A procedure names a rule of law that is not known here.") \
	X(LAW_FIELD, "law-field", ERROR, "A procedure's forms lack a field that the law asks for.") \
	X(LAW_SIGNATURE, "law-signature", ERROR, "A procedure asks for less of a signature than its rule.") \
	X(LAW_DEADLINE, "law-deadline", ERROR, "A procedure tells another time limit than its rule, or none.") \
	X(LAW_FEE, "law-fee", WARNING, "A fee is asked for what is free of charge everywhere.") \
	X(SIGNATURE_WITHOUT_LINE, "signature-without-line", ERROR, "A procedure wants a signature, but none of its forms has a line for it.") \
	X(FEE_WITHOUT_YEN, "fee-without-yen", ERROR, "A fee is to be brought but no yen are told.") \
	X(YEN_WITHOUT_FEE, "yen-without-fee", WARNING, "Yen are asked but the fee is not among what to bring.") \
	X(NUMBER_NOT_ALLOWED, "number-not-allowed", ERROR, "An individual number is asked where no law allows it.") \
	X(NUMBER_NEEDED, "number-needed", WARNING, "The law asks for the individual number, the procedure never does.") \
	X(NUMBER_WITHOUT_FIELD, "number-without-field", ERROR, "A number is asked but no form has its boxes.") \
	X(NUMBER_WITHOUT_MARK, "number-without-mark", ERROR, "A form has boxes for a number its procedure never asks.") \
	X(NUMBER_TWICE, "number-twice", ERROR, "More than one form of a procedure has the boxes of the number.") \
	X(NUMBER_FIELD, "number-field", ERROR, "The boxes of the individual number are written as something else.") \
	X(NUMBER_IN_ROWS, "number-in-rows", ERROR, "An individual number stands in a table.") \
	/* the guide */ \
	X(GUIDE_CONDITION, "guide-condition", ERROR, "A condition names a question or an answer that is not there.") \
	X(GUIDE_UNUSED_QUESTION, "guide-unused-question", WARNING, "No result depends on a question.") \
	X(GUIDE_WITHOUT_RESULT, "guide-without-result", ERROR, "An event leads to no procedure.") \
	X(GUIDE_TWICE, "guide-twice", WARNING, "One procedure can be told twice for the same answers.") \
	/* measured with the real fonts: shared/render/measure */ \
	X(TEXT_OVERFLOW, "text-overflow", ERROR, "A text does not fit its box or button in a language.") \
	X(TEXT_CROWDED, "text-crowded", WARNING, "A text fits its box or button only when drawn smaller.") \
	X(MISSING_GLYPH, "missing-glyph", ERROR, "No configured font has a glyph.") \
	X(SMALL_TARGET, "small-target", ERROR, "Something to touch is smaller than 20 mm.") \
	X(FIELD_OUTSIDE_PAGE, "field-outside-page", ERROR, "A field lies outside of the page.") \
	X(FIELD_ON_FIELD, "field-on-field", ERROR, "Two fields of a form lie on one another.") \
	/* signed bundles */ \
	X(BUNDLE_UNREADABLE, "bundle-unreadable", ERROR, "A bundle cannot be read.") \
	X(BUNDLE_TOO_LARGE, "bundle-too-large", ERROR, "A bundle is larger than it may be.") \
	X(BUNDLE_KEY, "bundle-key", ERROR, "The key to check a bundle is missing or none.") \
	X(BUNDLE_UNSIGNED, "bundle-unsigned", ERROR, "A bundle has no signature that can be read.") \
	X(BUNDLE_OTHER_KEY, "bundle-other-key", ERROR, "A bundle was signed with another key.") \
	X(BUNDLE_ALTERED, "bundle-altered", ERROR, "A bundle is not what was signed.") \
	X(BUNDLE_MALFORMED, "bundle-malformed", ERROR, "A bundle is not made as bundles are.") \
	X(BUNDLE_INCOMPLETE, "bundle-incomplete", ERROR, "A bundle does not hold all it names.") \
	X(BUNDLE_FILE_NAME, "bundle-file-name", ERROR, "A file cannot stand in a bundle under its name.") \
	X(BUNDLE_OTHER_TOWN, "bundle-other-town", ERROR, "A bundle is for another town.") \
	X(BUNDLE_OLDER, "bundle-older", ERROR, "A bundle has a lower serial than the one in use.") \
	X(BUNDLE_SAME_SERIAL, "bundle-same-serial", ERROR, "A bundle has the serial of the one in use but says something else.") \
	X(BUNDLE_UNFIT, "bundle-unfit", ERROR, "A bundle lacks an office or a printer this machine needs.") \
	X(BUNDLE_NOT_YET, "bundle-not-yet", ERROR, "A bundle is not valid yet.") \
	X(BUNDLE_EXPIRED, "bundle-expired", WARNING, "A bundle is past the day it was meant for; it is used on.") \
	X(BUNDLE_EXPIRES_SOON, "bundle-expires-soon", WARNING, "A bundle will soon be past the day it was meant for.")

enum finding_rule {
#define FINDING_RULE_SYMBOL(symbol, word, level, about) RULE_##symbol,
	FINDING_RULES(FINDING_RULE_SYMBOL)
#undef FINDING_RULE_SYMBOL
	N_FINDING_RULES
};

struct finding_rule_row {
	const char *word;
	enum finding_level level;
	const char *about;
};

/** finding_rule_row() - the row of @rule. */
const struct finding_rule_row *finding_rule_row(enum finding_rule rule);
