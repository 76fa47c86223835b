package dev.xenolith.engine.machine;

/** A machine frame number of this host, for boundaries; hot code uses the raw int. */
public record Mfn(int value) implements Comparable<Mfn> {

    public Mfn {
        if (value < 0) {
            throw new IllegalArgumentException("mfn: expected 0 or more, got " + value);
        }
    }

    @Override
    public int compareTo(Mfn other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "mfn 0x" + Integer.toHexString(value);
    }
}
