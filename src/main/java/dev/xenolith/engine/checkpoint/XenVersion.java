package dev.xenolith.engine.checkpoint;

/** The Xen that our images say they come from: the release whose stream and hypercalls we follow. */
final class XenVersion {

    static final int MAJOR = 4;
    static final int MINOR = 17;

    private XenVersion() {}
}
