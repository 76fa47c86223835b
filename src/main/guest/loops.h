/* SPDX-License-Identifier: Apache-2.0 */
/* loops.h: loops of known length, see loops.S. */
#pragma once
#include "types.h"

#define LOOP_ALU_INSTRUCTIONS 10UL
#define LOOP_MEMORY_INSTRUCTIONS 7UL

u64 loop_alu(u64 turns);
u64 loop_memory(u64 turns, u64 *words, u64 count);
