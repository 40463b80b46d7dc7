package io.lengthwise.model.file.gguf;

/**
 * Dequantizes the blocks of GGUF. It computes in float, step by step like the reference of the gguf
 * package, so that the results are equal bit by bit.
 *
 * <p>A block of 32 numbers has a scale d and, in some types, a minimum m: a number is {@code d * q}
 * or {@code d * q + m}. The low four bits of byte i belong to number i, the high four bits to
 * number i + 16. A super-block of 256 numbers has sub-blocks of 32 or 16 numbers. Each sub-block
 * has a small integer scale (and minimum) that multiplies those of the super-block.
 *
 * <p>Every method decodes the block at index {@code at} and writes its numbers from index {@code
 * to} on.
 */
final class Dequantization {
  private Dequantization() {}

  /** Layout: d, 16 bytes of nibbles. q is centred at 8. */
  static void q4WithoutOffset(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    for (int i = 0; i < 16; i++) {
      int pair = in[at + 2 + i];
      out[to + i] = d * ((pair & 15) - 8);
      out[to + 16 + i] = d * ((pair >> 4 & 15) - 8);
    }
  }

  /** Layout: d, m, 16 bytes of nibbles. */
  static void q4WithOffset(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    float m = half(in, at + 2);
    for (int i = 0; i < 16; i++) {
      int pair = in[at + 4 + i];
      out[to + i] = d * (pair & 15) + m;
      out[to + 16 + i] = d * (pair >> 4 & 15) + m;
    }
  }

  /** Layout: d, 32 fifth bits, 16 bytes of nibbles. q is centred at 16. */
  static void q5WithoutOffset(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    int fifth = int32(in, at + 2);
    for (int i = 0; i < 16; i++) {
      int pair = in[at + 6 + i];
      out[to + i] = d * ((pair & 15 | (fifth >>> i & 1) << 4) - 16);
      out[to + 16 + i] = d * ((pair >> 4 & 15 | (fifth >>> i + 16 & 1) << 4) - 16);
    }
  }

  /** Layout: d, m, 32 fifth bits, 16 bytes of nibbles. */
  static void q5WithOffset(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    float m = half(in, at + 2);
    int fifth = int32(in, at + 4);
    for (int i = 0; i < 16; i++) {
      int pair = in[at + 8 + i];
      out[to + i] = d * (pair & 15 | (fifth >>> i & 1) << 4) + m;
      out[to + 16 + i] = d * (pair >> 4 & 15 | (fifth >>> i + 16 & 1) << 4) + m;
    }
  }

  /** Layout: d, 32 signed bytes. */
  static void q8(byte[] in, int at, float[] out, int to) {
    float d = half(in, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = in[at + 2 + i] * d;
    }
  }

  /** Layout: d, the d of the minima, 12 bytes of scales and minima, 128 bytes of nibbles. */
  static void q4Super(byte[] in, int at, float[] out, int to) {
    for (int sub = 0; sub < 8; sub++) {
      float d = half(in, at) * subScale(in, at + 4, sub);
      float m = half(in, at + 2) * subMinimum(in, at + 4, sub);
      int nibbles = at + 16 + sub / 2 * 32;
      int shift = sub % 2 * 4;
      for (int i = 0; i < 32; i++) {
        out[to + sub * 32 + i] = d * (in[nibbles + i] >> shift & 15) - m;
      }
    }
  }

  /**
   * The layout of {@link #q4Super}, with 32 bytes of fifth bits (bit s for sub-block s) before the
   * nibbles.
   */
  static void q5Super(byte[] in, int at, float[] out, int to) {
    for (int sub = 0; sub < 8; sub++) {
      float d = half(in, at) * subScale(in, at + 4, sub);
      float m = half(in, at + 2) * subMinimum(in, at + 4, sub);
      int fifth = at + 16;
      int nibbles = at + 48 + sub / 2 * 32;
      int shift = sub % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int q = in[nibbles + i] >> shift & 15 | (in[fifth + i] >> sub & 1) << 4;
        out[to + sub * 32 + i] = d * q - m;
      }
    }
  }

  /**
   * Layout: 128 bytes of nibbles, 64 bytes of upper pairs of bits, 16 signed scales, d. q is
   * centred at 32.
   */
  static void q6Super(byte[] in, int at, float[] out, int to) {
    float d = half(in, at + 208);
    for (int sub = 0; sub < 8; sub++) {
      int nibbles = at + sub / 4 * 64 + sub % 2 * 32;
      int nibbleShift = sub % 4 / 2 * 4;
      int upper = at + 128 + sub / 4 * 32;
      int upperShift = sub % 4 * 2;
      for (int i = 0; i < 32; i++) {
        int q = in[nibbles + i] >> nibbleShift & 15 | (in[upper + i] >> upperShift & 3) << 4;
        float scale = d * in[at + 192 + sub * 2 + i / 16];
        out[to + sub * 32 + i] = scale * (q - 32);
      }
    }
  }

  /**
   * The six-bit scale of a sub-block. The first four scales are in bytes 0 to 3. The low four bits
   * of the other scales are in bytes 8 to 11, and their upper two bits are in the top of bytes 0 to
   * 3.
   */
  private static int subScale(byte[] in, int scales, int sub) {
    return sub < 4
        ? in[scales + sub] & 63
        : in[scales + 4 + sub] & 15 | in[scales + sub - 4] >> 2 & 48;
  }

  /**
   * The minimum of a sub-block, stored like {@link #subScale}: in bytes 4 to 7 and the high four
   * bits of bytes 8 to 11.
   */
  private static int subMinimum(byte[] in, int scales, int sub) {
    return sub < 4
        ? in[scales + 4 + sub] & 63
        : in[scales + 4 + sub] >> 4 & 15 | in[scales + sub] >> 2 & 48;
  }

  /** A little-endian IEEE half. */
  static float half(byte[] in, int at) {
    int bits = in[at] & 255 | (in[at + 1] & 255) << 8;
    int sign = bits >> 15 << 31;
    int exponent = bits >> 10 & 31;
    int mantissa = bits & 1023;
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 255 : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | mantissa << 13);
  }

  private static int int32(byte[] in, int at) {
    return in[at] & 255
        | (in[at + 1] & 255) << 8
        | (in[at + 2] & 255) << 16
        | (in[at + 3] & 255) << 24;
  }
}
