package dev.xenolith.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

interface EventRows extends JpaRepository<EventRow, Long> {

    List<EventRow> findBySequenceGreaterThanOrderBySequence(long sequence, Limit limit);

    @Query("select max(e.sequence) from EventRow e")
    @Nullable
    Long last();

    @Query("select min(e.sequence) from EventRow e")
    @Nullable
    Long first();

    @Transactional
    @Modifying
    @Query("delete from EventRow e where e.sequence <= :sequence")
    void deleteUpTo(long sequence);
}
