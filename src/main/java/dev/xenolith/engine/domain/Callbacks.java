package dev.xenolith.engine.domain;

/** Where a guest's kernel wants to be entered other than by a trap ({@code public/callback.h}). */
public final class Callbacks {

    public long event;
    public long failsafe;
    public boolean failsafeMasksEvents;
    public long syscall;
    public boolean syscallMasksEvents;
    public long syscall32;
    public boolean syscall32MasksEvents;
    public long sysenter;
    public boolean sysenterMasksEvents;

    public record State(
            long event,
            long failsafe,
            boolean failsafeMasksEvents,
            long syscall,
            boolean syscallMasksEvents,
            long syscall32,
            boolean syscall32MasksEvents,
            long sysenter,
            boolean sysenterMasksEvents) {}

    public State state() {
        return new State(
                event,
                failsafe,
                failsafeMasksEvents,
                syscall,
                syscallMasksEvents,
                syscall32,
                syscall32MasksEvents,
                sysenter,
                sysenterMasksEvents);
    }

    public void restore(State state) {
        event = state.event();
        failsafe = state.failsafe();
        failsafeMasksEvents = state.failsafeMasksEvents();
        syscall = state.syscall();
        syscallMasksEvents = state.syscallMasksEvents();
        syscall32 = state.syscall32();
        syscall32MasksEvents = state.syscall32MasksEvents();
        sysenter = state.sysenter();
        sysenterMasksEvents = state.sysenterMasksEvents();
    }
}
