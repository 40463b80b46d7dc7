package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks the files that the job module packages. They exist after Maven's package phase. */
class PackagingTest {

  private static final Path TARGET = Path.of("..", "job", "target");
  private static final Path JOB_JAR = TARGET.resolve("lengthwise-job.jar");
  private static final Path CLUSTER_LIB = TARGET.resolve("cluster-lib");

  @TempDir private Path folder;

  @BeforeAll
  static void needsThePackages() {
    assumeTrue(Files.exists(JOB_JAR), "run by mvn verify, not by mvn test");
  }

  @Test
  void theJobJarStartsTheJob() throws IOException {
    try (JarFile jar = new JarFile(JOB_JAR.toFile())) {
      String main = jar.getManifest().getMainAttributes().getValue("Main-Class");
      assertThat(main).isEqualTo("io.lengthwise.job.LengthwiseJob");
      assertThat(jar.getEntry(main.replace('.', '/') + ".class")).isNotNull();
    }
  }

  @Test
  void theJobJarCarriesWhatAClusterLacks() throws IOException {
    assertThat(jobClasses())
        .anyMatch(name -> name.startsWith("io/lengthwise/generation/"))
        .anyMatch(name -> name.startsWith("org/apache/flink/connector/kafka/"))
        .anyMatch(name -> name.startsWith("org/apache/kafka/clients/"))
        .anyMatch(name -> name.startsWith("com/github/luben/zstd/"))
        .anyMatch(name -> name.startsWith("com/fasterxml/jackson/databind/"))
        .anyMatch(name -> name.startsWith("com/hubspot/jinjava/"));
  }

  /** The fault of a request that makes the engine throw changes the packaged program. */
  @Test
  void theProgramOfTheJobJarCanBeBroken() throws IOException {
    assertThat(BrokenDecoder.jobWithIt(folder)).isRegularFile();
  }

  @Test
  void theJobJarLeavesOutTheClusterAndTheCommandLine() throws IOException {
    assertThat(jobClasses())
        .noneMatch(name -> name.startsWith("ai/djl/"))
        .noneMatch(name -> name.startsWith("org/apache/flink/streaming/api/datastream/"))
        .noneMatch(name -> name.startsWith("org/apache/flink/runtime/"))
        .noneMatch(name -> name.startsWith("org/apache/flink/connector/file/"))
        .noneMatch(name -> name.startsWith("org/slf4j/"))
        .noneMatch(name -> name.startsWith("org/apache/logging/"))
        .noneMatch(name -> name.startsWith("picocli/"))
        .noneMatch(name -> name.startsWith("kafka/"))
        .noneMatch(name -> name.startsWith("scala/"))
        .noneMatch(name -> name.startsWith("io/lengthwise/cli/"));
    try (JarFile jar = new JarFile(JOB_JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName)).doesNotContain("log4j2.properties");
    }
  }

  /** Flink fails at its start if the class of a service is missing. */
  @Test
  void everyServiceOfTheJobJarHasAClass() throws IOException {
    try (JarFile jar = new JarFile(JOB_JAR.toFile())) {
      List<String> providers =
          jar.stream()
              .filter(entry -> entry.getName().startsWith("META-INF/services/"))
              .filter(entry -> !entry.isDirectory())
              .flatMap(entry -> lines(jar, entry))
              .toList();
      assertThat(providers)
          .isNotEmpty()
          .allSatisfy(
              provider ->
                  assertThat(jar.getEntry(provider.replace('.', '/') + ".class"))
                      .as(provider)
                      .isNotNull());
    }
  }

  @Test
  @Timeout(300)
  void theClusterLibrariesLoadTheEngineOnTheirOwn() throws Exception {
    Path output = folder.resolve("output.txt");
    Process process = probe(output).start();

    assertThat(process.waitFor()).as(() -> read(output)).isZero();
    assertThat(Files.readAllLines(output)).contains("3.0", "[1, 0]");
  }

  @Test
  void theClusterLibrariesAreDjlAndNothingThatFlinkHas() throws IOException {
    try (Stream<Path> jars = Files.list(CLUSTER_LIB)) {
      assertThat(jars.map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", "")))
          .contains("api", "pytorch-engine", "pytorch-jni", "tokenizers", "jna", "gson")
          .allMatch(
              name ->
                  List.of("api", "tokenizers", "jna", "gson").contains(name)
                      || name.startsWith("pytorch-"));
    }
  }

  /** Java compiles the probe when it starts, so that DJL is only in these libraries. */
  private ProcessBuilder probe(Path output) throws Exception {
    URL source = PackagingTest.class.getResource("/DjlProbe.java");
    Path tokenizer =
        Files.writeString(
            folder.resolve("tokenizer.json"),
            """
            {"model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "hello": 1}},
             "pre_tokenizer": {"type": "Whitespace"}}
            """);
    // Flink provides slf4j.
    String slf4j =
        Path.of(
                Class.forName("org.slf4j.Logger")
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI())
            .toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            CLUSTER_LIB + File.separator + "*" + File.pathSeparator + slf4j,
            Path.of(source.toURI()).toString(),
            tokenizer.toString());
    builder.environment().putAll(Map.of("DJL_OFFLINE", "true", "RUST_FLAVOR", "cpu"));
    return builder.redirectErrorStream(true).redirectOutput(output.toFile());
  }

  private static List<String> jobClasses() throws IOException {
    try (JarFile jar = new JarFile(JOB_JAR.toFile())) {
      return jar.stream()
          .map(ZipEntry::getName)
          .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
          .filter(name -> name.endsWith(".class"))
          .toList();
    }
  }

  private static Stream<String> lines(JarFile jar, ZipEntry entry) {
    try (InputStream stream = jar.getInputStream(entry)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n"))
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
