/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"
#include "address_space.h"
#include "clock.h"
#include "events.h"
#include "memory.h"
#include "pagetable.h"
#include "print.h"
#include "recursive.h"
#include "user/layout.h"

extern char checker_program[], checker_program_end[];

#define RFLAGS_INTERRUPTS 0x200UL

struct process processes[MAX_PROCESSES];

static struct process *current;
static u64 root_in_use; /* what user mode's root is set to */
static u64 changes_of_the_dead;

static struct process *free_slot(void) {
    for (u32 i = 0; i < MAX_PROCESSES; i++)
        if (processes[i].state == FREE) return &processes[i];
    return 0;
}

struct process *process_find(u32 pid) {
    for (u32 i = 0; i < MAX_PROCESSES; i++)
        if (processes[i].state != FREE && processes[i].pid == pid) return &processes[i];
    return 0;
}

static void set_pinned(struct process *p, bool pinned) {
    if (p->pinned == pinned) return;
    if (pinned) {
        pagetable_pin(p->root);
    } else {
        if (root_in_use == p->root) pagetable_use(root_in_use = 0);
        if (recursive_alternative_root() == p->root) recursive_clear_alternative();
        pagetable_unpin(p->root);
    }
    p->pinned = pinned;
}

const char *process_spawn(u64 pages, u64 pace, u32 *pid) {
    static u32 last_pid;
    struct process *p = free_slot();
    if (!p) return "no free process slot";
    if (pages < 1 || pages > MAX_PROCESS_PAGES) return "a process has 1 to 65536 pages";
    if (address_space_cost(pages) > memory_free_pages()) return "not enough memory";
    u64 size = checker_program_end - checker_program;
    *p = (struct process){.state = READY, .pid = *pid = ++last_pid, .pages = pages, .pace = pace};
    p->root = address_space_build(checker_program, size, pages);
    p->frame = (struct frame){
        .rip = USER_CODE,
        .cs = XEN_KERNEL_CS | 3,
        .ss = XEN_KERNEL_SS,
        .rflags = RFLAGS_INTERRUPTS,
        .rsp = USER_STACK_TOP - 8,
        .rdi = p->pid,
        .rsi = pages,
    };
    set_pinned(p, true);
    return 0;
}

static void end(struct process *p) {
    set_pinned(p, false);
    address_space_destroy(p->root);
    changes_of_the_dead += p->changes;
    p->state = FREE;
}

const char *process_kill(u32 pid) {
    struct process *p = process_find(pid);
    if (!p) return "no such process";
    end(p);
    return 0;
}

const char *process_stop(u32 pid) {
    struct process *p = process_find(pid);
    if (!p) return "no such process";
    if (p->state == STOPPED) return "it is stopped already";
    p->state = STOPPED;
    set_pinned(p, false);
    return 0;
}

const char *process_continue(u32 pid) {
    struct process *p = process_find(pid);
    if (!p) return "no such process";
    if (p->state != STOPPED) return "it is not stopped";
    set_pinned(p, true);
    p->state = READY;
    return 0;
}

u64 processes_changes(void) {
    u64 sum = changes_of_the_dead;
    for (u32 i = 0; i < MAX_PROCESSES; i++) sum += processes[i].state == FREE ? 0 : processes[i].changes;
    return sum;
}

u64 processes_alive(void) {
    u64 count = 0;
    for (u32 i = 0; i < MAX_PROCESSES; i++) count += processes[i].state != FREE;
    return count;
}

u64 processes_pin_for_save(void) {
    u64 count = 0;
    for (struct process *p = processes; p < processes + MAX_PROCESSES; p++) {
        if (p->state == FREE || p->pinned) continue;
        pagetable_pin(p->root);
        p->pinned = p->pinned_for_save = true;
        count++;
    }
    return count;
}

u64 processes_unpin_after_save(void) {
    u64 count = 0;
    for (struct process *p = processes; p < processes + MAX_PROCESSES; p++) {
        if (p->state == FREE || !p->pinned_for_save) continue;
        pagetable_unpin(p->root);
        p->pinned = p->pinned_for_save = false;
        count++;
    }
    return count;
}

/* The kernel keeps count too: a process that fell back to an older copy of itself is noticed. */
static void round_over(struct process *p, u64 round, u64 hash) {
    if (round != p->rounds + 1) {
        p->changes++;
        announce("pebble: process %u: round changed: expected %u, got %u", p->pid, p->rounds + 1, round);
    }
    if (p->hash && hash != p->hash) {
        p->changes++;
        announce("pebble: process %u: hash changed: expected %016x, got %016x", p->pid, p->hash, hash);
    }
    p->rounds = round;
    p->hash = hash;
    if (!p->pace) return;
    p->state = SLEEPING;
    p->wake_at = clock_now() + p->pace;
}

static void word_changed(struct process *p, u64 page, u64 word, u64 expected, u64 got) {
    p->changes++;
    announce("pebble: process %u: page %u changed: word %u: expected %016x, got %016x", p->pid, page, word, expected, got);
}

static void user_call(struct process *p) {
    struct frame *f = &p->frame;
    u64 number = f->rax;
    f->rax = 0;
    switch (number) {
    case USER_EXIT: end(p); return;
    case USER_ROUND: round_over(p, f->rdi, f->rsi); return;
    case USER_CHANGED: word_changed(p, f->rdi, f->rsi, f->rdx, f->r10); return;
    default: f->rax = -38UL; /* ENOSYS */
    }
}

static void user_fault(struct process *p) {
    const struct frame *f = &p->frame;
    announce("pebble: process %u killed: vector %u error %x at %016x, address %016x", p->pid, f->vector, f->error,
            f->rip, p->fault_address);
    end(p);
}

void process_stopped(const struct frame *frame, u64 fault_address) {
    current->frame = *frame;
    current->fault_address = fault_address;
}

void process_run(struct process *p) {
    if (root_in_use != p->root) pagetable_use(root_in_use = p->root);
    current = p;
    p->switches++;
    enter_user(&p->frame);
    events_unmask();
    switch (p->frame.vector) {
    case VECTOR_EVENT: return;
    case VECTOR_SYSCALL: user_call(p); return;
    default: user_fault(p);
    }
}
