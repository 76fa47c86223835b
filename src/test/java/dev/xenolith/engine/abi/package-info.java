/** Every layout against a second, independent transcription of Xen's headers. */
@NullMarked
package dev.xenolith.engine.abi;

import org.jspecify.annotations.NullMarked;
