package io.lengthwise.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;

/**
 * Flink's own client, {@code flink}.
 *
 * @param jar the job that it submits
 */
record FlinkClient(ClusterFolder folder, Path jar) {

  /** The packaged job. */
  static final Path JOB_JAR = ClusterFolder.PACKAGES.resolve("lengthwise-job.jar");

  private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");
  private static final Pattern STOPPED = Pattern.compile("Savepoint completed. Path: (\\S+)");

  /** Returns whether the job is packaged. It is after Maven's package phase. */
  static boolean hasJob() {
    return Files.exists(JOB_JAR);
  }

  /** Submits the job with {@code flink run}. Its options are in a file. */
  String run(Map<String, String> options) throws IOException, InterruptedException {
    return run(options, List.of());
  }

  /** Submits the job to restore a savepoint. */
  String run(Map<String, String> options, String savepoint)
      throws IOException, InterruptedException {
    return run(options, List.of("-s", savepoint));
  }

  private String run(Map<String, String> options, List<String> arguments)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile(folder.path(), "lengthwise", ".yaml");
    Files.write(
        file,
        ConfigurationUtils.convertConfigToWritableLines(Configuration.fromMap(options), true));
    List<String> command = new ArrayList<>(List.of("run", "-d"));
    command.addAll(arguments);
    command.addAll(List.of(jar.toString(), "--config", file.toString()));
    return flink(SUBMITTED, command);
  }

  /** Stops a job with {@code flink stop}, and returns the savepoint's path. */
  String stop(String job) throws IOException, InterruptedException {
    String savepoints = folder.path().resolve("savepoints").toUri().toString();
    return flink(STOPPED, List.of("stop", "--savepointPath", savepoints, job));
  }

  private String flink(Pattern answer, List<String> arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(folder.command("flink", arguments)).redirectErrorStream(true);
    builder.environment().putAll(folder.environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    Matcher matcher = answer.matcher(output);
    if (!matcher.find()) {
      throw new IOException("flink %s: %s".formatted(arguments, output));
    }
    return matcher.group(1);
  }
}
