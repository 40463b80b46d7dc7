package io.lengthwise.cli.models;

import java.util.ArrayList;
import java.util.List;

/** Records the notifications. */
final class RecordedProgress implements FetchProgress {

  final List<String> notes = new ArrayList<>();
  long received;

  @Override
  public void note(String message) {
    notes.add(message);
  }

  @Override
  public void received(long bytes, long total) {
    received = bytes;
  }
}
