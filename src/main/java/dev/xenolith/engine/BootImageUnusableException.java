package dev.xenolith.engine;

/** A file offered as a kernel or ramdisk cannot be booted as a PV guest. */
public final class BootImageUnusableException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final String expected;
    private final String got;

    public BootImageUnusableException(String what, String expected, String got) {
        super(what + ": expected " + expected + ", got " + got);
        this.what = what;
        this.expected = expected;
        this.got = got;
    }

    public String what() {
        return what;
    }

    public String expected() {
        return expected;
    }

    public String got() {
        return got;
    }
}
