package dev.xenolith.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of this checkout that people write. */
final class SourceTree {

    private static final List<String> ROOTS = List.of("src", "docs", "docker", "http-examples", ".ci");

    private SourceTree() {}

    static List<Path> filesEndingWith(String... endings) {
        return ROOTS.stream()
                .map(Path::of)
                .filter(Files::isDirectory)
                .flatMap(root -> walk(root).stream())
                .filter(file -> List.of(endings).stream()
                        .anyMatch(ending -> file.getFileName().toString().endsWith(ending)))
                .sorted()
                .toList();
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> walk(Path root) {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
