package dev.xenolith.engine;

/** One grant entry in use ({@code xen/include/public/grant_table.h}). */
public record GrantSnapshot(int ref, int flags, int domid, long frame, int mappings) {}
