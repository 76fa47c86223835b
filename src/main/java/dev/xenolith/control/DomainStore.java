package dev.xenolith.control;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where domain definitions are kept. Each call is one transaction. */
public interface DomainStore {

    /** @throws NameTakenException if the name is in use */
    void insert(DomainDefinition domain);

    /** @throws NameTakenException if the name is in use */
    void update(DomainDefinition domain);

    void delete(UUID id);

    Optional<DomainDefinition> byId(UUID id);

    Optional<DomainDefinition> byName(String name);

    /** In order of creation. */
    List<DomainDefinition> after(@Nullable Cursor cursor, int limit);

    List<DomainDefinition> notShutOff();

    /** Names of the domains whose kernel or ramdisk is this image. */
    List<String> namesUsing(UUID bootImage);

    long count();
}
