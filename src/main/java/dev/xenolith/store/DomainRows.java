package dev.xenolith.store;

import dev.xenolith.control.LifecycleState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface DomainRows extends JpaRepository<DomainRow, UUID> {

    Optional<DomainRow> findByName(String name);

    List<DomainRow> findByStateNot(LifecycleState state);

    List<DomainRow> findByKernelIdOrRamdiskId(UUID kernel, UUID ramdisk);

    @Query("select d from DomainRow d where d.createdAt > :at or (d.createdAt = :at and d.id > :id) "
            + "order by d.createdAt, d.id")
    List<DomainRow> after(Instant at, UUID id, Limit limit);
}
