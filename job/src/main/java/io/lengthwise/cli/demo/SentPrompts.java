package io.lengthwise.cli.demo;

import io.lengthwise.cli.kafka.PromptLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Limits the prompts that wait for an answer, as clients do that send the next request when one is
 * answered. It also remembers when each prompt was sent.
 */
final class SentPrompts {

  private static final double NANOS = 1e9;

  private final List<PromptLine> prompts;
  private final int outstanding;
  private final LongSupplier nanos;

  /** In the order of sending. Ids may repeat. */
  private final List<Sent> waiting = new ArrayList<>();

  private int next;
  private int answered;

  /**
   * Creates the prompts to send.
   *
   * @param outstanding the most prompts that wait for an answer, at least 1
   * @param nanos a clock, in nanoseconds
   */
  SentPrompts(List<PromptLine> prompts, int outstanding, LongSupplier nanos) {
    this.prompts = prompts;
    this.outstanding = outstanding;
    this.nanos = nanos;
  }

  /** A prompt, its index in the order of sending, and the time at which it was sent. */
  private record Sent(PromptLine prompt, int position, long time) {}

  /** Returns the prompts to send now. */
  List<PromptLine> next() {
    List<PromptLine> batch = new ArrayList<>();
    for (; next < prompts.size() && next - answered < outstanding; next++) {
      PromptLine prompt = prompts.get(next);
      batch.add(prompt);
      waiting.add(new Sent(prompt, next, nanos.getAsLong()));
    }
    return batch;
  }

  /**
   * Takes the outcome of a prompt. An outcome whose id cannot be read counts for the prompt that
   * has waited longest.
   *
   * @return the outcome with its prompt, position and time
   */
  DemoAnswer answered(DemoAnswer answer) {
    int found = 0;
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (waiting.get(i).prompt().id().equals(answer.id())) {
        found = i;
      }
    }
    Sent sent = waiting.remove(found);
    answered++;
    double seconds = (nanos.getAsLong() - sent.time()) / NANOS;
    return answer.to(sent.prompt().text(), sent.position(), seconds);
  }

  int answered() {
    return answered;
  }

  boolean isComplete() {
    return answered == prompts.size();
  }
}
