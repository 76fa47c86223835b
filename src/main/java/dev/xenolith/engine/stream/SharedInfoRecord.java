package dev.xenolith.engine.stream;

import dev.xenolith.engine.abi.PageSize;
import java.nio.ByteBuffer;

/** SHARED_INFO: the shared info page as it was, one page. */
public record SharedInfoRecord(byte[] page) {

    public static final String NAME = "SHARED_INFO";
    public static final int BYTES = PageSize.BYTES;

    public ByteBuffer encode() {
        return ByteBuffer.wrap(page.clone());
    }

    public static SharedInfoRecord decode(ByteBuffer body, long offset) {
        Expect.length(NAME, offset, BYTES, body.remaining());
        byte[] page = new byte[BYTES];
        body.get(page);
        return new SharedInfoRecord(page);
    }
}
