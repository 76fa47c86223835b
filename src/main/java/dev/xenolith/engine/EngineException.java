package dev.xenolith.engine;

/** A call the engine refuses or could not carry out; everything it had begun is undone. */
public abstract sealed class EngineException extends RuntimeException
        permits BootImageUnusableException,
                CancelledException,
                GuestDamagedException,
                GuestUncooperativeException,
                ImageCorruptException,
                ImageIncompatibleException,
                InsufficientMemoryException,
                LimitExceededException,
                SuspensionUnsoundException,
                WrongStateException {

    private static final long serialVersionUID = 1L;

    EngineException(String message) {
        super(message);
    }
}
