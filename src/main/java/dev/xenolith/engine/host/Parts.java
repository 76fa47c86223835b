package dev.xenolith.engine.host;

import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.sched.Pcpus;

/** What all domains of a host share. */
record Parts(Machine machine, Pcpus pcpus, EventFabric fabric, EventHub events) {}
