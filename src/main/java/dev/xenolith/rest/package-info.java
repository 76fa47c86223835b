/**
 * The control plane over HTTP: one controller per resource, the JSON shapes of what they answer ({@code …View}), and
 * the rules that hold for all of them.
 *
 * <ul>
 *   <li>Whatever goes wrong is answered as a problem of RFC 9457 with a type of {@link
 *       dev.xenolith.control.ProblemType}: {@link ProblemAdvice} for what controllers throw, {@link ProblemErrorController}
 *       and {@link ProblemErrorValve} for what never reaches one.
 *   <li>{@link Door} decides who may ask at all.
 *   <li>JSON is read strictly ({@link StrictJson}): unknown fields, coerced types and trailing text are refused.
 *   <li>Long work is answered 202 with its operation, or awaited with {@code Prefer: wait=N} ({@link Prefer}, {@link
 *       Answers}).
 * </ul>
 *
 * <p>The OpenAPI document is made of the annotations here and checked in as {@code docs/reference/openapi.yaml}.
 */
@NullMarked
package dev.xenolith.rest;

import org.jspecify.annotations.NullMarked;
