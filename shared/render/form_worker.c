/* SPDX-License-Identifier: MIT */
#include "shared/base/command.h"
#include "shared/render/form_command.h"
#include "shared/base/banned.h"

int form_worker_run(struct form_command *command)
{
	return COMMAND_FAILED;
}
