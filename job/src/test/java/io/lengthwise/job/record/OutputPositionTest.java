package io.lengthwise.job.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputPositionTest {

  private static final byte[] KEY = {'1', (byte) 0x80, (byte) 0xFF};

  @Test
  void recordsWithOneKeyAreInOrderWhereverTheyLie() {
    assertThat(key("a", 0, KEY)).isEqualTo(key("b", 1, KEY.clone()));
    assertThat(key("a", 0, KEY)).isNotEqualTo(key("a", 0, new byte[] {'1', (byte) 0x81, 'x'}));
  }

  @Test
  void recordsWithoutAKeyAreInOrderWithinTheirPartition() {
    assertThat(key("a", 0, null)).isEqualTo(key("a", 0, null));
    assertThat(key("a", 0, null)).isNotEqualTo(key("a", 1, null)).isNotEqualTo(key("b", 0, null));
  }

  @Test
  void aKeyThatIsNamedLikeAPartitionIsNone() {
    assertThat(key("a", 0, null)).isNotEqualTo(key("x", 0, "a-0".getBytes()));
    assertThat(key("a", 0, null)).isNotEqualTo(key("x", 0, "pa-0".getBytes()));
    assertThat(key("a", 0, new byte[0])).isNotEqualTo(key("a", 0, null));
  }

  private static String key(String topic, int partition, byte[] key) {
    return OutputPosition.of(new Origin(topic, partition, 7, key, List.of(), 0)).key();
  }
}
