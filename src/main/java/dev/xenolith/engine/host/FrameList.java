package dev.xenolith.engine.host;

import dev.xenolith.engine.FrameGrant;
import dev.xenolith.engine.FrameQuery;
import dev.xenolith.engine.FrameSnapshot;
import dev.xenolith.engine.FramesPage;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.Machine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The host's frames as callers see them. What a page of them asks of a domain as a whole is asked once a page. */
final class FrameList {

    /** Frames one look at the frame table returns at most. */
    private static final int MAX_FRAMES_A_PAGE = 1000;

    private final Machine machine;
    private final DomainTable domains;

    FrameList(Machine machine, DomainTable domains) {
        this.machine = machine;
        this.domains = domains;
    }

    FramesPage page(FrameQuery query) {
        int limit = Math.min(Math.max(query.limit(), 1), MAX_FRAMES_A_PAGE);
        List<FrameSnapshot> frames = new ArrayList<>();
        Map<Integer, Map<Long, FrameGrant>> granted = new HashMap<>();
        for (long mfn = Math.max(query.fromMfn(), Machine.FIRST_FRAME); mfn < machine.limit(); mfn++) {
            if (!mayMatch(query, (int) mfn)) {
                continue; // without waiting for a domain that nobody asked about
            }
            FrameSnapshot frame = snapshot((int) mfn, granted);
            if (!matches(query, frame)) {
                continue;
            }
            if (frames.size() == limit) {
                return new FramesPage(frames, mfn);
            }
            frames.add(frame);
        }
        return new FramesPage(frames, null);
    }

    Optional<FrameSnapshot> frame(long mfn) {
        boolean exists = mfn >= Machine.FIRST_FRAME && mfn < machine.limit();
        return exists ? Optional.of(snapshot((int) mfn, new HashMap<>())) : Optional.empty();
    }

    private boolean mayMatch(FrameQuery query, int mfn) {
        FrameOwner owner = machine.ownerOf(mfn);
        return (query.state() == null || query.state() == machine.state(mfn))
                && (query.domid() == null || (owner != null && query.domid() == owner.domid()));
    }

    private static boolean matches(FrameQuery query, FrameSnapshot frame) {
        return (query.state() == null || query.state() == frame.state())
                && (query.domid() == null || query.domid().equals(frame.domid()));
    }

    private FrameSnapshot snapshot(int mfn, Map<Integer, Map<Long, FrameGrant>> granted) {
        FrameOwner owner = machine.ownerOf(mfn);
        @Nullable
        HostedDomain domain = owner == null ? null : domains.find(owner.domid()).orElse(null);
        if (domain == null) {
            return Views.frame(machine, mfn);
        }
        return domain.look(() -> {
            Map<Long, FrameGrant> own = granted.computeIfAbsent(
                    domain.domid(), any -> domain.grantTable().granted());
            return Views.frame(machine, mfn, domain, own);
        });
    }
}
