package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's slices of lists and strings. */
final class Slices {

  private Slices() {}

  static Object slice(Object of, Long from, Long to, Long step) {
    if (of instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (of instanceof MarkedText text && (step == null || step == 1)) {
      return text(text, from, to);
    }
    List<Object> items = Values.items(of);
    List<Object> taken = new ArrayList<>();
    long stride = step == null ? 1 : step;
    int size = items.size();
    if (stride > 0) {
      for (long i = clamped(from, 0, size), end = clamped(to, size, size); i < end; i += stride) {
        taken.add(items.get((int) i));
      }
    } else if (stride < 0) {
      long begin = from == null ? size - 1 : Math.min(from < 0 ? from + size : from, size - 1);
      long end = to == null ? -1 : Math.max(to < 0 ? to + size : to, -1);
      for (long i = begin; i > end; i += stride) {
        taken.add(items.get((int) i));
      }
    } else {
      throw JinjaException.of("a slice with step 0");
    }
    return of instanceof MarkedText ? joined(taken) : taken;
  }

  private static MarkedText text(MarkedText text, Long from, Long to) {
    String characters = text.toString();
    int size = (int) Values.length(text);
    int begin = clamped(from, 0, size);
    int end = Math.max(begin, clamped(to, size, size));
    int first = characters.offsetByCodePoints(0, begin);
    return text.slice(first, characters.offsetByCodePoints(first, end - begin));
  }

  private static int clamped(Long bound, int absent, int size) {
    if (bound == null) {
      return absent;
    }
    long index = bound < 0 ? bound + size : bound;
    return (int) Math.max(0, Math.min(size, index));
  }

  private static MarkedText joined(List<Object> characters) {
    MarkedText.Builder out = new MarkedText.Builder();
    characters.forEach(character -> out.append((MarkedText) character));
    return out.build();
  }
}
