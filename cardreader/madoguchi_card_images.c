/* SPDX-License-Identifier: MIT
 * Pictures of a face go only where nobody else can look: a folder of our own without rights for others, each file
 * written beside its place and moved there, so that what has its name is whole. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

int command_images_open(const char *dir)
{
	CLEANUP(closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		command_failed(PROGRAM, "%s: no folder that can be opened; make one with mkdir -m 700", dir);
		return -1;
	}
	if (st.st_uid != geteuid() || (st.st_mode & 077)) {
		command_failed(PROGRAM, "%s: others may enter this folder; pictures of people need chmod 700", dir);
		return -1;
	}
	return TAKE_FD(fd);
}

static int write_all(int fd, const uint8_t *bytes, size_t n_bytes)
{
	while (n_bytes) {
		ssize_t n = write(fd, bytes, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_raise(-errno);
		bytes += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

static int write_picture(int dir_fd, const char *name, const struct card_picture *picture)
{
	char beside[64];
	CLEANUP(closep) int fd = -1;
	int r;

	snprintf(beside, sizeof(beside), ".%s.new", name);
	if (unlinkat(dir_fd, beside, 0) < 0 && errno != ENOENT)
		return fault_raise(-errno);
	fd = openat(dir_fd, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	r = write_all(fd, picture->png, picture->n_png);
	if (!r && (fsync(fd) < 0 || renameat(dir_fd, beside, dir_fd, name) < 0))
		r = fault_raise(-errno);
	if (r < 0)
		unlinkat(dir_fd, beside, 0);
	return r;
}

json_t *command_images_write(int dir_fd, const struct card_picture *pictures, size_t n_pictures)
{
	json_t *names = json_array();

	for (size_t i = 0; i < n_pictures; i++) {
		char name[32];
		int r;

		snprintf(name, sizeof(name), "%s.png", pictures[i].what);
		r = write_picture(dir_fd, name, &pictures[i]);
		if (r < 0) {
			command_failed(PROGRAM, "%s could not be written (%s); see that there is room and try again", name,
				       fault_name(r));
			json_decref(names);
			return NULL;
		}
		json_array_append_new(names, json_string(name));
	}
	return names;
}
