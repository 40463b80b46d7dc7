package io.lengthwise.model.file;

/**
 * How a model stretches its rotary position embedding to contexts longer than it was first trained
 * on: a change of the inverse frequencies.
 */
public sealed interface RopeScaling {

  /**
   * The scaled inverse frequency. All arithmetic is in float, as in the reference, because an error
   * here is multiplied by the position.
   *
   * @param frequency the unscaled inverse frequency
   * @param index which one, from 0 to half the head's size
   */
  float scale(float frequency, int index);

  /** None at all. */
  record None() implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      return frequency;
    }
  }

  /** Positions divided by a factor. */
  record Linear(float factor) implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3.1's: short wave lengths stay, long ones are stretched by the factor, those between
   * blend from one to the other.
   *
   * @param factor the stretch of the longest waves
   * @param lowFrequencyFactor the old context divided by this is the shortest fully stretched wave
   * @param highFrequencyFactor the old context divided by this is the longest untouched wave
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

  /** GGUF's: a divisor for each frequency, which is how it stores Llama 3's scaling. */
  record Divisors(float[] divisors) implements RopeScaling {
    @Override
    public float scale(float frequency, int index) {
      return frequency / divisors[index];
    }
  }
}
