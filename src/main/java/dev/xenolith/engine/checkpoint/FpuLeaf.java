package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.cpu.fpu.FpuState;
import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import dev.xenolith.engine.stream.StateLeaf;
import java.lang.foreign.MemorySegment;

/** The x87 and vector registers as FXSAVE64 writes them, which is all of their state. */
final class FpuLeaf {

    static final StateLeaf<FpuState> LEAF =
            new StateLeaf<>(FpuState.class, "fxsave64", FxsaveImage.SIZE, FpuLeaf::encode, FpuLeaf::decode);

    private FpuLeaf() {}

    private static byte[] encode(FpuState state) {
        byte[] image = new byte[FxsaveImage.SIZE];
        FxsaveImage.write(state, MemorySegment.ofArray(image), 0);
        return image;
    }

    private static FpuState decode(byte[] image) {
        FpuState state = new FpuState();
        if (!FxsaveImage.read(state, MemorySegment.ofArray(image), 0)) {
            throw new IllegalArgumentException("mxcsr: expected no reserved bits");
        }
        return state;
    }
}
