package io.lengthwise.cli.bench.engine;

import java.util.List;

/**
 * Measures an {@link EngineFigure}. A new figure needs a class that implements this, and a constant
 * in that enum.
 */
interface EngineMeasurement {

  /**
   * Measures the figure for every kind of weights.
   *
   * @return the lines to print; none if something is missing, and then the console says what
   */
  List<EngineResult> measure(EngineBench bench) throws Exception;
}
