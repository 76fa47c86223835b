package dev.xenolith.store;

import dev.xenolith.control.BootImage;
import dev.xenolith.control.BootImageFormat;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code boot_image}. */
@Entity
@Table(name = "boot_image")
class BootImageRow {

    @Id
    private UUID id;

    @Version
    private @Nullable Long version;

    private String name;
    private long sizeBytes;
    private String sha256;

    @Enumerated(EnumType.STRING)
    private BootImageFormat format;

    private boolean builtin;
    private Instant createdAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it.
    protected BootImageRow() {}

    @SuppressWarnings("NullAway.Init") // set() fills the rest.
    BootImageRow(UUID id) {
        this.id = id;
    }

    BootImageRow set(BootImage image) {
        name = image.name();
        sizeBytes = image.sizeBytes();
        sha256 = image.sha256();
        format = image.format();
        builtin = image.builtin();
        createdAt = image.createdAt();
        return this;
    }

    BootImage get() {
        return new BootImage(id, name, sizeBytes, sha256, format, builtin, createdAt);
    }
}
