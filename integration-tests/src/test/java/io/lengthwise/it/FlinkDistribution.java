package io.lengthwise.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.io.FileUtils;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Flink distribution of the tests: the folder {@code FLINK_HOME} if it is set, otherwise one
 * that pip fetches once into {@code LENGTHWISE_HOME} ({@code ~/.cache/lengthwise}).
 *
 * <p>Flink's Python packages contain the whole distribution: one has the jars, another the scripts.
 * pip checks the hashes before it opens the downloads.
 */
final class FlinkDistribution {

  private static final Logger LOG = LoggerFactory.getLogger(FlinkDistribution.class);

  private static final String VERSION = "2.3.0";

  private static final String JARS =
      "apache-flink-libraries==2.3.0"
          + " --hash=sha256:570bf8831d3c1336311e924e97119e52d8842e5485a4a7709ff9a92db709b006";

  private static final String SCRIPTS =
      "apache-flink==2.3.0"
          + " --hash=sha256:0e5f612704de1610b153e919c0564b62ad513cddfcf4960f5a021658cdf41a13";

  /**
   * The scripts are the same in the wheels of all Python versions. The hash belongs to one wheel.
   */
  private static final List<String> ONE_WHEEL =
      List.of(
          "--only-binary=:all:",
          "--python-version=3.11",
          "--implementation=cp",
          "--abi=cp311",
          "--platform=manylinux2014_x86_64");

  private static final long PROGRESS_SECONDS = 10;

  private FlinkDistribution() {}

  /**
   * Returns the distribution's folder.
   *
   * @throws TestAbortedException if it cannot be fetched, so that the tests are skipped
   */
  static Path home() throws IOException, InterruptedException {
    String given = System.getenv("FLINK_HOME");
    if (given != null) {
      return Path.of(given);
    }
    Path home = cache().resolve("flink-" + VERSION);
    if (!Files.exists(home)) {
      fetch(home);
    }
    return home;
  }

  private static Path cache() {
    String given = System.getenv("LENGTHWISE_HOME");
    return given != null
        ? Path.of(given)
        : Path.of(System.getProperty("user.home"), ".cache", "lengthwise");
  }

  /** Processes that fetch at the same time use different folders. The first result is kept. */
  private static void fetch(Path home) throws IOException, InterruptedException {
    Files.createDirectories(home.getParent());
    Path work = Files.createTempDirectory(home.getParent(), "flink-part");
    try {
      download(work, JARS, List.of("--no-binary=apache-flink-libraries"));
      download(work, SCRIPTS, ONE_WHEEL);
      Path whole = Files.createDirectory(work.resolve("whole"));
      unpackJars(only(work, ".tar.gz"), whole);
      unpackScripts(only(work, ".whl"), whole);
      Files.move(whole, home);
    } catch (FileAlreadyExistsException e) {
      LOG.info("Another has fetched {}", home);
    } finally {
      FileUtils.deleteDirectory(work.toFile());
    }
  }

  private static void download(Path work, String requirement, List<String> kind)
      throws IOException, InterruptedException {
    Path requirements = Files.writeString(work.resolve("requirements.txt"), requirement + "\n");
    Path log = work.resolve("pip.log");
    List<String> command = new ArrayList<>(List.of("python3", "-m", "pip", "download"));
    Collections.addAll(
        command, "--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar=off");
    Collections.addAll(command, "--retries=1", "--dest=" + work, "--requirement=" + requirements);
    command.addAll(kind);
    ProcessBuilder pip =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // The temporary folder of pip.
    pip.environment().put("TMPDIR", work.toString());
    Process process;
    try {
      process = pip.start();
    } catch (IOException e) {
      throw unavailable("there is no python3");
    }
    while (!process.waitFor(PROGRESS_SECONDS, TimeUnit.SECONDS)) {
      LOG.info(
          "Fetching Flink {} through pip, 330 MB to download and unpack: {} MB on disk",
          VERSION,
          FileUtils.sizeOfDirectory(work.toFile()) / 1_000_000);
    }
    if (process.exitValue() != 0) {
      throw unavailable(Files.readString(log).strip());
    }
  }

  private static TestAbortedException unavailable(String why) {
    String message =
        "No tests on a Flink cluster: FLINK_HOME is not set, and pip does not fetch Flink %s: %s"
            .formatted(VERSION, why);
    LOG.warn(message);
    return new TestAbortedException(message);
  }

  private static Path only(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private static void unpackJars(Path archive, Path whole)
      throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder(
                List.of(
                    "tar",
                    "--extract",
                    "--gzip",
                    "--file=" + archive,
                    "--directory=" + whole,
                    "--strip-components=2",
                    "--wildcards",
                    "*/deps/*"))
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar did not unpack " + archive);
    }
  }

  private static void unpackScripts(Path wheel, Path whole) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.isDirectory() && entry.getName().matches("pyflink/(bin|conf)/.*")) {
          Path file = whole.resolve(entry.getName().substring("pyflink/".length()));
          Files.createDirectories(file.getParent());
          try (InputStream stream = zip.getInputStream(entry)) {
            Files.copy(stream, file);
          }
          file.toFile().setExecutable(true);
        }
      }
    }
  }
}
