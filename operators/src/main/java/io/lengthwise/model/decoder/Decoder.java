package io.lengthwise.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.natives.FreedMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Drives the decoder program: the model's weights and the key-value cache on one device.
 *
 * <p>Every call crosses into native code once and does all of its work there: a whole prefill, or a
 * segment of many decode steps. Confined to the thread that created it.
 */
public final class Decoder implements AutoCloseable {

  /** The cells of a block. Slots begin and end at multiples of it. */
  public static final int BLOCK = 64;

  /**
   * The steps after which a segment on a GPU checks whether rows have ended. A check waits for the
   * device.
   */
  private static final int GPU_CHECK = 8;

  private final DecoderProgram program;
  private final ModelConfig config;
  private final NumberFormat format;
  private final long weightBytes;
  private final int check;

  /**
   * Loads a model onto a device.
   *
   * @param files the weights; not needed afterwards
   * @param device a CPU or GPU of PyTorch
   * @param weights how the linear layers are held
   * @param threads CPU threads, 0 for one a core
   */
  public Decoder(WeightFiles files, Device device, WeightType weights, int threads) {
    this(files, device, NumberFormat.of(weights, device.isGpu()), threads);
  }

  /**
   * The same, with the format given. It skips the check that the device supports the format.
   *
   * @param format how the weights are held
   */
  public Decoder(WeightFiles files, Device device, NumberFormat format, int threads) {
    config = files.config();
    this.format = format;
    weightBytes = format.weightBytes() * files.elements();
    check = device.isGpu() ? GPU_CHECK : 1;
    program = DecoderProgram.open(device, threads);
    try {
      new WeightLoader(this, files).load();
    } catch (RuntimeException | Error e) {
      // A task that restarts again and again must not pile up weights.
      close();
      throw e;
    }
  }

  /** The SHA-256 of the decoder program in hexadecimal digits, which identifies its version. */
  public static String programDigest() {
    return DecoderProgram.digest();
  }

  /** The bytes of one token's keys and values in the cache. */
  public long bytesPerToken() {
    return 2L * config.layers() * config.keyValueHeads() * config.headSize() * format.cacheBytes();
  }

  /** The bytes of the model's weights in the precision of its linear layers, each weight once. */
  public long weightBytes() {
    return weightBytes;
  }

  /** Allocates a key-value cache of whole blocks of tokens. It replaces the former cache. */
  public void allocate(int cells) {
    program.run("allocate", IValue.from((long) cells));
  }

  /** Fills the cache with tokens of one or more rows, without padding. */
  public void prefill(List<PromptPiece> pieces) {
    try (PtNDManager scope = program.scope()) {
      prefill(scope, pieces, false).close();
    }
  }

  /**
   * The same as {@link #prefill}; returns the logits [tokens of all pieces][vocabulary] after each
   * token.
   */
  float[][] score(List<PromptPiece> pieces) {
    try (PtNDManager scope = program.scope();
        IValue result = prefill(scope, pieces, true)) {
      return matrix(result.toTensor(scope).toFloatArray(), config.vocabularySize());
    }
  }

  private static float[][] matrix(float[] flat, int columns) {
    float[][] rows = new float[flat.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  /**
   * Computes hidden states of whole prompts without the key-value cache. Returns for each prompt
   * the mean of the last hidden states of its tokens, after the final norm [prompts][hidden size].
   *
   * @param prompts at least one, each with at least one token
   */
  public float[][] meanHiddenStates(List<int[]> prompts) {
    long[] tokens = prompts.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
    long[] counts = prompts.stream().mapToLong(prompt -> prompt.length).toArray();
    try (PtNDManager scope = program.scope();
        IValue result =
            program.runForResult(
                "read", DecoderProgram.tensor(scope, tokens), IValue.listFrom(counts))) {
      return matrix(result.toTensor(scope).toFloatArray(), config.hiddenSize());
    }
  }

  private IValue prefill(PtNDManager scope, List<PromptPiece> pieces, boolean score) {
    return program.runForResult(
        "prefill", new PackedPieces(pieces).arguments(scope, IValue.from(score)));
  }

  /**
   * The log-likelihood of a text: the natural logarithm of the probability of each token after the
   * tokens before it. The first token has none.
   *
   * @param slot holds the keys and values of all tokens but the last one afterwards
   * @param tokens at least two
   * @return one number less than there are tokens
   */
  public float[] logLikelihoods(Slot slot, int[] tokens) {
    long[] targets = Arrays.stream(tokens, 1, tokens.length).asLongStream().toArray();
    List<PromptPiece> pieces = List.of(new PromptPiece(slot, tokens, 0, targets.length));
    try (PtNDManager scope = program.scope();
        IValue result =
            program.runForResult(
                "log_likelihoods",
                new PackedPieces(pieces).arguments(scope, DecoderProgram.tensor(scope, targets)))) {
      return result.toTensor(scope).toFloatArray();
    }
  }

  /**
   * Runs only the matrix products of decode steps, on random numbers. A decode step cannot take
   * less time.
   *
   * @param rows rows of a step, at least one
   * @param steps at least one
   */
  public void products(int rows, int steps) {
    try (PtNDManager scope = program.scope();
        IValue result =
            program.runForResult("products", IValue.from((long) rows), IValue.from((long) steps))) {
      // The result is fetched, so that a device that computes in the background has finished.
      result.toTensor(scope).toFloatArray();
    }
  }

  /**
   * Generates a segment: the next tokens of all rows together.
   *
   * @param rows at least one
   * @param steps the most tokens of a row
   * @param untilAll false to end the segment when the first row ends (on a GPU up to seven steps
   *     later); true to end it when the last row ends, while rows that ended before pad the batch
   * @return the new tokens of each row, the end token included
   */
  public int[][] decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
    return decode(rows, steps, untilAll, check);
  }

  /** The same; checks every {@code check} steps whether the segment ends. */
  int[][] decode(List<? extends DecodeRow> rows, int steps, boolean untilAll, int check) {
    try (PtNDManager scope = program.scope()) {
      Segment segment = new Segment(rows, config.endTokens());
      IValue[] arguments = segment.arguments(scope, steps, untilAll, check);
      try (IValue result = program.runForResult("decode", arguments)) {
        return segment.tokens(result.toTensor(scope).toLongArray());
      }
    }
  }

  /**
   * The same as {@link #decode} until the first row ends, with prompt lookup. A draft consists of
   * the tokens that followed an earlier occurrence of the row's latest tokens. A step verifies the
   * draft, and the row gets the tokens that it would have generated anyway.
   *
   * @param rows at least one; none has ended, and none has penalties or logit biases
   * @param steps the most decode steps; a row may get more tokens
   * @param ahead the most tokens that are drafted for a row in a step, at least 1
   */
  public Decoded decodeAhead(List<? extends DecodeRow> rows, int steps, int ahead) {
    try (PtNDManager scope = program.scope()) {
      Segment segment = new Segment(rows, config.endTokens());
      IValue[] arguments = segment.argumentsAhead(scope, steps, ahead);
      try (IValue result = program.runForResult("decode_ahead", arguments)) {
        PtNDArray[] made = result.toTensorArray(scope);
        long[] counts = made[1].toLongArray();
        return Decoded.withLookup(
            segment.tokens(made[0].toLongArray()), (int) counts[0], (int) counts[1]);
      }
    }
  }

  /**
   * Copies the first {@code count} cells of a slot into another slot, which does not overlap it.
   */
  public void move(Slot from, Slot to, int count) {
    program.run(
        "move",
        IValue.from((long) from.offset()),
        IValue.from((long) to.offset()),
        IValue.from((long) count));
  }

  void configure() {
    try (PtNDManager scope = program.scope()) {
      program.run(
          "configure",
          IValue.from((long) format.kind()),
          IValue.from((long) config.heads()),
          IValue.from((long) config.keyValueHeads()),
          IValue.from((long) config.headSize()),
          IValue.from((double) config.normEpsilon()),
          IValue.listFrom(Arrays.stream(config.slidingWindows()).asLongStream().toArray()),
          DecoderProgram.tensor(
              scope.newSubManager(program.device()), config.inverseFrequencies()));
    }
  }

  /** Stages rows of a weight, as raw bytes in a direct buffer. */
  void fill(String name, long[] shape, long first, ByteBuffer rows, ElementType type) {
    try (PtNDManager scope = program.scope()) {
      ByteBuffer raw = rows.slice().order(ByteOrder.nativeOrder());
      PtNDArray bytes = scope.create(raw, new Shape(raw.remaining()), DataType.UINT8);
      program.run(
          "fill",
          IValue.from(name),
          IValue.listFrom(shape),
          IValue.from(first),
          IValue.from(bytes),
          IValue.from(type.name()),
          IValue.from(format.elementType()));
    }
  }

  void addLayer() {
    program.run("add_layer");
  }

  void finish() {
    program.run("finish");
  }

  /** Frees the weights and the cache. */
  @Override
  public void close() {
    program.close();
    FreedMemory.giveBack();
  }
}
