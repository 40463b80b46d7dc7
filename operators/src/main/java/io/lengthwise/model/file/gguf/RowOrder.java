package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ModelConfig;

/** The order in which a GGUF file stores the rows of a tensor. */
@FunctionalInterface
interface RowOrder {

  /** The rows are in the order of the Hugging Face model. */
  RowOrder SAME = row -> row;

  /** The index at which the file stores a row of the Hugging Face tensor. */
  long storedRow(long row);

  /**
   * The order of a tensor.
   *
   * <p>For the llama architecture, GGUF stores the rows of each query and key head in another
   * order: row {@code 2 i + a} of a head is row {@code i + a * headSize / 2} in the Hugging Face
   * model, where a is 0 or 1.
   *
   * @param name the Hugging Face name of the tensor
   */
  static RowOrder of(ModelConfig config, String name) {
    boolean reordered =
        config.architecture() == Architecture.LLAMA
            && (name.contains(".q_proj.") || name.contains(".k_proj."));
    return reordered ? interleaved(config.headSize()) : SAME;
  }

  private static RowOrder interleaved(int headSize) {
    int half = headSize / 2;
    return row -> {
      long within = row % headSize;
      return row - within + within % half * 2 + within / half;
    };
  }
}
