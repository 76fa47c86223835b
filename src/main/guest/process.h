/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h: user-mode processes. Each has its own page tables and its own pages, and the kernel
 * sees those only through the linear map.
 *
 *    spawn ──► READY ◄── wakes ── SLEEPING
 *               │  └── sleeps ──────▲
 *               └─► STOPPED (page tables no longer pinned) ──► READY
 */
#pragma once
#include "traps.h"

enum { MAX_PROCESSES = 64, MAX_PROCESS_PAGES = 65536 };
enum process_state { FREE, READY, SLEEPING, STOPPED };

struct process {
    enum process_state state;
    u32 pid;
    u64 root;       /* pfn of the level 4 table */
    bool pinned;
    bool pinned_for_save;
    struct frame frame; /* where it stopped, and why */
    u64 fault_address;
    u64 pages;      /* pages of data */
    u64 pace;       /* nanoseconds between rounds; 0: no pause */
    u64 wake_at;
    u64 rounds;     /* rounds reported so far */
    u64 hash;       /* of the fixed pages; 0 before the first round */
    u64 changes;    /* words, rounds or hashes that were not what they should be */
    u64 switches;
};

extern struct process processes[MAX_PROCESSES];

/* Null, or why not. */
const char *process_spawn(u64 pages, u64 pace, u32 *pid);
const char *process_stop(u32 pid);
const char *process_continue(u32 pid);
const char *process_kill(u32 pid);
struct process *process_find(u32 pid);

/* Runs it until it stops for whatever reason, and deals with that. In with events masked, out unmasked. */
void process_run(struct process *process);
/* From the entry out of user mode. */
void process_stopped(const struct frame *frame, u64 fault_address);

u64 processes_changes(void);
u64 processes_alive(void);

/* Page tables that are not pinned are pinned, until after the save. Both return how many. */
u64 processes_pin_for_save(void);
u64 processes_unpin_after_save(void);
