package io.lengthwise.generation.probe;

import io.lengthwise.generation.device.Row;

/** Where prompts wait for the model to be asked about them. */
public interface ProbeQueue {

  /** Hands over a row that asks about a prompt. */
  void ask(Row question);

  /** Hands over a prompt to be read. */
  void probe(HiddenStateTask prompt);
}
