package io.lengthwise.model.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code loop} is in a loop's turn. */
final class LoopVariable {

  private LoopVariable() {}

  static Namespace at(int index, List<Object> items) {
    int size = items.size();
    Map<String, Object> loop = new HashMap<>();
    loop.put("index", index + 1L);
    loop.put("index0", (long) index);
    loop.put("revindex", (long) size - index);
    loop.put("revindex0", size - index - 1L);
    loop.put("first", index == 0);
    loop.put("last", index == size - 1);
    loop.put("length", (long) size);
    loop.put("previtem", index == 0 ? new Undefined("previtem") : items.get(index - 1));
    loop.put("nextitem", index == size - 1 ? new Undefined("nextitem") : items.get(index + 1));
    loop.put(
        "cycle",
        (Callable)
            (arguments, scope) -> {
              arguments.require(0, "values");
              return arguments.positional().get(index % arguments.positional().size());
            });
    return new Namespace(loop);
  }
}
