package io.lengthwise.generation;

/** Where prompts wait for the model to be asked about them. */
interface ReadingQueue {

  /** Hands over a row that asks about a prompt. */
  void ask(Row question);

  /** Hands over a prompt to be read. */
  void read(HiddenStates prompt);
}
