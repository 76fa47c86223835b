package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.abi.XenVersion;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.GuestAccess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** xen_version: who we say we are. The version is that of the Xen whose behaviour is followed. */
public final class VersionCalls {

    public static final int MAJOR = 4;
    public static final int MINOR = 17;
    public static final String EXTRAVERSION = ".7-xenolith";

    private static final String CAPABILITIES = "xen-3.0-x86_64 ";
    private static final String CHANGESET = "xenolith";
    private static final long HYPERVISOR_VIRT_START = 0xffff800000000000L;

    private final GuestDomain domain;

    VersionCalls(GuestDomain domain) {
        this.domain = domain;
    }

    /** As {@code 4.17.7-xenolith}. */
    public static String text() {
        return MAJOR + "." + MINOR + EXTRAVERSION;
    }

    long call(Vcpu vcpu, int command, long argument) {
        GuestAccess guest = vcpu.guest().access();
        return switch (command) {
            case XenVersion.VERSION -> (MAJOR << 16) | MINOR;
            case XenVersion.EXTRAVERSION -> put(guest, argument, EXTRAVERSION, XenVersion.EXTRAVERSION_BYTES);
            case XenVersion.COMPILE_INFO -> compileInfo(guest, argument);
            case XenVersion.CAPABILITIES -> put(guest, argument, CAPABILITIES, XenVersion.CAPABILITIES_BYTES);
            case XenVersion.CHANGESET -> put(guest, argument, CHANGESET, XenVersion.CHANGESET_BYTES);
            case XenVersion.PLATFORM_PARAMETERS -> {
                guest.writeLong(argument, HYPERVISOR_VIRT_START);
                yield 0;
            }
            case XenVersion.GET_FEATURES -> features(guest, argument);
            case XenVersion.PAGESIZE -> argument != 0 ? -Errno.EINVAL : PageSize.BYTES;
            case XenVersion.GUEST_HANDLE -> handle(guest, argument);
            case XenVersion.COMMANDLINE -> put(guest, argument, "", XenVersion.COMMANDLINE_BYTES);
            case XenVersion.BUILD_ID -> -Errno.ENODATA;
            default -> -Errno.ENOSYS;
        };
    }

    private long features(GuestAccess guest, long argument) {
        if (guest.readInt(argument) != 0) {
            return -Errno.EINVAL;
        }
        int features = bit(XenVersion.FEAT_MEMORY_OP_VNODE_SUPPORTED)
                | bit(XenVersion.FEAT_MMU_PT_UPDATE_PRESERVE_AD)
                | bit(XenVersion.FEAT_HIGHMEM_ASSIST)
                | bit(XenVersion.FEAT_GNTTAB_MAP_AVAIL_BITS)
                | bit(XenVersion.FEAT_DIRECT_MAPPED);
        if (domain.hasAssist(VmAssist.PAE_EXTENDED_CR3)) {
            features |= bit(XenVersion.FEAT_PAE_PGDIR_ABOVE_4GB);
        }
        guest.writeInt(argument + 4, features);
        return 0;
    }

    private static int bit(int feature) {
        return 1 << feature;
    }

    private static long compileInfo(GuestAccess guest, long argument) {
        long at = argument;
        put(guest, at, "javac", XenVersion.COMPILER_BYTES);
        at += XenVersion.COMPILER_BYTES;
        put(guest, at, "xenolith", XenVersion.COMPILE_BY_BYTES);
        at += XenVersion.COMPILE_BY_BYTES;
        put(guest, at, "localdomain", XenVersion.COMPILE_DOMAIN_BYTES);
        at += XenVersion.COMPILE_DOMAIN_BYTES;
        return put(guest, at, "", XenVersion.COMPILE_DATE_BYTES);
    }

    private static long put(GuestAccess guest, long va, String text, int bytes) {
        byte[] padded = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), bytes);
        padded[bytes - 1] = 0;
        guest.copyOut(va, padded, 0, bytes);
        return 0;
    }

    private long handle(GuestAccess guest, long argument) {
        UUID uuid = domain.identity().uuid();
        ByteBuffer bytes = ByteBuffer.wrap(new byte[16]);
        bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        guest.copyOut(argument, bytes.array(), 0, 16);
        return 0;
    }
}
