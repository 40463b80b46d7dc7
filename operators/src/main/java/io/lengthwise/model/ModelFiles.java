package io.lengthwise.model;

import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.file.gguf.Gguf;
import io.lengthwise.model.file.gguf.GgufTokenizer;
import io.lengthwise.model.file.huggingface.HuggingFaceFolder;
import io.lengthwise.model.file.huggingface.Safetensors;
import io.lengthwise.model.file.huggingface.TokenizerFolder;
import io.lengthwise.model.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the files of a model: a Hugging Face folder or a GGUF file. */
public final class ModelFiles {

  private ModelFiles() {}

  /**
   * Opens the weights of a model.
   *
   * @throws ModelFileException if it is neither, is damaged, or holds a model of another kind
   */
  public static WeightFiles weights(Path model) {
    if (Files.isDirectory(model)) {
      return Safetensors.open(model);
    }
    if (Files.isRegularFile(model)) {
      return Gguf.open(model);
    }
    throw new ModelFileException(
        model,
        "no such model: give a Hugging Face folder (config.json and model*.safetensors) or a GGUF"
            + " file");
  }

  /**
   * Reads the tokenizer and the chat template of a model.
   *
   * @throws ModelFileException for what is missing, broken or not supported
   */
  public static TokenizerSource tokenizerSource(Path model) {
    return Files.isDirectory(model) ? TokenizerFolder.read(model) : GgufTokenizer.read(model);
  }

  /**
   * Opens the tokenizer of a model.
   *
   * @throws ModelFileException for what is missing, broken or not supported
   */
  public static Tokenizer tokenizer(Path model) {
    return Tokenizer.of(tokenizerSource(model));
  }

  /**
   * Writes a model as a Hugging Face folder.
   *
   * @param folder where to; it exists and is empty
   * @throws ModelFileException for a model that a folder cannot describe
   */
  public static void writeFolder(Path model, Path folder) throws IOException {
    try (WeightFiles weights = weights(model)) {
      HuggingFaceFolder.write(model, weights, tokenizerSource(model), folder);
    }
  }
}
