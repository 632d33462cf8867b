/* SPDX-License-Identifier: MIT
 * A sealed memfd cannot be overwritten, so it is not wiped but let go: the kernel clears the pages of a memfd whose
 * last descriptor is closed before it gives them to anyone else. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "printer/page.h"
#include "shared/base/banned.h"

#define PAGE_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int check_size(int fd, int64_t *ret_n_bytes)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fault_raise(-errno);
	if (!S_ISREG(st.st_mode) || st.st_size < 1)
		return fault_raise(-EINVAL);
	if (st.st_size > PAGE_BYTES_MAX)
		return fault_raise(-EFBIG);
	*ret_n_bytes = st.st_size;
	return 0;
}

static bool is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & PAGE_SEALS) == PAGE_SEALS;
}

int page_check(int fd, int64_t *ret_n_bytes)
{
	if (!is_sealed(fd))
		return fault_raise(-EPERM);
	return check_size(fd, ret_n_bytes);
}

static int copy(int from, int to, int64_t n_bytes)
{
	char chunk[16384];
	int64_t at = 0;
	int r = 0;

	while (at < n_bytes && r == 0) {
		ssize_t n = pread(from, chunk, sizeof(chunk), at);

		if (n <= 0 || write(to, chunk, (size_t)n) != n)
			r = fault_raise(-EIO);
		else
			at += n;
	}
	explicit_bzero(chunk, sizeof(chunk));
	return r;
}

int page_seal(int fd, int *ret_fd)
{
	CLEANUP(closep) int page = -1;
	int64_t n_bytes;
	int r = check_size(fd, &n_bytes);

	if (r < 0)
		return fault_pass(r);
	if (is_sealed(fd) || fcntl(fd, F_ADD_SEALS, PAGE_SEALS) == 0) {
		page = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (page < 0)
			return fault_raise(-errno);
		*ret_fd = TAKE_FD(page);
		return 0;
	}
	page = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (page < 0)
		return fault_raise(-errno);
	r = copy(fd, page, n_bytes);
	if (r < 0)
		return fault_pass(r);
	if (fcntl(page, F_ADD_SEALS, PAGE_SEALS) < 0)
		return fault_raise(-errno);
	*ret_fd = TAKE_FD(page);
	return 0;
}
