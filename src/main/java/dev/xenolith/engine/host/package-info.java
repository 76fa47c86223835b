/**
 * The engine put together: one {@link dev.xenolith.engine.host.Xenolith} is a host, each {@code HostedDomain} a domain of
 * it with its backends. Everything below knows only what is below it; here it is wired.
 */
@NullMarked
package dev.xenolith.engine.host;

import org.jspecify.annotations.NullMarked;
