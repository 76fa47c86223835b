/**
 * The engine's one face: what the control plane, a test or somebody's JUnit suite sees of the hypervisor. Only
 * interfaces, values and errors; {@code engine.host} implements them and wires the packages below.
 *
 * <p>Nothing here or below knows Spring, JPA, HTTP or a file by name.
 */
@NullMarked
package dev.xenolith.engine;

import org.jspecify.annotations.NullMarked;
