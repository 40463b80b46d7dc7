package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.console.CloseOnExit;
import io.lengthwise.cli.console.TemporaryFolder;
import io.lengthwise.cli.trial.Series;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The time from opening the model's files to the first token of a prompt. Each measurement has a
 * new process, and the time to load PyTorch's libraries counts. All files are in the page cache.
 *
 * <p>For a GGUF file, a folder of safetensors with the same weights in float32 is written first.
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

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("lengthwise-model-");
    CloseOnExit guard = CloseOnExit.of(folder::close);
    try {
      List<Load> loads = new ArrayList<>();
      for (Map.Entry<Format, Path> files : files(bench, folder.path()).entrySet()) {
        for (WeightType weights : bench.weights()) {
          loads.add(new Load(bench, weights, files.getKey(), files.getValue()));
        }
      }
      bench.measureInterleaved(
          "load", loads.stream().flatMap(load -> Stream.of(load.seconds, load.libraries)).toList());
      return loads.stream().map(Load::result).toList();
    } finally {
      guard.close();
    }
  }

  private static Map<Format, Path> files(EngineBench bench, Path folder) throws IOException {
    Path model = Path.of(bench.settings().model().path());
    if (Files.isDirectory(model)) {
      return Map.of(Format.SAFETENSORS, model);
    }
    bench.console().err().println("load: writing the model as safetensors to " + folder);
    ModelFiles.writeFolder(model, folder);
    Map<Format, Path> files = new LinkedHashMap<>();
    files.put(Format.GGUF, model);
    files.put(Format.SAFETENSORS, folder);
    return files;
  }

  private static final class Load {

    private final EngineBench bench;
    private final WeightType weights;
    private final Format format;
    private final Path path;
    private EngineProbe probed;
    private final Series seconds = new Series(() -> probe().secondsToFirstToken());
    // A value of the same process, which has just ended.
    private final Series libraries = new Series(() -> probed.librarySeconds());

    private Load(EngineBench bench, WeightType weights, Format format, Path path) {
      this.bench = bench;
      this.weights = weights;
      this.format = format;
      this.path = path;
    }

    private EngineProbe probe() {
      ModelSpec model = bench.settings().model();
      ModelSpec spec = new ModelSpec(model.name(), path.toString(), model.device(), weights);
      int threads = bench.settings().engine().limits().threads();
      try {
        probed = EngineProbe.run(spec, threads, 1, bench.options().promptTokens(), 1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return probed;
    }

    private EngineResult result() {
      return EngineResult.of(weights)
          .with("files", format.word)
          .with("seconds", seconds.median())
          .with("librarySeconds", libraries.median())
          .with("allowedSeconds", format.allowedSeconds)
          .with(EngineResult.SHARE_OF_ALLOWED, seconds.median() / format.allowedSeconds);
    }
  }
}
