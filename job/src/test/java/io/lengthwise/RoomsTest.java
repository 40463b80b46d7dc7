package io.lengthwise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Checks the uses between packages against the table of CONTRIBUTING.md. */
@AnalyzeClasses(packages = "io.lengthwise", importOptions = DoNotIncludeTests.class)
class RoomsTest {

  @ArchTest
  static final ArchRule packagesUseOnlyWhatTheTableAllows =
      classes().should(useOnlyPackagesThatTheTableAllows(RoomsTable.read()));

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("io.lengthwise.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule modulesOfPackagesAreFreeOfCycles =
      slices().matching("io.lengthwise.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl)");

  @ArchTest
  static final ArchRule operatorsKnowNoKafkaAndNoOptions =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.lengthwise.job..", "io.lengthwise.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("org\\.apache\\.flink\\.configuration\\.ConfigOptions?");

  /** The job jar contains neither the command line nor the libraries that only it needs. */
  @ArchTest
  static final ArchRule jobKnowsNoCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.lengthwise.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.lengthwise.cli..", "picocli..", "kafka..", "org.apache.kafka.server..");

  private static ArchCondition<JavaClass> useOnlyPackagesThatTheTableAllows(RoomsTable table) {
    return new ArchCondition<>("use only the packages that the table in CONTRIBUTING.md allows") {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
          String used = dependency.getTargetClass().getBaseComponentType().getPackageName();
          if (!table.allows(user.getPackageName(), used)) {
            events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
          }
        }
      }
    };
  }
}
