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
 * Whatever a bad will writes into a model's files, they are read or refused, and what that takes of
 * the heap is bounded.
 *
 * <p>All inputs are from a seed; {@code -Dlengthwise.fuzz.inputs=400000} takes that many for each
 * kind of weights. What fails is shown in Base64.
 */
class ModelFilesFuzzTest {

  private static final int INPUTS = Integer.getInteger("lengthwise.fuzz.inputs", 2000);

  /** Tokenizers and templates take some milliseconds each, and get one input for so many others. */
  private static final int SLOW = 20;

  /** What any input may take of the heap. */
  private static final long MIB = 1 << 20;

  /** What a template of any size may throw away as it renders: 4 KiB for each node. */
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
          // What is as short as a configuration is tried as one, weights that were cut off as well.
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
   * Feeds a reader.
   *
   * @param good what the inputs are made of
   * @param inputs how many
   * @param most bytes on the heap for any input
   * @param mostOfAByte bytes on the heap for each of its bytes, beside those
   * @param reader says whether it took the input, or refused it
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
