package dev.xenolith.engine;

/**
 * One thing that {@link Domain#examineSuspension} noticed.
 *
 * @param code says what rule it is about, the same in every release
 * @param message a sentence with the numbers
 */
public record Finding(String code, String message) {}
