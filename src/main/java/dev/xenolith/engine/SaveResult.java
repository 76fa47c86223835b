package dev.xenolith.engine;

import java.util.Map;

/**
 * @param pagesByKind page counts: data, zero, l1, l2, l3, l4, broken
 * @param digest the state digest at the save; empty for a cooperative one, of which nothing would have the same again
 * @param voucher to be kept beside the image, for {@link RestoreSpec#withVoucher}; empty for a cooperative one
 */
public record SaveResult(
        long sizeBytes,
        String sha256,
        Map<String, Long> pagesByKind,
        String digest,
        Map<String, String> guest,
        byte[] voucher) {}
