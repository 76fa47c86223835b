package dev.xenolith.engine;

import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a domain is built from.
 *
 * @param uuid Xen's domain handle
 * @param pages memory in pages of 4 KiB
 * @param kernel the bytes of a PV kernel: ELF with Xen notes, or a bzImage around one
 * @param console receives what the guest prints
 */
public record DomainSpec(
        UUID uuid,
        String name,
        long pages,
        int vcpus,
        MemorySegment kernel,
        @Nullable MemorySegment ramdisk,
        String commandLine,
        ClockSpec clock,
        ConsoleOutput console) {}
