#pragma once
/* SPDX-License-Identifier: MIT
 * Card: the terminal's and the command line's side of madoguchi-cardd. Hides the helper process, PC/SC and the
 * card's protocol; knows nothing of forms or queues. cardd is started as a child, killed when it does not answer
 * within a request's bound (SCardConnect may block for ever) and started afresh; the request then ends with
 * CARD_SERVICE_UNAVAILABLE. VERIFY is never repeated by itself. One request at a time. Thread: the loop's.
 * Source: ISO/IEC 7816-4 (APDU), JIS X 6320-4. */
#include <systemd/sd-event.h>
#include "shared/base/secret.h"
#include "shared/config/number_permit.h"
#include "shared/model/person.h"

struct card_client;

enum card_presence { CARD_PRESENCE_NO_SERVICE, CARD_PRESENCE_NO_READER, CARD_PRESENCE_ABSENT, CARD_PRESENCE_PRESENT };

/** Outcomes in the order of contract §3. */
enum card_outcome {
	CARD_OK, CARD_NO_READER, CARD_NO_CARD, CARD_REMOVED, CARD_UNSUPPORTED, CARD_MALFORMED,
	CARD_SERVICE_UNAVAILABLE, CARD_PIN_INCORRECT, CARD_PIN_BLOCKED, CARD_LAST_TRY, CARD_PIN_MALFORMED,
	CARD_NOT_GENUINE, CARD_NOT_PERMITTED,
};

/** card_outcome_word() - the contract's code: "no-reader" …; "ok" for CARD_OK. card_outcome_exit(): its exit code. */
const char *card_outcome_word(enum card_outcome outcome);
int card_outcome_exit(enum card_outcome outcome);

/** Kinds of card, found by asking the card. Words: auto my-number driver-licence residence-card. */
enum card_kind { CARD_KIND_AUTO, CARD_MY_NUMBER, CARD_DRIVER_LICENCE, CARD_RESIDENCE, N_CARD_KINDS };
const char *card_kind_word(enum card_kind kind);
/** card_kind_parse() - 0 or -EINVAL. */
MUST_USE int card_kind_parse(const char *word, enum card_kind *ret_kind);

/** What opens a card. The value lives in a struct secret, ASCII:
 *  PIN          4 digits: 暗証番号 of the text application; PIN1 of a licence; for card_prove() the JPKI user PIN
 *  B            照合番号B, 14 digits: birth date YYMMDD with the era's year, expiry year YYYY, security code
 *  A            照合番号A, 12 digits: the individual number itself; card_read_number() only
 *  CARD_NUMBER  residence card number, 2 letters 8 digits 2 letters
 *  SIGN_PIN     6-16 of A-Z 0-9: JPKI signing PIN, card_prove() only
 *  NONE         a licence that was issued without a PIN */
enum card_auth { CARD_AUTH_NONE, CARD_AUTH_PIN, CARD_AUTH_B, CARD_AUTH_A, CARD_AUTH_CARD_NUMBER, CARD_AUTH_SIGN_PIN };
/** card_secret_is_wellformed() - whether @secret can be right at all; what is not never goes to a card. */
bool card_secret_is_wellformed(enum card_auth auth, const struct secret *secret);

/** Tries left; -1 where the card has no such PIN or it was not asked. */
struct card_tries {
	int pin, a, b, jpki_auth, jpki_sign;
};

/** What a card tells without any secret. */
struct card_look {
	enum card_outcome outcome;
	enum card_kind kind;
	char expires[11];             /* ISO; "" not told */
	bool needs_secret;            /* false: a licence that was issued without a PIN */
	bool has_licence;             /* a My Number card that carries a driver's licence (マイナ免許証) too */
	struct card_tries tries;      /* my-number: pin and b; licence: pin (PIN1) */
};

/** Pictures of a card, as PNG, made from the card's own by a process that can do nothing else. */
#define CARD_PICTURES_MAX 4
struct card_picture {
	const char *what;             /* name, address (the true glyphs), face, front (of a residence card); static */
	uint8_t *png;
	size_t n_png;
	int width, height;
};

/** What a driver's licence or マイナ免許証 tells besides the person. */
struct card_licence {
	char number[13];              /* 免許証番号, 12 digits */
	char colour[16];              /* 色区分 as the card writes it, UTF-8 */
	char conditions[4][128];      /* 条件1-4; "" none */
	unsigned categories;          /* bit i: CARD_LICENCE_CATEGORIES[i] is held */
};
/** Names of the categories (大型 普通 …) in the order of the bits; ends with NULL. */
extern const char *const card_licence_categories[];

struct card_reading {
	enum card_outcome outcome;
	int tries_left;               /* -1 unless told */
	enum card_kind kind;
	/** Values the card does not tell have no text. source card; on failed proof source typed, proof failed:
	 *  they count as if typed, and staff must check. Characters the card cannot name (外字) are U+3013 〓. */
	struct person person;
	char expires[11];             /* ISO, "" unknown */
	enum value_proof genuine;     /* of the card as a whole; verified only by a trust anchor */
	struct card_picture pictures[CARD_PICTURES_MAX];
	size_t n_pictures;
	bool has_licence;
	struct card_licence licence;
}; /* all of it is borrowed during the call and wiped after it */

struct card_handlers {
	/** Presence changed; also called once after start. A removal and re-insertion between two polls is told as
	 *  ABSENT then PRESENT, so that a swapped card is never taken for the first one. */
	void (*presence)(void *data, enum card_presence presence);
};

#define CARD_READERS_MAX 16
struct card_reader {
	char name[128];               /* as pcscd names it */
	bool has_card;
};

struct card_options {
	const char *reader;           /* NULL: the first that has a card */
	const char *trust_dir;        /* trust anchors: <16-byte key id in hex>.pem, CA certificates *.crt and
	                               * residence-card*.crt; NULL none */
	const char *record_path;      /* writes the exchange here, personal bytes replaced; NULL none */
	int request_timeout_ms;       /* 0: 3000 */
	const char *cardd_path;       /* NULL: the sibling program */
};

/** card_client_new() - starts cardd and watches it. @handlers and @options are copied. 0 or a negative errno
 *  (-ENOENT, -EACCES, -EBADMSG: the trust folder cannot be used). */
MUST_USE int card_client_new(sd_event *loop, const struct card_options *options, const struct card_handlers *handlers,
			     void *data, struct card_client **ret_client);
/** card_client_free() - kills cardd; running requests are forgotten, their functions not called. Return: NULL. */
struct card_client *card_client_free(struct card_client *client);
DEFINE_CLEANUP(struct card_client *, card_client_free)
/** card_client_presence() - as last told to the handler. */
enum card_presence card_client_presence(const struct card_client *client);
/** card_client_readers() - all readers of the machine as last told. Borrowed until the loop runs again. */
const struct card_reader *card_client_readers(const struct card_client *client, size_t *ret_n_readers);
/** card_client_is_in_use() - whether the last request ended with CARD_SERVICE_UNAVAILABLE because another program held
 *  the card. */
bool card_client_is_in_use(const struct card_client *client);
/** card_client_insertion() - a number that changes with every insertion. */
int64_t card_client_insertion(const struct card_client *client);

/* Every request below: 0 and then its function once from the loop; -EBUSY while another request runs; other
 * negative errno. None spends a try but the one the secret is for. */

typedef void card_tries_fn(void *data, enum card_outcome outcome, const struct card_tries *tries);
/** card_tries() - the counters of every PIN on the card; spends none. */
MUST_USE int card_tries(struct card_client *client, card_tries_fn *fn, void *data);

typedef void card_look_fn(void *data, const struct card_look *look);
/** card_look() - which kind of card, its expiry and tries: everything known before a secret is asked for. */
MUST_USE int card_look(struct card_client *client, card_look_fn *fn, void *data);

enum {
	CARD_WANT_EXPIRY = 1,         /* the date the card is valid to */
	CARD_WANT_PROOF = 2,          /* whether it is genuine; needs trust anchors to say verified */
	CARD_WANT_NAME_PICTURES = 4,  /* name and address as a My Number card draws them, by 照合番号B */
	CARD_WANT_FACE = 8,
	CARD_WANT_FRONT = 16,         /* a residence card's face side, where its name is */
	CARD_WANT_PICTURES = 4 | 8 | 16,
};

struct card_read_request {
	struct secret *secret;        /* by @auth; borrowed, cleared (secret_clear) before the call returns */
	enum card_auth auth;
	enum card_kind kind;          /* CARD_KIND_AUTO: whatever lies there */
	unsigned want;                /* CARD_WANT_…; the attributes always come. What this kind or way cannot give is left out */
	bool may_spend_last_try;
	int64_t insertion;            /* card_client_insertion() when the secret was begun: another card is refused with
	                               * CARD_REMOVED and the secret is never sent to it; 0: any */
};
typedef void card_read_fn(void *data, const struct card_reading *reading);
MUST_USE int card_read(struct card_client *client, const struct card_read_request *request, card_read_fn *fn, void *data);

/** @number: 12 digits; NULL unless reading->outcome is CARD_OK; borrowed, wiped after the call. With auth A the
 *  reading's person is empty: A does not open the attributes. */
typedef void card_number_fn(void *data, const struct card_reading *reading, const struct secret *number);
/** card_read_number() - the individual number (EF 0001), and the attributes with it by PIN. The only call that reads it
 *  (番号法9条): without a valid @permit it ends with CARD_NOT_PERMITTED and nothing is sent. auth: PIN or A. */
MUST_USE int card_read_number(struct card_client *client, const struct number_permit *permit,
			      const struct card_read_request *request, card_number_fn *fn, void *data);

/** What the card proved with a JPKI key. */
struct card_proof {
	enum card_outcome outcome;    /* CARD_NOT_GENUINE: the answer, the chain or the dates do not hold */
	int tries_left;
	bool is_challenge_answered;   /* the card holds the certificate's private key */
	enum value_proof chain;       /* up to a CA certificate of the trust folder; not-checked without one */
	char not_before[11], not_after[11]; /* ISO dates */
	bool is_in_date;
	struct person person;         /* of the signing certificate: name, birth_date, sex, address */
	bool has_substitute_characters; /* 代替文字の使用情報: name or address holds such */
}; /* revocation is never checked here: CRL and OCSP are open to 署名検証者 only (公的個人認証法17条) */
typedef void card_prove_fn(void *data, const struct card_proof *proof);
/** card_prove() - auth PIN: the user authentication key; SIGN_PIN: the signing key. */
MUST_USE int card_prove(struct card_client *client, const struct card_read_request *request, card_prove_fn *fn, void *data);
