package dev.xenolith.engine;

/**
 * A machine frame's place in its life, as in Xen ({@code xen/include/asm/mm.h} PGC_state_*, and PGC_broken).
 *
 * <pre>
 *   FREE ──────────────── offline ──────────────► OFFLINED
 *     ▲ │                                            ▲ │
 *     │ └─ allocated ─► IN_USE ─ offline ─► OFFLINING ┘ │ online
 *     │ ◄── freed ────────┘ ◄── online ──────┘ freed    │
 *     └─────────────────────────────────────────────────┘
 *   any ── uncorrectable error ──► BROKEN, for good; a domain may have it still, and then its owner is named
 * </pre>
 */
public enum FrameState {
    FREE,
    IN_USE,
    OFFLINING,
    OFFLINED,
    BROKEN
}
