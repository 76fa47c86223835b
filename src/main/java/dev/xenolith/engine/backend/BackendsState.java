package dev.xenolith.engine.backend;

import dev.xenolith.engine.xenstore.XenstoreState;

/** What the far ends of a domain's drivers keep outside its memory. */
public record BackendsState(XenstoreState xenstore, ConsoleState console) {}
