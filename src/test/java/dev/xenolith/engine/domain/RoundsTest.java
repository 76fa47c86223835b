package dev.xenolith.engine.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.hypercall.TinyGuest;
import dev.xenolith.engine.sched.DomainTurn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static final byte[] SPIN = {(byte) 0xeb, (byte) 0xfe};

    /** pause; jmp back. */
    private static final byte[] PAUSE = {(byte) 0xf3, (byte) 0x90, (byte) 0xeb, (byte) 0xfc};

    /** SCHEDOP_block for ever. */
    private static final byte[] BLOCK = {
        (byte) 0xb8, 29, 0, 0, 0, (byte) 0xbf, 1, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf2
    };

    /** A second vcpu that runs what the first runs, on the same page tables. */
    private static TinyGuest withTwoVcpus(byte[] code) {
        TinyGuest guest = new TinyGuest(2, code);
        byte[] bytes = new byte[VcpuGuestContext.BYTES];
        ByteBuffer context = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        context.putInt(VcpuGuestContext.FLAGS, VcpuGuestContext.VGCF_IN_KERNEL | VcpuGuestContext.VGCF_ONLINE);
        context.putLong(VcpuGuestContext.USER_REGS + VcpuGuestContext.RIP, TinyGuest.CODE);
        context.putShort(VcpuGuestContext.USER_REGS + VcpuGuestContext.CS, (short) 0xe033);
        context.putLong(VcpuGuestContext.CTRLREG + 24, guest.vcpu().mmu().kernelGuestMfn() << 12);
        assertThat(VcpuContext.load(guest.domain.vcpu(1), bytes)).isZero();
        return guest;
    }

    @Test
    void givesEachRunnableVcpuTheSame() {
        try (TinyGuest guest = withTwoVcpus(SPIN)) {
            for (int i = 0; i < 4; i++) {
                assertThat(guest.domain.rounds().turn()).isEqualTo(DomainTurn.AGAIN);
            }
            assertThat(guest.vcpu().retired()).isEqualTo(4L * Rounds.SLICE);
            assertThat(guest.domain.vcpu(1).retired()).isEqualTo(4L * Rounds.SLICE);
        }
    }

    @Test
    void endsTheSliceOfAVcpuThatSpins() {
        try (TinyGuest guest = withTwoVcpus(PAUSE)) {
            guest.domain.rounds().turn();
            assertThat(guest.vcpu().retired()).isLessThan(2L * Rounds.PAUSES_A_SLICE + 2);
            assertThat(guest.domain.vcpu(1).retired()).isEqualTo(guest.vcpu().retired());
        }
    }

    @Test
    void wantsNoTurnWhenAllSleepWithNothingToWaitFor() {
        try (TinyGuest guest = withTwoVcpus(BLOCK)) {
            assertThat(guest.domain.rounds().turn()).isEqualTo(DomainTurn.NEVER);
            assertThat(guest.vcpu().retired()).isEqualTo(3);
        }
    }

    @Test
    void skipsToTheNextTimerUnderTheVirtualClock() {
        try (TinyGuest guest = withTwoVcpus(BLOCK)) {
            guest.vcpu().timers().setSingleshot(5_000_000_000L);
            assertThat(guest.domain.rounds().turn()).isEqualTo(DomainTurn.AGAIN);
            assertThat(guest.domain.clock().systemTime()).isEqualTo(5_000_000_000L);
        }
    }

    @Test
    void keepsTheRestOfASliceThatWasCutOff() {
        try (TinyGuest guest = withTwoVcpus(SPIN)) {
            guest.domain.rounds().runInstructions(1_000);
            assertThat(guest.vcpu().retired()).isEqualTo(1_000);
            assertThat(guest.domain.rounds().state()).isEqualTo(new Rounds.State(0, Rounds.SLICE - 1_000));
            guest.domain.rounds().runInstructions(Rounds.SLICE);
            assertThat(guest.vcpu().retired()).isEqualTo(Rounds.SLICE);
            assertThat(guest.domain.vcpu(1).retired()).isEqualTo(1_000);
        }
    }

    @Test
    void stopsADomainWhenACheckOfOursFails() {
        try (TinyGuest guest = withTwoVcpus(SPIN)) {
            guest.domain.setWork(() -> {
                throw new IllegalStateException("for the test");
            });
            assertThat(guest.domain.rounds().turn()).isEqualTo(DomainTurn.NEVER);
            assertThat(guest.domain.lifecycle().state()).isEqualTo(DomainState.CRASHED);
            assertThat(guest.domain.lifecycle().stage().crashReason()).isEqualTo(CrashReason.ENGINE_FAULT);
        }
    }

    @Test
    void refusesAVcpuContextThatXenRefuses() {
        try (TinyGuest guest = new TinyGuest(2, SPIN)) {
            Vcpu vcpu = guest.domain.vcpu(1);
            byte[] bytes = new byte[VcpuGuestContext.BYTES];
            ByteBuffer context = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(VcpuContext.load(vcpu, bytes))
                    .as("no user tables for user mode")
                    .isEqualTo(-22);
            context.putInt(VcpuGuestContext.FLAGS, VcpuGuestContext.VGCF_IN_KERNEL);
            assertThat(VcpuContext.load(vcpu, bytes)).as("no page tables").isEqualTo(-22);
            long cr3 = guest.vcpu().mmu().kernelGuestMfn() << 12;
            context.putLong(VcpuGuestContext.CTRLREG + 24, cr3);
            context.putLong(VcpuGuestContext.USER_REGS + VcpuGuestContext.RIP, 1L << 47);
            assertThat(VcpuContext.load(vcpu, bytes)).as("rip").isEqualTo(-22);
            context.putLong(VcpuGuestContext.USER_REGS + VcpuGuestContext.RIP, TinyGuest.CODE);
            context.putLong(VcpuGuestContext.GDT_ENTRIES, 8192);
            assertThat(VcpuContext.load(vcpu, bytes)).as("gdt").isEqualTo(-22);
            context.putLong(VcpuGuestContext.GDT_ENTRIES, 0);
            assertThat(VcpuContext.load(vcpu, bytes)).isZero();
            assertThat(vcpu.isUp()).as("not marked online").isFalse();
            assertThat(guest.domain.memory().checkInvariants()).isEmpty();
        }
    }
}
