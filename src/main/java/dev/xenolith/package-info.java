/**
 * Xenolith: a Xen-compatible paravirtual hypervisor inside a JVM ({@code engine}) and the REST control plane around
 * it ({@code control}, {@code store}, {@code rest}, {@code web}).
 */
@NullMarked
package dev.xenolith;

import org.jspecify.annotations.NullMarked;
