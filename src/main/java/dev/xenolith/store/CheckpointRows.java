package dev.xenolith.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface CheckpointRows extends JpaRepository<CheckpointRow, UUID> {

    Optional<CheckpointRow> findByName(String name);

    @Query("select c from CheckpointRow c where c.createdAt > :at or (c.createdAt = :at and c.id > :id) "
            + "order by c.createdAt, c.id")
    List<CheckpointRow> after(Instant at, UUID id, Limit limit);
}
