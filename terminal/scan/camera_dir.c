/* SPDX-License-Identifier: MIT
 * A folder as a camera: the newest PGM (P5, 8 bit) or PNG file is the frame. For training, demonstrations and tests, where
 * no camera is; a file is looked at again only when its name, size or time changed. */
#include <cairo.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "terminal/scan/camera.h"
#include "shared/base/banned.h"

#define FILE_BYTES_MAX (CAMERA_SIDE_MAX * CAMERA_SIDE_MAX + 64)
#define ENTRIES_MAX 4096

struct camera {
	DIR *dir;
	struct stat seen;
	uint8_t *grey;
};

static int dir_open(int fd, struct camera **ret_camera)
{
	struct camera *camera = calloc(1, sizeof *camera);

	if (!camera)
		return fault_raise(-ENOMEM);
	camera->dir = fdopendir(fd);
	if (!camera->dir) {
		free(camera);
		return fault_raise(-errno);
	}
	*ret_camera = camera;
	return 0;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
	if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
		return a->st_mtim.tv_sec > b->st_mtim.tv_sec;
	return a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* The newest frame's name; false when there is none or it was seen already. */
static bool newest(struct camera *camera, char name[256])
{
	struct stat best = {0}, status;
	const struct dirent *entry;
	int n = 0;

	rewinddir(camera->dir);
	while ((entry = readdir(camera->dir)) && n++ < ENTRIES_MAX) {
		if (!ends_with(entry->d_name, ".pgm") && !ends_with(entry->d_name, ".png"))
			continue;
		if (fstatat(dirfd(camera->dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(status.st_mode) || status.st_size > FILE_BYTES_MAX)
			continue;
		if (best.st_ino && !is_newer(&status, &best))
			continue;
		best = status;
		memcpy(name, entry->d_name, strlen(entry->d_name) + 1);
	}
	if (!best.st_ino || (best.st_ino == camera->seen.st_ino && best.st_size == camera->seen.st_size &&
			     !is_newer(&best, &camera->seen)))
		return false;
	camera->seen = best;
	return true;
}

static const char *number(const char *at, const char *end, int *ret_number)
{
	int n = 0, digits = 0;

	while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	for (; at < end && *at >= '0' && *at <= '9' && digits < 6; at++, digits++)
		n = n * 10 + (*at - '0');
	*ret_number = digits ? n : -1;
	return at;
}

static uint8_t *grey_room(struct camera *camera, int width, int height)
{
	free(camera->grey);
	camera->grey = NULL;
	if (width > 0 && height > 0 && width <= CAMERA_SIDE_MAX && height <= CAMERA_SIDE_MAX)
		camera->grey = malloc((size_t)width * (size_t)height);
	return camera->grey;
}

static bool load_pgm(struct camera *camera, const struct buf *file, struct frame *ret_frame)
{
	const char *end = file->bytes + file->len, *at = file->bytes + 2;
	int width, height, max;

	at = number(at, end, &width);
	at = number(at, end, &height);
	at = number(at, end, &max);
	if (max != 255 || at >= end || !grey_room(camera, width, height) ||
	    (size_t)(end - at - 1) < (size_t)width * (size_t)height)
		return false;
	memcpy(camera->grey, at + 1, (size_t)width * (size_t)height);
	*ret_frame = (struct frame){camera->grey, width, height};
	return true;
}

struct source {
	const struct buf *file;
	size_t at;
};

static cairo_status_t more(void *data, unsigned char *out, unsigned int n)
{
	struct source *source = data;

	if (source->file->len - source->at < n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(out, source->file->bytes + source->at, n);
	source->at += n;
	return CAIRO_STATUS_SUCCESS;
}

static void to_grey(cairo_surface_t *picture, uint8_t *grey, int width, int height)
{
	const unsigned char *rows = cairo_image_surface_get_data(picture);
	int stride = cairo_image_surface_get_stride(picture);

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			uint32_t pixel;
			memcpy(&pixel, rows + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4, sizeof pixel);
			unsigned luma = (pixel >> 16 & 255) * 77 + (pixel >> 8 & 255) * 151 + (pixel & 255) * 28;
			grey[(size_t)y * (size_t)width + (size_t)x] = (uint8_t)(luma >> 8);
		}
}

static bool load_png(struct camera *camera, const struct buf *file, struct frame *ret_frame)
{
	struct source source = {.file = file};
	cairo_surface_t *read = cairo_image_surface_create_from_png_stream(more, &source);
	int width = cairo_image_surface_get_width(read), height = cairo_image_surface_get_height(read);
	cairo_surface_t *picture = NULL;
	bool is_good = cairo_surface_status(read) == CAIRO_STATUS_SUCCESS && grey_room(camera, width, height);

	if (is_good) { /* one format, whatever the file had, on white */
		picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
		cairo_t *cr = cairo_create(picture);
		cairo_set_source_rgb(cr, 1, 1, 1);
		cairo_paint(cr);
		cairo_set_source_surface(cr, read, 0, 0);
		cairo_paint(cr);
		cairo_destroy(cr);
		cairo_surface_flush(picture);
		is_good = cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS;
	}
	if (is_good) {
		to_grey(picture, camera->grey, width, height);
		*ret_frame = (struct frame){camera->grey, width, height};
	}
	cairo_surface_destroy(picture);
	cairo_surface_destroy(read);
	return is_good;
}

/* A file that is being written is no frame yet: it is looked at again when its time changes. */
static int dir_next(struct camera *camera, struct frame *ret_frame)
{
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(closep) int fd = -1;
	char name[256];
	bool is_good;

	if (!newest(camera, name))
		return 0;
	fd = openat(dirfd(camera->dir), name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || buf_read_fd(&file, fd) < 0 || file.len < 16)
		return 0;
	is_good = memcmp(file.bytes, "P5", 2) == 0 ? load_pgm(camera, &file, ret_frame)
						   : load_png(camera, &file, ret_frame);
	return is_good ? 1 : 0;
}

static int dir_wait_fd(const struct camera *camera)
{
	return -1;
}

static struct camera *dir_free(struct camera *camera)
{
	if (camera) {
		closedir(camera->dir);
		free(camera->grey);
		free(camera);
	}
	return NULL;
}

const struct camera_kind camera_dir = {"dir", dir_open, dir_next, dir_wait_fd, dir_free};
