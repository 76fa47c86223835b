package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The closed list of what can go wrong for a caller; names and statuses are part of the API and never change.
 *
 * <p>Only what a plain retry may cure is 429 or 5xx, since {@code curl --retry} repeats those.
 */
public enum ProblemType {
    INVALID_REQUEST(400, "The request is malformed"),
    UNAUTHENTICATED(401, "A bearer token is needed"),
    FORBIDDEN(403, "This request is not served"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "The resource does not have this method"),
    NOT_ACCEPTABLE(406, "None of the accepted media types is offered"),
    WRONG_STATE(409, "The state does not allow the action"),
    OPERATION_IN_PROGRESS(409, "An operation holds the domain"),
    NAME_TAKEN(409, "The name is in use"),
    IN_USE(409, "Something else still needs it"),
    NO_KERNEL(409, "The domain has no kernel to boot"),
    GUEST_UNCOOPERATIVE(409, "The guest did not do what it was asked"),
    INSUFFICIENT_MEMORY(409, "The host has too little free memory"),
    LIMIT_EXCEEDED(409, "A limit would be passed"),
    FRAME_NOT_OFFLINABLE(409, "The frame cannot be taken out of use, or put back"),
    CANCELLED(409, "The operation was cancelled"),
    PAYLOAD_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type of the body is not understood"),
    RANGE_NOT_SATISFIABLE(416, "The range lies outside of the image"),
    BOOT_IMAGE_UNUSABLE(422, "The file is no PV kernel"),
    IMAGE_CORRUPT(422, "The checkpoint image is damaged"),
    IMAGE_INCOMPATIBLE(422, "The checkpoint image needs something this host does not have"),
    INTERNAL(500, "A fault of the server"),
    STORAGE_FULL(507, "The data directory has too little free space");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The last part of the problem's type. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String uri() {
        return "urn:xenolith:problem:" + wire();
    }

    public static ProblemType ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
