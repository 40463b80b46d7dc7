package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.gguf.GgufTest;
import io.lengthwise.model.file.gguf.TestingGguf;
import io.lengthwise.model.file.huggingface.TestingSafetensors;
import io.lengthwise.model.text.ChatTemplate;
import io.lengthwise.model.text.TemplateException;
import io.lengthwise.model.text.TemplateLanguage;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.Message;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged and malicious model files are either read or refused, and the heap that this takes is
 * bounded.
 *
 * <p>All inputs come from a seed; {@code -Dlengthwise.fuzz.inputs=400000} sets the number of inputs
 * for each file format. A failing input is shown in Base64.
 */
class ModelFilesFuzzTest {

  private static final int INPUTS = Integer.getInteger("lengthwise.fuzz.inputs", 2000);

  /** Tokenizers and templates take some milliseconds each, so they get one of so many inputs. */
  private static final int SLOW = 20;

  /** The most heap that an input may take. */
  private static final long MIB = 1 << 20;

  /** The most garbage of a rendering: 4 KiB for each node of the template. */
  private static final long RENDERING = TemplateLanguage.MAX_NODES * 4096L;

  private static final List<String> JSON =
      List.of(
          "null",
          "true",
          "-1",
          "1e400",
          "0.5",
          "\"x\"",
          "[]",
          "{}",
          "[[1]]",
          "[{}]",
          "\"\\ud800\"",
          "123456789012345678901234567890",
          "9223372036854775807",
          ",",
          ":",
          "\"",
          "[".repeat(100));

  private static final List<String> JINJA =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "{% endif %}",
          "{% endfor %}",
          "{% else %}",
          "{% for x in range(10000) %}",
          "{% for x in messages %}",
          "{% if not a == b %}",
          "{% set x = messages %}",
          "{% raw %}",
          "{% macro m(a) %}",
          "{% break %}",
          "[::-1]",
          "|join",
          "|map('x')",
          "|tojson",
          "|replace('', 'xxxxxxxx')",
          "(",
          ")",
          "[",
          "]",
          "'",
          "x",
          "messages",
          "namespace(a=1)",
          " is defined",
          ".split('')",
          " * 1000",
          "~",
          "1e400",
          "99999999999999999999",
          "loop.index");

  private static final List<Message> CHAT =
      List.of(new Message("system", "Be brief."), new Message("user", "<|im_end|> Hello."));

  @TempDir private Path folder;

  private final Random random = new Random(5);

  @Test
  void ggufFile() throws IOException {
    List<byte[]> good =
        List.of(
            TestingGguf.llama().build(),
            Files.readAllBytes(GgufTest.fixture("llama.gguf")),
            Files.readAllBytes(GgufTest.fixture("qwen3.gguf")));
    fuzz(good, List.of("llama", "qwen2", "general.alignment"), INPUTS, MIB, 64, this::opensAsGguf);
  }

  private boolean opensAsGguf(byte[] bytes) {
    Path file = folder.resolve("model.gguf");
    TestingSafetensors.write(file, bytes);
    return Mutation.opensOrIsRefused(file);
  }

  @Test
  void safetensorsFileAndItsConfiguration() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Path config = folder.resolve("config.json");
    TestingSafetensors.write(config, TestingSafetensors.LLAMA_CONFIG);
    TestingSafetensors.llama(ElementType.F32).writeTo(weights);
    byte[] goodConfig = Files.readAllBytes(config);
    fuzz(
        List.of(Files.readAllBytes(weights), goodConfig),
        JSON,
        INPUTS,
        MIB,
        64,
        bytes -> {
          // Short inputs are also tried as configurations, truncated weights included.
          boolean isConfig = bytes.length > 0 && bytes.length < 2 * goodConfig.length;
          TestingSafetensors.write(isConfig ? config : weights, bytes);
          boolean opened = Mutation.opensOrIsRefused(folder);
          TestingSafetensors.write(config, goodConfig);
          return opened;
        });
  }

  @Test
  void tokenizerOfAGgufFile() throws IOException {
    fuzz(
        contents("/model/tokenizer/", "gpt-2.gguf", "llama-bpe.gguf", "qwen2.gguf", "smollm.gguf"),
        List.of("<|im_end|>", "Ġ", "tokenizer.ggml.pre", "gpt2", "llama3"),
        INPUTS / SLOW,
        MIB,
        1000,
        bytes -> {
          Path file = folder.resolve("model.gguf");
          TestingSafetensors.write(file, bytes);
          return tokenizesOrIsRefused(file);
        });
  }

  @Test
  void tokenizerOfAFolder() throws IOException {
    TestingSafetensors.write(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<|im_start|>\", \"eos_token\": {\"content\": \"<|im_end|>\"}}");
    fuzz(
        contents(
            "/model/tokenizer/",
            "gpt-2/tokenizer.json",
            "llama-bpe/tokenizer.json",
            "qwen2/tokenizer.json",
            "smollm/tokenizer.json"),
        JSON,
        INPUTS / SLOW,
        MIB,
        1000,
        bytes -> {
          TestingSafetensors.write(folder.resolve("tokenizer.json"), bytes);
          return tokenizesOrIsRefused(folder);
        });
  }

  private static boolean tokenizesOrIsRefused(Path model) {
    try (Tokenizer tokenizer = ModelFiles.tokenizer(model)) {
      int[] tokens = tokenizer.encodePrompt("Hello <|im_end|> world, 12345!");
      tokenizer.decode(tokens);
      return true;
    } catch (ModelFileException refused) {
      return false;
    }
  }

  @Test
  void chatTemplate() throws IOException {
    fuzz(
        contents(
            "/model/chat/",
            "blocks.jinja",
            "brackets.jinja",
            "calls.jinja",
            "headers.jinja",
            "instructions.jinja",
            "pythonic.jinja",
            "thoughts.jinja",
            "turns.jinja"),
        JINJA,
        INPUTS / SLOW,
        RENDERING,
        0,
        bytes -> {
          try {
            String source = new String(bytes, StandardCharsets.UTF_8);
            ChatTemplate.of(source, Path.of("f"), "<s>", "</s>").render(CHAT);
            return true;
          } catch (ModelFileException | TemplateException refused) {
            return false;
          }
        });
  }

  /**
   * Feeds inputs to a reader.
   *
   * @param good the files from which the inputs are made
   * @param inputs the number of inputs
   * @param most the most bytes on the heap for any input
   * @param mostOfAByte additional bytes on the heap for each byte of an input
   * @param reader returns whether it accepted the input
   */
  private void fuzz(
      List<byte[]> good,
      List<String> words,
      int inputs,
      long most,
      int mostOfAByte,
      Predicate<byte[]> reader) {
    good.forEach(bytes -> assertThat(reader.test(bytes)).isTrue());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int taken = 0;
    for (int i = 0; i < inputs; i++) {
      byte[] input = Mutation.of(good.get(i % good.size()), words, random);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        taken += reader.test(input) ? 1 : 0;
      } catch (Throwable e) {
        fail("input %d of %d bytes: %s".formatted(i, input.length, shown(input)), e);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      if (allocated > most + (long) mostOfAByte * input.length) {
        fail(
            String.format(Locale.ROOT, "input %d takes %,d bytes: %s", i, allocated, shown(input)));
      }
    }
    assertThat(taken).isBetween(1, inputs - 1);
  }

  private static String shown(byte[] input) {
    return Base64.getEncoder().encodeToString(input);
  }

  private static List<byte[]> contents(String folder, String... names) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (String name : names) {
      try (var resource = ModelFilesFuzzTest.class.getResourceAsStream(folder + name)) {
        contents.add(resource.readAllBytes());
      }
    }
    return contents;
  }
}
