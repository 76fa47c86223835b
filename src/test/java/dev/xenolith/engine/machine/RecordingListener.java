package dev.xenolith.engine.machine;

import java.util.ArrayList;
import java.util.List;

/** A frame owner that writes down what it is told. */
final class RecordingListener implements FrameListener {

    final List<String> told = new ArrayList<>();

    @Override
    public void backingMoved(int mfn, long oldOffset) {
        told.add("moved " + mfn + " from " + oldOffset);
    }

    @Override
    public void codeChanged(int mfn) {
        told.add("code " + mfn);
    }

    @Override
    public void dropTlbEntries(int mfn) {
        told.add("drop " + mfn);
    }
}
