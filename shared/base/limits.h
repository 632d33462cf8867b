#pragma once
/* SPDX-License-Identifier: MIT
 * Every limit of the house in one list. Input is hostile and memory small: nothing grows without one. */

#define VISIT_ID_HEX_LENGTH 32              /* 128 random bits in lower-case hex */
#define VALUE_BYTES_MAX 4096                /* one field's text; an address on the card is at most 402 bytes */
#define LINK_MESSAGE_BYTES_MAX (128 * 1024) /* one message between a program and its helper */
#define LINK_SECRET_BYTES_MAX 64            /* PIN, 照合番号B (14), individual number (12) */
#define PAGE_BYTES_MAX (16 * 1024 * 1024)   /* one finished document in a memfd */
#define CONFIG_FILE_BYTES_MAX (4 * 1024 * 1024) /* one YAML file: a whole town printed, in eight languages, is 1.5 MiB */
#define CONFIG_FILES_MAX 256                /* YAML files of one layer */
#define CONFIG_LAYERS_MAX 8                 /* length of an `extends` chain */
#define CONFIG_LOCALS_MAX 128               /* office and device layers of one town */
#define CONFIG_FINDINGS_MAX 1000            /* findings of one run */
#define CONFIG_ENTRIES_MAX 512              /* entries of one list */
#define CONFIG_KEYS_MAX 4096                /* names in one map: texts is the largest */
#define BUNDLE_BYTES_MAX (16 * 1024 * 1024) /* a town's bundle as it lies on disk */
#define BUNDLE_TEXT_BYTES_MAX (32 * 1024 * 1024) /* all files of a bundle, unpacked */
#define CONFIG_BYTES_MAX (64 * 1024 * 1024) /* trees of one load, all layers */
#define CONFIG_CACHE_BYTES_MAX (192 * 1024 * 1024) /* trees of the layers that the towns of one run of checks share */
#define DRAFT_FIELDS_MAX 256                /* fields of one form */
#define DRAFT_ROWS_MAX 32                   /* rows of a rows field */
#define DRAFT_PICTURE_BYTES_MAX (48 * 1024)  /* one picture out of a card, PNG */
#define DRAFT_PICTURES_BYTES_MAX (96 * 1024) /* all pictures of one draft */
#define PRINT_KEY_LENGTH_MAX 128            /* visit/document/copy */
#define HTTP_BODY_BYTES_MAX (384 * 1024)    /* a request body: forms, and one set of pictures in base64 (128 KiB) */
#define TICKET_DRAFTS_MAX 8                 /* forms that travel with one ticket */
