package io.lengthwise.model.decoder;

/** The number format in which a model's linear layers are held and multiplied on the device. */
public enum WeightType {
  /** int8 on the CPU, bfloat16 on CUDA. */
  AUTO("auto"),
  /** Prepacked by oneDNN on the CPU. Choose it where answers must equal the reference's. */
  FLOAT32("float32"),
  /** CPU only: a scale for each output channel and for each row of activations. */
  INT8("int8"),
  /** CUDA only. */
  BFLOAT16("bfloat16"),
  /** CUDA only. */
  FLOAT16("float16");

  private final String word;

  WeightType(String word) {
    this.word = word;
  }

  /** The type that {@link #AUTO} stands for on a device; any other type is itself. */
  public WeightType on(boolean gpu) {
    if (this != AUTO) {
      return this;
    }
    return gpu ? BFLOAT16 : INT8;
  }

  @Override
  public String toString() {
    return word;
  }
}
