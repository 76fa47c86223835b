/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frames.h: the lock of frame numbers.
 *
 * An mfn is only good as long as the domain stays where it is: after a save and restore each pfn
 * is backed by another frame. Whoever turns pfns into mfns and hands them to Xen holds this
 * lock as a reader from the one to the other. A suspend takes it as the writer, uses frame numbers
 * itself to get everything ready, then seals it: from there to the resume no use is right. With
 * one vcpu and a kernel that is not preempted nobody ever waits: a suspend that finds a reader has
 * found a bug.
 */
#pragma once
#include "types.h"

void frames_use(void);
void frames_done(void);

void frames_suspend(void);
void frames_seal(void);
void frames_resume(void);
