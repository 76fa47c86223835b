/* SPDX-License-Identifier: Apache-2.0 */
/* types.h: the words everything else is written in. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Everything is linked into one piece: no address needs a global offset table. */
#pragma GCC visibility push(hidden)

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096UL
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define NANOSECONDS 1000000000UL
#define MILLISECOND 1000000UL
#define NEVER (~0UL)

/* Orders memory accesses around what another party (backend, hypervisor) reads or writes. */
#define barrier() asm volatile("" ::: "memory")
#define memory_barrier() asm volatile("mfence" ::: "memory")
