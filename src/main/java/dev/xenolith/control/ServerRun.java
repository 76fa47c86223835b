package dev.xenolith.control;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The first thing of the control plane that starts and the last that stops: sweeps before anyone can ask, and ends every
 * domain after the last answer. Rows are left as they are then; the next start closes them, knowing from the marker
 * that the stop was orderly.
 */
@Component
class ServerRun implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ServerRun.class);

    private final StartupSweep sweep;
    private final RetiredFrames retiredFrames;
    private final BootImages bootImages;
    private final BuiltinKernel builtin;
    private final Seats seats;
    private final Operations operations;
    private final DataDirectory directory;
    private volatile boolean running;

    ServerRun(
            StartupSweep sweep,
            RetiredFrames retiredFrames,
            BootImages bootImages,
            BuiltinKernel builtin,
            Seats seats,
            Operations operations,
            DataDirectory directory) {
        this.sweep = sweep;
        this.retiredFrames = retiredFrames;
        this.bootImages = bootImages;
        this.builtin = builtin;
        this.seats = seats;
        this.operations = operations;
        this.directory = directory;
    }

    @Override
    public void start() {
        sweep.run();
        retiredFrames.reapply();
        bootImages.registerBuiltin(builtin);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            operations.cancelAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long ended = seats.all().filter(ServerRun::end).count();
        if (ended > 0) {
            log.info("ended {} domains; what was not checkpointed is gone", ended);
        }
        directory.noteOrderlyStop();
    }

    private static boolean end(Seat seat) {
        seat.lock.lock();
        try {
            LiveDomain live = seat.live();
            if (live == null) {
                return false;
            }
            live.destroy();
            seat.seat(null);
            return true;
        } catch (RuntimeException e) {
            log.error("cannot end domain {}", seat.domainId, e);
            return false;
        } finally {
            seat.lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 0;
    }
}
