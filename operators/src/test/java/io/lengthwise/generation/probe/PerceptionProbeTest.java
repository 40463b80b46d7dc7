package io.lengthwise.generation.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.prediction.LengthQuestion;
import io.lengthwise.prediction.TestingRequests;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Sampling;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerceptionProbeTest {

  private static final Message SYSTEM = new Message("system", "Be brief.");
  private static final Message USER = new Message("user", "Why?");
  private static final Message ASSISTANT = new Message("assistant", "Because.");

  @Test
  void questionStandsBehindTheLastUserMessage() {
    assertThat(ask(SYSTEM, USER, ASSISTANT, USER))
        .containsExactly(SYSTEM, USER, ASSISTANT, asked("Why?\n\n"));
    assertThat(ask(USER, ASSISTANT)).containsExactly(asked("Why?\n\n"), ASSISTANT);
    assertThat(ask(SYSTEM)).containsExactly(SYSTEM, asked(""));
  }

  @Test
  void questionStandsBehindAPlainPrompt() {
    GenerationRequest question =
        PerceptionProbe.question(TestingRequests.completing("Once upon").request());
    assertThat(question.prompt()).isEqualTo("Once upon\n\n" + LengthQuestion.TEXT);
    assertThat(question.messages()).isEmpty();
  }

  @Test
  void questionIsGreedyAndShortWhateverTheRequestAsks() {
    GenerationRequest request = TestingRequests.asking("Why?").request();
    GenerationRequest question = PerceptionProbe.question(request);
    assertThat(question.sampling()).isEqualTo(Sampling.GREEDY);
    assertThat(question.maxTokens()).isEqualTo(LengthQuestion.MAX_TOKENS);
    assertThat(question.model()).isEqualTo(request.model());
  }

  private static Message asked(String before) {
    return new Message("user", before + LengthQuestion.TEXT);
  }

  private static List<Message> ask(Message... messages) {
    return PerceptionProbe.question(TestingRequests.chat(List.of(messages)).request()).messages();
  }
}
