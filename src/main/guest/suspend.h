/* SPDX-License-Identifier: Apache-2.0 */
/* suspend.h: leaving the host and coming back, perhaps on another one. */
#pragma once
#include "types.h"

/* Offers the suspend event channel to the toolstack; again after a resume. */
void suspend_attach(void);

/* The toolstack asks, by xenstore or by event; or no longer asks. */
void suspend_requested(void);
void suspend_withdrawn(void);

/* Suspends if that was asked for. For SOURCE_SUSPEND and after control_check(). */
void suspend_check(void);

/* With `suspend manual` a request waits for the command; then the command goes through with it. */
extern bool suspend_manual;
const char *suspend_now(void);
