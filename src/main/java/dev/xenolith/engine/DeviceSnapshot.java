package dev.xenolith.engine;

import java.util.Map;

/** One split driver: its class (console, vbd, vif), state, and what its backend knows. */
public record DeviceSnapshot(String type, int handle, String state, Map<String, String> details) {}
