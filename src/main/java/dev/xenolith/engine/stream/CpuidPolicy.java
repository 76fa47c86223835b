package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** X86_CPUID_POLICY: {@code xen_cpuid_leaf_t[]}, six u32 each. Empty records are refused, as by Xen. */
public record CpuidPolicy(List<Leaf> leaves) {

    public static final String NAME = "X86_CPUID_POLICY";

    /** @param subleaf {@code XEN_CPUID_NO_SUBLEAF}, all ones, where the leaf has none */
    public record Leaf(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {

        public static final int BYTES = 24;

        private static Leaf decode(ByteBuffer body) {
            return new Leaf(body.getInt(), body.getInt(), body.getInt(), body.getInt(), body.getInt(), body.getInt());
        }
    }

    public CpuidPolicy {
        leaves = List.copyOf(leaves);
    }

    public ByteBuffer encode() {
        ByteBuffer body = ByteBuffer.allocate(leaves.size() * Leaf.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Leaf leaf : leaves) {
            body.putInt(leaf.leaf)
                    .putInt(leaf.subleaf)
                    .putInt(leaf.eax)
                    .putInt(leaf.ebx)
                    .putInt(leaf.ecx)
                    .putInt(leaf.edx);
        }
        return body.flip();
    }

    public static CpuidPolicy decode(ByteBuffer body, long offset) {
        int length = body.remaining();
        Expect.that(
                length > 0 && length % Leaf.BYTES == 0,
                NAME,
                offset,
                "a body of a multiple of 24 bytes, not empty",
                length + " bytes");
        return new CpuidPolicy(IntStream.range(0, length / Leaf.BYTES)
                .mapToObj(index -> Leaf.decode(body))
                .toList());
    }
}
