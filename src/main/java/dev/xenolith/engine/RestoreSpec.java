package dev.xenolith.engine;

import java.nio.channels.FileChannel;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param image stays open until the domain ends: pages load from it at first touch. The engine closes it then.
 * @param uuid the handle of the restored domain
 * @param vcpus of an image in Xen's format, which tells only of those that were up: how many the domain has, or {@link
 *     #VCPUS_OF_IMAGE}
 * @param checksums of an image in Xen's format, which has none: what {@link ImageReader#checksums} gave when the image
 *     was taken in. A byte that is another now is damage. Null: what the file holds is believed
 * @param voucher what {@link SaveResult#voucher} gave for this very image, which then is restored without a look at all of
 *     its frames. Null, damaged, or for another image: types and counts are made again from the page tables
 * @param keepTime of a transparent image with the real clock: whether the guest's system time goes on from the save, as if
 *     none had passed since. Otherwise it has passed, as it does for a paused domain
 */
public record RestoreSpec(
        FileChannel image,
        UUID uuid,
        String name,
        ClockSpec clock,
        ConsoleOutput console,
        Progress progress,
        int vcpus,
        byte @Nullable [] checksums,
        @Nullable ImageVoucher voucher,
        boolean keepTime) {

    public static final int VCPUS_OF_IMAGE = 0;

    public RestoreSpec(
            FileChannel image, UUID uuid, String name, ClockSpec clock, ConsoleOutput console, Progress progress) {
        this(image, uuid, name, clock, console, progress, VCPUS_OF_IMAGE, null, null, false);
    }

    public RestoreSpec withVcpus(int count) {
        return new RestoreSpec(image, uuid, name, clock, console, progress, count, checksums, voucher, keepTime);
    }

    public RestoreSpec withChecksums(byte @Nullable [] known) {
        return new RestoreSpec(image, uuid, name, clock, console, progress, vcpus, known, voucher, keepTime);
    }

    public RestoreSpec withVoucher(@Nullable ImageVoucher given) {
        return new RestoreSpec(image, uuid, name, clock, console, progress, vcpus, checksums, given, keepTime);
    }

    public RestoreSpec withKeepTime(boolean keep) {
        return new RestoreSpec(image, uuid, name, clock, console, progress, vcpus, checksums, voucher, keep);
    }
}
