package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.trial.Series;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The shared parts of the figures of {@code bench engine}: the options, the console, and the model
 * with each kind of weights in one process. Confined to one thread.
 */
final class EngineBench implements AutoCloseable {

  private final JobSettings settings;
  private final EngineBenchOptions options;
  private final Console console;
  private final Map<WeightType, CausalLanguageModel> models = new EnumMap<>(WeightType.class);

  EngineBench(JobSettings settings, EngineBenchOptions options, Console console) {
    this.settings = settings;
    this.options = options;
    this.console = console;
  }

  JobSettings settings() {
    return settings;
  }

  EngineBenchOptions options() {
    return options;
  }

  Console console() {
    return console;
  }

  /** The kinds of weights that are compared. */
  List<WeightType> weights() {
    return options.weights(settings);
  }

  /** Returns the specification of the model with a kind of weights. */
  ModelSpec spec(WeightType weights) {
    ModelSpec model = settings.model();
    return new ModelSpec(model.name(), model.path(), model.device(), weights);
  }

  /**
   * Returns the model with a kind of weights. It is loaded at the first call. The caller must
   * allocate the key-value cache before each use.
   */
  CausalLanguageModel model(WeightType weights) throws IOException {
    CausalLanguageModel model = models.get(weights);
    if (model == null) {
      console.err().println("Loading the model in " + weights);
      model = CausalLanguageModel.open(spec(weights), settings.engine().limits().threads());
      models.put(weights, model);
    }
    return model;
  }

  /** Measures the series in an interleaved order, as often as the options say. */
  void measureInterleaved(String title, Collection<Series> series) {
    Series.measureInterleaved(title, series, options.repetitions(), console);
  }

  @Override
  public void close() {
    models.values().forEach(CausalLanguageModel::close);
  }
}
