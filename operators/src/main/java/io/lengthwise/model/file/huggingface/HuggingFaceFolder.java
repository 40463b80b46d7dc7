package io.lengthwise.model.file.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.RopeScaling;
import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.model.file.WeightFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes a model as a Hugging Face folder: {@code config.json}, {@code model.safetensors}, {@code
 * tokenizer.json} and {@code tokenizer_config.json}.
 *
 * <p>Quantized tensors of a GGUF file are written in float32.
 */
public final class HuggingFaceFolder {

  /** The bytes that are written at once. */
  private static final long CHUNK_BYTES = 16L << 20;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private HuggingFaceFolder() {}

  /**
   * Writes a model.
   *
   * @param model where the model is from, for errors
   * @param folder where to; it exists and is empty
   * @throws ModelFileException for a model that a folder cannot describe
   */
  public static void write(Path model, WeightFiles weights, TokenizerSource tokenizer, Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("config.json"), config(model, weights.config()).toPrettyString());
    writeTensors(weights, folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.tokenizer().toString());
    ObjectNode texts = JSON.objectNode();
    texts.put("bos_token", tokenizer.bosToken()).put("eos_token", tokenizer.eosToken());
    texts.put("add_bos_token", tokenizer.addsBos()).put("chat_template", tokenizer.chatTemplate());
    Files.writeString(folder.resolve("tokenizer_config.json"), texts.toPrettyString());
  }

  private static ObjectNode config(Path model, ModelConfig config) {
    int window = config.slidingWindows()[0];
    // A Hugging Face Llama has no sliding window.
    Architecture architecture =
        config.architecture() == Architecture.LLAMA && window > 0
            ? Architecture.MISTRAL
            : config.architecture();
    ObjectNode json = JSON.objectNode();
    json.putArray("architectures").add(architecture.huggingFaceName());
    json.put("model_type", architecture.name().toLowerCase(Locale.ROOT));
    json.put("vocab_size", config.vocabularySize()).put("hidden_size", config.hiddenSize());
    json.put("num_hidden_layers", config.layers()).put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.keyValueHeads()).put("head_dim", config.headSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("max_position_embeddings", config.contextLength());
    json.put("rms_norm_eps", config.normEpsilon()).put("rope_theta", config.ropeTheta());
    json.set("rope_scaling", ropeScaling(model, config.ropeScaling()));
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("sliding_window", window > 0 ? window : null);
    json.put("bos_token_id", config.beginToken());
    Arrays.stream(config.endTokens()).forEach(json.putArray("eos_token_id")::add);
    return json;
  }

  private static ObjectNode ropeScaling(Path model, RopeScaling scaling) {
    if (scaling instanceof RopeScaling.None) {
      return null;
    }
    if (scaling instanceof RopeScaling.Linear linear) {
      return JSON.objectNode().put("rope_type", "linear").put("factor", linear.factor());
    }
    throw new ModelFileException(
        model, "scales its rotary embedding in a way that config.json cannot describe");
  }

  private static void writeTensors(WeightFiles files, Path file) throws IOException {
    ObjectNode header = JSON.objectNode();
    header.putObject("__metadata__").put("format", "pt");
    long end = 0;
    for (String name : files.names()) {
      ObjectNode tensor = header.putObject(name).put("dtype", files.type(name).name());
      Arrays.stream(files.shape(name)).forEach(tensor.putArray("shape")::add);
      long start = end;
      end += rowBytes(files, name) * files.shape(name)[0];
      tensor.putArray("data_offsets").add(start).add(end);
    }
    byte[] json = aligned(header.toString()).getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      write(channel, length.putLong(0, json.length));
      write(channel, ByteBuffer.wrap(json));
      for (String name : files.names()) {
        long rows = files.shape(name)[0];
        int chunk = (int) Math.max(1, CHUNK_BYTES / rowBytes(files, name));
        for (long first = 0; first < rows; first += chunk) {
          write(channel, files.rows(name, first, (int) Math.min(chunk, rows - first)));
        }
      }
    }
  }

  /** The text with spaces appended, so that the numbers after it begin at a multiple of 8. */
  private static String aligned(String text) {
    return text + " ".repeat((Long.BYTES - text.length() % Long.BYTES) % Long.BYTES);
  }

  private static long rowBytes(WeightFiles files, String name) {
    return Arrays.stream(files.shape(name))
        .skip(1)
        .reduce(files.type(name).bytes(), (a, b) -> a * b);
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
