package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketShardsTest {

  private static final int BUCKETS = 5;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 128", "2, 128", "3, 128", "7, 7", "16, 128", "128, 128", "100, 32768"})
  void everySubtaskHasAKeyOfEveryBucket(int parallelism, int maxParallelism) {
    BucketShards shards = new BucketShards(BUCKETS, parallelism, maxParallelism);
    assertThat(shards.count()).isEqualTo(parallelism);
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      for (int subtask = 0; subtask < parallelism; subtask++) {
        BucketKey key = shards.key(bucket, subtask);
        assertThat(key.bucket()).isEqualTo(bucket);
        assertThat(
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    key, maxParallelism, parallelism))
            .isEqualTo(subtask);
      }
    }
  }

  @Test
  void keysHashTheSameInEveryJvm() {
    assertThat(new BucketKey(50, 7)).hasSameHashCodeAs(1557);
  }

  @Test
  void moreSubtasksThanKeyGroupsAreRefused() {
    assertThatThrownBy(() -> new BucketShards(BUCKETS, 5, 4))
        .hasMessageContaining("from 1 to the maximum parallelism, 4");
  }
}
