/* SPDX-License-Identifier: MIT
 * A V4L2 camera as an open descriptor: memory-mapped capture in GREY, else YUYV whose luma is taken. bytesperline is set
 * to 0 before S_FMT and the returned stride used, since drivers keep the one of the format before. Source: Linux media
 * userspace API, streaming I/O (memory mapping). */
#include <errno.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "shared/base/fault.h"
#include "terminal/scan/camera.h"
#include "shared/base/banned.h"

#define BUFFERS 3
#define WIDTH_WISHED 1280
#define HEIGHT_WISHED 720

struct camera {
	int fd;
	int width, height, stride;
	uint32_t format;
	struct {
		uint8_t *bytes;
		size_t length;
	} buffers[BUFFERS];
	unsigned n_buffers;
	uint8_t *grey;
};

static int call(int fd, unsigned long request, void *argument)
{
	int r;

	do
		r = ioctl(fd, request, argument);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

static int set_format(struct camera *camera, uint32_t format)
{
	struct v4l2_format wished = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	int r;

	wished.fmt.pix = (struct v4l2_pix_format){.width = WIDTH_WISHED, .height = HEIGHT_WISHED, .pixelformat = format,
						  .field = V4L2_FIELD_NONE};
	r = call(camera->fd, VIDIOC_S_FMT, &wished);
	if (r < 0)
		return r;
	if (wished.fmt.pix.pixelformat != format || wished.fmt.pix.width == 0 || wished.fmt.pix.height == 0 ||
	    wished.fmt.pix.width > CAMERA_SIDE_MAX || wished.fmt.pix.height > CAMERA_SIDE_MAX)
		return -EINVAL;
	camera->format = format;
	camera->width = (int)wished.fmt.pix.width;
	camera->height = (int)wished.fmt.pix.height;
	camera->stride = (int)wished.fmt.pix.bytesperline;
	int least = format == V4L2_PIX_FMT_GREY ? camera->width : 2 * camera->width;
	return camera->stride >= least && camera->stride <= 16 * CAMERA_SIDE_MAX ? 0 : -EINVAL;
}

static int map_buffers(struct camera *camera)
{
	struct v4l2_requestbuffers wanted = {.count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					     .memory = V4L2_MEMORY_MMAP};
	int r = call(camera->fd, VIDIOC_REQBUFS, &wanted);

	for (unsigned i = 0; r == 0 && i < wanted.count && i < BUFFERS; i++) {
		struct v4l2_buffer buffer = {.index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
		r = call(camera->fd, VIDIOC_QUERYBUF, &buffer);
		if (r < 0)
			break;
		void *bytes = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, camera->fd, buffer.m.offset);
		if (bytes == MAP_FAILED)
			return -errno;
		camera->buffers[i].bytes = bytes;
		camera->buffers[i].length = buffer.length;
		camera->n_buffers = i + 1;
		r = call(camera->fd, VIDIOC_QBUF, &buffer);
	}
	return r < 0 ? r : camera->n_buffers > 0 ? 0 : -ENOBUFS;
}

static struct camera *v4l2_free(struct camera *camera)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (!camera)
		return NULL;
	call(camera->fd, VIDIOC_STREAMOFF, &type);
	for (unsigned i = 0; i < camera->n_buffers; i++)
		munmap(camera->buffers[i].bytes, camera->buffers[i].length);
	free(camera->grey);
	free(camera);
	return NULL;
}

static int v4l2_open(int fd, struct camera **ret_camera)
{
	struct camera *camera = calloc(1, sizeof *camera);
	struct v4l2_capability can = {0};
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	int r;

	if (!camera)
		return fault_raise(-ENOMEM);
	camera->fd = fd;
	r = call(fd, VIDIOC_QUERYCAP, &can);
	if (r == 0 && !((can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities) &
			V4L2_CAP_VIDEO_CAPTURE))
		r = -ENODEV;
	if (r == 0 && set_format(camera, V4L2_PIX_FMT_GREY) < 0)
		r = set_format(camera, V4L2_PIX_FMT_YUYV);
	if (r == 0 && !(camera->grey = malloc((size_t)camera->width * (size_t)camera->height)))
		r = -ENOMEM;
	if (r == 0)
		r = map_buffers(camera);
	if (r == 0)
		r = call(fd, VIDIOC_STREAMON, &type);
	if (r < 0) {
		v4l2_free(camera);
		return fault_raise(r);
	}
	*ret_camera = camera;
	return 0;
}

static bool copy_grey(struct camera *camera, const struct v4l2_buffer *buffer)
{
	size_t step = camera->format == V4L2_PIX_FMT_GREY ? 1 : 2;
	size_t width = (size_t)camera->width;
	size_t needed = (size_t)camera->stride * (size_t)(camera->height - 1) + width * step;

	if (buffer->index >= camera->n_buffers || camera->buffers[buffer->index].length < needed)
		return false;
	for (int y = 0; y < camera->height; y++) {
		const uint8_t *row = camera->buffers[buffer->index].bytes + (size_t)y * (size_t)camera->stride;
		uint8_t *out = camera->grey + (size_t)y * width;
		for (size_t x = 0; x < width; x++)
			out[x] = row[x * step];
	}
	return true;
}

/* Only the newest waiting frame counts: older ones go back unread. */
static int v4l2_next(struct camera *camera, struct frame *ret_frame)
{
	struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
	int r = call(camera->fd, VIDIOC_DQBUF, &buffer);
	bool is_good;

	if (r == -EAGAIN)
		return 0;
	if (r < 0)
		return fault_raise(r);
	is_good = !(buffer.flags & V4L2_BUF_FLAG_ERROR) && copy_grey(camera, &buffer);
	r = call(camera->fd, VIDIOC_QBUF, &buffer);
	if (r < 0)
		return fault_raise(r);
	*ret_frame = (struct frame){camera->grey, camera->width, camera->height};
	return is_good;
}

static int v4l2_wait_fd(const struct camera *camera)
{
	return camera->fd;
}

const struct camera_kind camera_v4l2 = {"v4l2", v4l2_open, v4l2_next, v4l2_wait_fd, v4l2_free};
