/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.h: event channels, 2-level ABI.
 *
 * The upcall does almost nothing: for each pending, unmasked port it sets the bit of the port's
 * source in a word of raised sources. The kernel's main loop and its waits look at that word; so
 * no driver is ever entered behind its own back.
 */
#pragma once
#include "xen_abi.h"

enum source { SOURCE_CONSOLE, SOURCE_XENSTORE, SOURCE_TIMER, SOURCE_SUSPEND, SOURCES };

void events_attach(void);
/* In a new domain all channels are masked and their ports forgotten. */
void events_resume(bool cancelled);

/* From now on events of this port raise the source. */
void events_bind(u32 port, enum source source);
u32 events_bind_virq(u32 virq, enum source source);
void events_notify(u32 port);

/* Whether the source was raised since the last call. */
bool events_take(enum source source);
bool events_raised(void);
void events_raise(enum source source);

/* The upcall mask: sleeping atomically with the check of a condition needs it. */
void events_mask(void);
void events_unmask(void);
struct vcpu_info *events_vcpu(void);
void events_collect(void);

/* Sleeps until the condition holds; the condition must be made true by something that sends an event. */
#define wait_until(condition)                                                                 \
    for (;;) {                                                                                \
        events_mask();                                                                        \
        if (condition) {                                                                      \
            events_unmask();                                                                  \
            break;                                                                            \
        }                                                                                     \
        sched_op(SCHED_BLOCK, 0); /* unmasks */                                               \
    }
