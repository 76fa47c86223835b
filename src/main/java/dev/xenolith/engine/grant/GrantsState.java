package dev.xenolith.engine.grant;

import java.util.List;

/**
 * What a grant table has outside guest memory, frames by the guest's numbers.
 *
 * @param tableMfns the pages of the table in order
 * @param mappings what backends have mapped
 */
public record GrantsState(int maxFrames, List<Long> tableMfns, List<Mapping> mappings) {

    public record Mapping(int ref, long mfn, boolean writable) {}
}
