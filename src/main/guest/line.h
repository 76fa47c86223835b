/* SPDX-License-Identifier: Apache-2.0 */
/* line.h: the line being typed. */
#pragma once
#include "types.h"

/* Takes a typed character, echoes it; true if it ended the line. */
bool line_typed(char c);

/* Something else was printed: the prompt and the line are shown again when typing goes on. */
void line_hidden(void);
