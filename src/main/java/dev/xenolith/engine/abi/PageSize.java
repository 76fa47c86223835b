package dev.xenolith.engine.abi;

/** The one page size of the PV ABI. */
public final class PageSize {

    public static final int SHIFT = 12;
    public static final int BYTES = 1 << SHIFT;
    public static final int OFFSET_MASK = BYTES - 1;

    private PageSize() {}
}
