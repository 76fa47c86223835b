package dev.xenolith.engine.host;

import dev.xenolith.engine.DeviceSnapshot;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainSnapshot;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.GuestDamagedException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.MemorySnapshot;
import dev.xenolith.engine.PageTableSnapshot;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.VcpuSnapshot;
import dev.xenolith.engine.WrongStateException;
import dev.xenolith.engine.XenstoreEntry;
import dev.xenolith.engine.backend.DomainBackends;
import dev.xenolith.engine.checkpoint.CooperativeCheckpoint;
import dev.xenolith.engine.checkpoint.DomainParts;
import dev.xenolith.engine.checkpoint.SuspensionCheck;
import dev.xenolith.engine.checkpoint.TransparentCheckpoint;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Lifecycle;
import dev.xenolith.engine.evtchn.BackendPort;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.retire.DomainRetirement;
import dev.xenolith.engine.xenstore.ShutdownControl;
import dev.xenolith.engine.xenstore.Toolstack;
import dev.xenolith.engine.xenstore.Xenstore;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A domain with its backends, as the engine's face shows it. Every call takes the baton and so finds it at rest. */
final class HostedDomain implements Domain {

    /** Nobody listens at our end of a suspend channel: what the guest does is seen by its shutdown. */
    private static final BackendPort NO_ANSWER = new BackendPort() {
        @Override
        public void notified() {}

        @Override
        public void closed() {}
    };

    private final DomainParts parts;
    private final GuestDomain domain;
    private final Grants grants;
    private final DomainBackends backends;
    private final DomainRetirement retirement;
    private final Xenstore store;
    private final ShutdownControl control;
    private final Runnable atEnd;
    private Consumer<HostedDomain> onDestroy = gone -> {};

    /** @param atEnd lets go of what the domain's memory needed, once it is free */
    HostedDomain(DomainParts parts, Runnable atEnd) {
        this.parts = parts;
        this.domain = parts.guest();
        this.grants = parts.site().grants();
        this.backends = parts.backends();
        this.store = parts.site().store();
        this.control = new ShutdownControl(store.toolstack(), domain.identity().domid());
        this.atEnd = atEnd;
        this.retirement = new DomainRetirement(domain, grants);
    }

    /** Called once, when the domain is gone and its frames are free. */
    void setOnDestroy(Consumer<HostedDomain> action) {
        onDestroy = action;
    }

    void loseMemory(String detail) {
        domain.run(() -> domain.loseMemory(detail));
    }

    GuestDomain guest() {
        return domain;
    }

    DomainRetirement retirement() {
        return retirement;
    }

    Toolstack toolstack() {
        return store.toolstack();
    }

    Grants grantTable() {
        return grants;
    }

    @Override
    public int domid() {
        return domain.identity().domid();
    }

    @Override
    public UUID uuid() {
        return domain.identity().uuid();
    }

    @Override
    public DomainSnapshot snapshot() {
        Lifecycle.Stage stage = domain.lifecycle().stage();
        int online = (int) domain.vcpus().stream().filter(vcpu -> vcpu.isUp()).count();
        return new DomainSnapshot(
                domid(),
                domain.identity().guestDomid(),
                uuid(),
                domain.identity().name(),
                stage.state(),
                stage.shutdownReason(),
                stage.crashReason(),
                stage.detail(),
                domain.memory().pages(),
                domain.memory().maxPages(),
                domain.vcpuCount(),
                online,
                domain.clock().retired(),
                domain.cpuNanos());
    }

    @Override
    public void pause() {
        act(() -> {
            if (require("pause", DomainState.PAUSED, DomainState.RUNNING) == DomainState.RUNNING) {
                domain.pause();
            }
        });
    }

    @Override
    public void unpause() {
        act(() -> {
            if (require("unpause", DomainState.PAUSED, DomainState.RUNNING) == DomainState.PAUSED) {
                domain.unpause();
            }
        });
    }

    private void requireUndamaged() {
        String damage = domain.damage();
        if (damage != null) {
            throw new GuestDamagedException(damage);
        }
    }

    /** The present state, if it is one of those. */
    private DomainState require(String action, DomainState... allowed) {
        DomainState state = domain.lifecycle().state();
        if (!List.of(allowed).contains(state)) {
            throw new WrongStateException(state, action);
        }
        return state;
    }

    /** Looks into the domain's memory, of which a page may be lost when it runs from a damaged image. */
    <T> T look(Supplier<T> task) {
        try {
            return domain.call(task);
        } catch (ImagePageCorruptException e) {
            throw new ImageCorruptException(
                    "page data", 0, "the bytes that were saved", String.valueOf(e.getMessage()));
        }
    }

    /** As {@link #look}, for what gives no answer. */
    void act(Runnable task) {
        look(() -> {
            task.run();
            return true;
        });
    }

    @Override
    public void destroy() {
        boolean first = domain.call(() -> {
            boolean alive = domain.lifecycle().state() != DomainState.DYING;
            domain.lifecycle().die();
            return alive;
        });
        if (first) {
            domain.destroy();
            backends.release();
            atEnd.run();
            onDestroy.accept(this);
        }
    }

    @Override
    public void requestShutdown(ShutdownRequest request) {
        act(() -> {
            require("ask for a shutdown", DomainState.RUNNING);
            if (request != ShutdownRequest.SUSPEND || !ring(control.suspendPort())) {
                control.request(request);
            }
        });
        domain.wake();
    }

    /** One event on the guest's suspend channel, if it really waits there for the toolstack. */
    private boolean ring(OptionalInt port) {
        BackendPorts ports = domain.events().backends();
        if (port.isEmpty() || ports.bind(port.getAsInt(), NO_ANSWER) != 0) {
            return false;
        }
        ports.raise(port.getAsInt());
        ports.unbind(port.getAsInt());
        return true;
    }

    @Override
    public void withdrawShutdownRequest() {
        act(() -> {
            if (domain.lifecycle().state() != DomainState.DYING) {
                control.withdraw();
            }
        });
        domain.wake();
    }

    @Override
    public void resume() {
        act(() -> {
            if (require("resume", DomainState.SUSPENDED, DomainState.RUNNING) == DomainState.SUSPENDED) {
                requireUndamaged();
                domain.resume();
            }
        });
    }

    @Override
    public SuspendExamination examineSuspension() {
        return look(() -> {
            require("examine a suspension", DomainState.SUSPENDED);
            return SuspensionCheck.examine(parts);
        });
    }

    @Override
    public int consoleInput(byte[] bytes) {
        int taken = look(() -> domain.lifecycle().state() == DomainState.DYING ? 0 : backends.consoleInput(bytes));
        domain.wake();
        return taken;
    }

    @Override
    public SaveResult saveTransparent(SaveSpec spec) {
        return look(() -> {
            require("save", DomainState.PAUSED);
            return TransparentCheckpoint.save(parts, spec);
        });
    }

    @Override
    public SaveResult saveCooperative(SaveSpec spec) {
        return look(() -> {
            require("save as Xen does", DomainState.SUSPENDED);
            requireUndamaged();
            return CooperativeCheckpoint.save(parts, spec);
        });
    }

    @Override
    public String stateDigest() {
        return look(() -> {
            require("take the digest", DomainState.PAUSED);
            return TransparentCheckpoint.digest(parts);
        });
    }

    @Override
    public void runInstructions(long count) {
        act(() -> {
            require("run instructions", DomainState.PAUSED);
            if (!domain.clock().isVirtual()) {
                throw new WrongStateException(DomainState.PAUSED, "run instructions with the real clock");
            }
            domain.lifecycle().run();
            domain.rounds().runInstructions(count);
            if (domain.lifecycle().isRunning()) {
                domain.lifecycle().pause();
            }
        });
    }

    @Override
    public List<VcpuSnapshot> vcpus() {
        return look(() -> domain.vcpus().stream().map(Views::vcpu).toList());
    }

    @Override
    public MemorySnapshot memory() {
        return look(() -> Views.memory(domain.memory()));
    }

    @Override
    public List<PageTableSnapshot> pageTables() {
        return look(() -> Views.pageTables(domain.memory()));
    }

    @Override
    public List<EventChannelSnapshot> eventChannels() {
        return look(() -> domain.events().list());
    }

    @Override
    public List<GrantSnapshot> grants() {
        return look(grants::list);
    }

    @Override
    public List<XenstoreEntry> xenstore() {
        return store.list(domid());
    }

    @Override
    public List<DeviceSnapshot> devices() {
        return domain.call(backends::describe);
    }
}
