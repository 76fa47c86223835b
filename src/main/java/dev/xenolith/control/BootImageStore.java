package dev.xenolith.control;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where boot images are recorded; their bytes are files. Each call is one transaction. */
public interface BootImageStore {

    /** Adds it, or replaces the one with this id. */
    void save(BootImage image);

    void delete(UUID id);

    Optional<BootImage> byId(UUID id);

    Optional<BootImage> byName(String name);

    Optional<BootImage> bySha256(String sha256);

    /** In order of creation. */
    List<BootImage> after(@Nullable Cursor cursor, int limit);
}
