package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that checks files, if the machine has it.
 *
 * @param name of the program on the {@code PATH}
 * @param debianPackage the package of Debian and Ubuntu that contains it
 */
record InstalledTool(String name, String debianPackage) {

  private static final int SECONDS = 60;

  /**
   * Runs the program. Skips the test if it is not installed, and fails the test if it does not exit
   * with 0.
   */
  void accepts(Path folder, List<String> arguments) throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, name))),
        name + " is not installed (Debian, Ubuntu: apt-get install " + debianPackage + ")");
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
  }
}
