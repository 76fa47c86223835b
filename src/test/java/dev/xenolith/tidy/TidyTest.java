package dev.xenolith.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A file holds one idea and a method one step; what is unfinished says why; a link in the docs leads somewhere. */
class TidyTest {

    private static final int FILE_LINES = 450;
    private static final int METHOD_LINES = 70;

    /** HotSpot never compiles a method of more bytecodes ({@code -XX:HugeMethodLimit}). */
    private static final int METHOD_BYTECODES = 8000;

    /** Tables, where splitting would hide the order: each with its reason. */
    private static final Set<String> LARGE_FILES = Set.of();

    private static final Set<String> LARGE_METHODS = Set.of();

    private static final Pattern MARKER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b(?!: \\S+)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    @Test
    void filesHoldOneIdea() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.filesEndingWith(".java", ".c", ".h", ".js", ".sh")) {
            int lines = SourceTree.lines(file).size();
            if (lines > FILE_LINES && !LARGE_FILES.contains(file.getFileName().toString())) {
                tooLong.add(file + ": expected at most " + FILE_LINES + " lines, got " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void methodsAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests need a JDK, not a JRE");
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(SourceTree.filesEndingWith(".java"));
            var task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodLengths(unit, positions, tooLong).scan(unit, null);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void hotSpotCompilesEveryMethod() throws IOException {
        List<String> tooLarge = new ArrayList<>();
        try (var classes = Files.walk(Path.of("target/classes"))) {
            for (Path file :
                    classes.filter(f -> f.toString().endsWith(".class")).toList()) {
                var model = java.lang.classfile.ClassFile.of().parse(file);
                for (var method : model.methods()) {
                    int size = method.findAttribute(java.lang.classfile.Attributes.code())
                            .map(code -> code.codeLength())
                            .orElse(0);
                    if (size >= METHOD_BYTECODES && !method.methodName().equalsString("<clinit>")) {
                        tooLarge.add(file + " " + method.methodName().stringValue() + ": " + size + " bytecodes");
                    }
                }
            }
        }
        assertThat(tooLarge).isEmpty();
    }

    @Test
    void unfinishedWorkSaysWhy() {
        List<String> silent = new ArrayList<>();
        for (Path file : SourceTree.filesEndingWith(".java", ".c", ".h", ".S", ".js", ".sh", ".md", ".yaml", ".http")) {
            if (file.endsWith("TidyTest.java")) {
                continue;
            }
            for (String line : SourceTree.lines(file)) {
                if (MARKER.matcher(line).find()) {
                    silent.add(file + ": " + line.strip());
                }
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void linksInDocsResolve() {
        List<String> broken = new ArrayList<>();
        List<Path> pages = new ArrayList<>(SourceTree.filesEndingWith(".md"));
        pages.add(Path.of("README.md"));
        pages.add(Path.of("CHANGELOG.md"));
        for (Path page : pages) {
            Path folder = Objects.requireNonNullElse(page.getParent(), Path.of(""));
            for (String line : SourceTree.lines(page)) {
                LINK.matcher(line)
                        .results()
                        .map(match -> match.group(1))
                        .filter(target -> !target.contains("://"))
                        .filter(target -> !Files.exists(folder.resolve(target)))
                        .forEach(target -> broken.add(page + " → " + target));
            }
        }
        assertThat(broken).isEmpty();
    }

    private static final class MethodLengths extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> tooLong;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
            this.unit = unit;
            this.positions = positions;
            this.tooLong = tooLong;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            var lineMap = unit.getLineMap();
            long first = lineMap.getLineNumber(positions.getStartPosition(unit, method));
            long last = lineMap.getLineNumber(positions.getEndPosition(unit, method));
            String file = Path.of(unit.getSourceFile().toUri()).getFileName().toString();
            String name = file + "#" + method.getName();
            if (last - first + 1 > METHOD_LINES && !LARGE_METHODS.contains(name)) {
                tooLong.add(name + ": expected at most " + METHOD_LINES + " lines, got " + (last - first + 1));
            }
            return super.visitMethod(method, null);
        }
    }
}
