/**
 * Xen's public constants and byte layouts, little endian, one struct or number list a file, named as in
 * {@code xen/include/public}. A leaf: it imports nothing of ours and allocates nothing.
 */
@NullMarked
package dev.xenolith.engine.abi;

import org.jspecify.annotations.NullMarked;
