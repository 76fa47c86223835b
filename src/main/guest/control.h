/* SPDX-License-Identifier: Apache-2.0 */
/* control.h: what the toolstack asks of the domain through xenstore. */
#pragma once
#include "types.h"

void control_attach(void);
/* Acts on a request in control/shutdown, if the watch fired. */
void control_check(void);
__attribute__((noreturn)) void control_end(u32 reason);

extern char control_name[64];
extern u64 control_domid;
