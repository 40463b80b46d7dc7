package io.lengthwise.model;

import io.lengthwise.model.decoder.Decoder;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.natives.FreedMemory;
import io.lengthwise.model.natives.NativeLibraries;
import io.lengthwise.model.text.AnswerText;
import io.lengthwise.model.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A model on a device: its decoder and its tokenizer.
 *
 * <p>Only the thread that opened the model may use the decoder. All threads may use the tokenizer.
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
   * Loads a model. The calling thread is the one that decodes.
   *
   * @param threads CPU threads, 0 for one a core
   * @throws ModelFileException if files are damaged or belong to another kind of model
   * @throws IllegalStateException if DJL is missing or loaded by a wrong class loader
   * @throws IllegalArgumentException if the device does not support the type of the weights
   */
  public static CausalLanguageModel open(ModelSpec spec, int threads) throws IOException {
    NativeLibraries.check();
    CausalLanguageModel model = load(spec, threads);
    // The files are closed now. The garbage collector unmaps them and frees direct buffers.
    System.gc();
    FreedMemory.giveBack();
    return model;
  }

  private static CausalLanguageModel load(ModelSpec spec, int threads) {
    Path path = Path.of(spec.path());
    // In parallel with the weights, because both take a while.
    CompletableFuture<Tokenizer> tokenizer =
        CompletableFuture.supplyAsync(
            () -> ModelFiles.tokenizer(path),
            task -> new Thread(task, "lengthwise-tokenizer-" + spec.name()).start());
    Decoder decoder = null;
    try (WeightFiles files = ModelFiles.weights(path)) {
      decoder = new Decoder(files, spec.djlDevice(), spec.weights(), threads);
      return new CausalLanguageModel(decoder, joined(tokenizer), files.config());
    } catch (RuntimeException | Error e) {
      tokenizer.thenAccept(Tokenizer::close);
      if (decoder != null) {
        decoder.close();
      }
      throw e;
    }
  }

  private static Tokenizer joined(CompletableFuture<Tokenizer> tokenizer) {
    try {
      return tokenizer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  public Decoder decoder() {
    return decoder;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The size of a hidden state. */
  public int hiddenSize() {
    return config.hiddenSize();
  }

  /** The vocabulary size. Tokens are less than it. */
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
