package io.lengthwise.generation;

/** What a subtask wants of an engine; the subtasks of each kind are spread over the devices. */
enum EngineUse {
  ANSWERS,
  PROBES
}
