/* SPDX-License-Identifier: Apache-2.0 */
/* commands_process.c: processes and what they find. */
#include "console.h"
#include "kernel.h"
#include "memory.h"
#include "pagetable.h"
#include "process.h"
#include "recursive.h"
#include "shell.h"
#include "text.h"
#include "user/layout.h"

static const char *const state_names[] = {"free", "ready", "sleeping", "stopped"};

static void ps(int count, const char **words) {
    (void)count, (void)words;
    print("%5s %6s %8s %-8s %-16s %s\n", "PID", "PAGES", "ROUNDS", "STATE", "HASH", "CHANGES");
    for (struct process *p = processes; p < processes + MAX_PROCESSES; p++)
        if (p->state != FREE)
            print("%5u %6u %8u %-8s %016x %u\n", p->pid, p->pages, p->rounds, state_names[p->state], p->hash, p->changes);
}

/* Lets every process that may run finish the round it is in and one more. */
static void check_all(void) {
    u64 goal[MAX_PROCESSES];
    u32 pids[MAX_PROCESSES];
    bool waiting = true;
    for (u32 i = 0; i < MAX_PROCESSES; i++) {
        struct process *p = &processes[i];
        pids[i] = p->state == FREE || p->state == STOPPED ? 0 : p->pid;
        goal[i] = p->rounds + 2;
    }
    while (waiting) {
        waiting = false;
        for (u32 i = 0; i < MAX_PROCESSES; i++) {
            struct process *p = &processes[i];
            if (!pids[i] || p->state == FREE || p->state == STOPPED || p->pid != pids[i] || p->rounds >= goal[i]) continue;
            p->wake_at = 0;
            waiting = true;
        }
        if (waiting) kernel_turn();
    }
}

static void hash(int count, const char **words) {
    (void)count, (void)words;
    u64 combined = 0x9e3779b97f4a7c15, pages = 0, number = 0;
    check_all();
    for (struct process *p = processes; p < processes + MAX_PROCESSES; p++) {
        if (p->state == FREE || p->state == STOPPED) continue;
        combined = (combined << 13 | combined >> 51) ^ p->hash;
        pages += p->pages;
        number++;
    }
    print("hash %016x: %u processes, %u pages, %u changed: %s\n", combined, number, pages, processes_changes(),
            processes_changes() ? "BAD" : "GOOD");
}

static void spawn(int count, const char **words) {
    u64 number, pages, pace;
    if (!shell_number(count, words, 1, 1, &number) || !shell_number(count, words, 2, 4, &pages)) return;
    if (!shell_number(count, words, 3, pages * 1000, &pace)) return;
    while (number--) {
        u32 pid;
        const char *error = process_spawn(pages, pace * MILLISECOND, &pid);
        if (error) {
            print("%s\n", error);
            return;
        }
        print("process %u: %u pages\n", pid, pages);
    }
}

static void to_process(int count, const char **words, const char *(*action)(u32 pid)) {
    u64 pid;
    if (!shell_number(count, words, 1, 0, &pid)) return;
    const char *error = action(pid);
    if (error) print("%s\n", error);
}

static void kill(int count, const char **words) { to_process(count, words, process_kill); }

static void stop(int count, const char **words) { to_process(count, words, process_stop); }

static void cont(int count, const char **words) { to_process(count, words, process_continue); }

/* Looks at the process's pages through the alternative recursive mapping, which stays. */
static void walk(int count, const char **words) {
    u64 pid, pages = 0, differ = 0;
    if (!shell_number(count, words, 1, 1, &pid)) return;
    struct process *p = process_find(pid);
    if (!p || !p->pinned) {
        print("%s\n", p ? "its page tables are not pinned" : "no such process");
        return;
    }
    for (u64 va = USER_CODE; va < USER_DATA + p->pages * PAGE_SIZE; va += PAGE_SIZE) {
        u64 *table = pagetable_find(pfn_pointer(p->root), va, 1);
        u64 entry = *recursive_alternative_entry(p->root, va);
        pages += entry & PTE_PRESENT;
        differ += entry != table[pte_index(va, 1)];
    }
    print("%u pages mapped, %u entries differ between the two ways of looking\n", pages, differ);
}

/* Builds and destroys address spaces: all the page-table work there is, and no page may leak. */
static void stress(int count, const char **words) {
    u64 rounds, pages;
    if (!shell_number(count, words, 1, 100, &rounds) || !shell_number(count, words, 2, 8, &pages)) return;
    for (u64 i = 0; i < rounds; i++) {
        u32 pid;
        const char *error = process_spawn(pages, 0, &pid);
        if (error) {
            print("%s\n", error);
            return;
        }
        struct process *p = process_find(pid);
        while (p->rounds < 1) kernel_turn();
        process_stop(pid);
        process_continue(pid);
        process_kill(pid);
    }
    print("stress: %u processes came and went, %u changed\n", rounds, processes_changes());
}

const struct command process_commands[] = {
    {"ps", "", "processes, their rounds and hashes", ps},
    {"hash", "", "every process checks all of its pages now", hash},
    {"spawn", "[N [PAGES [MS]]]", "N processes, MS between rounds (0: busy)", spawn},
    {"kill", "PID", "ends a process", kill},
    {"stop", "PID", "a process stops; its page tables are unpinned", stop},
    {"cont", "PID", "and goes on", cont},
    {"walk", "PID", "counts its pages through the recursive mapping", walk},
    {"stress", "[N [PAGES]]", "N processes come and go", stress},
    {0},
};
