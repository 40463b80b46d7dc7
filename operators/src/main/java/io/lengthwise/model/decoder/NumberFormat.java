package io.lengthwise.model.decoder;

/**
 * The way in which a weight type is held on a device, in the terms of the decoder program.
 *
 * @param kind how the linear layers are held
 * @param elementType the type of all other weights
 * @param cacheBytes the bytes of a number in the key-value cache
 */
record NumberFormat(int kind, String elementType, int cacheBytes) {

  private static final int DENSE = 0;
  private static final int PREPACKED = 1;
  private static final int INT8 = 2;

  /**
   * The format of a weight type.
   *
   * @throws IllegalArgumentException if the device does not support it
   */
  static NumberFormat of(WeightType weights, boolean gpu) {
    return switch (weights) {
      case AUTO -> of(weights.on(gpu), gpu);
      case FLOAT32 -> new NumberFormat(gpu ? DENSE : PREPACKED, "F32", Float.BYTES);
      case INT8 -> {
        check(!gpu, weights, "the CPU; on CUDA choose bfloat16, float16 or float32");
        yield new NumberFormat(INT8, "F32", Short.BYTES);
      }
      case BFLOAT16, FLOAT16 -> {
        check(gpu, weights, "CUDA; on the CPU choose int8 or float32");
        yield new NumberFormat(DENSE, weights == WeightType.BFLOAT16 ? "BF16" : "F16", Short.BYTES);
      }
    };
  }

  private static void check(boolean possible, WeightType weights, String where) {
    if (!possible) {
      throw new IllegalArgumentException(
          "model.weights: %s runs only on %s".formatted(weights, where));
    }
  }

  /** The bytes of a weight of the linear layers. */
  long weightBytes() {
    return kind == INT8 ? 1 : cacheBytes;
  }
}
