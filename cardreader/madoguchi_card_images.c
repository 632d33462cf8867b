/* SPDX-License-Identifier: MIT
 * Pictures of a face go only where nobody else can look: a folder of our own without rights for others. All are
 * written beside their places first and moved there together: half of a card's pictures is worth nothing. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

int command_images_open(const struct command *command)
{
	CLEANUP(closep) int fd = open(command->images_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *what = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		what = "no folder that can be opened; make one with mkdir -m 700";
	else if (st.st_uid != geteuid())
		what = "this folder belongs to somebody else; pictures of people go only into one of your own";
	else if (st.st_mode & 077)
		what = "others may enter this folder; pictures of people need chmod 700";
	if (!what)
		return TAKE_FD(fd);
	command_tell(command, "%s: %s", command->images_dir, what);
	return -1;
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

struct names {
	char beside[32], final[32];
};

static struct names names_of(const struct card_picture *picture)
{
	struct names names;

	snprintf(names.beside, sizeof(names.beside), ".%.16s.png.new", picture->what);
	snprintf(names.final, sizeof(names.final), "%.16s.png", picture->what);
	return names;
}

static int write_beside(int dir_fd, const struct card_picture *picture)
{
	const struct names names = names_of(picture);
	CLEANUP(closep) int fd = -1;
	int r;

	if (unlinkat(dir_fd, names.beside, 0) < 0 && errno != ENOENT)
		return fault_raise(-errno);
	fd = openat(dir_fd, names.beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	r = write_all(fd, picture->png, picture->n_png);
	if (!r && fsync(fd) < 0)
		r = fault_raise(-errno);
	return r;
}

static int move_to_place(int dir_fd, const struct card_picture *picture)
{
	const struct names names = names_of(picture);

	return renameat(dir_fd, names.beside, dir_fd, names.final) < 0 ? fault_raise(-errno) : 0;
}

int command_images_write(int dir_fd, const struct card_picture *pictures, size_t n_pictures, json_t **ret_names)
{
	json_t *list;
	size_t n_moved = 0;
	int r = 0;

	for (size_t i = 0; !r && i < n_pictures; i++)
		r = write_beside(dir_fd, &pictures[i]);
	while (!r && n_moved < n_pictures) {
		r = move_to_place(dir_fd, &pictures[n_moved]);
		n_moved += !r;
	}
	for (size_t i = 0; r < 0 && i < n_pictures; i++) {
		const struct names names = names_of(&pictures[i]);

		unlinkat(dir_fd, i < n_moved ? names.final : names.beside, 0);
	}
	if (r < 0)
		return fault_pass(r);
	list = json_array();
	for (size_t i = 0; i < n_pictures; i++)
		json_array_append_new(list, json_string(names_of(&pictures[i]).final));
	*ret_names = list;
	return 0;
}
