@NullMarked
package dev.xenolith.engine.mmu;

import org.jspecify.annotations.NullMarked;
