package io.lengthwise.model;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model on a device: its decoder, and the tokenizer that turns its tokens into text.
 *
 * <p>The decoder is confined to the thread that opened the model; the tokenizer is for all threads.
 */
public final class CausalLanguageModel implements Vocabulary, AutoCloseable {

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final ModelConfig config;

  private CausalLanguageModel(Decoder decoder, Tokenizer tokenizer, ModelConfig config) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.config = config;
  }

  /**
   * Loads a model; the calling thread is the one that decodes.
   *
   * @param threads CPU threads, 0 for one a core
   * @throws ModelFileException for files that are damaged or of another kind of model
   * @throws IllegalStateException where DJL is missing or loaded in the wrong place
   * @throws IllegalArgumentException where the device cannot multiply in the weights' numbers
   */
  public static CausalLanguageModel open(ModelSpec spec, int threads) throws IOException {
    NativeLibraries.check();
    Path path = Path.of(spec.path());
    Device device = spec.djlDevice();
    Tokenizer tokenizer = Tokenizer.open(path);
    try (WeightFiles files = WeightFiles.open(path)) {
      Decoder decoder = new Decoder(files, device, spec.weights(), threads);
      return new CausalLanguageModel(decoder, tokenizer, files.config());
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  public Decoder decoder() {
    return decoder;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Numbers of a hidden state. */
  public int hiddenSize() {
    return config.hiddenSize();
  }

  /** Every token is from 0 to below this. */
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public boolean isEndToken(int token) {
    for (int end : config.endTokens()) {
      if (end == token) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String text(int[] tokens) {
    return tokenizer.decode(tokens);
  }

  @Override
  public AnswerText beginAnswer(List<String> stop) {
    return new AnswerText(tokenizer, stop);
  }

  @Override
  public void close() {
    decoder.close();
    tokenizer.close();
  }
}
