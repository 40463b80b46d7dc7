package io.lengthwise.generation.probe;

import io.lengthwise.generation.device.Row;

/** Takes probes for the engine. */
public interface ProbeQueue {

  /** Adds a row that asks a question about a prompt. */
  void ask(Row question);

  /** Adds a prompt whose hidden states are read. */
  void probe(HiddenStateTask prompt);
}
