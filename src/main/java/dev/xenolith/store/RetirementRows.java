package dev.xenolith.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface RetirementRows extends JpaRepository<RetirementRow, UUID> {

    @Query("select r from RetirementRow r where r.createdAt > :at or (r.createdAt = :at and r.id > :id) "
            + "order by r.createdAt, r.id")
    List<RetirementRow> after(Instant at, UUID id, Limit limit);
}
