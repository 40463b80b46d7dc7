package io.lengthwise.generation.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationsTest {

  private static final StepCost COST = StepCost.affine(9.5, 1.2, 0.6);
  private static final StepCost OTHER = StepCost.affine(1, 0, 0);

  @TempDir private Path temporary;

  private Calibrations calibrations;
  private int measurements;

  @BeforeEach
  void namesAFolderThatIsNotThere() {
    calibrations = new Calibrations(temporary.resolve("new").resolve("folder"));
  }

  @Test
  void whatIsKnownIsNotMeasuredAgain() {
    assertThat(calibrations.of("key", () -> measure(COST))).isEqualTo(COST);
    assertThat(calibrations.of("key", () -> measure(OTHER))).isEqualTo(COST);
    assertThat(measurements).isOne();
  }

  @Test
  void anotherKeyIsMeasured() {
    calibrations.of("key", () -> measure(COST));
    assertThat(calibrations.of("another key", () -> measure(OTHER))).isEqualTo(OTHER);
    assertThat(calibrations.of("key", () -> measure(OTHER))).isEqualTo(COST);
  }

  @Test
  void keysWithTheSameHashAreToldApart() {
    assertThat("Aa").hasSameHashCodeAs("BB");
    calibrations.of("Aa", () -> measure(COST));
    assertThat(calibrations.of("BB", () -> measure(OTHER))).isEqualTo(OTHER);
  }

  @Test
  void damagedFileIsWrittenAnew() throws IOException {
    calibrations.of("key", () -> measure(COST));
    Path file = onlyFile();
    String whole = Files.readString(file);
    for (String damaged :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "\u0000",
            whole.substring(0, whole.length() / 2),
            whole.replace("9.5", "NaN"),
            whole.replace("\"1\"", "\"one\""),
            whole.replace("\"1\"", "\"3\""),
            whole.replaceAll("[0-9.]+", "-1"),
            whole.replaceAll("(?s)\"cost\".*\\}", "\"cost\" : null }"))) {
      Files.writeString(file, damaged);
      assertThat(calibrations.of("key", () -> measure(COST))).as(damaged).isEqualTo(COST);
      assertThat(Files.readString(file)).isEqualTo(whole);
    }
  }

  @Test
  void folderAndFilesAreOnlyForTheirOwner() throws IOException {
    calibrations.of("key", () -> measure(COST));
    assertThat(Files.getPosixFilePermissions(onlyFile().getParent()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(onlyFile()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx---rwx"})
  void folderThatOthersMayWriteToIsNotUsed(String permissions) throws IOException {
    calibrations.of("key", () -> measure(COST));
    Path planted = onlyFile();
    Files.setPosixFilePermissions(
        planted.getParent(), PosixFilePermissions.fromString(permissions));
    assertThat(calibrations.of("key", () -> measure(OTHER))).isEqualTo(OTHER);
    assertThat(calibrations.of("another key", () -> measure(OTHER))).isEqualTo(OTHER);
    assertThat(onlyFile()).isEqualTo(planted);
  }

  /** Only root may change the owner of a file. */
  @Test
  void folderOfAnotherUserIsNotUsed() throws IOException {
    calibrations.of("key", () -> measure(COST));
    Path folder = onlyFile().getParent();
    try {
      Files.setAttribute(folder, "unix:uid", 65534);
    } catch (IOException e) {
      assumeTrue(false, "needs root, to give a folder to another user");
    }
    assertThat(calibrations.of("key", () -> measure(OTHER))).isEqualTo(OTHER);
  }

  @Test
  void folderThatCannotBeMadeCostsAnotherMeasurement() throws IOException {
    Files.writeString(temporary.resolve("new"), "a file in the place of the folder");
    assertThat(calibrations.of("key", () -> measure(COST))).isEqualTo(COST);
    assertThat(calibrations.of("key", () -> measure(COST))).isEqualTo(COST);
    assertThat(measurements).isEqualTo(2);
  }

  @Test
  void keyNamesWhatCostsDependOn() throws IOException {
    Path model = Files.createDirectory(temporary.resolve("model"));
    Files.writeString(model.resolve("model.safetensors"), "12345");
    ModelSpec spec = new ModelSpec("m", model.toString(), "cpu", WeightType.INT8);
    String key = Calibrations.key(spec, 2, 4096);

    assertThat(key).contains(model.toString(), "5 bytes", "int8", "cpu", "2 threads", "4096 cells");
    assertThat(Calibrations.key(spec, 1, 4096)).isNotEqualTo(key);
    Files.writeString(model.resolve("config.json"), "{}");
    assertThat(Calibrations.key(spec, 2, 4096)).isNotEqualTo(key).contains("7 bytes");
  }

  private StepCost measure(StepCost cost) {
    measurements++;
    return cost;
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(calibrations.folder())) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
