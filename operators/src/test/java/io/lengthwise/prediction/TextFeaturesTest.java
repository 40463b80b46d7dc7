package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TextFeaturesTest {

  private final TextFeatures features = new TextFeatures();

  @Test
  void aTextIsReadAsTheTurnOfAChat() {
    int[] text = features.of("What is the time?", TestingRequests.MAX_TOKENS).rows();
    int[] chat = new FeatureExtractor().of(TestingRequests.asking("What is the time?"));
    long shared = Arrays.stream(text).filter(row -> Arrays.binarySearch(chat, row) >= 0).count();
    // All but the source and the number of prompt tokens.
    assertThat(shared).isEqualTo(chat.length - 2);
    assertThat(text).hasSameSizeAs(chat);
  }

  @Test
  void theMostTokensOfTheAnswerCount() {
    assertThat(features.of("Why?", 100).rows()).isNotEqualTo(features.of("Why?", 1000).rows());
    assertThat(features.of("Why?", 100).rows()).isEqualTo(features.of("Why?", 100).rows());
  }
}
