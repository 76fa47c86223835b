package dev.xenolith.engine.backend;

import java.util.Optional;

/**
 * What the console keeps outside guest memory.
 *
 * @param port the guest's port, 0 when it has closed it
 * @param queued bytes typed and not yet in the ring
 * @param disconnected why it is disconnected, if it is
 */
public record ConsoleState(int port, byte[] queued, Optional<String> disconnected) {}
