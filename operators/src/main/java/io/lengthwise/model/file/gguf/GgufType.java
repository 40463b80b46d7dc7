package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.ElementType;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The formats in which a GGUF file may store the numbers of a tensor: unchanged, or quantized in
 * blocks.
 */
enum GgufType {
  F32(0, ElementType.F32),
  F16(1, ElementType.F16),
  BF16(30, ElementType.BF16),
  Q4_0(2, 32, 18, Dequantization::q4WithoutOffset),
  Q4_1(3, 32, 20, Dequantization::q4WithOffset),
  Q5_0(6, 32, 22, Dequantization::q5WithoutOffset),
  Q5_1(7, 32, 24, Dequantization::q5WithOffset),
  Q8_0(8, 32, 34, Dequantization::q8),
  Q4_K(12, 256, 144, Dequantization::q4Super),
  Q5_K(13, 256, 176, Dequantization::q5Super),
  Q6_K(14, 256, 210, Dequantization::q6Super);

  /** Decodes one block. */
  @FunctionalInterface
  interface BlockDecoder {
    void decode(byte[] in, int at, float[] out, int to);
  }

  private final int number;
  private final ElementType elementType;
  private final int blockSize;
  private final int blockBytes;
  private final BlockDecoder decoder;

  GgufType(int number, ElementType elementType) {
    this.number = number;
    this.elementType = elementType;
    this.blockSize = 1;
    this.blockBytes = elementType.bytes();
    this.decoder = null;
  }

  GgufType(int number, int blockSize, int blockBytes, BlockDecoder decoder) {
    this.number = number;
    this.elementType = ElementType.F32;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.decoder = decoder;
  }

  /** Reads the type of a tensor. */
  static GgufType read(GgufReader reader, String field) {
    int number = reader.int32(field);
    return Arrays.stream(values())
        .filter(type -> type.number == number)
        .findFirst()
        .orElseThrow(
            () ->
                reader.wrong(
                    field,
                    "is stored as GGML type "
                        + number
                        + "; supported are "
                        + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))
                        + ": take a file of one of these"));
  }

  /** The type of the decoded numbers. */
  ElementType elementType() {
    return elementType;
  }

  boolean isQuantised() {
    return decoder != null;
  }

  /** The numbers in a block. */
  int blockSize() {
    return blockSize;
  }

  /** The bytes of a block. */
  int blockBytes() {
    return blockBytes;
  }

  /**
   * Decodes a row of a quantized type.
   *
   * @param in whole blocks
   * @param out as many numbers as the blocks have
   */
  void decode(byte[] in, float[] out) {
    for (int block = 0; block * blockSize < out.length; block++) {
      decoder.decode(in, block * blockBytes, out, block * blockSize);
    }
  }
}
