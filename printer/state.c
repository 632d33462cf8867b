/* SPDX-License-Identifier: MIT
 * The words of the print states, shared by both ends of the socket and the journal. */
#include "printer/print.h"
#include "shared/base/banned.h"

const char *print_state_word(enum print_state state)
{
	switch (state) {
	case PRINT_PENDING:
		return "pending";
	case PRINT_PROCESSING:
		return "processing";
	case PRINT_COMPLETED:
		return "completed";
	case PRINT_ABORTED:
		return "aborted";
	case PRINT_UNKNOWN:
		break;
	}
	return "unknown";
}
