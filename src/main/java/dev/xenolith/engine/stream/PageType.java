package dev.xenolith.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * {@code XEN_DOMCTL_PFINFO_*} of {@code xen/include/public/domctl.h}, bits 63 to 60 of a PAGE_DATA entry: what a page
 * is, whether it is pinned, and whether its bytes are in the record.
 */
public enum PageType {
    NOTAB(0x0),
    L1TAB(0x1),
    L2TAB(0x2),
    L3TAB(0x3),
    L4TAB(0x4),
    L1TAB_PIN(0x9),
    L2TAB_PIN(0xa),
    L3TAB_PIN(0xb),
    L4TAB_PIN(0xc),
    BROKEN(0xd),
    XALLOC(0xe),
    XTAB(0xf);

    private static final int PIN = 0x8;
    private static final @Nullable PageType[] BY_CODE = byCode();

    private final int code;

    PageType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public boolean hasData() {
        return code <= L4TAB_PIN.code;
    }

    public boolean isTable() {
        return hasData() && this != NOTAB;
    }

    public boolean pinned() {
        return isTable() && (code & PIN) != 0;
    }

    /** 1 to 4 for a page table, 0 for everything else. */
    public int level() {
        return isTable() ? code & ~PIN : 0;
    }

    /** The type of a page table of this level; level 0 is an ordinary page. */
    public static PageType table(int level, boolean pinned) {
        PageType type = level >= 0 && level <= 4 ? of(pinned ? level | PIN : level) : null;
        if (type == null || type.level() != level) {
            throw new IllegalArgumentException(
                    "page table level: expected 0 to 4, got " + level + ", pinned " + pinned);
        }
        return type;
    }

    /** Null for the values the specification reserves. */
    public static @Nullable PageType of(int code) {
        return BY_CODE[code & 0xf];
    }

    private static @Nullable PageType[] byCode() {
        @Nullable PageType[] types = new @Nullable PageType[16];
        for (PageType type : values()) {
            types[type.code] = type;
        }
        return types;
    }
}
