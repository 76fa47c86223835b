/* SPDX-License-Identifier: Apache-2.0 */
#include "frames.h"
#include "traps.h"

static u32 readers;
static bool writer;

void frames_use(void) {
    assert(!writer);
    readers++;
}

void frames_done(void) {
    assert(readers > 0);
    readers--;
}

void frames_suspend(void) {
    assert(!writer && readers == 0);
    writer = true;
}

void frames_resume(void) {
    assert(writer);
    writer = false;
}
