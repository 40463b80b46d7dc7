package io.lengthwise.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the job may know; the rooms of the operators have a test of their own. */
@AnalyzeClasses(packages = "io.lengthwise.job", importOptions = DoNotIncludeTests.class)
class RoomsTest {

  /** The job jar is built without the command line and what only that needs. */
  @ArchTest
  static final ArchRule jobKnowsNoCommandLine =
      noClasses()
          .that()
          .resideInAPackage("io.lengthwise.job")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.lengthwise.job.cli..", "picocli..", "kafka..", "org.apache.kafka.server..");
}
