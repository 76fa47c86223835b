package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.abi.PageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The domain header of a libxc stream ({@code xc_sr_dhdr}).
 *
 * <pre>
 *   0  u32  type: 1 x86 PV, 2 x86 HVM
 *   4  u16  page_shift
 *   6  u16  reserved
 *   8  u32  xen_major (0: converted from a legacy stream)
 *  12  u32  xen_minor
 * </pre>
 */
public record DomainHeader(int type, int pageShift, int xenMajor, int xenMinor) {

    public static final String NAME = "DOMAIN_HEADER";
    public static final int BYTES = 16;
    public static final int TYPE_X86_PV = 1;
    public static final int TYPE_X86_HVM = 2;

    public static DomainHeader x86Pv(int xenMajor, int xenMinor) {
        return new DomainHeader(TYPE_X86_PV, PageSize.SHIFT, xenMajor, xenMinor);
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putShort((short) pageShift)
                .putShort((short) 0)
                .putInt(xenMajor)
                .putInt(xenMinor)
                .flip();
    }

    static DomainHeader decode(ImageBytes image, long offset) {
        ByteBuffer fields = image.read(NAME, offset, BYTES);
        int type = fields.getInt();
        if (type == TYPE_X86_HVM) {
            throw new ImageIncompatibleException("an x86 HVM domain", "x86 PV domains");
        }
        Expect.that(type == TYPE_X86_PV, NAME, offset, "type 1 (x86 PV)", Integer.toUnsignedString(type));
        int pageShift = Short.toUnsignedInt(fields.getShort());
        Expect.that(pageShift == PageSize.SHIFT, NAME, offset + 4, "a page shift of " + PageSize.SHIFT, pageShift);
        fields.getShort();
        return new DomainHeader(type, pageShift, fields.getInt(), fields.getInt());
    }
}
