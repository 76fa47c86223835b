/** What a browser is shown: for now only the way to Swagger UI. */
@NullMarked
package dev.xenolith.web;

import org.jspecify.annotations.NullMarked;
