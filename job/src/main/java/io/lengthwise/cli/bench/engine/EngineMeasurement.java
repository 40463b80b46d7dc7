package io.lengthwise.cli.bench.engine;

import java.util.List;

/**
 * How an {@link EngineFigure} is measured. A new figure is a class that does this, and a constant
 * there.
 */
interface EngineMeasurement {

  /**
   * Measures the figure for every kind of weights.
   *
   * @return what is printed, a line each; none where something is missing, which is then told on
   *     the console
   */
  List<EngineResult> measure(EngineBench bench) throws Exception;
}
