package io.lengthwise.job.cli;

import io.lengthwise.model.HuggingFaceFolder;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.WeightType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The time from opening the model's files to the first token of a prompt, each time in a process of
 * its own. The files are in the page cache.
 *
 * <p>Of a GGUF file a folder of safetensors is made for it, in float32.
 */
final class LoadMeasurement implements EngineMeasurement {

  private enum Format {
    GGUF("gguf", 8),
    SAFETENSORS("safetensors", 3);

    private final String word;
    private final double allowedSeconds;

    Format(String word, double allowedSeconds) {
      this.word = word;
      this.allowedSeconds = allowedSeconds;
    }
  }

  private record Load(WeightType weights, Format format, Series seconds) {

    EngineResult result() {
      return EngineResult.of(weights)
          .with("files", format.word)
          .with("seconds", seconds.median())
          .with("allowedSeconds", format.allowedSeconds)
          .with(EngineResult.SHARE_OF_ALLOWED, seconds.median() / format.allowedSeconds);
    }
  }

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("lengthwise-model-")) {
      List<Load> loads = new ArrayList<>();
      files(bench, folder.path())
          .forEach(
              (format, path) ->
                  bench
                      .weights()
                      .forEach(
                          weights ->
                              loads.add(new Load(weights, format, seconds(bench, weights, path)))));
      bench.measureInTurn("load", loads.stream().map(Load::seconds).toList());
      return loads.stream().map(Load::result).toList();
    }
  }

  private static Map<Format, Path> files(EngineBench bench, Path folder) throws IOException {
    Path model = Path.of(bench.settings().model().path());
    if (Files.isDirectory(model)) {
      return Map.of(Format.SAFETENSORS, model);
    }
    bench.console().err().println("load: writing the model as safetensors to " + folder);
    HuggingFaceFolder.write(model, folder);
    Map<Format, Path> files = new LinkedHashMap<>();
    files.put(Format.GGUF, model);
    files.put(Format.SAFETENSORS, folder);
    return files;
  }

  private static Series seconds(EngineBench bench, WeightType weights, Path path) {
    ModelSpec model = bench.settings().model();
    ModelSpec spec = new ModelSpec(model.name(), path.toString(), model.device(), weights);
    int promptTokens = bench.options().promptTokens();
    return new Series(
        () -> {
          try {
            return EngineProbe.run(spec, bench.settings().engine().threads(), 1, promptTokens, 1)
                .secondsToFirstToken();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
