/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xen_abi.h: the part of Xen's public x86-64 ABI that pebble uses, in pebble's own words. The
 * authority is xen/include/public: xen.h, arch-x86/xen-x86_64.h, event_channel.h, sched.h,
 * vcpu.h, callback.h, io/console.h, io/xs_wire.h. The offsets are checked below.
 */
#pragma once
#include "types.h"

enum hypercall {
    HYPERCALL_SET_TRAP_TABLE = 0,
    HYPERCALL_MMU_UPDATE = 1,
    HYPERCALL_SET_GDT = 2,
    HYPERCALL_STACK_SWITCH = 3,
    HYPERCALL_MEMORY_OP = 12,
    HYPERCALL_UPDATE_VA_MAPPING = 14,
    HYPERCALL_XEN_VERSION = 17,
    HYPERCALL_CONSOLE_IO = 18,
    HYPERCALL_GRANT_TABLE_OP = 20,
    HYPERCALL_VM_ASSIST = 21,
    HYPERCALL_IRET = 23,
    HYPERCALL_VCPU_OP = 24,
    HYPERCALL_MMUEXT_OP = 26,
    HYPERCALL_SCHED_OP = 29,
    HYPERCALL_CALLBACK_OP = 30,
    HYPERCALL_EVENT_CHANNEL_OP = 32,
};

#define DOMID_SELF 0x7ff0
#define XEN_KERNEL_CS 0xe033
#define XEN_KERNEL_SS 0xe02b

/* Machine-to-physical table: Xen's, read-only, at the start of its part of the address space. */
#define MACHINE_TO_PHYSICAL ((const volatile u64 *)0xffff800000000000UL)

enum sched_op { SCHED_YIELD = 0, SCHED_BLOCK = 1, SCHED_SHUTDOWN = 2 };
enum shutdown_reason {
    SHUTDOWN_POWEROFF = 0,
    SHUTDOWN_REBOOT = 1,
    SHUTDOWN_SUSPEND = 2,
    SHUTDOWN_CRASH = 3,
};

enum event_channel_op {
    EVTCHN_BIND_VIRQ = 1,
    EVTCHN_CLOSE = 3,
    EVTCHN_SEND = 4,
    EVTCHN_ALLOC_UNBOUND = 6,
    EVTCHN_UNMASK = 9,
};
enum { VIRQ_TIMER = 0 };
struct evtchn_bind_virq {
    u32 virq, vcpu, port;
};

enum vcpu_op { VCPU_STOP_PERIODIC_TIMER = 7, VCPU_SET_SINGLESHOT_TIMER = 8, VCPU_STOP_SINGLESHOT_TIMER = 9 };
struct vcpu_singleshot_timer {
    u64 timeout_abs_ns;
    u32 flags;
};

enum callback_type { CALLBACK_EVENT = 0, CALLBACK_FAILSAFE = 1, CALLBACK_SYSCALL = 2 };
enum { CALLBACK_REGISTER = 0, CALLBACK_MASK_EVENTS = 1 };
struct callback_register {
    u16 type, flags;
    u64 address;
};

enum { TRAP_DPL_USER = 3, TRAP_MASKS_EVENTS = 4 };
struct trap_info {
    u8 vector, flags;
    u16 cs;
    u64 address;
};

enum mmu_update_kind { MMU_NORMAL = 0, MMU_MACHPHYS = 1, MMU_PRESERVE_AD = 2 };
struct mmu_update {
    u64 pointer; /* machine address of the entry; the low two bits are the kind */
    u64 value;
};

enum mmuext_kind {
    MMUEXT_PIN_L1 = 0,
    MMUEXT_PIN_L2 = 1,
    MMUEXT_PIN_L3 = 2,
    MMUEXT_PIN_L4 = 3,
    MMUEXT_UNPIN = 4,
    MMUEXT_NEW_BASEPTR = 5,
    MMUEXT_TLB_FLUSH_LOCAL = 6,
    MMUEXT_NEW_USER_BASEPTR = 15,
};
struct mmuext_op {
    u32 command;
    u64 mfn; /* or a linear address */
    u64 argument;
};

enum { UVMF_NONE = 0, UVMF_TLB_FLUSH = 1, UVMF_INVLPG = 2 };

enum grant_table_op { GRANT_SETUP_TABLE = 2 };
struct grant_setup_table {
    u16 domid;
    u32 frames;
    u16 status;
    u64 *frame_list;
};
enum { GRANT_PERMIT_ACCESS = 1 };
struct grant_entry {
    u16 flags, domid;
    u32 frame;
};

enum xen_version_op { XENVER_VERSION = 0, XENVER_EXTRAVERSION = 1 };
enum { CONSOLE_IO_WRITE = 0 };

struct start_info {
    char magic[32];
    u64 nr_pages;
    u64 shared_info; /* machine address */
    u32 flags;
    u64 store_mfn;
    u32 store_evtchn;
    u64 console_mfn;
    u32 console_evtchn;
    /* Filled in at the first boot only, not at a resume. */
    u64 pt_base;
    u64 nr_pt_frames;
    u64 mfn_list;
    u64 mod_start;
    u64 mod_len;
    char cmd_line[1024];
    u64 first_p2m_pfn;
    u64 nr_p2m_frames;
};

struct vcpu_time_info {
    u32 version, pad0;
    u64 tsc_timestamp;
    u64 system_time;
    u32 tsc_to_system_mul;
    signed char tsc_shift;
    u8 flags, pad1[2];
};

struct vcpu_info {
    u8 upcall_pending, upcall_mask;
    u8 pad0[6];
    u64 pending_selector;
    u64 cr2, pad1;
    struct vcpu_time_info time;
};

struct shared_info {
    struct vcpu_info vcpu[32];
    u64 event_pending[64];
    u64 event_mask[64];
    u32 wallclock_version, wallclock_sec, wallclock_nsec, wallclock_sec_high;
    u64 max_pfn;
    u64 p2m_frame_list_list;
    u64 nmi_reason;
    u64 p2m_cr3;
    u64 p2m_vaddr;
    u64 p2m_generation;
};

struct console_ring {
    char in[1024];
    char out[2048];
    u32 in_cons, in_prod, out_cons, out_prod;
};

struct xenstore_ring {
    char request[1024];
    char response[1024];
    u32 request_cons, request_prod, response_cons, response_prod;
};

enum xenstore_message {
    XS_DIRECTORY = 1,
    XS_READ = 2,
    XS_WATCH = 4,
    XS_UNWATCH = 5,
    XS_WRITE = 11,
    XS_RM = 13,
    XS_WATCH_EVENT = 15,
    XS_ERROR = 16,
};
enum { XENSTORE_PAYLOAD_MAX = 4096 };
struct xenstore_header {
    u32 type, request_id, transaction, length;
};

_Static_assert(offsetof(struct start_info, cmd_line) == 128, "start_info");
_Static_assert(sizeof(struct vcpu_info) == 64, "vcpu_info");
_Static_assert(offsetof(struct shared_info, event_pending) == 0x800, "shared_info");
_Static_assert(offsetof(struct shared_info, max_pfn) == 0xc10, "arch_shared_info");
_Static_assert(offsetof(struct grant_setup_table, frame_list) == 16, "gnttab_setup_table");
_Static_assert(offsetof(struct console_ring, in_cons) == 3072, "console ring");
_Static_assert(offsetof(struct xenstore_ring, request_cons) == 2048, "xenstore ring");
