package io.lengthwise.generation.probe;

import io.lengthwise.model.PromptEncoder;
import io.lengthwise.model.PromptRefusedException;
import io.lengthwise.model.Vocabulary;
import io.lengthwise.prediction.LengthQuestion;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the model in words how long its answer will be. {@link LengthQuestion} is appended to the
 * last user message, or to the prompt of a plain completion.
 */
public final class PerceptionProbe implements PromptProbe {

  private static final Logger LOG = LoggerFactory.getLogger(PerceptionProbe.class);

  private final PromptEncoder encoder;
  private final Vocabulary vocabulary;

  /** A probe. It closes the encoder. */
  PerceptionProbe(PromptEncoder encoder, Vocabulary vocabulary) {
    this.encoder = encoder;
    this.vocabulary = vocabulary;
  }

  @Override
  public Optional<ProbeTask> ask(
      EncodedRequest request, ProbeQueue queue, Consumer<ProbeTask> whenProbed) {
    EncodedRequest question;
    try {
      question = encoder.encode(question(request.request()));
    } catch (PromptRefusedException e) {
      // In most cases the context holds the prompt, but not the question as well.
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.warn(
          "Request {} of {} not asked about",
          request.request().id(),
          request.request().origin().position(),
          e);
      return Optional.empty();
    }
    PerceptionTask perception =
        new PerceptionTask(request, question, vocabulary, System.nanoTime(), whenProbed);
    queue.ask(perception.row());
    return Optional.of(perception);
  }

  @Override
  public float[] withoutProbe(EncodedRequest request) {
    return LengthQuestion.maximum(request.request().maxTokens());
  }

  public static GenerationRequest question(GenerationRequest request) {
    boolean chat = request.endpoint() == Endpoint.CHAT_COMPLETIONS;
    return new GenerationRequest(
        request.id(),
        request.origin(),
        request.endpoint(),
        request.model(),
        chat ? withQuestion(request.messages()) : List.of(),
        chat ? null : withQuestion(request.prompt()),
        Sampling.GREEDY,
        LengthQuestion.MAX_TOKENS,
        request.priority(),
        request.deadline());
  }

  private static List<Message> withQuestion(List<Message> messages) {
    List<Message> asked = new ArrayList<>(messages);
    for (int i = asked.size() - 1; i >= 0; i--) {
      Message message = asked.get(i);
      if (message.role().equals("user")) {
        asked.set(i, new Message(message.role(), withQuestion(message.content())));
        return asked;
      }
    }
    asked.add(new Message("user", LengthQuestion.TEXT));
    return asked;
  }

  private static String withQuestion(String text) {
    return text + "\n\n" + LengthQuestion.TEXT;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
