package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.RopeScaling;
import io.lengthwise.request.Sampling;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads a model's configuration from the metadata of a GGUF file. */
final class GgufConfig {
  /**
   * Control tokens that end an answer in every model that has them. Many files name only one of
   * them as the end token.
   */
  private static final Set<String> ENDINGS =
      Set.of("<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>");

  private static final int CONTROL_TOKEN = 3;

  private final MappedFile file;
  private final GgufHeader header;
  private final GgufMetadata metadata;
  private final Architecture architecture;
  private final String prefix;

  private GgufConfig(MappedFile file, GgufHeader header) {
    this.file = file;
    this.header = header;
    this.metadata = header.metadata();
    String name = metadata.string("general.architecture");
    this.prefix = name + ".";
    this.architecture =
        Architecture.ofGguf(name)
            .orElseThrow(
                () ->
                    metadata.wrong(
                        "general.architecture",
                        "is " + name + "; supported are " + Architecture.ggufNames()));
  }

  static ModelConfig read(MappedFile file, GgufHeader header) {
    return new GgufConfig(file, header).model();
  }

  private ModelConfig model() {
    int heads = size("attention.head_count");
    int hiddenSize = size("embedding_length");
    int headSize = headSize(hiddenSize, heads);
    int[] windows = new int[positive(prefix + "block_count", ModelConfig.MAX_LAYERS)];
    Arrays.fill(windows, slidingWindow());
    return new ModelConfig(
            architecture,
            vocabularySize(),
            hiddenSize,
            windows.length,
            heads,
            has("attention.head_count_kv") ? size("attention.head_count_kv") : heads,
            headSize,
            size("feed_forward_length"),
            positive(prefix + "context_length", Integer.MAX_VALUE),
            (float) positiveNumber("attention.layer_norm_rms_epsilon"),
            has("rope.freq_base") ? positiveNumber("rope.freq_base") : 10_000,
            ropeScaling(headSize),
            !header.tensors().containsKey("output.weight"),
            windows,
            endTokens(),
            beginToken(),
            Sampling.DEFAULTS)
        .checked(file.path());
  }

  private int vocabularySize() {
    GgufTensor embedding = header.tensors().get("token_embd.weight");
    if (embedding == null) {
      throw metadata.wrong("tensor token_embd.weight", "is missing");
    }
    long size = embedding.shape()[0];
    if (size > ModelConfig.MAX_SIZE) {
      throw metadata.wrong("tensor token_embd.weight", "has " + size + " rows");
    }
    return (int) size;
  }

  private int headSize(int hiddenSize, int heads) {
    int headSize = has("attention.key_length") ? size("attention.key_length") : hiddenSize / heads;
    if (headSize == 0) {
      throw metadata.wrong(prefix + "attention.head_count", "is above the embedding's length");
    }
    for (String key : List.of("attention.value_length", "rope.dimension_count")) {
      if (has(key) && size(key) != headSize) {
        throw metadata.wrong(
            prefix + key, "is " + size(key) + ", must be the head's size " + headSize);
      }
    }
    return headSize;
  }

  private RopeScaling ropeScaling(int headSize) {
    String type = metadata.string(prefix + "rope.scaling.type", "none");
    GgufTensor divisors = header.tensors().get(GgufNames.ROPE_DIVISORS);
    if (divisors != null && type.equals("none")) {
      return new RopeScaling.Divisors(divisors(divisors, headSize / 2));
    }
    if (divisors != null) {
      throw metadata.wrong(
          "tensor " + GgufNames.ROPE_DIVISORS, "and scaling " + type + " exclude each other");
    }
    return switch (type) {
      case "none" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear((float) positiveNumber("rope.scaling.factor"));
      default ->
          throw metadata.wrong(
              prefix + "rope.scaling.type", "is " + type + "; supported are none and linear");
    };
  }

  private float[] divisors(GgufTensor tensor, int count) {
    String field = "tensor " + tensor.name();
    if (tensor.type() != GgufType.F32 || !Arrays.equals(tensor.shape(), new long[] {count})) {
      throw metadata.wrong(field, "must hold " + count + " numbers of type F32");
    }
    ByteBuffer bytes = file.slice(tensor.offset(), (int) tensor.bytes());
    float[] divisors = new float[count];
    for (int i = 0; i < count; i++) {
      divisors[i] = bytes.getFloat();
      if (!(divisors[i] > 0) || Float.isInfinite(divisors[i])) {
        throw metadata.wrong(field, "holds " + divisors[i] + ", must be above 0 and finite");
      }
    }
    return divisors;
  }

  /**
   * The window's size, 0 for none. A file of the architecture llama may be a Mistral, whose window
   * applies to all layers.
   */
  private int slidingWindow() {
    return architecture == Architecture.LLAMA && has("attention.sliding_window")
        ? positive(prefix + "attention.sliding_window", Integer.MAX_VALUE)
        : 0;
  }

  private int[] endTokens() {
    return IntStream.concat(
            Stream.of("eos", "eot", "eom")
                .map(kind -> "tokenizer.ggml." + kind + "_token_id")
                .filter(metadata::has)
                .mapToInt(this::token),
            wellKnownEndings())
        .distinct()
        .toArray();
  }

  private IntStream wellKnownEndings() {
    if (!metadata.has("tokenizer.ggml.tokens") || !metadata.has("tokenizer.ggml.token_type")) {
      return IntStream.empty();
    }
    List<String> tokens = metadata.strings("tokenizer.ggml.tokens");
    int[] types = metadata.ints("tokenizer.ggml.token_type");
    return IntStream.range(0, Math.min(tokens.size(), types.length))
        .filter(token -> types[token] == CONTROL_TOKEN && ENDINGS.contains(tokens.get(token)));
  }

  private Integer beginToken() {
    String key = "tokenizer.ggml.bos_token_id";
    return metadata.has(key) ? Integer.valueOf(token(key)) : null;
  }

  private int token(String key) {
    long token = metadata.integer(key);
    if (token != (int) token) {
      throw metadata.wrong(key, "is " + token + ", which is no token");
    }
    return (int) token;
  }

  private boolean has(String key) {
    return metadata.has(prefix + key);
  }

  private int size(String key) {
    return positive(prefix + key, ModelConfig.MAX_SIZE);
  }

  private int positive(String key, int maximum) {
    long value = metadata.integer(key);
    if (value < 1 || value > maximum) {
      throw metadata.wrong(key, "is " + value + ", must be from 1 to " + maximum);
    }
    return (int) value;
  }

  private double positiveNumber(String key) {
    double value = metadata.number(prefix + key);
    if (!((float) value > 0) || Float.isInfinite((float) value)) {
      throw metadata.wrong(prefix + key, "is " + value + ", must be above 0 and finite");
    }
    return value;
  }
}
