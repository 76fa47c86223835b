/* SPDX-License-Identifier: Apache-2.0 */
#include "frames.h"
#include "traps.h"

static u32 readers;
static enum { OPEN, TAKEN, SEALED } writer;

void frames_use(void) {
    assert(writer != SEALED);
    readers++;
}

void frames_done(void) {
    assert(readers > 0);
    readers--;
}

void frames_suspend(void) {
    assert(writer == OPEN && readers == 0);
    writer = TAKEN;
}

void frames_seal(void) {
    assert(writer == TAKEN && readers == 0);
    writer = SEALED;
}

void frames_resume(void) {
    assert(writer == SEALED);
    writer = OPEN;
}
