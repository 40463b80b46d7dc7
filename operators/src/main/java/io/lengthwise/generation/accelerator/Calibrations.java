package io.lengthwise.generation.accelerator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.Decoder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was measured on this machine, each in a file, so that it is measured once.
 *
 * <p>A file that cannot be read or written costs another measurement and a warning, nothing else.
 * Several processes may use a folder: a file is there whole or not at all.
 *
 * @param folder made when it is first needed
 */
public record Calibrations(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(Calibrations.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * What a file holds.
   *
   * @param key what was measured: its hash is the file's name, which others may share
   */
  private record Measured(String key, StepCost cost) {}

  /** Those of this user, in the folder for temporary files: a TaskManager may have no other. */
  public static Calibrations ofUser() {
    return new Calibrations(
        Path.of(
            System.getProperty("java.io.tmpdir"), "lengthwise-" + System.getProperty("user.name")));
  }

  /** Everything that a measurement depends on and that may change on one machine. */
  public static String key(ModelSpec spec, int threads, int cells) {
    return "%s of %d bytes, %s weights on %s, %d threads of %d processors, %d cells, program %s"
        .formatted(
            spec.path(),
            bytes(new File(spec.path())),
            spec.weights(),
            spec.device(),
            threads,
            Runtime.getRuntime().availableProcessors(),
            cells,
            Decoder.programDigest());
  }

  private static long bytes(File model) {
    File[] files = model.listFiles();
    return files == null ? model.length() : Arrays.stream(files).mapToLong(File::length).sum();
  }

  /** The costs of a key, measured where no file holds them. */
  public StepCost of(String key, Supplier<StepCost> measurement) {
    Path file = folder.resolve("calibration-%08x.json".formatted(key.hashCode()));
    StepCost known = read(file, key);
    if (known != null) {
      LOG.info("What a step costs was measured before: {} has it, and may be deleted", file);
      return known;
    }
    StepCost cost = measurement.get();
    write(file, new Measured(key, cost));
    return cost;
  }

  /** Null where the file does not hold the key's. */
  private static StepCost read(Path file, String key) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      Measured measured = MAPPER.readValue(file.toFile(), Measured.class);
      return measured != null && key.equals(measured.key()) ? measured.cost() : null;
    } catch (IOException e) {
      LOG.warn("{} is damaged, and is written anew: {}", file, e.getMessage());
      return null;
    }
  }

  private static void write(Path file, Measured measured) {
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), "calibration", ".part");
      try {
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(part.toFile(), measured);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be written, so that the next start measures again", file, e);
    }
  }
}
