package dev.xenolith.store;

import org.springframework.data.jpa.repository.JpaRepository;

interface RetiredFrameRows extends JpaRepository<RetiredFrameRow, Long> {}
