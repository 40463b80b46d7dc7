package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.batching.SequenceScheduler.Batch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceSchedulerTest {

  private static final int MAXIMUM = 512;

  private record Member(int arrival, double predicted, int maximum) {}

  @Test
  void membersAreSortedByPredictionAndKeepTheirOrderWhereEqual() {
    List<Member> group = predicted(30, 10, 30, 20, 10);
    List<Batch<Member>> batches = scheduler(false, false, Recomputation.NONE).batches(group);
    assertThat(batches).hasSize(1);
    assertThat(batches.get(0).members()).extracting(Member::arrival).containsExactly(1, 4, 3, 0, 2);
  }

  @Test
  void withoutVariableSizesBatchesAreConsecutiveSixteens() {
    List<Batch<Member>> batches =
        scheduler(true, false, Recomputation.CONTINUE).batches(many(40, 30, 60, 120));
    assertThat(shapes(batches))
        .containsExactly(
            "16<=50", "16<=50", "16<=100", "16<=100", "16<=100", "16<=150", "16<=150", "8<=150");
  }

  @Test
  void withVariableSizesEachBinHasItsOwn() {
    List<Batch<Member>> batches =
        full()
            .batches(
                join(many(300, 20), many(256, 80), many(64, 130), many(40, 180), many(20, 400)));
    // 44 requests of the first bin are left, too few for it and for the second; 8 of the fourth.
    assertThat(shapes(batches))
        .containsExactly(
            "256<=50",
            "128<=100",
            "128<=100",
            "64<=150",
            "44<=150",
            "32<=200",
            "16<=400",
            "12<=400");
  }

  @Test
  void capIsTheBinAndNeverMoreThanTheMaximum() {
    assertThat(full().batches(predicted(500))).extracting(Batch::cap).containsExactly(500);
    assertThat(full().batches(predicted(501))).extracting(Batch::cap).containsExactly(512);
    assertThat(full().batches(List.of(new Member(0, 70, 80), new Member(1, 60, 70))))
        .extracting(Batch::cap)
        .containsExactly(80);
  }

  @Test
  void withoutRecomputationTheMaximumIsTheCap() {
    assertThat(scheduler(true, true, Recomputation.NONE).batches(predicted(10, 20)))
        .containsExactly(new Batch<>(50, MAXIMUM, predicted(10, 20)));
  }

  @Test
  void withoutBinningTheLongestPredictionIsTheCap() {
    assertThat(scheduler(false, false, Recomputation.RESTART).batches(predicted(10, 20.2)))
        .containsExactly(new Batch<>(50, 21, predicted(10, 20.2)));
  }

  @Test
  void predictionBelowOneCountsAsOne() {
    assertThat(scheduler(false, false, Recomputation.CONTINUE).batches(predicted(0, -7)))
        .containsExactly(new Batch<>(50, 1, predicted(0, -7)));
    assertThat(shapes(full().batches(predicted(0, -7)))).containsExactly("2<=50");
  }

  @Test
  void smallRestJoinsTheEndOfTheNextBinThatHasMembers() {
    List<Batch<Member>> batches = full().batches(join(many(100, 20), many(70, 130)));
    // 100 is less than half of 256. The bin of 100 is empty. 64 fit a batch of the next bin.
    assertThat(shapes(batches)).containsExactly("64<=150", "64<=150", "42<=150");
    assertThat(batches.get(0).members()).allMatch(member -> member.predicted() == 130);
    assertThat(batches.get(1).members().subList(0, 6))
        .allMatch(member -> member.predicted() == 130);
    assertThat(batches.get(2).members()).allMatch(member -> member.predicted() == 20);
  }

  @Test
  void halfABatchIsLargeEnough() {
    assertThat(shapes(full().batches(join(many(128, 20), many(16, 400)))))
        .containsExactly("128<=50", "16<=400");
    assertThat(shapes(full().batches(join(many(127, 20), many(16, 400)))).get(0))
        .isEqualTo("16<=400");
  }

  @Test
  void longestBinKeepsItsRest() {
    assertThat(shapes(full().batches(many(1, 400)))).containsExactly("1<=400");
    assertThat(shapes(full().batches(many(3, 20)))).containsExactly("3<=50");
  }

  @Test
  void fullBatchIsNeverTooSmall() {
    SequenceOptions options =
        new SequenceOptions(
            true, true, Recomputation.CONTINUE, 0, 256, 16, LengthBuckets.parse("512:4"));
    assertThat(shapes(of(options).batches(join(many(4, 20), many(4, 80)))))
        .containsExactly("4<=50", "4<=100");
  }

  @Test
  void failuresRunAgainInSixteensUpToTheirOwnMaxima() {
    List<Batch<Member>> batches = full().recomputations(many(20, 70));
    assertThat(shapes(batches)).containsExactly("16<=512", "4<=512");
    assertThat(full().recomputations(List.of())).isEmpty();
  }

  @Test
  void groupsAreCutInOrderOfArrival() {
    List<List<Member>> groups = full().groups(many(600, 20));
    assertThat(groups).extracting(List::size).containsExactly(256, 256, 88);
    assertThat(groups.get(1).get(0).arrival()).isEqualTo(256);
  }

  /**
   * The batches and caps of 64 requests of 40 tokens and 64 of 90 tokens, for the paper's six
   * variants.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "false|false|NONE|8|512 512 512 512 512 512 512 512",
        "false|false|RESTART|8|40 40 40 40 90 90 90 90",
        "false|true|RESTART|1|90",
        "true|false|NONE|8|512 512 512 512 512 512 512 512",
        "true|false|RESTART|8|50 50 50 50 100 100 100 100",
        "true|true|RESTART|1|100",
      })
  void ablations(
      boolean binning, boolean variable, Recomputation recomputation, int count, String caps) {
    List<Batch<Member>> batches =
        scheduler(binning, variable, recomputation).batches(many(64, 90, 40));
    assertThat(batches).hasSize(count);
    assertThat(batches.stream().map(batch -> Integer.toString(batch.cap())).toList())
        .containsExactly(caps.split(" "));
  }

  @Test
  void vanillaIsOrderOfArrival() {
    List<Member> group = many(40, MAXIMUM);
    List<Batch<Member>> batches = scheduler(false, false, Recomputation.NONE).batches(group);
    assertThat(shapes(batches)).containsExactly("16<=512", "16<=512", "8<=512");
    assertThat(batches.stream().flatMap(batch -> batch.members().stream()))
        .containsExactlyElementsOf(group);
  }

  @Test
  void everyMemberIsInOneBatchThatHoldsItsPrediction() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      SequenceOptions options = anyOptions(random);
      List<Member> group = anyGroup(random);
      List<Batch<Member>> batches = of(options).batches(group);
      assertThat(batches.stream().flatMap(batch -> batch.members().stream()))
          .containsExactlyInAnyOrderElementsOf(group);
      int sizeAtMost = options.variableBatchSize() ? 256 : options.batchSize();
      for (Batch<Member> batch : batches) {
        assertThat(batch.members()).hasSizeBetween(1, sizeAtMost);
        assertThat(batch.bound()).isPositive();
        assertThat(batch.bound() % SequenceOptions.BIN_WIDTH).isZero();
        int allowed = batch.members().stream().mapToInt(Member::maximum).max().orElseThrow();
        assertThat(batch.cap()).isBetween(1, allowed);
        assertThat(batch.members())
            .allMatch(member -> Math.min(member.predicted(), member.maximum()) <= batch.cap());
      }
      assertThat(batches).isSortedAccordingTo(Comparator.comparing(Batch::bound));
      assertThat(of(options).batches(group)).isEqualTo(batches);
    }
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThatThrownBy(
            () ->
                new SequenceOptions(
                    true, true, Recomputation.NONE, 0, 0, 16, LengthBuckets.DEFAULT))
        .hasMessage("a group and a batch need a size of at least 1, not 0 and 16");
  }

  private static SequenceOptions anyOptions(Random random) {
    return SequenceOptions.DEFAULT.with(
        random.nextBoolean(),
        random.nextBoolean(),
        Recomputation.values()[random.nextInt(Recomputation.values().length)]);
  }

  private static List<Member> anyGroup(Random random) {
    List<Member> group = new ArrayList<>();
    int size = 1 + random.nextInt(256);
    for (int i = 0; i < size; i++) {
      int maximum = 1 + random.nextInt(900);
      group.add(new Member(i, Math.exp(random.nextDouble() * 7) - 1, maximum));
    }
    return group;
  }

  private static SequenceScheduler<Member> full() {
    return of(SequenceOptions.DEFAULT);
  }

  private static SequenceScheduler<Member> scheduler(
      boolean binning, boolean variableBatchSize, Recomputation recomputation) {
    return of(SequenceOptions.DEFAULT.with(binning, variableBatchSize, recomputation));
  }

  private static SequenceScheduler<Member> of(SequenceOptions options) {
    return new SequenceScheduler<>(options, Member::predicted, Member::maximum);
  }

  private static List<Member> predicted(double... lengths) {
    return IntStream.range(0, lengths.length)
        .mapToObj(i -> new Member(i, lengths[i], MAXIMUM))
        .toList();
  }

  /** Creates the given number of members of each length, with the lengths interleaved. */
  private static List<Member> many(int count, double... lengths) {
    return IntStream.range(0, count * lengths.length)
        .mapToObj(i -> new Member(i, lengths[i % lengths.length], MAXIMUM))
        .toList();
  }

  @SafeVarargs
  private static List<Member> join(List<Member>... parts) {
    List<Member> all = new ArrayList<>();
    for (List<Member> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static List<String> shapes(List<Batch<Member>> batches) {
    return batches.stream().map(batch -> batch.members().size() + "<=" + batch.cap()).toList();
  }
}
