package dev.xenolith;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Arena;

/** The line between the engine and what is around it, as an allow-list. */
@AnalyzeClasses(packages = "dev.xenolith", importOptions = ImportOption.DoNotIncludeTests.class)
class EngineRulesTest {

    private static final DescribedPredicate<JavaClass> PLAIN =
            resideInAnyPackage("java..", "org.jspecify..", "dev.xenolith.engine..");

    @ArchTest
    static final ArchRule theEngineUsesOnlyJavaAndItself = classes()
            .that()
            .resideInAPackage("dev.xenolith.engine..")
            .and()
            .resideOutsideOfPackage("dev.xenolith.engine.build..")
            .should()
            .onlyDependOnClassesThat(PLAIN);

    @ArchTest
    static final ArchRule theBuilderMayDecompressToo = classes()
            .that()
            .resideInAPackage("dev.xenolith.engine.build..")
            .should()
            .onlyDependOnClassesThat(PLAIN.or(resideInAnyPackage("io.airlift.compress..", "org.tukaani.xz..")));

    @ArchTest
    static final ArchRule packagesAreAcyclic =
            slices().matching("dev.xenolith.engine.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheMachineOpensAnArena = noClasses()
            .that()
            .resideInAPackage("dev.xenolith.engine..")
            .and(DescribedPredicate.not(resideInAPackage("dev.xenolith.engine.machine..")))
            .should()
            .dependOnClassesThat(JavaClass.Predicates.equivalentTo(Arena.class));

    @ArchTest
    static final ArchRule nobodyAboveReachesBehindTheFace = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.xenolith.control..", "dev.xenolith.store..", "dev.xenolith.rest..", "dev.xenolith.web..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.xenolith.engine.*.."));
}
