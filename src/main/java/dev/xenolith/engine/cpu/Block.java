package dev.xenolith.engine.cpu;

final class Block {
    static final int MAX_INSTRUCTIONS = 32;
}
