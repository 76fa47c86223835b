package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** FXSAVE, FXRSTOR, LDMXCSR and STMXCSR: 0F AE /0 to /3. */
final class FpuMemory extends MemOp {
    private final int group;
    private final boolean wide;

    FpuMemory(Site site, Insn in) {
        super(site, in);
        group = in.group();
        wide = in.rexW();
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        if (c.ts) {
            throw c.raise(this, Vector.NM, -1);
        }
        long va = ea(c);
        switch (group) {
            case 0 -> save(c, va);
            case 1 -> restore(c, va);
            case 2 -> {
                if (!c.fpu.loadMxcsr((int) c.load32(va, this))) {
                    throw c.raise(this, Vector.GP, 0);
                }
            }
            default -> c.store32(va, c.fpu.mxcsr, this);
        }
        return next.x(c);
    }

    private void checkAligned(Cpu c, long va) {
        if ((va & 15) != 0) {
            throw c.raise(this, Vector.GP, 0);
        }
    }

    private void save(Cpu c, long va) {
        checkAligned(c, va);
        long host = c.writeHost(va, FxsaveImage.SIZE, this);
        if (host >= 0) {
            write(c, c.ram, host);
            return;
        }
        c.probeWrite(va, FxsaveImage.SIZE, this);
        MemorySegment image = MemorySegment.ofArray(new byte[FxsaveImage.SIZE]);
        write(c, image, 0);
        for (int i = 0; i < FxsaveImage.WRITTEN; i += 8) {
            c.store64(va + i, image.get(CpuMemory.LONG, i), this);
        }
    }

    private void write(Cpu c, MemorySegment image, long offset) {
        if (wide) {
            FxsaveImage.write(c.fpu, image, offset);
        } else {
            FxsaveImage.write32(c.fpu, image, offset);
        }
    }

    private void restore(Cpu c, long va) {
        checkAligned(c, va);
        boolean valid;
        if ((va & 0xfff) + FxsaveImage.SIZE <= 4096) {
            valid = read(c, c.ram, c.readHost(va, this));
        } else {
            MemorySegment image = MemorySegment.ofArray(new byte[FxsaveImage.SIZE]);
            for (int i = 0; i < FxsaveImage.SIZE; i += 8) {
                image.set(CpuMemory.LONG, i, c.load64(va + i, this));
            }
            valid = read(c, image, 0);
        }
        if (!valid) {
            throw c.raise(this, Vector.GP, 0);
        }
    }

    private boolean read(Cpu c, MemorySegment image, long offset) {
        return wide ? FxsaveImage.read(c.fpu, image, offset) : FxsaveImage.read32(c.fpu, image, offset);
    }
}
