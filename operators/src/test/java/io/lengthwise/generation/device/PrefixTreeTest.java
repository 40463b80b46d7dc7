package io.lengthwise.generation.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.TestingGeneration;
import io.lengthwise.generation.accelerator.TestingAccelerator;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.Sampling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Prompts are given without their last token, which is never part of a shared prefix. */
class PrefixTreeTest {

  private final PrefixTree tree = new PrefixTree(10);

  @Test
  void promptsPartWhereTheyDiffer() {
    Row first = added(1, 2, 3, 4);
    Row second = added(1, 2, 5);
    Row third = added(1, 2, 5, 6);
    assertThat(ends(first)).containsExactly(2, 4);
    assertThat(ends(second)).containsExactly(2, 3);
    assertThat(ends(third)).containsExactly(2, 3, 4);
    assertThat(shared(first)).containsExactly(true, false);
    assertThat(shared(third)).containsExactly(true, true, false);
  }

  @Test
  void promptThatEndsWithinAnotherParts() {
    Row longer = added(1, 2, 3, 4);
    Row shorter = added(1, 2);
    assertThat(ends(longer)).containsExactly(2, 4);
    assertThat(ends(shorter)).containsExactly(2);
  }

  @Test
  void sameRowInItsSecondPlaceIsNoOtherPrompt() {
    Row row = added(1, 2, 3);
    tree.remove(row);
    row.stay().end(0);
    row.admit(new Slot(0, 100), 0);
    tree.add(row);
    assertThat(shared(row)).containsExactly(false);
  }

  @Test
  void rowWithTheMostTokensIsTheOneToCopyFrom() {
    Row first = added(1, 2, 3, 4);
    Row second = added(1, 2, 5);
    hold(first, 1);
    hold(second, 3);
    PrefixNode common = tree.path(first).iterator().next();
    assertThat(common.best()).isSameAs(second);
    assertThat(common.held()).isEqualTo(2);
    tree.remove(second);
    assertThat(common.best()).isSameAs(first);
    assertThat(common.held()).isEqualTo(1);
    tree.remove(first);
    assertThat(common.held()).isZero();
  }

  @Test
  void leastRecentlyUsedIsForgottenFirst() {
    tree.remove(added(1, 1, 1, 1));
    tree.remove(added(2, 2, 2, 2));
    tree.remove(added(1, 1, 1, 1));
    tree.remove(added(3, 3, 3));
    assertThat(shared(added(1, 1, 1, 1))).containsExactly(true);
    assertThat(shared(added(2, 2, 2, 2))).containsExactly(false);
  }

  @Test
  void whatLiesInTheCacheIsNotForgotten() {
    Row running = added(1, 1, 1, 1, 1, 1);
    Row left = added(2, 2, 2, 2, 2, 2);
    PrefixNode end = tree.path(left).iterator().next();
    KeptPrefix kept = new KeptPrefix(new Slot(64, 64), end);
    tree.add(kept, end);
    tree.remove(left);
    for (int token = 3; token < 9; token++) {
      tree.remove(added(token, token, token));
    }
    assertThat(ends(running)).containsExactly(6);
    assertThat(shared(added(1, 1, 1, 1, 1, 1))).containsExactly(true);
    assertThat(tree.path(added(2, 2, 2, 2, 2, 2)))
        .singleElement()
        .satisfies(node -> assertThat(node.best()).isEqualTo(kept));
  }

  @Test
  void whatIsKeptHoldsThePartsOfItsPrompt() {
    Row left = added(1, 2, 3, 4);
    PrefixNode end = tree.path(left).iterator().next();
    KeptPrefix kept = new KeptPrefix(new Slot(64, 64), end);
    tree.add(kept, end);
    tree.remove(left);
    Row other = added(1, 2, 5);
    assertThat(tree.path(other)).extracting(PrefixNode::held).containsExactly(2, 0);
    assertThat(kept.held()).isEqualTo(4);
    tree.remove(kept, kept.end());
    assertThat(tree.path(other)).extracting(PrefixNode::held).containsExactly(0, 0);
  }

  private Row added(int... prefix) {
    int[] prompt = IntStream.concat(IntStream.of(prefix), IntStream.of(0)).toArray();
    PredictedRequest request = TestingGeneration.request("", prompt, 1, Sampling.GREEDY);
    Row row =
        new Row(
            new PendingRequest(request, 512, 0, new int[0]),
            TestingAccelerator.VOCABULARY,
            ended -> {});
    row.admit(new Slot(0, 100), 0);
    tree.add(row);
    return row;
  }

  private void hold(Row row, int count) {
    row.prefilled(count, 0);
    tree.advanced(row);
  }

  private List<Integer> ends(Row row) {
    return tree.path(row).stream().map(PrefixNode::end).toList();
  }

  private List<Boolean> shared(Row row) {
    return tree.path(row).stream().map(PrefixNode::isShared).toList();
  }
}
