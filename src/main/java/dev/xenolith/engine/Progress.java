package dev.xenolith.engine;

/** Told how far long work has come. */
@FunctionalInterface
public interface Progress {

    /**
     * @param phase a word from the operation's list of phases
     * @throws CancelledException to end the work; everything done so far is undone
     */
    void report(String phase, long done, long total, String unit);

    static Progress none() {
        return (phase, done, total, unit) -> {};
    }
}
