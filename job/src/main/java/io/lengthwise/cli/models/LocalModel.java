package io.lengthwise.cli.models;

import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.job.config.LengthwiseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * The model of a command: a model of the catalogue, which is fetched if it is missing, or a path.
 *
 * <p>The path is known before the model is fetched. Other errors of the configuration are therefore
 * reported before the fetch.
 */
public final class LocalModel {

  private final ModelStore store;
  private final Optional<CatalogModel> model;

  private LocalModel(ModelStore store, Optional<CatalogModel> model) {
    this.store = store;
    this.model = model;
  }

  /**
   * Makes {@code model.path} a path of this machine, and sets the model's name if it is not set. A
   * configuration without a model is not changed.
   *
   * @throws CommandFailure if the model is neither a path that exists nor in the catalogue
   */
  public static LocalModel locate(Configuration configuration, ModelStore store) {
    String nameOrPath = configuration.get(LengthwiseOptions.MODEL_PATH);
    if (nameOrPath == null || nameOrPath.isBlank()) {
      return new LocalModel(store, Optional.empty());
    }
    try {
      configuration.set(LengthwiseOptions.MODEL_PATH, store.path(nameOrPath).toString());
    } catch (IOException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
    Optional<CatalogModel> model = store.find(nameOrPath);
    if (configuration.get(LengthwiseOptions.MODEL_NAME) == null) {
      model.ifPresent(known -> configuration.set(LengthwiseOptions.MODEL_NAME, known.name()));
    }
    boolean isPath = Files.exists(Path.of(nameOrPath));
    return new LocalModel(store, isPath ? Optional.empty() : model);
  }

  /**
   * Fetches the model if it is missing.
   *
   * @throws CommandFailure if it cannot be fetched
   */
  public void fetch(FetchProgress progress) throws InterruptedException {
    try {
      if (model.isPresent()) {
        store.fetch(model.get(), progress);
      }
    } catch (IOException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }
}
