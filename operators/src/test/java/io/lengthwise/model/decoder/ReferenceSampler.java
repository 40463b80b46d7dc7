package io.lengthwise.model.decoder;

import io.lengthwise.request.Sampling;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Samples a token as {@link Sampling} specifies, in double precision and without shortcuts. */
final class ReferenceSampler {

  private ReferenceSampler() {}

  /** Returns the probability of each token [vocabulary] after all rules. */
  static double[] probabilities(float[] logits, Sampling sampling, Set<Integer> seen) {
    double[] scaled = new double[logits.length];
    for (int token = 0; token < logits.length; token++) {
      double logit = logits[token];
      if (seen.contains(token)) {
        double penalty = sampling.repetitionPenalty();
        logit = logit > 0 ? logit / penalty : logit * penalty;
      }
      logit += sampling.logitBias().getOrDefault(token, 0f);
      scaled[token] = logit / sampling.temperature();
    }
    double[] probabilities = softmax(scaled);
    List<Integer> best =
        IntStream.range(0, scaled.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> -scaled[token]))
            .toList();
    if (sampling.topK() > 0) {
      drop(probabilities, best.subList(Math.min(sampling.topK(), best.size()), best.size()));
    }
    double cumulated = 0;
    for (int rank = 0; rank < best.size(); rank++) {
      if (cumulated >= sampling.topP()) {
        drop(probabilities, best.subList(rank, best.size()));
        break;
      }
      cumulated += probabilities[best.get(rank)];
    }
    double least = sampling.minP() * probabilities[best.get(0)];
    drop(probabilities, best.stream().filter(token -> probabilities[token] < least).toList());
    return probabilities;
  }

  private static double[] softmax(double[] scaled) {
    double largest = IntStream.range(0, scaled.length).mapToDouble(i -> scaled[i]).max().orElse(0);
    double[] probabilities = new double[scaled.length];
    double sum = 0;
    for (int i = 0; i < scaled.length; i++) {
      probabilities[i] = Math.exp(scaled[i] - largest);
      sum += probabilities[i];
    }
    for (int i = 0; i < scaled.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  /** Distributes the probability of some tokens over the others. */
  private static void drop(double[] probabilities, List<Integer> tokens) {
    for (int token : tokens) {
      probabilities[token] = 0;
    }
    double sum = 0;
    for (double probability : probabilities) {
      sum += probability;
    }
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] /= sum;
    }
  }

  /** Returns the first token at which the cumulated probability exceeds the seed's number. */
  static int draw(double[] probabilities, long seed, int position) {
    double left = uniform(seed, position);
    for (int token = 0; token < probabilities.length; token++) {
      left -= probabilities[token];
      if (left < 0) {
        return token;
      }
    }
    return probabilities.length - 1;
  }

  static double uniform(long seed, int position) {
    long x = seed + (position + 1) * 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    x = x ^ (x >>> 31);
    return ((x >>> 12) + 0.5) * 0x1p-52;
  }
}
