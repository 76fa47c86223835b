/* SPDX-License-Identifier: Apache-2.0 */
/* kernel.h: the main loop. */
#pragma once
#include "types.h"

/*
 * One turn: act on raised events, wake sleepers, then run one process for a slice, or sleep until
 * something happens. A shell command that waits for processes calls this itself.
 */
void kernel_turn(void);

/* `tick on`: a line each second. */
extern bool kernel_ticks;
