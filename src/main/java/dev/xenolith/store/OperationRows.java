package dev.xenolith.store;

import dev.xenolith.control.OperationState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

interface OperationRows extends JpaRepository<OperationRow, UUID> {

    List<OperationRow> findByStateIn(Collection<OperationState> states);

    @Query("select o from OperationRow o where o.createdAt > :at or (o.createdAt = :at and o.id > :id) "
            + "order by o.createdAt, o.id")
    List<OperationRow> after(Instant at, UUID id, Limit limit);

    @Transactional
    @Modifying
    @Query("delete from OperationRow o where o.finishedAt < :time")
    void deleteFinishedBefore(Instant time);
}
