package dev.xenolith.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface BootImageRows extends JpaRepository<BootImageRow, UUID> {

    Optional<BootImageRow> findByName(String name);

    Optional<BootImageRow> findFirstBySha256OrderByCreatedAt(String sha256);

    @Query("select i from BootImageRow i where i.createdAt > :at or (i.createdAt = :at and i.id > :id) "
            + "order by i.createdAt, i.id")
    List<BootImageRow> after(Instant at, UUID id, Limit limit);
}
