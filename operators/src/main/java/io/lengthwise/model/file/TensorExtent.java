package io.lengthwise.model.file;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The bytes of a file that store a tensor. */
public interface TensorExtent {

  /** The offset of the first byte in the file. */
  long offset();

  /** The number of bytes. */
  long bytes();

  /**
   * Refuses a file in which two tensors share bytes.
   *
   * @param tensors the tensors of the file, by name
   * @throws ModelFileException with the names of two tensors that overlap
   */
  static void refuseOverlaps(Path file, Map<String, ? extends TensorExtent> tensors) {
    List<? extends Map.Entry<String, ? extends TensorExtent>> ordered =
        tensors.entrySet().stream()
            .sorted(Comparator.comparingLong(entry -> entry.getValue().offset()))
            .toList();
    for (int i = 1; i < ordered.size(); i++) {
      TensorExtent previous = ordered.get(i - 1).getValue();
      if (previous.offset() + previous.bytes() > ordered.get(i).getValue().offset()) {
        throw new ModelFileException(
            file,
            "tensor %s overlaps %s: the file is damaged; fetch it again"
                .formatted(ordered.get(i).getKey(), ordered.get(i - 1).getKey()));
      }
    }
  }
}
