/* SPDX-License-Identifier: MIT
 * The side that stays alive. All pictures are sent at once and answered in order; the last answer, the child's death
 * and the time bound all come to the same: what is there is delivered. The child is compromised in the worst case, so
 * what it answers is checked as if a stranger had sent it. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/picture/picture.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define IHDR_END 24 /* signature, length, "IHDR", width, height */

struct card_decoding {
	card_pictures_fn *fn;
	void *data;
	struct child *child;
	struct link *link;
	sd_event_source *timer, *done;
	const char *what[CARD_PICTURES_MAX];
	size_t n_asked, n_answered;
	struct card_picture pictures[CARD_PICTURES_MAX];
	size_t n_pictures;
};

static void pictures_release(struct card_picture *pictures, size_t n_pictures)
{
	for (size_t i = 0; i < n_pictures; i++)
		wipe_free(pictures[i].png);
	explicit_bzero(pictures, n_pictures * sizeof(*pictures));
}

static void end_child(struct card_decoding *d)
{
	d->link = link_free(d->link);
	d->child = child_free(d->child);
	d->timer = sd_event_source_disable_unref(d->timer);
}

static int on_done(sd_event_source *source, void *data)
{
	struct card_decoding *d = data;
	struct card_picture pictures[CARD_PICTURES_MAX];
	size_t n_pictures = d->n_pictures;

	end_child(d);
	memcpy(pictures, d->pictures, sizeof(pictures)); /* the function may free the decoding */
	d->n_pictures = 0;
	d->fn(d->data, pictures, n_pictures);
	pictures_release(pictures, n_pictures);
	return 0;
}

static void finish(struct card_decoding *d)
{
	sd_event_source_set_enabled(d->done, SD_EVENT_ONESHOT);
}

static uint32_t big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool is_png(const uint8_t *png, size_t n_png, int *ret_width, int *ret_height)
{
	static const uint8_t head[16] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
	uint32_t width, height;

	if (n_png <= IHDR_END || memcmp(png, head, sizeof(head)) != 0)
		return false;
	width = big_endian(png + 16);
	height = big_endian(png + 20);
	if (!width || !height || width > CARD_PICTURE_SIDE_MAX || height > CARD_PICTURE_SIDE_MAX)
		return false;
	*ret_width = (int)width;
	*ret_height = (int)height;
	return true;
}

static void take_png(struct card_decoding *d, const char *base64, size_t n_base64)
{
	struct card_picture picture = {.what = d->what[d->n_answered]};

	if (n_base64 > sodium_base64_ENCODED_LEN(CARD_PICTURE_PNG_BYTES_MAX, BASE64))
		return;
	picture.png = calloc(1, CARD_PICTURE_PNG_BYTES_MAX);
	if (!picture.png)
		return;
	if (sodium_base642bin(picture.png, CARD_PICTURE_PNG_BYTES_MAX, base64, n_base64, NULL, &picture.n_png, NULL,
			      BASE64) == 0 &&
	    is_png(picture.png, picture.n_png, &picture.width, &picture.height))
		d->pictures[d->n_pictures++] = picture;
	else
		wipe_free(picture.png);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct card_decoding *d = data;
	json_t *png = json_object_get(message, "png");

	if (d->n_answered == d->n_asked)
		return;
	if (json_is_string(png))
		take_png(d, json_string_value(png), json_string_length(png));
	if (++d->n_answered == d->n_asked)
		finish(d);
}

static void on_closed(void *data, struct link *link, int reason)
{
	finish(data);
}

static void on_exit_of_child(void *data, struct child *child, int status)
{
	finish(data);
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *data)
{
	finish(data);
	return 0;
}

static bool are_sendable(const struct session_picture *pictures, size_t n_pictures)
{
	for (size_t i = 0; i < n_pictures; i++)
		if (!pictures[i].n_bytes || pictures[i].n_bytes > SESSION_PICTURE_BYTES_MAX)
			return false;
	return n_pictures <= CARD_PICTURES_MAX;
}

static int send_picture(struct link *link, const struct session_picture *picture)
{
	size_t size = sodium_base64_ENCODED_LEN(SESSION_PICTURE_BYTES_MAX, BASE64);
	char *text = malloc(size);
	json_t *message;
	int r;

	if (!text)
		return fault_raise(-ENOMEM);
	sodium_bin2base64(text, size, picture->bytes, picture->n_bytes, BASE64);
	message = json_pack("{s:s, s:s}", "media", picture->media, "bytes", text);
	wipe_free(text);
	if (!message)
		return fault_raise(-ENOMEM);
	r = link_send(link, message, -1);
	json_decref(message);
	return r;
}

static int start(struct card_decoding *d, sd_event *loop, const char *program)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	CLEANUP(freep) char *path = program ? strdup(program) : NULL;
	CLEANUP(closep) int fd = -1;
	int r = 0;

	if (!program)
		r = command_sibling("cardreader", "madoguchi-card-picture", &path);
	if (!r && !path)
		r = fault_raise(-ENOMEM);
	if (!r)
		r = child_start(loop, (char *[]){path, NULL}, on_exit_of_child, d, &d->child, &fd);
	if (!r)
		r = link_new(loop, fd, &handlers, d, &d->link);
	if (r < 0)
		return fault_pass(r);
	TAKE_FD(fd);
	r = sd_event_add_time_relative(loop, &d->timer, CLOCK_MONOTONIC, CARD_PICTURES_TIMEOUT_MS * 1000ULL, 0, on_timeout, d);
	return r < 0 ? fault_raise(r) : 0;
}

int card_pictures_decode(sd_event *loop, const struct session_picture *pictures, size_t n_pictures, const char *program,
			 card_pictures_fn *fn, void *data, struct card_decoding **ret_decoding)
{
	CLEANUP(card_decoding_freep) struct card_decoding *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return fault_raise(-ENOMEM);
	if (!are_sendable(pictures, n_pictures))
		return fault_raise(-EINVAL);
	d->fn = fn;
	d->data = data;
	r = sd_event_add_defer(loop, &d->done, on_done, d);
	if (r >= 0)
		r = sd_event_source_set_enabled(d->done, n_pictures ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
	if (r < 0)
		return fault_raise(r);
	r = n_pictures ? start(d, loop, program) : 0;
	if (r < 0)
		return fault_pass(r);
	for (size_t i = 0; i < n_pictures; i++) {
		d->what[d->n_asked++] = pictures[i].what;
		r = send_picture(d->link, &pictures[i]);
		if (r == -ENOMEM)
			return fault_pass(r);
		if (r < 0)
			finish(d); /* it is dead already */
	}
	*ret_decoding = TAKE(d);
	return 0;
}

struct card_decoding *card_decoding_free(struct card_decoding *decoding)
{
	if (!decoding)
		return NULL;
	end_child(decoding);
	sd_event_source_disable_unref(decoding->done);
	pictures_release(decoding->pictures, decoding->n_pictures);
	explicit_bzero(decoding, sizeof(*decoding));
	free(decoding);
	return NULL;
}
