package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.domain.Vcpu;
import java.nio.charset.StandardCharsets;

/**
 * console_io, Xen's own console. A release build of Xen refuses it to guests, and Linux with {@code earlyprintk=xen}
 * prints everything here and on the PV console; so it goes to our log at debug level, where it helps when a guest dies
 * before it has a console.
 */
final class EmergencyConsole {

    private static final System.Logger LOG = System.getLogger(EmergencyConsole.class.getName());

    private static final int WRITE = 0;
    private static final int READ = 1;

    /** What one call may print, far above what a guest prints at once. */
    private static final int MAX_BYTES = 16 << 10;

    private EmergencyConsole() {}

    static long call(Vcpu vcpu, int command, int count, long buffer) {
        return switch (command) {
            case WRITE -> write(vcpu, Math.min(Math.max(count, 0), MAX_BYTES), buffer);
            case READ -> -Errno.EPERM;
            default -> -Errno.ENOSYS;
        };
    }

    private static long write(Vcpu vcpu, int count, long buffer) {
        byte[] text = new byte[count];
        vcpu.guest().access().copyIn(buffer, text, 0, count);
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "domain " + vcpu.domain().identity().domid() + ": "
                        + new String(text, StandardCharsets.ISO_8859_1).stripTrailing());
        return 0;
    }
}
