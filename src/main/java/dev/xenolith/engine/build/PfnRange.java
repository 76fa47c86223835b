package dev.xenolith.engine.build;

/**
 * Pages that lie together in the domain's pseudo-physical memory.
 *
 * @param va where the first page is mapped at the start of day; meaningless for pages that are not
 */
record PfnRange(long pfn, long pages, long va) {

    static final PfnRange NONE = new PfnRange(0, 0, 0);

    long end() {
        return pfn + pages;
    }
}
