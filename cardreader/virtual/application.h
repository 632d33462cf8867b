#pragma once
/* SPDX-License-Identifier: MIT
 * Application: what one application of a virtual card consists of. Inside cardreader/virtual only. */
#include "cardreader/virtual/build.h"
#include "cardreader/virtual/vcard.h"

enum vcard_file_kind { VCARD_DATA, VCARD_RECORD, VCARD_PIN, VCARD_KEY };

struct vcard_file {
	uint16_t ef;
	enum vcard_file_kind kind;
	uint8_t *bytes;
	size_t n_bytes;
	unsigned unlocked_by; /* bits of credentials; 0: free */
	bool needs_all;       /* all of them, not one */
	bool is_secured;      /* goes out under secure messaging only */
	size_t credential;    /* of a PIN object */
	EVP_PKEY *key;        /* of a key; borrowed from the keyring */
};

struct vcard_credential {
	const char *word; /* in vcard_status() */
	char value[20];
	int tries, tries_max;
	int n_verify;
};

/** Who the card is for and what it signs with; both borrowed. */
struct vcard_source {
	const struct persona *persona;
	struct keyring *keys;
};

struct vcard_application {
	const char *name; /* in a persona's files: "df1/0001" */
	uint8_t aid[16];
	size_t n_aid; /* 0: the MF */
	struct vcard_file files[VCARD_FILES_MAX];
	size_t n_files;
	struct vcard_credential credentials[VCARD_CREDENTIALS_MAX];
	uint16_t default_key; /* EF that 内部認証 with P2=00 uses; 0: none */
	/** prepare() - makes what needs RSA keys or drawing, when the first command asks for it or by vcard_prepare(). */
	int (*prepare)(struct vcard_application *application, const struct vcard_source *source);
	bool is_prepared;
};

/* the applications, each in its own file; 0 or a negative errno */
MUST_USE int vcard_make_text(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_visual(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_jpki(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_common(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_aboard(struct vcard_application *to, const struct vcard_source *source); /* マイナ免許証 */
MUST_USE int vcard_make_licence_mf(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_licence_df1(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_licence_df2(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_residence_mf(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_residence_df1(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_residence_df2(struct vcard_application *to, const struct vcard_source *source);
MUST_USE int vcard_make_residence_df3(struct vcard_application *to, const struct vcard_source *source);

/** build_cv_certificate() - the card-verifiable certificate of EF 0004: issuer and subject by key id, the subject's
 *  public key, the issuer's signature (@is_wrong: not his). 0 or a negative errno. */
MUST_USE int build_cv_certificate(struct build *to, struct keyring *keys, enum keyring_name issuer_name,
				  enum keyring_name subject_name, bool is_wrong);
/** vcard_add_file() - a data file with a copy of @bytes; replaces one of the same EF. NULL: no memory or room. */
struct vcard_file *vcard_add_file(struct vcard_application *application, uint16_t ef, unsigned unlocked_by,
				  const void *bytes, size_t n_bytes);
/** vcard_add_built() - the same from a build, whose own failure it hands on. */
MUST_USE int vcard_add_built(struct vcard_application *application, uint16_t ef, unsigned unlocked_by,
			     const struct build *built);
struct vcard_file *vcard_find_file(struct vcard_application *application, uint16_t ef);
/** vcard_add_pin() - a PIN object; 0 or -ENOSPC. @word: in the status. */
MUST_USE int vcard_add_pin(struct vcard_application *application, uint16_t ef, size_t credential, const char *word,
			   const char *value, int tries, int tries_max);
/** vcard_add_key() - a key object whose key prepare() sets; 0 or -ENOSPC. */
MUST_USE int vcard_add_key(struct vcard_application *application, uint16_t ef, unsigned unlocked_by);
/** vcard_set_key() - key @name of the ring into key object @ef. */
MUST_USE int vcard_set_key(struct vcard_application *application, uint16_t ef, struct keyring *keys, enum keyring_name name);
