/* SPDX-License-Identifier: MIT
 * A list of refusals: libcups, TLS and the resolver need an open set of ordinary calls, and the strong walls (own user,
 * no writable file system, allowed devices and addresses) are the service unit's. */
#include <errno.h>
#include <seccomp.h>

#include "shared/base/fault.h"
#include "printer/lockdown.h"
#include "shared/base/sanitizer.h"
#include "shared/base/banned.h"

static const int refused[] = {
	SCMP_SYS(execve),      SCMP_SYS(execveat),    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(mount),       SCMP_SYS(umount2),     SCMP_SYS(pivot_root),       SCMP_SYS(chroot),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),      SCMP_SYS(bpf),
	SCMP_SYS(setns),       SCMP_SYS(unshare),     SCMP_SYS(userfaultfd),      SCMP_SYS(perf_event_open),
	SCMP_SYS(add_key),     SCMP_SYS(keyctl),      SCMP_SYS(open_by_handle_at),
#ifndef HAS_ADDRESS_SANITIZER
	SCMP_SYS(ptrace), /* the leak checker looks at its own process with it */
#endif
};

int lockdown(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int r = ctx ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < sizeof(refused) / sizeof(*refused); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	if (r == 0)
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1); /* the printers' threads as well */
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r < 0 ? fault_raise(r) : 0;
}
