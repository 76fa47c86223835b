/**
 * Keeps what the control plane knows in a relational database: one small entity per kind of thing, and one class per
 * port of {@code control} that turns entities into its records and back.
 *
 * <p>The schema is Flyway's ({@code db/migration}); Hibernate only reads and writes rows. What is structured but never
 * searched (labels, results, counts) is JSON text in a column. Every row that can change has a version, so that a lost
 * update shows as an error.
 */
@NullMarked
package dev.xenolith.store;

import org.jspecify.annotations.NullMarked;
