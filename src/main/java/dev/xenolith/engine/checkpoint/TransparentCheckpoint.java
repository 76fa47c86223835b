package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.List;

/** Saves a domain at rest, or only takes its digest. Changes nothing in it. */
public final class TransparentCheckpoint {

    private TransparentCheckpoint() {}

    public static SaveResult save(DomainParts parts, SaveSpec spec) {
        SavedFrames frames = new SavedFrames(parts.guest().memory());
        TransparentHeader header = header(parts, frames);
        return new TransparentSave<>(parts, DomainContexts.types(), frames, header).write(spec);
    }

    /** The digest that {@link #save} would give in its result. */
    public static String digest(DomainParts parts) {
        SavedFrames frames = new SavedFrames(parts.guest().memory());
        StateDigest digest = new StateDigest();
        digest.header(header(parts, frames));
        digest.frames(frames);
        DomainContexts.types().save(parts, digest::context);
        return digest.finish();
    }

    private static TransparentHeader header(DomainParts parts, SavedFrames frames) {
        GuestDomain guest = parts.guest();
        DomainMemory memory = guest.memory();
        return new TransparentHeader(
                TransparentHeader.VERSION,
                guest.vcpuCount(),
                memory.guestDomid(),
                parts.site().names().guestUuid(),
                memory.view().limit(),
                memory.view().guestMfnOf(guest.sharedInfoMfn()),
                frames.count(),
                facts(guest));
    }

    private static List<TransparentHeader.Fact> facts(GuestDomain guest) {
        return GuestFacts.of(guest).entrySet().stream()
                .map(fact -> new TransparentHeader.Fact(fact.getKey(), fact.getValue()))
                .toList();
    }
}
