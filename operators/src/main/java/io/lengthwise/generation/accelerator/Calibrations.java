package io.lengthwise.generation.accelerator;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.Decoder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The costs that were measured on this machine, each in a file, so that the next start need not
 * measure again.
 *
 * <p>The folder is private. A folder that another user owns or may write to is not used, because
 * its files could contain any costs. If a file cannot be read or written, the cost is measured
 * again and a warning is logged. Several processes may use a folder: a file is complete or absent.
 */
public record Calibrations(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(Calibrations.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * The content of a file.
   *
   * @param key identifies the measurement. Its hash is in the file's name, and keys may share a
   *     hash
   */
  private record Measured(String key, StepCost cost) {}

  /**
   * The calibrations of this user: in {@code LENGTHWISE_HOME}, by default in {@code
   * ~/.cache/lengthwise}.
   */
  public static Calibrations ofUser() {
    String home = System.getenv("LENGTHWISE_HOME");
    Path base =
        home != null && !home.isBlank()
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".cache", "lengthwise");
    return new Calibrations(base.resolve("calibrations"));
  }

  /** Everything that a measurement depends on and that may change on a machine. */
  public static String key(ModelSpec spec, int threads, int cells) {
    return "%s of %d bytes, %s weights on %s, %d threads of %d processors, %d cells, program %s"
        .formatted(
            spec.path(),
            bytes(new File(spec.path())),
            spec.chosenWeights(),
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

  /** The costs of a key. They are measured if no file holds them. */
  public StepCost of(String key, Supplier<StepCost> measurement) {
    if (!isPrivate()) {
      return measurement.get();
    }
    Path file = folder.resolve("calibration-%08x.json".formatted(key.hashCode()));
    StepCost known = read(file, key);
    if (known != null) {
      LOG.info("The cost of a step was measured before. Delete {} to measure it again", file);
      return known;
    }
    StepCost cost = measurement.get();
    write(file, new Measured(key, cost));
    return cost;
  }

  /** Whether this user owns the folder and nobody else may write to it. Creates the folder. */
  private boolean isPrivate() {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(
                EnumSet.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE)));
      }
      // A new file belongs to the user of this process.
      Path own = Files.createTempFile(folder, "owner", ".part");
      try {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (Files.getOwner(folder).equals(Files.getOwner(own))
            && !permissions.contains(GROUP_WRITE)
            && !permissions.contains(OTHERS_WRITE)) {
          return true;
        }
      } finally {
        Files.delete(own);
      }
      LOG.warn(
          "Other users may write to {}, so its measurements are not used. Remove it, or set its"
              + " permissions to 700",
          folder);
    } catch (IOException e) {
      LOG.warn("{} cannot be used, so that every start measures the cost of a step", folder, e);
    }
    return false;
  }

  /** Null if the file does not hold the key's costs. */
  private static StepCost read(Path file, String key) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      Measured measured = MAPPER.readValue(file.toFile(), Measured.class);
      return measured != null && key.equals(measured.key()) ? measured.cost() : null;
    } catch (IOException e) {
      LOG.warn("{} is damaged and is written again: {}", file, e.getMessage());
      return null;
    }
  }

  private static void write(Path file, Measured measured) {
    try {
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
