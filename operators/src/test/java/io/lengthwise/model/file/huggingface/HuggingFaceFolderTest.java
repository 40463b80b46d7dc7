package io.lengthwise.model.file.huggingface;

import static io.lengthwise.model.file.huggingface.SafetensorsTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.file.gguf.TestingGguf;
import io.lengthwise.model.text.Tokenizer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceFolderTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3"})
  void aFolderHoldsTheModelOfTheFile(String architecture) throws IOException {
    Path model = fixture(architecture + ".gguf");

    ModelFiles.writeFolder(model, folder);

    try (WeightFiles expected = ModelFiles.weights(model);
        WeightFiles written = ModelFiles.weights(folder)) {
      assertThat(written.config()).usingRecursiveComparison().isEqualTo(expected.config());
      assertThat(written.names()).isEqualTo(expected.names());
      for (String name : expected.names()) {
        assertThat(written.shape(name)).as(name).isEqualTo(expected.shape(name));
        assertThat(written.type(name)).as(name).isEqualTo(expected.type(name));
        int rows = (int) expected.shape(name)[0];
        assertThat(bytes(written.rows(name, 0, rows)))
            .as(name)
            .isEqualTo(bytes(expected.rows(name, 0, rows)));
      }
    }
    assertThat(ModelFiles.tokenizerSource(folder))
        .usingRecursiveComparison()
        .ignoringFields("file", "chatTemplateFile", "tokenizer")
        .isEqualTo(ModelFiles.tokenizerSource(model));
    try (Tokenizer expected = ModelFiles.tokenizer(model);
        Tokenizer written = ModelFiles.tokenizer(folder)) {
      assertThat(written.encodePrompt("a b")).isEqualTo(expected.encodePrompt("a b"));
    }
  }

  @Test
  void aLlamaWithASlidingWindowIsAMistral() throws IOException {
    TestingGguf sliding =
        TestingGguf.llama()
            .set("llama.attention.sliding_window", TestingGguf.uint32(8))
            .set("tokenizer.ggml.eos_token_id", TestingGguf.uint32(1))
            .set("tokenizer.ggml.model", TestingGguf.string("gpt2"))
            .set("tokenizer.ggml.merges", TestingGguf.list(8, 0, new byte[0]));
    Path model = Files.write(folder.resolve("model.gguf"), sliding.build());
    Path written = Files.createDirectory(folder.resolve("written"));

    ModelFiles.writeFolder(model, written);

    try (WeightFiles files = ModelFiles.weights(written)) {
      assertThat(files.config().architecture()).isEqualTo(Architecture.MISTRAL);
      assertThat(files.config().slidingWindows()).containsExactly(8);
    }
  }

  @Test
  void aModelThatAFolderCannotDescribeIsRefused() {
    assertThatThrownBy(() -> ModelFiles.writeFolder(fixture("llama.gguf"), folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("llama.gguf: scales its rotary embedding");
  }

  private static Path fixture(String name) {
    try {
      return Path.of(HuggingFaceFolderTest.class.getResource("/gguf/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
