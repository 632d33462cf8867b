#pragma once
/* SPDX-License-Identifier: MIT
 * Number permit: the word of a town's signed configuration that a procedure may take the resident's individual
 * number (番号法 art. 9, 14: only for the affairs the law lists). Reading the number from a card and drawing it on a page
 * both ask for one, and there is no other way to come by it than config_number_permit(). */
#include <stdbool.h>
#include "shared/config/config.h"

struct number_permit;

/** config_number_permit() - the permit of @procedure (its id). NULL unless @config was loaded from a bundle whose
 *  signature this process verified, and the procedure stands there as individual_number: optional or required.
 *  Never from a folder or an unsigned bundle. Borrowed: lives as long as @config. */
const struct number_permit *config_number_permit(const struct config *config, const char *procedure);
/** number_permit_is_valid() - false for NULL and for anything config_number_permit() did not give. */
bool number_permit_is_valid(const struct number_permit *permit);
/** number_permit_procedure() - id of the procedure it was given for; "" when it is not valid. Borrowed. */
const char *number_permit_procedure(const struct number_permit *permit);
