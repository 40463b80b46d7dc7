package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.lengthwise.job.config.ConfigurationReader;
import io.lengthwise.job.config.JobSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the manifests and the Compose file as far as possible without a cluster. */
class ManifestsTest {

  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Path DOCKER = Path.of("..", "docker");
  private static final Path KUBERNETES = DEPLOY.resolve("kubernetes");

  private static final String CRD = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

  /** Options whose keys contain a name that the user chooses. */
  private static final String NAMED_OPTION =
      "metrics\\.reporter\\.\\w+\\.(factory\\.class|port)"
          + "|external-resource\\.\\w+\\.(amount|driver-factory\\.class|kubernetes\\.config-key)";

  private static final ObjectMapper YAML = new YAMLMapper();

  private static JsonSchema schema;

  /** Uses the schema of the newest operator on Maven, which knows Flink up to 1.20. */
  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream crd = ManifestsTest.class.getResourceAsStream(CRD)) {
      JsonNode tree = YAML.readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema");
      ((ArrayNode) tree.at("/properties/spec/properties/flinkVersion/enum")).add("v2_3");
      ObjectNode fields = (ObjectNode) tree.get("properties");
      fields.putObject("apiVersion").put("const", "flink.apache.org/v1beta1");
      fields.putObject("kind").put("const", "FlinkDeployment");
      fields.putObject("metadata");
      refuseWhatIsNotNamed(tree);
      schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(tree);
    }
  }

  static Stream<Path> structuredFiles() throws IOException {
    return Stream.of(DEPLOY, DOCKER)
        .flatMap(ManifestsTest::filesUnder)
        .filter(file -> file.toString().matches(".*\\.(ya?ml|json)"));
  }

  private static Stream<Path> filesUnder(Path folder) {
    try {
      return Files.walk(folder).filter(file -> !file.startsWith(DOCKER.resolve("target")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("structuredFiles")
  void everyFileParses(Path file) throws IOException {
    assertThat(read(file).isObject()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void deploymentFitsTheOperatorsSchema(String overlay) throws IOException {
    assertThat(schema.validate(deployment(overlay))).isEmpty();
  }

  @Test
  void schemaFindsAMisspeltField() throws IOException {
    ObjectNode deployment = deployment("cpu");
    ((ObjectNode) deployment.at("/spec/taskManager")).put("replica", 2);
    assertThat(schema.validate(deployment)).singleElement().asString().contains("replica");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void everyOptionOfFlinkExistsAndHasAValueOfItsType(String overlay) throws IOException {
    Map<String, String> values =
        YAML.convertValue(
            deployment(overlay).at("/spec/flinkConfiguration"), new TypeReference<>() {});
    Configuration configuration = Configuration.fromMap(values);
    Map<String, ConfigOption<?>> options = flinkOptions();
    assertThat(values.keySet())
        .filteredOn(key -> !key.matches(NAMED_OPTION))
        .isNotEmpty()
        .allSatisfy(
            key -> {
              assertThat(options).containsKey(key);
              assertThatCode(() -> configuration.get(options.get(key))).doesNotThrowAnyException();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void jobAcceptsItsArguments(String overlay) throws IOException {
    JsonNode deployment = deployment(overlay);
    String mounted =
        deployment
            .at("/spec/jobManager/podTemplate/spec/containers/0/volumeMounts/0/mountPath")
            .asText();
    List<String> arguments =
        YAML.convertValue(deployment.at("/spec/job/args"), new TypeReference<>() {});
    assertThat(arguments).contains(mounted + "/lengthwise.yaml");
    JobSettings settings =
        JobSettings.of(
            ConfigurationReader.ofArguments(
                arguments.stream()
                    .map(text -> text.replace(mounted, KUBERNETES.resolve("base").toString()))
                    .toArray(String[]::new)));
    assertThat(settings.model().device()).isEqualTo(overlay.equals("gpu") ? "cuda" : "cpu");
  }

  @Test
  void jobAcceptsTheConfigurationOfTheComposeFile() {
    assertThatCode(
            () ->
                JobSettings.of(
                    ConfigurationReader.read(DOCKER.resolve("lengthwise.yaml"), List.of())))
        .doesNotThrowAnyException();
  }

  @Test
  void composeFileMountsWhatIsThere() throws IOException {
    List<String> mounted =
        Pattern.compile("\\.{1,2}/[^:\"]+(?=:/)")
            .matcher(Files.readString(DOCKER.resolve("compose.yaml")))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(mounted).isNotEmpty().allMatch(source -> Files.exists(DOCKER.resolve(source)));
  }

  @Test
  void scalerScalesTheDeployment() throws IOException {
    JsonNode target =
        read(KUBERNETES.resolve("components/autoscaling/scaledobject.yaml"))
            .at("/spec/scaleTargetRef");
    JsonNode deployment = deployment("cpu");
    assertThat(target.get("name")).isEqualTo(deployment.at("/metadata/name"));
    assertThat(target.get("kind")).isEqualTo(deployment.get("kind"));
    assertThat(target.get("apiVersion")).isEqualTo(deployment.get("apiVersion"));
  }

  private static JsonNode read(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  /** The manifest that Kustomize builds from the base and the overlay's patch. */
  private static ObjectNode deployment(String overlay) throws IOException {
    ObjectNode base = (ObjectNode) read(KUBERNETES.resolve("base/flinkdeployment.yaml"));
    merge(base, read(KUBERNETES.resolve("overlays/" + overlay + "/flinkdeployment.yaml")));
    return base;
  }

  /** Replaces lists, as Kustomize does for a resource whose schema it does not know. */
  private static void merge(ObjectNode base, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              JsonNode before = base.get(field.getKey());
              if (before instanceof ObjectNode object && field.getValue().isObject()) {
                merge(object, field.getValue());
              } else {
                base.set(field.getKey(), field.getValue());
              }
            });
  }

  /** Kubernetes drops a field that the schema does not name. Here such a field is an error. */
  private static void refuseWhatIsNotNamed(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(ManifestsTest::refuseWhatIsNotNamed);
  }

  /** Returns all options that are constants of Flink's option classes. */
  private static Map<String, ConfigOption<?>> flinkOptions() throws IOException {
    Map<String, ConfigOption<?>> options = new HashMap<>();
    String jar = Configuration.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    try (JarFile file = new JarFile(jar)) {
      List<String> classes =
          file.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.matches("org/apache/flink/configuration/\\w+Options\\.class"))
              .map(name -> name.replace('/', '.').replaceFirst("\\.class$", ""))
              .toList();
      for (String name : classes) {
        for (var field : Class.forName(name).getFields()) {
          if (field.getType() == ConfigOption.class) {
            ConfigOption<?> option = (ConfigOption<?>) field.get(null);
            options.put(option.key(), option);
          }
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return options;
  }
}
