package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;

/** Errors travel by name ({@code xsd_errors} in {@code public/io/xs_wire.h}); one without a name is EINVAL. */
final class ErrorName {

    private ErrorName() {}

    static String of(int errno) {
        return switch (errno) {
            case Errno.EACCES -> "EACCES";
            case Errno.EEXIST -> "EEXIST";
            case Errno.EISDIR -> "EISDIR";
            case Errno.ENOENT -> "ENOENT";
            case Errno.ENOMEM -> "ENOMEM";
            case Errno.ENOSPC -> "ENOSPC";
            case Errno.EIO -> "EIO";
            case Errno.ENOTEMPTY -> "ENOTEMPTY";
            case Errno.ENOSYS -> "ENOSYS";
            case Errno.EROFS -> "EROFS";
            case Errno.EBUSY -> "EBUSY";
            case Errno.EAGAIN -> "EAGAIN";
            case Errno.EISCONN -> "EISCONN";
            case Errno.E2BIG -> "E2BIG";
            case Errno.EPERM -> "EPERM";
            default -> "EINVAL";
        };
    }
}
