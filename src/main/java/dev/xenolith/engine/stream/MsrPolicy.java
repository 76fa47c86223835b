package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** X86_MSR_POLICY: {@code xen_msr_entry_t[]}, each u32 index, u32 flags (zero), u64 value. Not empty, as for Xen. */
public record MsrPolicy(List<Msr> msrs) {

    public static final String NAME = "X86_MSR_POLICY";

    public record Msr(int index, int flags, long value) {

        public static final int BYTES = 16;

        private static Msr decode(ByteBuffer body) {
            return new Msr(body.getInt(), body.getInt(), body.getLong());
        }
    }

    public MsrPolicy {
        msrs = List.copyOf(msrs);
    }

    public ByteBuffer encode() {
        ByteBuffer body = ByteBuffer.allocate(msrs.size() * Msr.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Msr msr : msrs) {
            body.putInt(msr.index).putInt(msr.flags).putLong(msr.value);
        }
        return body.flip();
    }

    public static MsrPolicy decode(ByteBuffer body, long offset) {
        int length = body.remaining();
        Expect.that(
                length > 0 && length % Msr.BYTES == 0,
                NAME,
                offset,
                "a body of a multiple of 16 bytes, not empty",
                length + " bytes");
        return new MsrPolicy(IntStream.range(0, length / Msr.BYTES)
                .mapToObj(index -> Msr.decode(body))
                .toList());
    }
}
