package io.lengthwise.cli.models;

/** Hears how a fetch goes. */
interface FetchProgress {

  /** A sentence about what happens now. */
  void note(String message);

  /** So many bytes of the model's file are here. */
  void received(long bytes, long total);
}
