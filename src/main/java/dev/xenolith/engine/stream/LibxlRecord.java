package dev.xenolith.engine.stream;

/** Record types of a libxl stream. */
public final class LibxlRecord {

    public static final int END = 0;
    public static final int LIBXC_CONTEXT = 1;
    public static final int EMULATOR_XENSTORE_DATA = 2;
    public static final int EMULATOR_CONTEXT = 3;
    public static final int CHECKPOINT_END = 4;
    public static final int CHECKPOINT_STATE = 5;

    private LibxlRecord() {}
}
