package dev.xenolith.engine;

/** A named limit would be passed. */
public final class LimitExceededException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final String limit;
    private final long maximum;
    private final long value;

    public LimitExceededException(String limit, long maximum, long value) {
        super(limit + ": at most " + maximum + ", got " + value);
        this.limit = limit;
        this.maximum = maximum;
        this.value = value;
    }

    public String limit() {
        return limit;
    }

    public long maximum() {
        return maximum;
    }

    public long value() {
        return value;
    }
}
