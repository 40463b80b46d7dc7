package io.lengthwise.model.file;

/**
 * The way in which a model stretches its rotary position embedding to longer contexts than it was
 * first trained on: a change of the inverse frequencies.
 */
public sealed interface RopeScaling {

  /**
   * The scaled inverse frequency. All arithmetic is in float, as in the reference, because an error
   * here is multiplied by the position.
   *
   * @param frequency the unscaled inverse frequency
   * @param index the index of the frequency, from 0 to half the head's size
   */
  float scale(float frequency, int index);

  /** No scaling. */
  record None() implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      return frequency;
    }
  }

  /** Divides positions by a factor. */
  record Linear(float factor) implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      return frequency / factor;
    }
  }

  /**
   * The scaling of Llama 3.1: short wave lengths stay, long wave lengths are stretched by the
   * factor, and wave lengths between blend from one to the other.
   *
   * @param factor the stretch of the longest waves
   * @param lowFrequencyFactor the original context divided by this is the shortest fully stretched
   *     wave
   * @param highFrequencyFactor the original context divided by this is the longest unchanged wave
   * @param originalContextLength the context before stretching, in tokens
   */
  record Llama3(
      float factor,
      float lowFrequencyFactor,
      float highFrequencyFactor,
      float originalContextLength)
      implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      float wave = (float) (2 * Math.PI) / frequency;
      if (wave < originalContextLength / highFrequencyFactor) {
        return frequency;
      }
      if (wave > originalContextLength / lowFrequencyFactor) {
        return frequency / factor;
      }
      float blend =
          (originalContextLength / wave - lowFrequencyFactor)
              / (highFrequencyFactor - lowFrequencyFactor);
      return (1 - blend) * frequency / factor + blend * frequency;
    }
  }

  /** The form of GGUF: a divisor for each frequency. GGUF stores Llama 3's scaling in this form. */
  record Divisors(float[] divisors) implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      return frequency / divisors[index];
    }
  }
}
