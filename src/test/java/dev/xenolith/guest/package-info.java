@NullMarked
package dev.xenolith.guest;

import org.jspecify.annotations.NullMarked;
