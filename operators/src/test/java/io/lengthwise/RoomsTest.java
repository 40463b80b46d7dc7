package io.lengthwise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which: the words of the field first, what uses them after. */
@AnalyzeClasses(packages = "io.lengthwise", importOptions = DoNotIncludeTests.class)
class RoomsTest {

  @ArchTest
  static final ArchRule roomsKnowOnlyTheRoomsBelowThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("request")
          .definedBy("io.lengthwise.request..")
          .layer("model")
          .definedBy("io.lengthwise.model..")
          .layer("prediction")
          .definedBy("io.lengthwise.prediction..")
          .layer("batching")
          .definedBy("io.lengthwise.batching..")
          .layer("generation")
          .definedBy("io.lengthwise.generation..")
          .whereLayer("request")
          .mayNotAccessAnyLayer()
          .whereLayer("model")
          .mayOnlyAccessLayers("request")
          .whereLayer("prediction")
          .mayOnlyAccessLayers("request")
          .whereLayer("batching")
          .mayOnlyAccessLayers("request", "prediction")
          .whereLayer("generation")
          .mayOnlyAccessLayers("request", "model", "prediction", "batching");

  @ArchTest
  static final ArchRule operatorsKnowNoKafkaAndNoJob =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..", "org.apache.flink.connector..", "io.lengthwise.job..");

  @ArchTest
  static final ArchRule operatorsReadNoConfiguration =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.flink.configuration.ConfigOption")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.flink.configuration.ConfigOptions");
}
