package io.lengthwise.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The files of a Flink cluster outside its distribution, which is not changed: a lib folder with
 * DJL, the configuration, logs and state.
 *
 * @param home of the distribution
 * @param path of this folder
 */
record ClusterFolder(Path home, Path path) {

  /** The files that the job module packages. */
  static final Path PACKAGES = Path.of("..", "job", "target").toAbsolutePath().normalize();

  /**
   * Returns an empty folder for a part of a test class's cluster. The folder stays after the tests.
   */
  static Path emptyFor(ExtensionContext context, String part) throws IOException {
    Path folder =
        Path.of("target", "clusters", context.getRequiredTestClass().getSimpleName(), part)
            .toAbsolutePath();
    FileUtils.deleteDirectory(folder.toFile());
    return Files.createDirectories(folder);
  }

  /**
   * Fills the folder.
   *
   * @param options of Flink, in addition to those of the distribution
   */
  void prepare(Map<String, String> options, int zooKeeperPort) throws IOException {
    linkLibraries();
    writeConfiguration(options, zooKeeperPort);
    writeZooKeeperConfiguration(zooKeeperPort);
  }

  private void linkLibraries() throws IOException {
    Path libraries = Files.createDirectory(path.resolve("lib"));
    for (Path source : List.of(home.resolve("lib"), PACKAGES.resolve("cluster-lib"))) {
      try (Stream<Path> jars = Files.list(source)) {
        for (Path jar : jars.toList()) {
          Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
        }
      }
    }
  }

  private void writeConfiguration(Map<String, String> options, int zooKeeperPort)
      throws IOException {
    Path conf = path.resolve("conf");
    FileUtils.copyDirectory(home.resolve("conf").toFile(), conf.toFile());
    Map<String, String> whole = new HashMap<>(options);
    whole.put("high-availability.type", "zookeeper");
    whole.put("high-availability.zookeeper.quorum", "127.0.0.1:" + zooKeeperPort);
    whole.put("high-availability.storageDir", path.resolve("ha").toUri().toString());
    whole.put("io.tmp.dirs", Files.createDirectory(path.resolve("tmp")).toString());
    Configuration flink = GlobalConfiguration.loadConfiguration(conf.toString());
    whole.forEach(flink::setString);
    Files.write(
        conf.resolve("config.yaml"), ConfigurationUtils.convertConfigToWritableLines(flink, false));
  }

  private void writeZooKeeperConfiguration(int port) throws IOException {
    Files.writeString(
        zooKeeperConfiguration(),
        """
        tickTime=1000
        initLimit=10
        syncLimit=5
        dataDir=%s
        clientPort=%d
        clientPortAddress=127.0.0.1
        admin.enableServer=false
        """
            .formatted(Files.createDirectory(path.resolve("zookeeper")), port));
  }

  Path zooKeeperConfiguration() {
    return path.resolve("conf").resolve("zoo.cfg");
  }

  /** Returns the command that runs a script of the distribution. */
  List<String> command(String script, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve(script).toString());
    command.addAll(arguments);
    return command;
  }

  /**
   * Returns the environment of Flink's scripts. They use this folder, DJL does not use the network,
   * and the JVMs compile little, because they live for a minute.
   */
  Map<String, String> environment() {
    return Map.of(
        "JAVA_HOME", System.getProperty("java.home"),
        "JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1",
        "FLINK_CONF_DIR", path.resolve("conf").toString(),
        "FLINK_LIB_DIR", path.resolve("lib").toString(),
        "FLINK_LOG_DIR", path.resolve("log").toString(),
        "FLINK_PID_DIR", path.resolve("pid").toString(),
        "DJL_OFFLINE", "true",
        "RUST_FLAVOR", "cpu");
  }
}
