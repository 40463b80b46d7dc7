package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.TextFile;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.model.decoder.WeightType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The perplexity of a text. Its first 20,000 tokens are divided into independent windows of 512.
 * The perplexity is e to the power of the mean negative log-likelihood of all tokens except the
 * first of each window.
 *
 * <p>{@code toFloat32} is the ratio to the perplexity of float32.
 */
final class PerplexityMeasurement implements EngineMeasurement {

  private static final int MOST_TOKENS = 20_000;
  private static final int WINDOW = 512;

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    Optional<Path> file = bench.options().text();
    if (file.isEmpty()) {
      bench.console().err().println("perplexity: left out, since --text names no text");
      return List.of();
    }
    String text = read(file.get());
    Map<WeightType, Double> perplexities = new EnumMap<>(WeightType.class);
    List<EngineResult> results = new ArrayList<>();
    for (WeightType weights : bench.weights()) {
      CausalLanguageModel model = bench.model(weights);
      int[] all = model.tokenizer().encode(text);
      int[] tokens = Arrays.copyOf(all, Math.min(all.length, MOST_TOKENS));
      if (tokens.length < 2) {
        throw new CommandFailure(file.get() + " is too short a text");
      }
      bench
          .console()
          .err()
          .printf(Locale.ROOT, "perplexity: %,d tokens in %s%n", tokens.length, weights);
      perplexities.put(weights, perplexity(model, tokens));
      results.add(
          EngineResult.of(weights)
              .with("tokens", tokens.length)
              .with("perplexity", perplexities.get(weights)));
    }
    Double exact = perplexities.get(WeightType.FLOAT32);
    for (int i = 0; exact != null && i < results.size(); i++) {
      WeightType weights = bench.weights().get(i);
      if (weights != WeightType.FLOAT32) {
        results.get(i).with(EngineResult.TO_FLOAT32, perplexities.get(weights) / exact);
      }
    }
    return results;
  }

  private static String read(Path file) throws IOException {
    try (BufferedReader reader = TextFile.open(file)) {
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      return text.toString();
    } catch (NoSuchFileException e) {
      throw new CommandFailure("There is no file " + file, e);
    }
  }

  private static double perplexity(CausalLanguageModel model, int[] tokens) {
    model.decoder().allocate(WINDOW);
    double sum = 0;
    int count = 0;
    // A window of one token would have no token to predict.
    for (int start = 0; start < tokens.length - 1; start += WINDOW) {
      int[] window = Arrays.copyOfRange(tokens, start, Math.min(start + WINDOW, tokens.length));
      for (float likelihood : model.decoder().logLikelihoods(new Slot(0, WINDOW), window)) {
        sum += likelihood;
        count++;
      }
    }
    return Math.exp(-sum / count);
  }
}
