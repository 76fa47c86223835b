/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h: Xen's system time, the wall clock, and the one timer. */
#pragma once
#include "types.h"

void clock_attach(void);
void clock_suspend(void);
void clock_resume(bool cancelled);

/* Nanoseconds since the domain's system time began; a suspend does not count and is not seen. */
u64 clock_now(void);
u64 clock_since_boot(void);
/* Nanoseconds since 1970, UTC. */
u64 clock_wall(void);

/* SOURCE_TIMER is raised at this system time or later; replaces the last one. NEVER: not at all. */
void clock_alarm(u64 when);
