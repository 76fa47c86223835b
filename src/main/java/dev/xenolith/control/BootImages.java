package dev.xenolith.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Kernels and ramdisks: uploaded by callers, and the builtin one. */
@Service
public class BootImages {

    private static final Logger log = LoggerFactory.getLogger(BootImages.class);

    private final BootImageStore store;
    private final BootImageFiles files;
    private final DomainStore domains;
    private final BodyTransfer transfer;
    private final EventLog events;
    private final Object adding = new Object();

    BootImages(
            BootImageStore store,
            BootImageFiles files,
            DomainStore domains,
            DataDirectory directory,
            EventLog events,
            XenolithProperties properties) {
        this.store = store;
        this.files = files;
        this.domains = domains;
        this.events = events;
        this.transfer = new BodyTransfer(
                directory, "boot image", "boot-image-mib", properties.limits().bootImageMib());
    }

    /**
     * @param created false where the same name with the same bytes was there before
     */
    public record Uploaded(BootImage image, boolean created) {}

    /**
     * Streams a boot image in. Sending the same bytes under the same name again changes nothing.
     *
     * @param announcedBytes what the caller says is coming; -1 where unknown
     */
    public Uploaded upload(String name, long announcedBytes, InputStream body) throws IOException {
        if (!Names.isGoodForBootImage(name)) {
            throw ProblemException.parameter(
                    "name",
                    "expected a name like " + Names.BOOT_IMAGE_NAME_PATTERN + " and not like an id, got " + name);
        }
        transfer.announce(announcedBytes);
        UUID id = UUID.randomUUID();
        try (DurableFile file = files.create(id)) {
            byte[] head = transfer.receive(body, file);
            return keep(
                    new BootImage(id, name, file.size(), file.sha256(), BootImageFormat.of(head), false, Times.now()),
                    file);
        }
    }

    private Uploaded keep(BootImage image, DurableFile file) {
        synchronized (adding) {
            Optional<BootImage> known = store.byName(image.name());
            if (known.isPresent() && known.get().sha256().equals(image.sha256())) {
                return new Uploaded(known.get(), false);
            }
            if (known.isPresent()) {
                throw ProblemException.nameTaken(
                        "boot image", image.name(), "its bytes differ; give another name or delete it first");
            }
            file.commit();
            store.save(image);
        }
        events.append("boot-image.created", "boot-image", image.id(), image.name(), Map.of("sha256", image.sha256()));
        return new Uploaded(image, true);
    }

    public BootImage get(String reference) {
        return find(reference).orElseThrow(() -> ProblemException.notFound("boot image", reference));
    }

    public Optional<BootImage> find(String reference) {
        return Names.asId(reference).flatMap(store::byId).or(() -> store.byName(reference));
    }

    public Optional<BootImage> byId(UUID id) {
        return store.byId(id);
    }

    Optional<BootImage> bySha256(String sha256) {
        return store.bySha256(sha256);
    }

    public Page<BootImage> list(Listing listing) {
        return Page.collect(
                listing,
                store::after,
                image -> listing.wants(null, image.name(), Map.of()),
                image -> new Cursor(image.createdAt(), image.id()));
    }

    public void delete(String reference) {
        BootImage image;
        synchronized (adding) {
            image = get(reference);
            if (image.builtin()) {
                throw new ProblemException(
                        ProblemType.IN_USE, image.name() + " is built in and stays", Map.of("by", List.of("server")));
            }
            List<String> users = domains.namesUsing(image.id());
            if (!users.isEmpty()) {
                throw new ProblemException(
                        ProblemType.IN_USE,
                        "boot image " + image.name() + " is used by " + String.join(", ", users),
                        Map.of("by", users));
            }
            store.delete(image.id());
            files.delete(image.id());
        }
        events.append("boot-image.deleted", "boot-image", image.id(), image.name(), Map.of());
    }

    /** Runs at start-up: the builtin kernel of this version of the server takes the place of an older one's. */
    void registerBuiltin(BuiltinKernel kernel) {
        if (kernel.elf().length == 0) {
            log.warn("this build has no builtin kernel; a domain needs an uploaded one");
            return;
        }
        UUID id = UUID.nameUUIDFromBytes(BuiltinKernel.NAME.getBytes(StandardCharsets.UTF_8));
        BootImage image = new BootImage(
                id,
                BuiltinKernel.NAME,
                kernel.elf().length,
                sha256(kernel.elf()),
                BootImageFormat.of(kernel.elf()),
                true,
                store.byId(id).map(BootImage::createdAt).orElseGet(Times::now));
        store.save(image);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
