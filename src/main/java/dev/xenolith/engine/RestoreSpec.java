package dev.xenolith.engine;

import java.nio.channels.FileChannel;
import java.util.UUID;

/**
 * @param image stays open until the domain ends: pages load from it at first touch. The engine closes it then.
 * @param uuid the handle of the restored domain
 */
public record RestoreSpec(
        FileChannel image, UUID uuid, String name, ClockSpec clock, ConsoleOutput console, Progress progress) {}
