package io.lengthwise.generation;

/**
 * The purpose for which a subtask uses an engine. The subtasks of each purpose are spread over the
 * devices.
 */
enum EngineUse {
  ANSWERS,
  PROBES
}
