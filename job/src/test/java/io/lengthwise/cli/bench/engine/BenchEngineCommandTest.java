package io.lengthwise.cli.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.cli.CapturedConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on tiny models with random weights. */
class BenchEngineCommandTest {

  private static final Path FIXTURES = Path.of("..", "operators", "src", "test", "resources");
  private static final String FOLDER = FIXTURES.resolve("models/smollm").toString();
  private static final String GGUF = FIXTURES.resolve("gguf/qwen2.gguf").toString();

  @TempDir private Path folder;
  private final CapturedConsole console = new CapturedConsole();

  @Test
  void decodeHasALineForEachKindOfWeightsAndNumberOfRows() throws Exception {
    List<JsonNode> lines = lines(FOLDER, "--figures", "decode", "--rows", "3,1");

    assertThat(lines)
        .extracting(line -> line.get("weights").asText() + line.get("rows"))
        .containsExactly("int83", "int81", "float323", "float321");
    assertThat(keys(lines.get(0)))
        .containsExactly(
            "figure",
            "weights",
            "rows",
            "tokensPerSecond",
            "limitTokensPerSecond",
            "shareOfLimit",
            "secondsPerStep",
            "toFloat32");
    assertThat(keys(lines.get(3)))
        .containsExactly(
            "figure",
            "weights",
            "rows",
            "tokensPerSecond",
            "limitTokensPerSecond",
            "shareOfLimit",
            "secondsPerStep");
    for (JsonNode line : lines) {
      double tokens = line.get("tokensPerSecond").asDouble();
      double seconds = line.get("secondsPerStep").asDouble();
      assertThat(tokens * seconds).isCloseTo(line.get("rows").asInt(), within(0.01));
      // There is one repetition, so the ratio is that of the two figures.
      assertThat(tokens / line.get("limitTokensPerSecond").asDouble())
          .isCloseTo(line.get("shareOfLimit").asDouble(), within(0.01));
    }
  }

  @Test
  void prefillIsOfAsManyPromptsAsThereAreRowsAtMost() throws Exception {
    List<JsonNode> lines = lines(FOLDER, "--figures", "prefill", "--rows", "2,5");

    assertThat(lines).extracting(line -> line.get("rows").asInt()).containsExactly(5, 5);
    assertThat(keys(lines.get(0)))
        .containsExactly(
            "figure", "weights", "rows", "tokensPerSecond", "limitTokensPerSecond", "shareOfLimit");
  }

  @Test
  void prefixIsOfPromptsThatBeginAlikeWithReuseAndWithout() throws Exception {
    JsonNode line =
        lines(FOLDER, "--figures", "prefix", "--weights", "float32", "--rows", "4").get(0);

    assertThat(keys(line))
        .containsExactly(
            "figure",
            "weights",
            "rows",
            "seconds",
            "secondsWithoutReuse",
            "shareOfTokens",
            "shareOfTime",
            "shareOfLimit");
    double tokens = line.get("shareOfTokens").asDouble();
    assertThat(tokens).isCloseTo((200 + 4 * 19.0) / (4 * 219), within(0.001));
    assertThat(tokens / line.get("shareOfTime").asDouble())
        .isCloseTo(line.get("shareOfLimit").asDouble(), within(0.01));
  }

  @Test
  void gapHasALineForEachSizeOfChunks() throws Exception {
    List<JsonNode> lines = lines(FOLDER, "--figures", "gap", "--weights", "float32");

    assertThat(lines).extracting(line -> line.get("chunk").asInt()).containsExactly(2048, 512, 128);
    assertThat(lines).allMatch(line -> line.get("rows").asInt() == 16);
    assertThat(lines).allMatch(line -> line.get("gapSeconds").asDouble() > 0);
    assertThat(lines.get(0).get("shareOfLimit").asDouble()).isEqualTo(1);
    assertThat(keys(lines.get(1)))
        .containsExactly(
            "figure",
            "weights",
            "rows",
            "chunk",
            "gapSeconds",
            "tokensPerSecond",
            "limitTokensPerSecond",
            "shareOfLimit");
  }

  @Test
  void jvmIsThePartOfTheTimeThatIsNotTheDevices() throws Exception {
    JsonNode line = lines(FOLDER, "--figures", "jvm", "--weights", "float32").get(0);

    assertThat(keys(line))
        .containsExactly(
            "figure", "weights", "rows", "shareOfTime", "allowedShareOfTime", "shareOfAllowed");
    assertThat(line.get("rows").asInt()).isEqualTo(32);
    assertThat(line.get("shareOfTime").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void perplexityIsThatOfATextBesideFloat32() throws Exception {
    Path text = Files.writeString(folder.resolve("text.md"), "Why is the sky blue? ".repeat(100));

    List<JsonNode> lines = lines(FOLDER, "--figures", "perplexity", "--text", text.toString());

    assertThat(keys(lines.get(0)))
        .containsExactly("figure", "weights", "tokens", "perplexity", "toFloat32");
    assertThat(keys(lines.get(1))).containsExactly("figure", "weights", "tokens", "perplexity");
    double exact = lines.get(1).get("perplexity").asDouble();
    double ratio = lines.get(0).get("toFloat32").asDouble();
    assertThat(exact).isGreaterThan(1);
    assertThat(ratio).isCloseTo(1, within(0.2)).isNotEqualTo(1);
    assertThat(lines.get(0).get("perplexity").asDouble() / exact).isCloseTo(ratio, within(0.001));
  }

  @Test
  void perplexityWithoutATextIsLeftOutAndSaysSo() throws Exception {
    assertThat(lines(FOLDER, "--figures", "perplexity")).isEmpty();
    assertThat(console.err()).contains("perplexity: left out, since --text names no text");
  }

  @Test
  void aTextThatIsNotThereFails() {
    assertThat(run(FOLDER, "--figures", "perplexity", "--text", "no-such-text")).isEqualTo(1);
    assertThat(console.err()).contains("There is no file no-such-text");
  }

  @Test
  void lookupIsSetBesideAnswersWithoutItForBothKindsOfPrompts() throws Exception {
    List<JsonNode> lines =
        lines(
            modelOfLongContext(),
            "--figures",
            "lookup",
            "--weights",
            "float32",
            "-Dengine.memory=4mb");

    assertThat(lines)
        .extracting(line -> line.get("prompts").asText() + line.get("rows"))
        .containsExactly("quoting1", "quoting2", "quoting4", "open1", "open2", "open4");
    assertThat(keys(lines.get(0)))
        .containsExactly(
            "figure",
            "weights",
            "rows",
            "prompts",
            "tokensPerSecond",
            "tokensPerSecondWithout",
            "toWithout");
    // There is one repetition, so the ratio is that of the two figures.
    for (JsonNode line : lines) {
      assertThat(
              line.get("tokensPerSecond").asDouble()
                  / line.get("tokensPerSecondWithout").asDouble())
          .isCloseTo(line.get("toWithout").asDouble(), within(0.01));
    }
  }

  @Test
  void aModelIsLoadedFromItsFileAndFromSafetensors() throws Exception {
    List<JsonNode> lines = lines(GGUF, "--figures", "load", "--weights", "float32");

    assertThat(lines)
        .extracting(line -> line.get("files").asText())
        .containsExactly("gguf", "safetensors");
    assertThat(keys(lines.get(1)))
        .containsExactly(
            "figure",
            "weights",
            "files",
            "seconds",
            "librarySeconds",
            "allowedSeconds",
            "shareOfAllowed");
    assertThat(lines.get(0).get("seconds").asDouble())
        .isCloseTo(8 * lines.get(0).get("shareOfAllowed").asDouble(), within(0.01))
        .isGreaterThan(lines.get(0).get("librarySeconds").asDouble());
  }

  @Test
  void memoryIsThatOfAProcessOfItsOwn() throws Exception {
    JsonNode line =
        lines(FOLDER, "--figures", "memory", "--weights", "int8", "--rows", "1,2").get(0);

    assertThat(keys(line))
        .containsExactly(
            "figure",
            "weights",
            "rows",
            "bytes",
            "weightBytes",
            "cacheBytes",
            "beforeBytes",
            "beyondBytes",
            "allowedBytes",
            "shareOfAllowed");
    assertThat(line.get("rows").asInt()).isEqualTo(2);
    // Two layers of keys and values, two heads of eight half-precision numbers, a block for each of
    // two rows.
    assertThat(line.get("cacheBytes").asInt()).isEqualTo(2 * 2 * 2 * 8 * 2 * 64 * 2);
    assertThat(line.get("bytes").asLong()).isGreaterThan(line.get("beforeBytes").asLong());
  }

  @Test
  void figuresAreMeasuredOnceAndInTheirOrder() throws Exception {
    List<JsonNode> lines =
        lines(FOLDER, "--figures", "prefill,decode,prefill", "--weights", "int8", "--rows", "1");

    assertThat(lines)
        .extracting(line -> line.get("figure").asText())
        .containsExactly("decode", "prefill");
  }

  @Test
  void weightsAreThoseOfTheConfigurationWhereItNamesThem() throws Exception {
    assertThat(lines(FOLDER, "--figures", "decode", "--rows", "1", "-Dmodel.weights=float32"))
        .extracting(line -> line.get("weights").asText())
        .containsExactly("float32");
  }

  @Test
  void theTableIsForPeople() {
    assertThat(
            console.run(
                "bench",
                "engine",
                "-Dmodel.path=" + FOLDER,
                "--figures=decode",
                "--rows=2",
                "--steps=2",
                "--repeat=1"))
        .isZero();
    assertThat(console.out().lines()).hasSize(4);
    assertThat(console.out()).containsSubsequence("decode", "tokens/s", "of limit", "int8", "2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--figures=speed",
        "--rows=0",
        "--rows=",
        "--steps=0",
        "--repeat=0",
        "--prompt-tokens=1",
        "--weights=int4",
        "--weights=auto"
      })
  void wrongUsageExitsWithTwo(String option) {
    assertThat(run(FOLDER, option)).isEqualTo(2);
    assertThat(console.out()).isEmpty();
  }

  /** The fixture with a longer context, for long prompts. */
  private String modelOfLongContext() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(FOLDER))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"max_position_embeddings\": 256", "\"max_position_embeddings\": 2048"));
    return folder.toString();
  }

  private static List<String> keys(JsonNode line) {
    List<String> keys = new ArrayList<>();
    line.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private List<JsonNode> lines(String model, String... options) throws IOException {
    assertThat(run(model, options)).as(console.err()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : console.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  /** Sizes without an option are small. */
  private int run(String model, String... options) {
    List<String> arguments = new ArrayList<>(List.of("bench", "engine", "--json"));
    arguments.add("-Dmodel.path=" + model);
    arguments.addAll(List.of(options));
    String given = String.join(" ", options);
    for (String small : List.of("--prompt-tokens=5", "--steps=4", "--repeat=1")) {
      if (!given.contains(small.substring(0, small.indexOf('=')))) {
        arguments.add(small);
      }
    }
    return console.run(arguments.toArray(String[]::new));
  }
}
