package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.stream.CpuidPolicy;
import dev.xenolith.engine.stream.CpuidPolicy.Leaf;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLayer;
import dev.xenolith.engine.stream.StreamRecords;
import dev.xenolith.engine.stream.TscInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Two cooperative images of one guest, by real Xen and by us after the guest went on: byte for byte the same, but in what
 * a guest changes by going on and in what {@code docs/reference/stream-format.md} names.
 */
final class RecordsAgree {

    /** Basic, structured and extended features, and the XSAVE states. */
    private static final Set<Integer> FEATURES = Set.of(1, 7, 0xd, 0x80000001);

    private static final int TRAPS = 256;
    private static final int TRAP_BYTES = 16;
    private static final int TRAP_ADDRESS = 8;

    /** What depends on the task that runs when the guest suspends: user cr3, cr2 and cr3, stack and segment bases. */
    private static final Set<Integer> OF_THE_TASK = Set.of(
            VcpuGuestContext.KERNEL_SP,
            VcpuGuestContext.CTRLREG + 8,
            VcpuGuestContext.CTRLREG + 16,
            VcpuGuestContext.CTRLREG + 24,
            VcpuGuestContext.FS_BASE,
            VcpuGuestContext.GS_BASE_USER);

    /** Offsets in SHARED_INFO of what the guest says of its p2m ({@code struct arch_shared_info}). */
    private static final int MAX_PFN = 3088;

    private static final int P2M_VADDR = 3088 + 40;

    private RecordsAgree() {}

    static void expect(Path theirs, Path ours) throws IOException {
        Map<String, ByteBuffer> expected = bodies(theirs);
        Map<String, ByteBuffer> got = bodies(ours);
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, body) -> {
            ByteBuffer other = Objects.requireNonNull(got.get(name));
            switch (name.substring(0, name.indexOf(' '))) {
                case "X86_CPUID_POLICY" -> cpuid(body, other);
                case "X86_TSC_INFO" -> tsc(body, other);
                case "SHARED_INFO" -> sharedInfo(body, other);
                case "X86_PV_VCPU_BASIC" -> vcpu(body.slice(8, body.limit() - 8), other.slice(8, other.limit() - 8));
                default -> assertThat(other).as(name).isEqualTo(body);
            }
        });
    }

    /** The same leaves; ours promise nothing more, and less only where features are told. */
    private static void cpuid(ByteBuffer theirs, ByteBuffer ours) {
        List<Leaf> expected = CpuidPolicy.decode(theirs, 0).leaves();
        List<Leaf> got = CpuidPolicy.decode(ours, 0).leaves();
        assertThat(got).hasSameSizeAs(expected);
        for (int i = 0; i < got.size(); i++) {
            Leaf their = expected.get(i);
            Leaf our = got.get(i);
            assertThat(our.leaf()).isEqualTo(their.leaf());
            assertThat(our.subleaf()).isEqualTo(their.subleaf());
            if (!FEATURES.contains(our.leaf())) {
                assertThat(our).isEqualTo(their);
            }
            int more = (our.eax() & ~their.eax())
                    | (our.ebx() & ~their.ebx())
                    | (our.ecx() & ~their.ecx())
                    | (our.edx() & ~their.edx());
            assertThat(more).as("promised besides: %s, not %s", our, their).isZero();
        }
    }

    private static void tsc(ByteBuffer theirs, ByteBuffer ours) {
        TscInfo before = TscInfo.decode(theirs, 0);
        TscInfo after = TscInfo.decode(ours, 0);
        assertThat(after.mode()).isEqualTo(before.mode());
        assertThat(after.khz()).isEqualTo(before.khz());
        assertThat(after.nsec()).isGreaterThan(before.nsec());
        assertThat(after.incarnation()).isEqualTo(before.incarnation() + 1);
    }

    private static void sharedInfo(ByteBuffer theirs, ByteBuffer ours) {
        for (int field : new int[] {MAX_PFN, P2M_VADDR}) {
            assertThat(longAt(ours, field)).as("shared info at %d", field).isEqualTo(longAt(theirs, field));
        }
    }

    private static void vcpu(ByteBuffer theirs, ByteBuffer ours) {
        List<Integer> fields = new ArrayList<>();
        for (int trap = 0; trap < TRAPS; trap++) {
            int at = VcpuGuestContext.TRAPS + trap * TRAP_BYTES;
            boolean set = longAt(theirs, at + TRAP_ADDRESS) != 0;
            assertThat(longAt(ours, at + TRAP_ADDRESS))
                    .as("trap %d", trap)
                    .isEqualTo(longAt(theirs, at + TRAP_ADDRESS));
            if (set) {
                fields.add(at);
            }
        }
        for (int i = 0; i <= VcpuGuestContext.GDT_FRAME_COUNT; i++) {
            fields.add(VcpuGuestContext.GDT_FRAMES + 8 * i);
        }
        for (int register :
                new int[] {VcpuGuestContext.RIP, VcpuGuestContext.CS, VcpuGuestContext.SS, VcpuGuestContext.RDX}) {
            fields.add(VcpuGuestContext.USER_REGS + register);
        }
        for (int at = VcpuGuestContext.KERNEL_SS; at < VcpuGuestContext.BYTES; at += 8) {
            if (!OF_THE_TASK.contains(at)) {
                fields.add(at);
            }
        }
        for (int field : fields) {
            assertThat(Long.toHexString(longAt(ours, field)))
                    .as("vcpu context at %d", field)
                    .isEqualTo(Long.toHexString(longAt(theirs, field)));
        }
    }

    private static long longAt(ByteBuffer bytes, int at) {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(at);
    }

    /** Libxc records by name and count of the name; pages and XSAVE areas aside. */
    private static Map<String, ByteBuffer> bodies(Path path) throws IOException {
        Map<String, ByteBuffer> bodies = new TreeMap<>();
        Map<Integer, Integer> counts = new TreeMap<>();
        try (FileChannel channel = FileChannel.open(path)) {
            ImageBytes image = ImageBytes.of(channel);
            StreamRecords walk = new StreamRecords(image);
            for (RecordEntry record = walk.next(); record != null; record = walk.next()) {
                boolean left = record.layer() != StreamLayer.LIBXC
                        || record.isHeader()
                        || record.type() == LibxcRecord.PAGE_DATA
                        || record.type() == LibxcRecord.X86_PV_VCPU_XSAVE;
                if (!left) {
                    ByteBuffer body = image.read(record.name(), record.bodyOffset(), (int) record.length());
                    bodies.put(record.name() + " " + counts.merge(record.type(), 1, Integer::sum), body);
                }
            }
        }
        return bodies;
    }
}
