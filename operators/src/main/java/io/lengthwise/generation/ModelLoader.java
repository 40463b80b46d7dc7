package io.lengthwise.generation;

import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import java.io.IOException;

/** Loads a model onto its device. For the engine's thread. */
interface ModelLoader {

  /**
   * Loads a model.
   *
   * @param threads CPU threads of the device, 0 for one a core
   */
  CausalLanguageModel load(ModelSpec spec, int threads) throws IOException;
}
