package dev.xenolith.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decoded blocks of one domain, by the host page they lie in, shared by its vcpus (which never run at once). Bounded:
 * when it is full everything is dropped, which costs less than choosing.
 */
public final class CodeCache {
    static final int MAX_BLOCKS = 1 << 16;
    private static final int SMALLEST = 1 << 10;

    private @Nullable Block[] buckets = new @Nullable Block[SMALLEST];
    private final Map<Long, List<Block>> pages = new HashMap<>();
    private int blocks;

    @Nullable
    Block find(long host, long va) {
        Block block = buckets[bucket(host, va)];
        while (block != null && (block.host != host || block.va != va)) {
            block = block.nextInBucket;
        }
        return block;
    }

    /** Makes room for one more block; never while a block is being built. */
    void makeRoom() {
        if (blocks >= MAX_BLOCKS) {
            clear();
        } else if (blocks >= buckets.length) {
            grow();
        }
    }

    void add(Block block) {
        int bucket = bucket(block.host, block.va);
        block.nextInBucket = buckets[bucket];
        buckets[bucket] = block;
        blocks++;
    }

    /** Ties a block to a page it was decoded from; true where the page held no code before. */
    boolean tie(Block block, long hostPage) {
        List<Block> ofPage = pages.get(hostPage);
        boolean fresh = ofPage == null;
        if (ofPage == null) {
            ofPage = new ArrayList<>(4);
            pages.put(hostPage, ofPage);
        }
        ofPage.add(block);
        return fresh;
    }

    /** Drops what was decoded from this page (offset of its first byte in the address space's ram). */
    public void invalidate(long hostPage) {
        List<Block> ofPage = pages.remove(hostPage);
        if (ofPage != null) {
            ofPage.forEach(this::kill);
        }
    }

    /** Drops everything. */
    public void clear() {
        pages.values().forEach(ofPage -> ofPage.forEach(block -> block.va = Block.DEAD));
        pages.clear();
        Arrays.fill(buckets, null);
        blocks = 0;
    }

    /** How many blocks are kept. */
    public int size() {
        return blocks;
    }

    void kill(Block block) {
        if (block.va == Block.DEAD) {
            return;
        }
        int bucket = bucket(block.host, block.va);
        Block at = buckets[bucket];
        if (at == block) {
            buckets[bucket] = block.nextInBucket;
        } else {
            while (at != null && at.nextInBucket != block) {
                at = at.nextInBucket;
            }
            if (at != null) {
                at.nextInBucket = block.nextInBucket;
            }
        }
        block.va = Block.DEAD;
        blocks--;
    }

    private int bucket(long host, long va) {
        return bucket(host, va, buckets.length);
    }

    private static int bucket(long host, long va, int length) {
        long hash = (host ^ va << 1 ^ va >>> 12) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 40) & length - 1;
    }

    private void grow() {
        @Nullable Block[] wider = new @Nullable Block[2 * buckets.length];
        for (Block chain : buckets) {
            Block block = chain;
            while (block != null) {
                Block rest = block.nextInBucket;
                int bucket = bucket(block.host, block.va, wider.length);
                block.nextInBucket = wider[bucket];
                wider[bucket] = block;
                block = rest;
            }
        }
        buckets = wider;
    }
}
