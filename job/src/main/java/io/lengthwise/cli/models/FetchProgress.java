package io.lengthwise.cli.models;

/** Listens to the progress of a fetch. */
interface FetchProgress {

  /** Called with a sentence about the current step. */
  void note(String message);

  /** Called with the number of bytes of the model's file that have arrived. */
  void received(long bytes, long total);
}
