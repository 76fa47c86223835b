/* SPDX-License-Identifier: Apache-2.0 */
/* console.h: the PV console: a ring each way, a line editor on top. */
#pragma once
#include "print.h"

void console_attach(void);
void console_suspend(void);
void console_resume(void);

/* From now on nothing waits: what does not fit in the ring is lost. Also says it to Xen's log. */
void console_panic(void);

/* Takes typed bytes out of the ring; true when they completed a line, which console_line() then is. */
bool console_read_line(void);
const char *console_line(void);
void console_prompt(void);
