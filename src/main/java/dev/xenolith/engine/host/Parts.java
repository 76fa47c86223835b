package dev.xenolith.engine.host;

import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;
import dev.xenolith.engine.xenstore.Xenstore;

/** What all domains of a host share. */
record Parts(Machine machine, Pcpus pcpus, EventFabric fabric, Xenstore store, EventHub events) {}
