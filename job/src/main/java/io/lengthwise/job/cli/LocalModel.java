package io.lengthwise.job.cli;

import io.lengthwise.job.LengthwiseOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;

/** Makes {@code model.path} a path of this machine, where it may be a name of the catalogue. */
final class LocalModel {

  private LocalModel() {}

  /**
   * Fetches the model where it is missing, and sets its path and, unless it is set, its name. A
   * configuration without a model stays as it is.
   *
   * @throws CommandFailure if the model cannot be had
   */
  static void require(Configuration configuration, ModelStore store, FetchProgress progress)
      throws InterruptedException {
    String nameOrPath = configuration.get(LengthwiseOptions.MODEL_PATH);
    if (nameOrPath == null) {
      return;
    }
    try {
      Path path = store.require(nameOrPath, progress);
      configuration.set(LengthwiseOptions.MODEL_PATH, path.toString());
    } catch (IOException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
    if (configuration.get(LengthwiseOptions.MODEL_NAME) == null) {
      store
          .find(nameOrPath)
          .ifPresent(model -> configuration.set(LengthwiseOptions.MODEL_NAME, model.name()));
    }
  }
}
